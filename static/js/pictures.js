/**
 * Where a chapter's picture comes from, and the picture as a tensor.
 *
 * @typedef {import("./tensor.js").Tensor} Tensor
 * @typedef {import("./strokes.js").Stroke} Stroke
 * @typedef {import("./digits.js").Digits} Digits
 *
 * @typedef {"drawing" | "digit" | "photo" | "light_dark" | "dark_light" | "upload"} Kind
 *
 * @typedef {object} Source
 * @property {Kind} kind which of these it is; what belongs to the others is kept for later
 * @property {readonly Stroke[]} strokes of the drawing
 * @property {number} penWidth pad units
 * @property {number} digit its place in the gallery
 * @property {boolean} grey whether a photograph or an upload goes without its colours
 * @property {File | null} file what was uploaded
 */

import { loadDigits } from "./digits.js";
import { find, once } from "./dom.js";
import { PAD_SIDE, decode as readStrokes, encode as writeStrokes } from "./strokes.js";

/** @type {readonly Kind[]} */
export const KINDS = ["drawing", "digit", "photo", "light_dark", "dark_light", "upload"];

/** @type {Source} */
export const SOURCE = {
  kind: "drawing",
  strokes: [],
  penWidth: 20,
  digit: 65,
  grey: false,
  file: null,
};

const PENS = { least: 8, most: 40 };
const DIGIT_SIDE = 32;

/** The lecture's steps: so bright, and so many rows and columns. */
const STEP = { light: 10, side: 6 };

/** How much red, green and blue add to the brightness: ITU-R BT.601. */
const LUMA = [0.299, 0.587, 0.114];

/**
 * @param {Source} source
 * @param {number} side pixels that the picture may be high and wide; a drawing is as large, a
 *   digit always 32 × 32 and a step 6 × 6
 * @returns {Promise<Tensor>} (1 or 3, H, W), from 0 to 255, a step from 0 to 10
 * @throws {DOMException} where an upload is no picture
 */
export async function load(source, side) {
  const { kind, grey, file } = source;
  if (kind === "light_dark" || kind === "dark_light") return step(kind);
  if (kind === "drawing") return toTensor(drawn(source, side), true);
  if (kind === "digit") return framed((await digits()).list[source.digit], DIGIT_SIDE);
  const picture = kind === "upload" && file ? await createImageBitmap(file) : await photo();
  return toTensor(fitted(picture, side), grey);
}

/** @returns {Promise<Digits>} the bundled digits; asked for once */
export const digits = once(() => {
  const { digitsIndex = "", digitsPicture = "" } = addresses();
  return loadDigits(digitsIndex, digitsPicture);
});

const photo = once(async () => {
  const image = new Image();
  image.src = addresses().photo ?? "";
  await image.decode();
  return image;
});

/** The page knows the addresses of what is bundled, with their hashes. */
function addresses() {
  return find(document, "#pictures", HTMLElement).dataset;
}

/**
 * @param {"light_dark" | "dark_light"} kind
 * @returns {Tensor} the lecture's picture of one edge: 10 on one half, 0 on the other
 */
export function step(kind) {
  const { light, side } = STEP;
  const values = Float32Array.from({ length: side * side }, (_, i) =>
    i % side < side / 2 === (kind === "light_dark") ? light : 0,
  );
  return { shape: [1, side, side], values };
}

/**
 * @param {Pick<ImageData, "data" | "width" | "height">} image
 * @param {boolean} grey
 * @returns {Tensor} channels-first; one of brightness where it is grey
 */
export function toTensor({ data, width, height }, grey) {
  const size = width * height;
  if (!grey) {
    const values = Float32Array.from({ length: 3 * size }, (_, i) => {
      return data[4 * (i % size) + Math.floor(i / size)];
    });
    return { shape: [3, height, width], values };
  }
  const values = Float32Array.from({ length: size }, (_, i) =>
    LUMA.reduce((sum, share, channel) => sum + share * data[4 * i + channel], 0),
  );
  return { shape: [1, height, width], values };
}

/**
 * @param {{pixels: Float32Array}} digit a square
 * @param {number} side
 * @returns {Tensor} the digit in the middle of nothing
 */
export function framed({ pixels }, side) {
  const inner = Math.sqrt(pixels.length);
  const edge = Math.floor((side - inner) / 2);
  const values = new Float32Array(side * side);
  for (let row = 0; row < inner; row++) {
    values.set(pixels.subarray(row * inner, (row + 1) * inner), (row + edge) * side + edge);
  }
  return { shape: [1, side, side], values };
}

/**
 * @param {number} width
 * @param {number} height
 */
function canvas(width, height) {
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  if (!context) throw new Error("the browser gives no canvas to make the picture on");
  return context;
}

/**
 * Ink the strokes, white on black, as the pad shows them.
 *
 * @param {Source} source
 * @param {number} side
 */
function drawn({ strokes, penWidth }, side) {
  const context = canvas(side, side);
  context.fillRect(0, 0, side, side);
  context.scale(side / PAD_SIDE, side / PAD_SIDE);
  context.strokeStyle = "white";
  context.lineWidth = penWidth;
  context.lineCap = context.lineJoin = "round";
  for (const stroke of strokes) {
    context.beginPath();
    // A dot is a line from a point to itself: its round ends.
    for (const [x, y] of [stroke[0], ...stroke]) context.lineTo(x, y);
    context.stroke();
  }
  return context.getImageData(0, 0, side, side);
}

/**
 * @param {ImageBitmap | HTMLImageElement} picture
 * @param {number} side
 */
function fitted(picture, side) {
  const scale = Math.min(1, side / Math.max(picture.width, picture.height));
  const [width, height] = [picture.width, picture.height].map((length) =>
    Math.max(1, Math.round(length * scale)),
  );
  const context = canvas(width, height);
  // What is transparent lies on white paper.
  context.fillStyle = "white";
  context.fillRect(0, 0, width, height);
  context.imageSmoothingQuality = "high";
  context.drawImage(picture, 0, 0, width, height);
  return context.getImageData(0, 0, width, height);
}

/**
 * Write a source for a link.
 *
 * @param {Source} source
 * @returns {string | null} null for an upload, which stays where it is
 */
export function encode({ kind, strokes, penWidth, digit, grey }) {
  if (kind === "upload") return null;
  if (kind === "drawing") return [kind, penWidth, writeStrokes(strokes)].join(",");
  if (kind === "digit") return `${kind},${digit}`;
  return kind === "photo" && grey ? `${kind},grey` : kind;
}

/**
 * Read what {@link encode} wrote. A link can come from anywhere, so nothing is trusted.
 *
 * @param {string} text
 * @returns {Source | null} null if it is none
 */
export function decode(text) {
  const [kind, first, second, ...rest] = text.split(",");
  if (rest.length || !isKind(kind)) return null;
  if (kind === "drawing") {
    const [penWidth, strokes] = [Number(first), readStrokes(second ?? "")];
    const fits = penWidth >= PENS.least && penWidth <= PENS.most;
    return strokes && fits ? { ...SOURCE, kind, penWidth, strokes } : null;
  }
  if (second !== undefined) return null;
  if (kind === "digit") {
    const fits = /^\d{1,3}$/.test(first ?? "") && Number(first) < 200;
    return fits ? { ...SOURCE, kind, digit: Number(first) } : null;
  }
  if (kind === "photo" && first === "grey") return { ...SOURCE, kind, grey: true };
  return kind === "upload" || first !== undefined ? null : { ...SOURCE, kind };
}

/**
 * @param {string} text
 * @returns {text is Kind}
 */
function isKind(text) {
  return KINDS.some((kind) => kind === text);
}

/**
 * Make the field of a state's source in the address; it goes without saying at the start.
 *
 * @template {object} S
 * @param {keyof S} key of the source in the state
 * @param {S} start
 * @param {readonly Kind[]} [kinds] that the chapter has
 * @returns {import("./address.js").Fields<S>[string]}
 */
export function sourceField(key, start, kinds = KINDS) {
  const textOf = (/** @type {S} */ state) => encode(/** @type {any} */ (state[key]));
  return {
    write: (state) => (textOf(state) === textOf(start) ? null : textOf(state)),
    read: (text) => {
      const source = decode(text);
      const fits = source && kinds.includes(source.kind);
      return fits ? /** @type {Partial<S>} */ ({ [key]: source }) : null;
    },
  };
}
