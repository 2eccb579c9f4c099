import { emit, make } from "../dom.js";

/**
 * What plots over the moments of a training share: a cursor at one of them, and a press anywhere
 * that goes to the nearest. Emits `choose` with the moment, under the name of the element.
 *
 * @typedef {import("../axes.js").MomentAxis} MomentAxis
 */
export class MomentPlot extends HTMLElement {
  plot = make("div", { class: "plot" });
  #cursor = make("i", { class: "cursor" });
  /** @type {MomentAxis | null} */
  axis = null;

  connectedCallback() {
    if (this.plot.parentNode) return;
    this.setAttribute("role", "img");
    this.plot.append(this.#cursor);
    this.append(this.plot);
    this.plot.addEventListener("pointerdown", (event) => {
      this.plot.setPointerCapture(event.pointerId);
      this.#choose(event);
    });
    this.plot.addEventListener("pointermove", (event) => {
      if (event.buttons === 1) this.#choose(event);
    });
  }

  /** @param {number} place of the cursor, from 0 to 1 */
  set at(place) {
    this.#cursor.style.insetInlineStart = share(place);
  }

  /** @param {PointerEvent} event */
  #choose({ clientX }) {
    const { left, width } = this.plot.getBoundingClientRect();
    if (this.axis) emit(this, "choose", this.axis.nearest((clientX - left) / width));
  }
}

/**
 * @param {number} place from 0 to 1
 * @returns {string} of CSS
 */
export function share(place) {
  return `${(100 * place).toFixed(2)}%`;
}
