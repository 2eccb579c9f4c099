/**
 * The whole step: all weights and biases at once.
 */

import { make, write } from "../dom.js";
import { ClassColumns } from "../elements/class-columns.js";
import { say } from "../messages.js";
import { brief } from "../numbers.js";
import { percent } from "../text.js";
import { MODEL } from "./answer.js";
import { rateCurve } from "./rate-curve.js";

/**
 * @typedef {import("./state.js").State} State
 */

/** A step that leaves more of the loss than this is called a small one. */
const SMALL = 0.9;
/** A network that reads a smaller share than this of what it read has forgotten too much. */
const FORGOTTEN = 0.95;

export class Whole {
  #curve = rateCurve();
  #classes = new ClassColumns();
  #told = make("p", { class: "told", role: "status" });
  #others = make("p", { class: "told", role: "status" });
  #formula = make("div", { class: "formulas" });
  element;

  /** @param {HTMLElement} rate the field for the learning rate */
  constructor(rate) {
    this.#classes.setUp({ label: say(".after"), classes: MODEL.classes, lines: 2 });
    this.element = make(
      "div",
      { class: "whole" },
      make(
        "figure",
        {},
        make("figcaption", {}, say(".curve_title")),
        this.#curve.element,
        rate,
        make("p", { class: "note" }, say(".curve_note")),
      ),
      make(
        "div",
        {},
        this.#formula,
        this.#told,
        this.#others,
        make("figure", {}, make("figcaption", {}, say(".after")), this.#classes),
      ),
    );
  }

  /**
   * @param {State} state that has a step
   * @param {readonly Element[][]} formula
   */
  show({ step, curve, kept }, formula) {
    if (!step) return;
    if (curve) this.#curve.show(curve, step, kept);
    this.#formula.replaceChildren(...formula.map((line) => make("p", {}, ...line)));
    const { loss_before: before, probabilities_before: was, steps } = step;
    const [{ loss_after: after, probabilities_after: is, correct_after: correct }] = steps;
    write(this.#told, toldOf(before, after));
    const values = { images: step.images ?? 0, before: step.correct_before ?? 0 };
    write(
      this.#others,
      correct === null ? say(".others_lost") : say(".others_read", { ...values, n: correct }),
    );
    this.#others.toggleAttribute("data-lost", (correct ?? 0) < FORGOTTEN * values.before);
    this.#classes.shows = {
      values: is ?? was.map(() => 0),
      before: was,
      reach: 1,
      texts: was.map((share, i) => [percent(share), is ? `→ ${percent(is[i])}` : "→ –"]),
      chosen: step.target,
    };
  }
}

/**
 * @param {number} before
 * @param {number | null} after
 * @returns {string} whether the loss fell, and by how much
 */
function toldOf(before, after) {
  if (after === null) return say(".step_lost");
  const left = before ? after / before : 1;
  const values = { before: brief(before), after: brief(after) };
  if (left > 1) return say(".step_up", values);
  const gone = percent(1 - left);
  return say(left > SMALL ? ".step_small" : ".step_down", { ...values, gone });
}
