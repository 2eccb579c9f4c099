/**
 * The way back: from the loss to the input, a row for each layer.
 */

import { make, on, write } from "../dom.js";
import { ClassColumns } from "../elements/class-columns.js";
import { choice } from "../lab.js";
import { say } from "../messages.js";
import { brief } from "../numbers.js";
import { value } from "../text.js";
import { MODEL } from "./answer.js";
import { LayerRow } from "./layer-row.js";

/**
 * @typedef {import("./state.js").State} State
 * @typedef {import("./answer.js").Weights} Weights
 */

/** Those that only write the same numbers in another shape show nothing of their own. */
const SILENT = ["flatten"];

export class Backward {
  #logits = new ClassColumns();
  #formula = make("div", { class: "formulas" });
  #check = make("p", { class: "check" });
  #scale;
  #list = make("ol", { class: "layers" });
  /** @type {LayerRow[]} */
  #rows = [];
  #set;
  element;

  /** @param {(changed: Partial<State>) => void} set */
  constructor(set) {
    this.#set = set;
    this.#logits.setUp({ label: say(".logits"), classes: MODEL.classes, lines: 3, signed: true });
    this.#scale = choice(
      "scale",
      ".scale",
      { layer: ".scale_layer", network: ".scale_network" },
      (scale) => set({ scale: /** @type {State["scale"]} */ (scale) }),
    );
    this.element = make(
      "div",
      { class: "backward" },
      make("div", { class: "logits" }, this.#formula, this.#logits, this.#check),
      make("div", { class: "toolbar" }, this.#scale, legend("sequential"), legend("diverging")),
      this.#list,
    );
  }

  /**
   * @param {State} state
   * @param {ReadonlyMap<string, Weights>} weights
   * @param {{layer: string, parameter: string, flat: number} | null} chosen
   * @param {readonly Element[][]} formula
   */
  show({ reading, scale }, weights, chosen, formula) {
    this.#scale.value = scale;
    if (!reading) return;
    const { upstream, probabilities, target } = reading;
    const ids = [...upstream.keys()].reverse();
    if (!this.#rows.length) this.#build(ids);
    const difference = probabilities.map((share, i) => share - Number(i === target));
    const logits = upstream.get(ids[0])?.values ?? new Float32Array();
    this.#logits.shows = {
      values: difference,
      reach: 1,
      texts: probabilities.map((share, i) => [
        short(share),
        `− ${Number(i === target)}`,
        `= ${short(difference[i])}`,
      ]),
      chosen: target,
    };
    const off = Math.max(...difference.map((one, i) => Math.abs(one - logits[i])));
    write(this.#check, say(".logits_check", { off: value(off) }));
    this.#formula.replaceChildren(...formula.map((line) => make("p", {}, ...line)));

    const reach = largestOf(upstream.values());
    const slopes = [...reading.slopes.values()].flatMap(({ weight, bias }) => [weight, bias]);
    const slope = largestOf(slopes.filter((tensor) => tensor !== null));
    for (const row of this.#rows) {
      row.show(reading, weights.get(row.id) ?? null, { scale, reach, slope });
      row.mark = chosen?.layer === row.id ? chosen : null;
    }
  }

  /** @param {readonly string[]} ids from the loss back */
  #build(ids) {
    const shown = ids.filter(
      (id) => !SILENT.includes(MODEL.layers.find((layer) => layer.id === id)?.kind ?? ""),
    );
    this.#rows = shown.map((id) => new LayerRow(id));
    this.#list.replaceChildren(...this.#rows.map(({ element }) => element));
    for (const { element, id } of this.#rows) {
      on(
        element,
        "layer-row:choose",
        (/** @type {{parameter: "weight" | "bias", index: number[]}} */ number) =>
          this.#set({ layer: id, term: null, ...number }),
      );
    }
  }
}

/** @param {number} number to as many digits as a column is wide */
function short(number) {
  return brief(Number(number.toPrecision(3)));
}

/** @param {"sequential" | "diverging"} scale */
function legend(scale) {
  const made = make("p", { class: "legend" });
  const colours = document.createElement("color-scale");
  colours.setAttribute("scale", scale);
  made.append(say(`.legend_${scale}_from`), colours, say(`.legend_${scale}_to`));
  return made;
}

/** @param {Iterable<import("../tensor.js").Tensor>} tensors */
function largestOf(tensors) {
  let most = 0;
  for (const { values } of tensors) {
    for (const one of values) most = Math.max(most, Math.abs(one));
  }
  return most;
}
