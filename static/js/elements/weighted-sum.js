import { byStrength, rounding } from "../arithmetic.js";
import { emit, make, write } from "../dom.js";
import { equation, sum } from "../mathml.js";
import { fixed } from "../text.js";
import { NumberGrid } from "./number-grid.js";

/**
 * A unit that reads windows of maps: patch × kernel term by term, a block for each map that is
 * read, then the sums, the bias and the result. Emits `weighted-sum:open` with the index of a
 * unit of the layer before.
 *
 * @typedef {import("../api.js").Layer} Layer
 * @typedef {import("../api.js").Unit} Unit
 * @typedef {number[][][]} Block by channel, row and column
 *
 * @typedef {object} Reading what an element that explains a unit is given
 * @property {Unit} unit
 * @property {Layer} layer
 * @property {Layer} source the layer it reads
 * @property {readonly [low: number, high: number]} range of the layer it reads
 * @property {readonly string[]} classes the model's
 *
 * @typedef {object} Part what there is for one map that is read
 * @property {HTMLDetailsElement} details
 * @property {HTMLElement} bar
 * @property {HTMLElement} sum
 * @property {NumberGrid[]} grids patch, kernel, products
 */
export class WeightedSum extends HTMLElement {
  /** @type {Part[]} */
  #parts = [];
  #formula = make("div", { class: "formula-line" });
  #note = make("p", { class: "note" });
  /** @type {Unit | null} */
  #unit = null;

  /** @param {Reading} reading */
  set reading({ unit, source, range }) {
    this.#unit = unit;
    const { sums, bias, result } = unit;
    const [patch, kernel, products] = /** @type {Block[]} */ ([
      unit.patch,
      unit.kernel,
      unit.products,
    ]);
    if (!sums) return;
    if (this.#parts.length !== sums.length) this.#build(sums, source);
    const reach = largest(kernel);
    const most = largest(products);
    const widest = Math.max(...sums.map(Math.abs));
    for (const [i, { bar, sum, grids }] of this.#parts.entries()) {
      write(sum, fixed(sums[i]));
      bar.style.setProperty("--share", String(widest ? sums[i] / widest : 0));
      bar.toggleAttribute("data-negative", sums[i] < 0);
      grids[0].numbers = { rows: patch[i], range };
      grids[1].numbers = { rows: kernel[i], range: [-reach, reach] };
      grids[2].numbers = { rows: products[i], range: [-most, most] };
    }
    const terms = [...sums, ...(bias === null ? [] : [bias])];
    this.#formula.replaceChildren(...equation(...sum(terms.map(fixed)), ["=", fixed(result)]));
    const added = [...products.flat(2), ...(bias === null ? [] : [bias])];
    write(this.#note, `${names(sums.length, bias !== null)} ${rounding(added, result)}`);
  }

  /**
   * @param {readonly number[]} sums
   * @param {Layer} source
   */
  #build(sums, source) {
    const [first] = byStrength(sums);
    const channels = this.#unit?.window?.channels ?? [];
    this.#parts = channels.map((channel, i) => part(`${source.label} map ${channel}`, i === first));
    for (const [i, { grids }] of this.#parts.entries()) {
      grids[0].addEventListener("number-grid:open", (event) =>
        this.#open(i, /** @type {CustomEvent<number>} */ (event).detail),
      );
    }
    const all = make("button", { type: "button", class: "all" }, "Show every term");
    all.addEventListener("click", () => {
      for (const { details } of this.#parts) details.open = true;
    });
    all.hidden = sums.length < 2;
    const blocks = this.#parts.map(({ details }) => details);
    this.replaceChildren(this.#formula, this.#note, ...blocks, all);
    this.toggleAttribute("data-single", sums.length === 1);
  }

  /**
   * @param {number} part
   * @param {number} place in its patch
   */
  #open(part, place) {
    const { window, source_id } = /** @type {Unit} */ (this.#unit);
    if (!window?.rows || !window.columns) return;
    const row = window.rows[Math.floor(place / window.columns.length)];
    const column = window.columns[place % window.columns.length];
    emit(this, "open", { layer: source_id, index: [window.channels[part], row, column] });
  }
}

/**
 * @param {string} name of the map
 * @param {boolean} open
 * @returns {Part}
 */
function part(name, open) {
  const titles = [`Patch of ${name}`, "Kernel", "Products"];
  const grids = titles.map((label, i) => {
    const grid = new NumberGrid();
    grid.setUp({ label, scale: i ? "diverging" : "sequential", opens: i === 0 });
    return grid;
  });
  const bar = make("span", { class: "signed-bar", "aria-hidden": "true" });
  const sum = make("strong", { class: "sum" });
  const figures = grids.map((grid, i) =>
    make("figure", {}, make("figcaption", {}, titles[i]), grid),
  );
  const sign = (/** @type {string} */ text) => make("span", { class: "sign" }, text);
  const details = make(
    "details",
    {},
    make("summary", {}, make("span", { class: "name" }, name), bar, sum),
    make("div", { class: "terms" }, figures[0], sign("×"), figures[1], sign("="), figures[2]),
  );
  details.open = open;
  return { details, bar, sum, grids };
}

/**
 * @param {number} sums
 * @param {boolean} biased
 */
function names(sums, biased) {
  const told = sums === 1 ? "The sum of the products below" : `The ${sums} sums below`;
  return biased ? `${told}, and last the bias.` : `${told}.`;
}

/** @param {Block} block */
function largest(block) {
  return Math.max(...block.flat(2).map(Math.abs));
}

customElements.define("weighted-sum", WeightedSum);
