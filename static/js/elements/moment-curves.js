import { make, write } from "../dom.js";
import { MomentPlot, share } from "./moment-plot.js";

const SVG = "http://www.w3.org/2000/svg";
const SIDE = 1000;

/**
 * Curves of what was measured in a training, with their values at one moment. Emits
 * `moment-curves:choose` with a moment.
 *
 * @typedef {import("../axes.js").MomentAxis} MomentAxis
 * @typedef {import("../axes.js").ValueAxis} ValueAxis
 *
 * @typedef {object} Line
 * @property {string} id for the style sheet
 * @property {string} name for people
 * @property {readonly (readonly [batch: number, value: number])[]} points
 */
export class MomentCurves extends MomentPlot {
  #title = "";
  /** @type {ValueAxis} */
  #values = { place: (value) => value, ticks: [] };
  #text = (/** @type {number} */ value) => String(value);
  /** @type {readonly {line: Line, told: HTMLElement, dot: HTMLElement}[]} */
  #lines = [];

  /**
   * @param {object} options
   * @param {string} options.title
   * @param {MomentAxis} options.axis
   * @param {ValueAxis} options.values
   * @param {(value: number) => string} options.text writes a value
   * @param {readonly Line[]} options.lines
   */
  setUp({ title, axis, values, text, lines }) {
    this.#title = title;
    this.axis = axis;
    this.#values = values;
    this.#text = text;
    this.#lines = lines.map((line) => ({
      line,
      told: make("b"),
      dot: make("i", { class: "dot", "data-line": line.id }),
    }));
    const keys = this.#lines.map(({ line, told }) =>
      make("span", { class: "key", "data-line": line.id }, line.name, " ", told),
    );
    this.prepend(make("p", { class: "title" }, make("strong", {}, title), ...keys));
    const ticks = values.ticks.map((tick) => {
      const mark = make("span", { class: "tick" }, text(tick));
      mark.style.insetBlockEnd = share(values.place(tick));
      return mark;
    });
    this.plot.append(...ticks, this.#draw(axis), ...this.#lines.map(({ dot }) => dot));
  }

  /** @param {number} batch */
  set batch(batch) {
    const { axis } = this;
    if (!axis) return;
    this.at = axis.place(batch);
    for (const { line, told, dot } of this.#lines) {
      const point = line.points.find(([at]) => at === batch);
      write(told, point ? this.#text(point[1]) : "–");
      dot.hidden = !point;
      if (!point) continue;
      dot.style.insetInlineStart = share(axis.place(batch));
      dot.style.insetBlockEnd = share(this.#values.place(point[1]));
    }
    const values = this.#lines.map(({ line, told }) => `${line.name} ${told.textContent}`);
    this.setAttribute("aria-label", `${this.#title}: ${values.join(", ")}`);
  }

  /** @param {MomentAxis} axis */
  #draw(axis) {
    const svg = draw("svg", { viewBox: `0 0 ${SIDE} ${SIDE}`, preserveAspectRatio: "none" });
    const height = (/** @type {number} */ value) => SIDE * (1 - this.#values.place(value));
    svg.append(
      ...this.#values.ticks.map((tick) =>
        draw("path", { class: "grid", d: `M0 ${height(tick).toFixed(1)}H${SIDE}` }),
      ),
      ...this.#lines.map(({ line }) => {
        const points = line.points.map(
          ([batch, value]) =>
            `${(SIDE * axis.place(batch)).toFixed(1)} ${height(value).toFixed(1)}`,
        );
        return draw("path", { class: "line", "data-line": line.id, d: `M${points.join("L")}` });
      }),
    );
    return svg;
  }
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

customElements.define("moment-curves", MomentCurves);
