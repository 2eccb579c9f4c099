/**
 * What one step does, over the learning rate, which runs on a logarithmic scale: the loss of the
 * digit, with the line that the gradient promises, and how many other digits are still read right.
 */

import { make } from "../dom.js";
import { say } from "../messages.js";
import { brief } from "../numbers.js";
import { ENDS } from "./rates.js";

const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 520;
const MARGIN = { left: 52, right: 14 };
/** Where the two pictures begin and end, the loss above, what is still read right below. */
const LOSS = { top: 24, bottom: 190 };
const KEPT = { top: 236, bottom: 316 };
const HEIGHT = 360;
/** The loss before stands in the middle: above it there is room for steps that are too large. */
const REACH = 2;
/** A curve that leaves its picture ends a little above it. */
const BEYOND = 1.04;
const SAMPLES = 60;
const [LOW, HIGH] = ENDS;
const RIGHT = WIDTH - MARGIN.right;

/**
 * @typedef {import("./answer.js").Steps} Steps
 * @typedef {readonly [x: number, y: number]} Point
 *
 * @returns {{element: HTMLElement, show: (curve: Steps, step: Steps, kept: Steps | null) => void}}
 */
export function rateCurve() {
  const svg = draw("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img" });
  const element = make("div", { class: "curve" }, svg);
  return {
    element,
    show: (curve, step, kept) => {
      const { loss_before: before, steps } = step;
      const [{ learning_rate: rate, loss_after: after, correct_after: correct }] = steps;
      const told = { before: brief(before), rate: brief(rate), n: correct ?? 0 };
      const last = after === null ? "∞" : brief(after);
      svg.setAttribute("aria-label", say(".curve", { ...told, after: last }));
      svg.replaceChildren(
        ...losses(curve, after, rate),
        ...kepts(kept, step),
        ...Array.from({ length: HIGH - LOW + 1 }, (_, i) =>
          text(across(10 ** (LOW + i)), KEPT.bottom + 18, brief(10 ** (LOW + i)), "middle"),
        ),
        text(RIGHT, HEIGHT - 6, say(".axis_rate"), "end"),
      );
    },
  };
}

/** @param {number} rate */
function across(rate) {
  const share = (Math.log10(rate) - LOW) / (HIGH - LOW);
  return MARGIN.left + Math.max(0, Math.min(1, share)) * (RIGHT - MARGIN.left);
}

/**
 * @param {Steps} curve
 * @param {number | null} after the step that is taken
 * @param {number} rate its
 */
function losses({ loss_before: before, squared_gradient: squared, steps }, after, rate) {
  const most = REACH * before;
  const down = (/** @type {number | null} */ loss) =>
    level(LOSS, Math.min((loss ?? Number.MAX_VALUE) / (most || 1), BEYOND));
  const promised = Array.from({ length: SAMPLES + 1 }, (_, i) => {
    const at = 10 ** (LOW + ((HIGH - LOW) * i) / SAMPLES);
    return { at, loss: before - at * squared };
  }).filter(({ loss }) => loss >= 0);
  return [
    ...[0, before, most].flatMap((loss) => grid(down(loss), brief(loss))),
    text(0, 12, say(".axis_loss"), "start"),
    line(
      "promised",
      promised.map(({ at, loss }) => [across(at), down(loss)]),
    ),
    line(
      "line",
      steps.map((one) => [across(one.learning_rate), down(one.loss_after)]),
    ),
    ...now(LOSS, rate, down(after)),
  ];
}

/**
 * @param {Steps | null} kept null while it is still worked out
 * @param {Steps} step the one that is taken
 */
function kepts(kept, { images, steps: [{ learning_rate: rate, correct_after: correct }] }) {
  const most = images ?? 1;
  const down = (/** @type {number | null} */ count) => level(KEPT, (count ?? 0) / most);
  return [
    ...[0, most].flatMap((count) => grid(down(count), brief(count))),
    text(0, KEPT.top - 12, say(".axis_kept", { n: most }), "start"),
    line(
      "line",
      kept?.steps.map((one) => [across(one.learning_rate), down(one.correct_after)]) ?? [],
    ),
    ...now(KEPT, rate, down(correct)),
  ];
}

/**
 * @param {{top: number, bottom: number}} picture
 * @param {number} share of its height
 */
function level({ top, bottom }, share) {
  return bottom - share * (bottom - top);
}

/**
 * @param {number} y
 * @param {string} name
 */
function grid(y, name) {
  const d = `M${MARGIN.left} ${y}H${RIGHT}`;
  return [draw("path", { class: "grid", d }), text(MARGIN.left - 8, y + 4, name, "end")];
}

/**
 * @param {{top: number, bottom: number}} picture
 * @param {number} rate
 * @param {number} y
 */
function now({ top, bottom }, rate, y) {
  const x = String(across(rate));
  return [
    draw("path", { class: "now", d: `M${x} ${top}V${bottom}` }),
    draw("circle", { class: "point", cx: x, cy: String(y), r: "5" }),
  ];
}

/**
 * @param {string} name
 * @param {readonly Point[]} points
 */
function line(name, points) {
  const way = points.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join("L");
  return draw("path", { class: name, d: way ? `M${way}` : "" });
}

/**
 * @param {number} x
 * @param {number} y
 * @param {string} content
 * @param {string} anchor
 */
function text(x, y, content, anchor) {
  const made = draw("text", { x: String(x), y: String(y), "text-anchor": anchor });
  made.textContent = content;
  return made;
}

/**
 * @param {string} name
 * @param {Record<string, string>} attributes
 */
function draw(name, attributes) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}
