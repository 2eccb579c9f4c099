import { emit, make, write } from "../dom.js";
import { fraction, math, sub, sup } from "../mathml.js";
import { DIGITS, fixed, scientific } from "../text.js";

/**
 * A unit of a softmax: every exponential, their sum, and the share that this one has. Emits
 * `softmax-shares:open` with the unit of the layer before.
 *
 * @typedef {import("./weighted-sum.js").Reading} Reading
 */
export class SoftmaxShares extends HTMLElement {
  #body = make("tbody");
  #total = make("td", { class: "number" });
  #formula = make("div", { class: "formula-line" });
  #note = make("p", { class: "note" });
  #source = "";

  /** @param {Reading} reading */
  set reading({ unit, source, classes }) {
    const [logits, exponentials] = [unit.patch, unit.exponentials].map(
      (numbers) => /** @type {number[]} */ ([numbers].flat(3)),
    );
    const { shift, total } = /** @type {{shift: number, total: number}} */ (unit);
    const own = unit.index[0];
    if (this.#source !== source.id) this.#build(source, logits, classes);
    for (const [i, row] of [...this.#body.rows].entries()) {
      const [, logit, shifted, exponential, share] = row.cells;
      write(/** @type {HTMLElement} */ (logit.firstElementChild), fixed(logits[i]));
      write(shifted, fixed(logits[i] - shift));
      write(exponential, scientific(exponentials[i]));
      write(share, scientific(exponentials[i] / total));
      row.toggleAttribute("data-best", i === own);
      row.style.setProperty("--share", String(exponentials[i] / total));
    }
    write(this.#total, scientific(total));
    const power = sup("e", fixed(logits[own] - shift));
    this.#formula.replaceChildren(
      math(
        sub("p", String(own)),
        "=",
        fraction(power, fixed(total)),
        "=",
        fraction(scientific(exponentials[own]), fixed(total)),
        "=",
        scientific(unit.result),
      ),
    );
    const least = unit.result === 0 ? "above 0, too little for 32 bits" : scientific(unit.result);
    write(
      this.#note,
      "It can never be 0: an exponential is above 0 whatever its exponent, so every class keeps a " +
        `share, here ${least}. The largest input, ${fixed(shift)}, is taken off every exponent ` +
        "first; that keeps the exponentials small and changes no share. Numbers have " +
        `${DIGITS} digits after the point, very small ones three in all.`,
    );
  }

  /**
   * @param {import("../api.js").Layer} source
   * @param {readonly number[]} logits
   * @param {readonly string[]} classes
   */
  #build(source, logits, classes) {
    this.#source = source.id;
    const rows = logits.map((_, i) => {
      const open = make("button", { type: "button", title: "Open this unit" });
      open.addEventListener("click", () => emit(this, "open", { layer: source.id, index: [i] }));
      const number = (/** @type {(Node | string)[]} */ ...children) =>
        make("td", { class: "number" }, ...children);
      return make(
        "tr",
        {},
        make("th", { scope: "row" }, classes[i] ?? String(i)),
        number(open),
        number(),
        number(),
        number(),
      );
    });
    this.#body.replaceChildren(...rows);
    const names = ["Class", `${source.label} gives z`, "z − largest", "exponential", "share"];
    const head = names.map((name, i) =>
      make("th", { scope: "col", class: i ? "number" : "" }, name),
    );
    const foot = make(
      "tr",
      {},
      make("th", { scope: "row", colspan: "3" }, "Sum"),
      this.#total,
      make("td", { class: "number" }, fixed(1)),
    );
    this.replaceChildren(
      make(
        "table",
        {},
        make("thead", {}, make("tr", {}, ...head)),
        this.#body,
        make("tfoot", {}, foot),
      ),
      this.#formula,
      this.#note,
    );
  }
}

customElements.define("softmax-shares", SoftmaxShares);
