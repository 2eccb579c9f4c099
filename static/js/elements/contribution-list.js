import { byStrength, rounding } from "../arithmetic.js";
import { emit, make, write } from "../dom.js";
import { equation, sum } from "../mathml.js";
import { count, fixed } from "../text.js";
import { ConnectionLines } from "./connection-lines.js";
import { FeatureMap } from "./feature-map.js";

/** Contributions that are shown before somebody asks for all. */
const FEW = 12;

/**
 * A unit that weighs all units of a flat layer: what each contributes, the strongest first, with
 * lines from where they are. Emits `contribution-list:open` with a unit of the layer before.
 *
 * @typedef {import("./weighted-sum.js").Reading} Reading
 */
export class ContributionList extends HTMLElement {
  #strip = new FeatureMap();
  #rows = make("ol", { class: "contributions" });
  #lines = new ConnectionLines();
  #all = make("button", { type: "button", class: "all" });
  #formula = make("div", { class: "formula-line" });
  #note = make("p", { class: "note" });
  #few = true;
  #source = "";
  /** @type {Reading | null} */
  #reading = null;

  connectedCallback() {
    this.#all.addEventListener("click", () => {
      this.#few = !this.#few;
      if (this.#reading) this.#show(this.#reading);
    });
  }

  /** @param {Reading} reading */
  set reading(reading) {
    const { source, unit, range } = reading;
    if (this.#source !== source.id) {
      this.#source = source.id;
      const rows = source.output_shape[0];
      const address = { layer: source.id, channel: null };
      this.#strip = new FeatureMap();
      this.#strip.setUp({ rows, columns: 1, label: source.label, address });
      const picture = make("div", { class: "fan" }, this.#strip, this.#rows, this.#lines);
      this.replaceChildren(this.#formula, this.#note, picture, this.#all);
    }
    this.#reading = reading;
    this.#strip.data = { values: Float32Array.from(/** @type {number[]} */ (unit.patch)), range };
    this.#show(reading);
  }

  /** @param {Reading} reading */
  #show({ unit, source }) {
    const [patch, kernel, products] = /** @type {number[][]} */ ([
      unit.patch,
      unit.kernel,
      unit.products,
    ]);
    const order = byStrength(products);
    const shown = order.slice(0, this.#few ? FEW : undefined);
    const largest = Math.abs(products[order[0]]);
    const share = (/** @type {number} */ place) => (largest ? products[place] / largest : 0);
    while (this.#rows.children.length > shown.length) this.#rows.lastElementChild?.remove();
    while (this.#rows.children.length < shown.length) this.#rows.append(this.#row());
    for (const [i, place] of shown.entries()) {
      const button = /** @type {HTMLElement} */ (this.#rows.children[i].firstChild);
      const [name, terms, bar, product] = /** @type {Iterable<HTMLElement>} */ (button.children);
      button.dataset.place = String(place);
      write(name, `${source.label} ${place}`);
      write(terms, `${fixed(patch[place])} × ${fixed(kernel[place])}`);
      bar.style.setProperty("--share", String(share(place)));
      bar.toggleAttribute("data-negative", products[place] < 0);
      write(product, fixed(products[place]));
    }
    const rest = order.slice(shown.length).reduce((total, place) => total + products[place], 0);
    const others = order.length - shown.length;
    this.#all.hidden = order.length <= FEW;
    write(this.#all, this.#few ? `Show all ${count(order.length)}` : `Show the strongest ${FEW}`);
    this.#lines.edges = shown.slice(0, FEW).map((place, i) => ({
      from: this.#strip,
      to: this.#rows.children[i],
      at: (place + 0.5) / products.length,
      strength: share(place),
    }));
    const bias = unit.bias === null ? [] : [unit.bias];
    const top = shown.reduce((total, place) => total + products[place], 0);
    const parts = others ? [top, rest, ...bias] : [top, ...bias];
    const names = [`the ${count(shown.length)} contributions below`];
    if (others) names.push(`the other ${count(others)} together`);
    if (bias.length) names.push("the bias");
    this.#formula.replaceChildren(...equation(...sum(parts.map(fixed)), ["=", fixed(unit.result)]));
    const terms = [...shown.map((place) => products[place]), ...(others ? [rest] : []), ...bias];
    const list = names.join(", ");
    const told = `${list[0].toUpperCase()}${list.slice(1)}.`;
    write(this.#note, `${told} ${rounding(terms, unit.result)}`);
  }

  #row() {
    const button = make(
      "button",
      { type: "button", title: "Open this unit" },
      make("span", { class: "name" }),
      make("span", { class: "terms" }),
      make("span", { class: "signed-bar", "aria-hidden": "true" }),
      make("strong", { class: "product" }),
    );
    button.addEventListener("click", () =>
      emit(this, "open", { layer: this.#source, index: [Number(button.dataset.place)] }),
    );
    return make("li", {}, button);
  }
}

customElements.define("contribution-list", ContributionList);
