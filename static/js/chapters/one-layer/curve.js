/**
 * The curve of an activation function, with the chosen unit on it and all units of the map along
 * its axes: before it below, after it on the left.
 */

import { make } from "../../dom.js";
import { CURVES } from "../../functions.js";
import { say } from "../../messages.js";
import { brief } from "../../numbers.js";

const SVG = "http://www.w3.org/2000/svg";
const [WIDTH, HEIGHT] = [420, 280];
/** Where the curve is; around it the bars, and the numbers of the axes. */
const PLOT = { left: 92, right: WIDTH - 12, top: 20, bottom: HEIGHT - 84 };
const GAP = 22;
const BAR = 44;
const BINS = 48;
const SAMPLES = 240;
const ROOM = 1.06;

/**
 * @returns {{element: HTMLElement, show: (shown: {name: string, before: Float32Array,
 *   after: Float32Array, unit: readonly [z: number, a: number]}) => void}}
 */
export function activationCurve() {
  const svg = draw("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img" });
  return {
    element: make("div", { class: "curve" }, svg),
    show: ({ name, before, after, unit }) => {
      const { at } = CURVES[name];
      const reach = ROOM * Math.max(3, ...before.map(Math.abs));
      const samples = Array.from(
        { length: SAMPLES + 1 },
        (_, i) => reach * ((2 * i) / SAMPLES - 1),
      );
      const heights = samples.map((x) => at(x, {}));
      const low = Math.min(-0.25, ...heights) * ROOM;
      const high = Math.max(1, ...heights) * ROOM;
      const x = (/** @type {number} */ z) =>
        PLOT.left + ((z + reach) / (2 * reach)) * (PLOT.right - PLOT.left);
      const y = (/** @type {number} */ a) =>
        PLOT.bottom - ((a - low) / (high - low)) * (PLOT.bottom - PLOT.top);
      const points = samples.map((z, i) => `${x(z).toFixed(1)} ${y(heights[i]).toFixed(1)}`);
      const [px, py] = [x(unit[0]), y(unit[1])];
      const [below, left] = [PLOT.bottom + GAP, PLOT.left - GAP - 14];
      svg.setAttribute(
        "aria-label",
        say(".curve", {
          function: say(`.functions.${name}`),
          before: brief(unit[0]),
          after: brief(unit[1]),
        }),
      );
      svg.replaceChildren(
        draw("path", {
          class: "axis",
          d: `M${PLOT.left} ${y(0)}H${PLOT.right}M${x(0)} ${PLOT.top}V${PLOT.bottom}`,
        }),
        draw("path", {
          class: "bars",
          d: bars(before, [-reach, reach], (from, to, share) => {
            const [start, end] = [x(from), x(to)].map((place) => place.toFixed(1));
            return `M${start} ${below}H${end}V${below + share * BAR}H${start}Z`;
          }),
        }),
        draw("path", {
          class: "bars",
          d: bars(after, [low, high], (from, to, share) => {
            const [start, end] = [y(from), y(to)].map((place) => place.toFixed(1));
            return `M${left} ${start}V${end}H${left - share * BAR}V${start}Z`;
          }),
        }),
        draw("path", { class: "line", d: `M${points.join("L")}` }),
        draw("path", { class: "now", d: `M${px} ${below}V${py}H${left}` }),
        draw("circle", { class: "point", cx: String(px), cy: String(py), r: "5.5" }),
        ...ticks(-reach, reach).map((z) => text(x(z), PLOT.bottom + 15, brief(z), "middle")),
        ...ticks(low, high).map((a) => text(PLOT.left - 6, y(a) + 4, brief(a), "end")),
        text(PLOT.right, HEIGHT - 4, say(".axis_before"), "end"),
        text(0, 12, say(".axis_after"), "start"),
      );
    },
  };
}

/**
 * Count numbers in bins; the bars' lengths are logarithms, so that one unit is still seen beside
 * a thousand.
 *
 * @param {Float32Array} values
 * @param {readonly [low: number, high: number]} range
 * @param {(from: number, to: number, share: number) => string} bar
 */
function bars(values, [low, high], bar) {
  const counts = new Array(BINS).fill(0);
  for (const value of values) {
    const bin = Math.floor(((value - low) / (high - low)) * BINS);
    counts[Math.max(0, Math.min(BINS - 1, bin))]++;
  }
  const most = Math.log1p(Math.max(...counts));
  const width = (high - low) / BINS;
  return counts
    .map((count, bin) => {
      if (!count) return "";
      return bar(low + bin * width, low + (bin + 0.9) * width, Math.log1p(count) / most);
    })
    .join("");
}

/**
 * @param {number} low
 * @param {number} high
 * @returns {number[]} a few round numbers between them
 */
function ticks(low, high) {
  const rough = (high - low) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((by) => by * power).find((by) => by >= rough) ?? rough;
  const first = Math.ceil(low / step);
  const count = Math.floor(high / step) - first + 1;
  return Array.from({ length: count }, (_, i) => Number(((first + i) * step).toPrecision(6)));
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
