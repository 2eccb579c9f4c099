/**
 * The way forward: a digit, what the network makes of it, and how wrong that is.
 */

import { make, on } from "../dom.js";
import { ClassColumns } from "../elements/class-columns.js";
import { MapSheet } from "../elements/map-sheet.js";
import { PictureSource } from "../elements/picture-source.js";
import { say } from "../messages.js";
import { digits } from "../pictures.js";
import { indexAt } from "../sheet.js";
import { percent } from "../text.js";
import { MODEL } from "./answer.js";
import { placeText } from "./layers.js";

/**
 * @typedef {import("./state.js").State} State
 */

export class Forward {
  #source = new PictureSource();
  #seen = new MapSheet();
  #classes = new ClassColumns();
  #told = make("p", { class: "told", "aria-live": "polite" });
  #formula = make("div", { class: "formulas" });
  element;

  /** @param {(changed: Partial<State>) => void} set */
  constructor(set) {
    const [input] = MODEL.layers;
    this.#source.setUp({ label: say(".digit"), kinds: ["digit", "drawing"], digits });
    on(
      this.#source,
      "picture-source:change",
      (/** @type {import("../elements/picture-source.js").Change} */ { source, done }) =>
        // Another digit is meant to be another class.
        set({ source, drawing: !done, target: null }),
    );
    this.#seen.setUp({
      shape: input.output_shape,
      label: say(".seen"),
      scale: "sequential",
      place: (flat) => placeText(input.output_shape, indexAt(input.output_shape, flat)),
    });
    this.#classes.setUp({ label: say(".target"), classes: MODEL.classes, lines: 1, chooses: true });
    on(this.#classes, "class-columns:choose", (/** @type {number} */ target) => set({ target }));
    const seen = make("figure", {}, make("figcaption", {}, say(".seen")), this.#seen);
    this.element = make(
      "div",
      { class: "forward" },
      this.#source,
      seen,
      make("div", { class: "read" }, this.#classes, this.#told, this.#formula),
    );
  }

  /**
   * @param {State} state
   * @param {readonly Element[][]} formula
   */
  show({ source, reading }, formula) {
    this.#source.source = source;
    if (!reading) return;
    const { probabilities, target, prediction, activations } = reading;
    const tensor = activations.get(MODEL.layers[0].id);
    if (tensor) this.#seen.shows = { tensor, range: [0, 1] };
    this.#classes.shows = {
      values: probabilities,
      reach: 1,
      texts: probabilities.map((share) => [percent(share)]),
      chosen: target,
    };
    const names = { read: MODEL.classes[prediction], target: MODEL.classes[target] };
    this.#told.textContent = say(prediction === target ? ".right" : ".wrong", names);
    this.#formula.replaceChildren(...formula.map((line) => make("p", {}, ...line)));
  }
}
