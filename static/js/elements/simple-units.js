import { emit, make, write } from "../dom.js";
import { CURVES } from "../functions.js";
import { equation, math, sum } from "../mathml.js";
import { fixed, many } from "../text.js";
import { FunctionPlot } from "./function-plot.js";
import { NumberGrid } from "./number-grid.js";

/**
 * Units of the simple kinds: the largest or the mean of a patch, a function of one number, one
 * number as it is. Each emits `tag:open` with a unit of the layer before.
 *
 * @typedef {import("./weighted-sum.js").Reading} Reading
 */

/** A sum of more is told by what it comes to. */
const MOST_TERMS = 9;

export class PatchMaximum extends HTMLElement {
  #grid = new NumberGrid();
  #formula = make("div", { class: "formula-line" });
  #note = make("p", { class: "note" });
  /** @type {Reading["unit"] | null} */
  #unit = null;

  connectedCallback() {
    if (this.firstChild) return;
    this.#grid.setUp({ label: "Patch", scale: "sequential", opens: true });
    this.#grid.addEventListener("number-grid:open", (event) => open(this, this.#unit, event));
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

export class PatchMean extends HTMLElement {
  #grid = new NumberGrid();
  #formula = make("div", { class: "formula-line" });
  #note = make("p", { class: "note" });
  /** @type {Reading["unit"] | null} */
  #unit = null;

  connectedCallback() {
    if (this.firstChild) return;
    this.#grid.setUp({ label: "Patch", scale: "sequential", opens: true });
    this.#grid.addEventListener("number-grid:open", (event) => open(this, this.#unit, event));
    this.append(this.#grid, this.#formula, this.#note);
  }

  /** @param {Reading} reading */
  set reading({ unit, source, range }) {
    this.#unit = unit;
    const [patch] = /** @type {number[][][]} */ (unit.patch);
    const [weights] = /** @type {number[][][]} */ (unit.kernel);
    // What lies beyond the padding does not count: its weight is 0.
    const rows = patch.map((row, i) => row.map((number, j) => (weights[i][j] ? number : null)));
    this.#grid.numbers = { rows, range };
    const read = rows.flat().filter((number) => number !== null);
    const divisor = String(Math.round(1 / Math.max(...weights.flat())));
    const total = read.reduce((all, number) => all + number, 0);
    const terms = sum((read.length > MOST_TERMS ? [total] : read).map(fixed));
    terms[0] = ["(", ...terms[0]];
    terms.push([...(terms.pop() ?? []), ")"]);
    this.#formula.replaceChildren(...equation(...terms, ["÷", divisor], ["=", fixed(unit.result)]));
    write(
      this.#note,
      `The mean of ${many(read.length, "number")} of ${source.label}: each counts alike. ` +
        "Every number is rounded for itself.",
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
    const shown = WORKED[name]?.(x) ?? [[name, "(", fixed(x), ")"]];
    this.#formula.replaceChildren(...equation(...shown, ["=", fixed(unit.result)]));
    write(this.#note, `A function of one number${formula ? `: f(x) = ${formula}` : ""}.`);
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
 * Functions whose arithmetic can be followed.
 *
 * @type {Record<string, (x: number) => string[][]>}
 */
const WORKED = {
  relu: (x) => [["max", "(", "0", ",", fixed(x), ")"]],
  silu: (x) => [
    [fixed(x), "·", "σ", "(", fixed(x), ")"],
    ["=", fixed(x), "·", fixed(CURVES.sigmoid.at(x, {}))],
  ],
};

/**
 * @param {HTMLElement} element that shows a patch
 * @param {Reading["unit"] | null} unit that reads it
 * @param {Event} event with the place of the number to open
 */
function open(element, unit, event) {
  const { window, source_id } = /** @type {Reading["unit"]} */ (unit);
  if (!window?.rows || !window.columns) return;
  const place = /** @type {CustomEvent<number>} */ (event).detail;
  const row = window.rows[Math.floor(place / window.columns.length)];
  const column = window.columns[place % window.columns.length];
  emit(element, "open", { layer: source_id, index: [window.channels[0], row, column] });
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
customElements.define("patch-mean", PatchMean);
customElements.define("function-value", FunctionValue);
customElements.define("copied-value", CopiedValue);
