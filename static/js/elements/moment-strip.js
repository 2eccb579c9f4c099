import { make, write } from "../dom.js";
import { percent } from "../text.js";
import { MomentPlot, share } from "./moment-plot.js";

/**
 * What a model took something for at each moment of its training: a bar as high as it was sure,
 * and the class. Emits `moment-strip:choose` with a moment.
 *
 * @typedef {import("../axes.js").MomentAxis} MomentAxis
 * @typedef {{prediction: number, label: string, probabilities: readonly number[]}} Reading
 */
export class MomentStrip extends MomentPlot {
  #title = "";
  /** @type {readonly {slot: HTMLElement, label: HTMLElement}[]} */
  #slots = [];

  /**
   * @param {object} options
   * @param {string} options.title
   * @param {MomentAxis} options.axis
   */
  setUp({ title, axis }) {
    this.#title = title;
    this.axis = axis;
    this.#slots = Array.from({ length: axis.count }, () => {
      const label = make("span");
      return { slot: make("i", { class: "slot" }, label), label };
    });
    this.prepend(make("p", { class: "title" }, make("strong", {}, title)));
    this.plot.append(...this.#slots.map(({ slot }) => slot));
    this.readings = null;
  }

  /** @param {readonly Reading[] | null} readings one for each moment; null for none */
  set readings(readings) {
    const last = readings?.at(-1)?.prediction;
    const told = this.#slots.map(({ slot, label }, moment) => {
      const reading = readings?.[moment];
      const sure = reading ? reading.probabilities[reading.prediction] : 0;
      slot.style.setProperty("--share", share(sure));
      slot.toggleAttribute("data-settled", reading?.prediction === last);
      write(label, reading?.label ?? "");
      return reading ? `${reading.label} ${percent(sure)}` : "–";
    });
    this.setAttribute("aria-label", `${this.#title}: ${told.join(", ")}`);
  }

  /** @param {number} moment counted from 0 */
  set moment(moment) {
    this.at = (moment + 0.5) / this.#slots.length;
    for (const [i, { slot }] of this.#slots.entries()) {
      slot.toggleAttribute("data-now", i === moment);
    }
  }
}

customElements.define("moment-strip", MomentStrip);
