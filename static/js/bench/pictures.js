/**
 * Pictures to take away, made of the numbers themselves.
 */

import { paint, SEQUENTIAL } from "../colormap.js";
import { make } from "../dom.js";
import { drawPicture } from "../picture.js";
import { colourRanges, grid, maps, range, rangeOfAll } from "../tensor.js";
import { percent, range as rangeText, shape as shapeText } from "../text.js";

/**
 * @typedef {import("../api.js").Layer} Layer
 * @typedef {import("../api.js").Trace} Trace
 * @typedef {import("../store.js").Scale} Scale
 * @typedef {import("../store.js").Experiment} Experiment
 * @typedef {{svg: string, width: number, height: number}} Picture
 */

/** Pixels of a map's side in the pictures of all layers, of one, and of a map. */
const SIDES = { all: 38, layer: 160, map: 480 };
/** What the colours span, as the page says it. */
const SPANS = { map: "a map", layer: "a layer", network: "the network" };
/** Pictures of pixels are this many times as large as the SVG says, for print and projector. */
const SHARPNESS = 2;

/**
 * @param {import("../api.js").Model} model
 * @param {Experiment & {trace: Trace, scale: Scale}} state
 * @param {readonly Layer[]} layers to be shown
 * @param {number | null} channel of the one map to be shown; null for all
 * @returns {Picture}
 */
export function picturesOf(model, { trace, scale, edits, without }, layers, channel) {
  const side = layers.length > 1 ? SIDES.all : channel === null ? SIDES.layer : SIDES.map;
  const whole = rangeOfAll(trace.activations.values());
  const figures = layers.flatMap((one) => figure(one, trace, scale, whole, channel, side) ?? []);
  const reading = `read as ${trace.label} (${percent(trace.probabilities[trace.prediction])})`;
  const notes = [
    `Dark to bright is the range of ${SPANS[scale]}, as told beside the name.`,
    edits.length ? `The network is changed (${edits.length}).` : "",
    without.length ? `Without ${without.join(", ")}.` : "",
  ];
  return drawPicture({
    title: `${model.title}: ${layers.length > 1 ? "all layers" : figures[0]?.label}, ${reading}`,
    note: notes.filter(Boolean).join(" "),
    figures,
    colours: pageColours(),
  });
}

/** @param {Picture} picture */
export function asSvg({ svg }) {
  return new Blob([svg], { type: "image/svg+xml" });
}

/** @param {Picture} picture */
export async function asPng(picture) {
  const image = new Image();
  const href = URL.createObjectURL(asSvg(picture));
  image.src = href;
  await image.decode();
  const canvas = new OffscreenCanvas(picture.width * SHARPNESS, picture.height * SHARPNESS);
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  URL.revokeObjectURL(href);
  return canvas.convertToBlob({ type: "image/png" });
}

/**
 * @param {Layer} layer
 * @param {Trace} trace
 * @param {Scale} scale
 * @param {import("../tensor.js").Range} whole
 * @param {number | null} channel null for all maps
 * @param {number} side
 * @returns {import("../picture.js").Figure | null}
 */
function figure({ id, label }, trace, scale, whole, channel, side) {
  const tensor = trace.activations.get(id);
  if (!tensor) return null;
  const { count, rows, columns } = grid(tensor.shape);
  const ranges = colourRanges(tensor, scale, whole);
  const all = maps(tensor).map((values, i) => {
    // A strip lies down.
    const [width, height] = columns === 1 ? [rows, 1] : [columns, rows];
    return { href: encoded(values, width, height, ranges[i]), rows: height, columns: width };
  });
  const shown = channel === null ? ranges : [ranges[channel]];
  const values = range(channel === null ? tensor.values : maps(tensor)[channel]);
  const alike = (/** @type {readonly number[]} */ [low, high]) =>
    shown.every((one) => one[0] === low && one[1] === high);
  const colours = alike(shown[0]) ? `colours ${rangeText(shown[0])}` : "colours for each map";
  const told = alike(values) ? "" : `; ${colours}`;
  const name = channel !== null && count > 1 ? `${label} feature map ${channel}` : label;
  return {
    label: name,
    detail: `${shapeText(tensor.shape)}; range ${rangeText(values)}${told}`,
    side,
    maps: channel === null ? all : [all[channel]],
  };
}

/**
 * @param {Float32Array} values
 * @param {number} width
 * @param {number} height
 * @param {import("../tensor.js").Range} colours
 */
function encoded(values, width, height, colours) {
  const canvas = make("canvas", { width: String(width), height: String(height) });
  const image = new ImageData(width, height);
  paint(values, colours, SEQUENTIAL, new Uint32Array(image.data.buffer));
  canvas.getContext("2d")?.putImageData(image, 0, 0);
  return canvas.toDataURL("image/png");
}

/** The page's own colours, as any program that opens an SVG knows them. */
function pageColours() {
  const probe = make("p", { class: "certainty" });
  document.body.append(probe);
  const context = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const plain = (/** @type {string} */ colour) => {
    if (!context) return colour;
    context.fillStyle = colour;
    context.fillRect(0, 0, 1, 1);
    const [red, green, blue] = context.getImageData(0, 0, 1, 1).data;
    return `rgb(${red},${green},${blue})`;
  };
  const { color, backgroundColor } = getComputedStyle(document.documentElement);
  const colours = {
    ink: plain(color),
    quiet: plain(getComputedStyle(probe).color),
    ground: plain(backgroundColor),
  };
  probe.remove();
  return colours;
}
