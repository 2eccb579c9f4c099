import { emit, make, write } from "../dom.js";
import { CURVES } from "../functions.js";
import { equation, math } from "../mathml.js";
import { fixed, many } from "../text.js";
import { FunctionPlot } from "./function-plot.js";
import { NumberGrid } from "./number-grid.js";

/**
 * Units of the simple kinds: the largest of a patch, a function of one number, one number as it
 * is. Each emits `tag:open` with a unit of the layer before.
 *
 * @typedef {import("./weighted-sum.js").Reading} Reading
 */

export class PatchMaximum extends HTMLElement {
  #grid = new NumberGrid();
  #formula = make("div", { class: "formula-line" });
  #note = make("p", { class: "note" });
  /** @type {Reading["unit"] | null} */
  #unit = null;

  connectedCallback() {
    if (this.firstChild) return;
    this.#grid.setUp({ label: "Patch", scale: "sequential", opens: true });
    this.#grid.addEventListener("number-grid:open", (event) => {
      const { window, source_id } = /** @type {Reading["unit"]} */ (this.#unit);
      if (!window?.rows || !window.columns) return;
      const place = /** @type {CustomEvent<number>} */ (event).detail;
      const row = window.rows[Math.floor(place / window.columns.length)];
      const column = window.columns[place % window.columns.length];
      emit(this, "open", { layer: source_id, index: [window.channels[0], row, column] });
    });
    this.append(this.#grid, this.#formula, this.#note);
  }

  /** @param {Reading} reading */
  set reading({ unit, source, range }) {
    this.#unit = unit;
    const [rows] = /** @type {(number | null)[][][]} */ (unit.patch);
    const { window, winner } = unit;
    if (!window?.rows || !window.columns || !winner) return;
    const [, row, column] = winner;
    const best = window.rows.indexOf(row) * window.columns.length + window.columns.indexOf(column);
    this.#grid.numbers = { rows, range, best };
    const read = rows.flat().filter((number) => number !== null);
    const list = read.map((number, i) => [
      ...(i ? [] : ["max", "("]),
      fixed(number),
      i < read.length - 1 ? "," : ")",
    ]);
    this.#formula.replaceChildren(...equation(...list, ["=", fixed(unit.result)]));
    const equal = read.filter((number) => number === unit.result).length;
    const among = equal > 1 ? `, the first of ${equal} equal ones` : "";
    write(
      this.#note,
      `The winner is ${source.label} row ${row}, column ${column}${among}. ` +
        `Of ${many(read.length, "number")}, only it goes on.`,
    );
  }
}

export class FunctionValue extends HTMLElement {
  #plot = new FunctionPlot();
  #formula = make("div", { class: "formula-line" });
  #open = make("button", { type: "button", class: "all" });
  #note = make("p", { class: "note" });
  /** @type {Reading["unit"] | null} */
  #unit = null;

  connectedCallback() {
    if (this.firstChild) return;
    this.#open.addEventListener("click", () => {
      const { index, source_id } = /** @type {Reading["unit"]} */ (this.#unit);
      emit(this, "open", { layer: source_id, index });
    });
    this.append(this.#plot, make("div", {}, this.#formula, this.#note, this.#open));
  }

  /** @param {Reading} reading */
  set reading({ unit, layer, source }) {
    this.#unit = unit;
    const [x] = /** @type {number[]} */ ([unit.patch].flat(3));
    const name = unit.function ?? "";
    this.#plot.show(name, layer.hyperparameters, x, unit.result);
    const formula = CURVES[name]?.formula;
    const shown =
      name === "relu" ? ["max", "(", "0", ",", fixed(x), ")"] : [name, "(", fixed(x), ")"];
    this.#formula.replaceChildren(math(...shown, "=", fixed(unit.result)));
    write(this.#note, `A function of one number${formula ? `: ${name}(x) = ${formula}` : ""}.`);
    write(this.#open, `Where ${fixed(x)} comes from: ${source.label}`);
  }
}

export class CopiedValue extends HTMLElement {
  #formula = make("div", { class: "formula-line" });
  #note = make("p", { class: "note" });
  #open = make("button", { type: "button", class: "all" });
  /** @type {{layer: string, index: number[]} | null} */
  #origin = null;

  connectedCallback() {
    if (this.firstChild) return;
    this.#open.addEventListener("click", () => emit(this, "open", this.#origin));
    this.append(this.#formula, this.#note, this.#open);
  }

  /** @param {Reading} reading */
  set reading({ unit, layer, source }) {
    const { window } = unit;
    this.#open.hidden = window === null;
    if (!window || !unit.source_id) {
      const [, row, column] = unit.index;
      this.#formula.replaceChildren();
      const at = row === undefined ? "" : ` of row ${row}, column ${column}`;
      write(
        this.#note,
        `The ink in the pixel${at}: 0 is paper, 1 is full ink. It is framed in the drawing.`,
      );
      return;
    }
    const index = [window.channels, window.rows, window.columns].flatMap((span) => span?.[0] ?? []);
    this.#origin = { layer: unit.source_id, index };
    this.#formula.replaceChildren(
      math(...place(index, layer.input_shape), "=", String(unit.index[0])),
    );
    if (layer.kind !== "flatten") this.#formula.replaceChildren(math(fixed(unit.result)));
    const [channel, row, column] = index;
    const from =
      row === undefined
        ? `${source.label} unit ${channel}`
        : `${source.label} map ${channel}, row ${row}, column ${column}`;
    write(this.#note, `${fixed(unit.result)}, unchanged, is ${from}.`);
    write(this.#open, `Open ${from}`);
  }
}

/**
 * @param {readonly number[]} index
 * @param {readonly number[]} shape
 * @returns {string[]} the place in a line of all: 1 × 25 + 2 × 5 + 3
 */
function place(index, shape) {
  const terms = index.map((position, axis) => {
    const step = shape.slice(axis + 1).reduce((product, side) => product * side, 1);
    return step === 1 ? [String(position)] : [String(position), "×", String(step)];
  });
  return terms.flatMap((term, i) => (i ? ["+", ...term] : term));
}

customElements.define("patch-maximum", PatchMaximum);
customElements.define("function-value", FunctionValue);
customElements.define("copied-value", CopiedValue);
