import { make } from "../dom.js";
import { brief } from "../numbers.js";
import { percent } from "../text.js";

const SVG = "http://www.w3.org/2000/svg";
const [WIDTH, HEIGHT] = [480, 230];
const MARGIN = { left: 46, right: 12, top: 12, bottom: 34 };
const MOST_TICKS = 5;
/** Of the powers of ten, where there are few of them, these parts are marked too. */
const PARTS = [1, 2, 5];
const LEAST = 1e-12;
/** Larger numbers are powers of ten, for which there is room. */
const MOST_WRITTEN = 1e4;

/**
 * Lines over one axis, the vertical one logarithmic or from 0 to 100 %.
 *
 * @typedef {readonly (readonly [x: number, y: number])[]} Points
 *
 * @typedef {object} Line
 * @property {string} look one of the classes of its style sheet
 * @property {Points} points
 * @property {boolean} [dots] whether its points are marked
 *
 * @typedef {object} Shown
 * @property {readonly Line[]} lines the first lies at the bottom
 * @property {number} most the right end of the axis
 */
export class LineChart extends HTMLElement {
  #svg = draw("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img" });
  #axis = "";
  /** @type {(values: readonly number[]) => Scale} */
  #scale = shares;

  connectedCallback() {
    if (!this.firstChild) this.append(this.#svg);
  }

  /**
   * @param {object} options
   * @param {string} options.axis names what runs from left to right
   * @param {"logarithmic" | "share"} options.scale
   */
  setUp({ axis, scale }) {
    this.#axis = axis;
    this.#scale = scale === "share" ? shares : logarithms;
    this.shows = { lines: [], most: 1 };
  }

  /** @param {string} text says what there is to see */
  set label(text) {
    this.#svg.setAttribute("aria-label", text);
  }

  /** @param {Shown} shown painted at once, so set it in an animation frame */
  set shows({ lines, most }) {
    const values = lines.flatMap(({ points }) => points.map(([, y]) => y));
    const { ticks, height, name } = this.#scale(values);
    const across = (/** @type {number} */ x) =>
      MARGIN.left + (x / most) * (WIDTH - MARGIN.left - MARGIN.right);
    const down = (/** @type {number} */ y) =>
      MARGIN.top + (1 - height(y)) * (HEIGHT - MARGIN.top - MARGIN.bottom);
    this.#svg.replaceChildren(
      ...ticks.flatMap((tick) => [
        draw("path", { class: "grid", d: `M${MARGIN.left} ${down(tick)}H${WIDTH - MARGIN.right}` }),
        text(MARGIN.left - 8, down(tick) + 4, name(tick), "end"),
      ]),
      ...steps(most).map((x) => text(across(x), HEIGHT - MARGIN.bottom + 16, brief(x), "middle")),
      text(WIDTH - MARGIN.right, HEIGHT - 3, this.#axis, "end"),
      ...lines.flatMap(({ look, points, dots }) => {
        const inside = points.filter(([x]) => x <= most);
        const places = inside.map(([x, y]) => [across(x).toFixed(1), down(y).toFixed(1)]);
        if (!places.length) return [];
        const way = places.map((place) => place.join(" ")).join("L");
        return [
          draw("path", { class: `line ${look}`, d: `M${way}` }),
          ...(dots || places.length === 1 ? places : []).map(([cx, cy]) =>
            draw("circle", { class: `dot ${look}`, cx, cy, r: "2.5" }),
          ),
        ];
      }),
    );
  }
}

/**
 * @typedef {object} Scale
 * @property {readonly number[]} ticks
 * @property {(value: number) => number} height from 0 at the bottom to 1
 * @property {(tick: number) => string} name
 */

/** @returns {Scale} */
function shares() {
  return {
    ticks: [0, 0.25, 0.5, 0.75, 1],
    height: (value) => value,
    name: (tick) => percent(tick).replace(/[.,]0/, ""),
  };
}

/**
 * @param {readonly number[]} values
 * @returns {Scale}
 */
function logarithms(values) {
  const finite = values.filter((value) => Number.isFinite(value)).map((v) => Math.max(v, LEAST));
  const [least, greatest] = [Math.min(0.5, ...finite), Math.max(3, ...finite)];
  const low = Math.floor(Math.log10(least));
  const high = Math.ceil(Math.log10(greatest));
  const marks = [];
  for (let power = low; power <= high; power++) {
    for (const part of PARTS) marks.push(part * 10 ** power);
  }
  const bottom = Math.max(...marks.filter((mark) => mark <= least));
  const top = Math.min(...marks.filter((mark) => mark >= greatest));
  const [from, to] = [Math.log10(bottom), Math.log10(top)];
  const inside = marks.filter((mark) => mark >= bottom && mark <= top);
  const powers = inside.filter((mark) => Number.isInteger(Math.log10(mark)));
  const few = inside.length <= MOST_TICKS + 1 ? inside : powers;
  const every = Math.ceil(few.length / MOST_TICKS);
  return {
    ticks: few.length > MOST_TICKS + 1 ? few.filter((_, i) => i % every === 0) : few,
    height: (value) => (Math.log10(Math.max(value, LEAST)) - from) / (to - from),
    name: (tick) => (tick < MOST_WRITTEN ? brief(tick) : tick.toExponential().replace("+", "")),
  };
}

/**
 * @param {number} most
 * @returns {number[]} whole numbers, or halves and quarters of a short axis
 */
function steps(most) {
  const rough = most / MOST_TICKS;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * (PARTS.find((part) => part * power >= rough) ?? 10);
  return Array.from({ length: Math.floor(most / step + 1e-9) + 1 }, (_, i) => i * step);
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

/**
 * @param {string} look of a line
 * @returns {HTMLElement} a stroke like it, for a legend
 */
export function swatch(look) {
  return make("span", { class: `swatch ${look}`, "aria-hidden": "true" });
}

customElements.define("line-chart", LineChart);
