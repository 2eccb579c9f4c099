import { ticks } from "../axis.js";
import { make } from "../dom.js";

/**
 * Shares of errors on a line that begins at 0: points, each with the interval it lies in if one
 * is known. The lines of a table share their axis.
 *
 * It shows nothing that the table around it does not say in numbers: a picture only.
 *
 * @typedef {object} Mark
 * @property {number} at
 * @property {readonly number[]} [interval] lowest and highest
 * @property {"main" | "other" | "second"} kind
 * @property {string} [title] what it is, where the pointer rests
 */
export class ErrorPlot extends HTMLElement {
  /**
   * @param {readonly Mark[]} marks
   * @param {number} most the axis' end
   * @param {(share: number) => string} [name] writes the numbers beside the axis' lines
   */
  show(marks, most, name = () => "") {
    this.ariaHidden = "true";
    this.replaceChildren(
      ...ticks(most).map((at) => {
        // At the very end there is no room for a number.
        const text = at / most < 0.9 ? name(at) : "";
        return place(make("i", { class: "tick" }, text), at / most);
      }),
      ...marks.flatMap(({ at, interval, kind, title = "" }) => {
        const point = place(make("b", { class: kind, title }), at / most);
        if (!interval) return [point];
        const [low, high] = interval.map((share) => share / most);
        const span = place(make("i", { class: "span" }), low);
        span.style.setProperty("--to", String(high));
        return [span, point];
      }),
    );
  }
}

/**
 * @param {HTMLElement} mark
 * @param {number} share of the axis
 */
function place(mark, share) {
  mark.style.setProperty("--at", String(share));
  return mark;
}

customElements.define("error-plot", ErrorPlot);
