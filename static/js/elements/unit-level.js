import { make, write } from "../dom.js";
import { fixed, scientific } from "../text.js";
import { ContributionList } from "./contribution-list.js";
import { CopiedValue, FunctionValue, PatchMaximum, PatchMean } from "./simple-units.js";
import { SoftmaxShares } from "./softmax-shares.js";
import { WeightedSum } from "./weighted-sum.js";

/**
 * One unit: its arithmetic, by operation, and the function that its value goes through next.
 *
 * @typedef {import("./weighted-sum.js").Reading} Reading
 */

/** The kinds whose weights are all the same, and nothing that was learned. */
const MEANS = ["avg_pool2d", "adaptive_avg_pool2d"];

/** @type {Record<string, (reading: Reading) => HTMLElement & {reading: Reading}>} */
const OPERATIONS = {
  weighted_sum: ({ unit }) => {
    if (MEANS.includes(unit.kind)) return new PatchMean();
    return unit.sums ? new WeightedSum() : new ContributionList();
  },
  maximum: () => new PatchMaximum(),
  function: () => new FunctionValue(),
  softmax: () => new SoftmaxShares(),
  copy: () => new CopiedValue(),
};

export class UnitLevel extends HTMLElement {
  #result = make("output", { class: "result" });
  #next = make("p", { class: "next" });
  #body = make("div", { class: "arithmetic" });
  #shown = "";

  connectedCallback() {
    if (this.firstChild) return;
    const value = make("p", { class: "value" }, "activation", this.#result);
    this.append(make("div", { class: "head" }, value, this.#next), this.#body);
  }

  /**
   * @param {Reading} reading
   * @param {{label: string, value: number, open: () => void} | null} next the function after it
   */
  explain(reading, next) {
    const { unit } = reading;
    const key = [unit.layer_id, unit.operation, ...unit.index].join();
    if (this.#shown !== key) {
      this.#shown = key;
      this.#body.replaceChildren(OPERATIONS[unit.operation](reading));
    }
    /** @type {HTMLElement & {reading: Reading}} */ (this.#body.firstChild).reading = reading;
    write(
      this.#result,
      unit.operation === "softmax" ? scientific(unit.result) : fixed(unit.result),
    );
    this.#next.hidden = next === null;
    if (!next) return;
    const button = make(
      "button",
      { type: "button", class: "all" },
      `${next.label} makes ${fixed(next.value)} of it`,
    );
    button.addEventListener("click", next.open);
    if (this.#next.textContent !== button.textContent) this.#next.replaceChildren(button);
  }

  /** Another unit is to come. */
  clear() {
    this.#shown = "";
    write(this.#result, "");
    this.#next.hidden = true;
    this.#body.replaceChildren();
  }

  /** @param {string} reason why there is nothing to explain */
  refuse(reason) {
    this.#shown = "";
    write(this.#result, "–");
    this.#next.hidden = true;
    this.#body.replaceChildren(make("p", { class: "note" }, reason));
  }
}

customElements.define("unit-level", UnitLevel);
