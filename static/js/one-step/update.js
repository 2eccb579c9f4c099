/**
 * The step of one number, and what it does to the loss.
 */

import { make, write } from "../dom.js";
import { say } from "../messages.js";
import { brief } from "../numbers.js";
import { count, percent } from "../text.js";
import { MODEL } from "./answer.js";
import { apart } from "./figures.js";
import { sumFormula, updateFormula, WRITTEN } from "./formulas.js";

/**
 * @typedef {import("./answer.js").ParameterGradient} ParameterGradient
 * @typedef {import("./terms.js").Terms} Terms
 */

export class Update {
  #sum = make("div", { class: "formulas" });
  #others = make("p", { class: "note" });
  #step = make("div", { class: "formulas" });
  #told = make("p", { class: "told", "aria-live": "polite" });
  element;

  /** @param {HTMLElement} rate the field for the learning rate */
  constructor(rate) {
    this.element = make(
      "div",
      { class: "update" },
      make("div", {}, make("h3", {}, say(".sum_title")), this.#sum, this.#others),
      make("div", {}, make("h3", {}, say(".update_title")), this.#step, rate, this.#told),
    );
  }

  /**
   * @param {ParameterGradient} sum
   * @param {Terms} terms
   */
  show(sum, terms) {
    const lines = (/** @type {Element[][]} */ formula) =>
      formula.map((line) => make("p", {}, ...line));
    this.#sum.replaceChildren(...lines(sumFormula(sum, terms)));
    const others = terms.products.length - WRITTEN;
    this.#others.hidden = others <= 0;
    write(this.#others, say(".others", { shown: WRITTEN, n: Math.max(0, others) }));
    this.#step.replaceChildren(...lines(updateFormula(sum)));
    const { loss_before: before, loss_after: after } = sum.update;
    if (after === null) {
      write(this.#told, say(".step_lost"));
      return;
    }
    const [was, is] = apart(before, after);
    const share = before ? (before - after) / before : 0;
    write(
      this.#told,
      say(".one_step", {
        before: was,
        after: is,
        change: brief(after - before),
        share: shareText(share),
        all: count(MODEL.parameter_count),
      }),
    );
  }
}

/** @param {number} share of the loss, less than 0 where it grew */
function shareText(share) {
  const size = Math.abs(share);
  return size >= 1e-3 || size === 0 ? percent(size) : `${brief(100 * size)}%`;
}
