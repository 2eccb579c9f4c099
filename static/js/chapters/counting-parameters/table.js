/**
 * The lecture's table with blanks: what is filled in is marked at once.
 */

import { make, write } from "../../dom.js";
import { say } from "../../messages.js";
import { count, percent } from "../../text.js";
import { alike } from "./count.js";
import { COLUMNS, keyOf, readCell } from "./rows.js";

/**
 * @typedef {import("./count.js").Counted} Counted
 * @typedef {import("./rows.js").Column} Column
 * @typedef {import("./rows.js").Row} Row
 *
 * @typedef {object} Shown
 * @property {ReadonlySet<Column>} blank
 * @property {import("./rows.js").Given} given
 * @property {boolean} answers whether the answers are shown
 * @property {boolean} bars whether the bars are shown before their numbers are found
 * @property {string} at the key of the cell that is explained
 *
 * @typedef {object} Cell
 * @property {string} key
 * @property {Column} column
 * @property {Counted} counted
 * @property {HTMLElement} element
 * @property {HTMLInputElement} input
 * @property {HTMLElement} text stands for the input where the number is shown
 */

export class BlankTable {
  #filled;
  #chosen;
  /** @type {Cell[]} column by column, so that Enter goes down */
  #cells = [];
  /** @type {{parameters: HTMLElement, sizes: HTMLElement, text: HTMLElement}[]} */
  #bars = [];
  element = make("table", { class: "blanks" });
  #rows;
  #total;

  /**
   * @param {{rows: readonly Row[], total: Counted}} table
   * @param {object} listeners
   * @param {(key: string, numbers: readonly number[] | null, text: string) => void} listeners.filled
   *   null where what was typed is no number; an empty text takes it back
   * @param {(key: string) => void} listeners.chosen
   */
  constructor({ rows, total }, { filled, chosen }) {
    this.#rows = rows;
    this.#total = total;
    this.#filled = filled;
    this.#chosen = chosen;
    const body = rows.map((row, place) => this.#row(row, place));
    const sum = this.#cell("parameters", rows.length, total, say(".total"));
    const head = [".layer", ...COLUMNS.map((column) => `.${column}`), ".share"].map((key) =>
      make("th", { scope: "col", class: key.slice(1) }, say(key)),
    );
    this.element.append(
      make("thead", {}, make("tr", {}, ...head)),
      make("tbody", {}, ...body),
      make(
        "tfoot",
        {},
        make(
          "tr",
          {},
          make("th", { scope: "row", colspan: "3" }, say(".total")),
          sum,
          make("td", { class: "share" }),
        ),
      ),
    );
    this.#cells.sort((a, b) => COLUMNS.indexOf(a.column) - COLUMNS.indexOf(b.column));
  }

  /**
   * @param {Row} row
   * @param {number} place
   */
  #row({ label, isInput, window, cells }, place) {
    const name = isInput ? say("page.input") : label;
    const bars = {
      parameters: make("span", { class: "bar parameters" }),
      sizes: make("span", { class: "bar sizes" }),
      text: make("span", { class: "percent" }),
    };
    this.#bars.push(bars);
    return make(
      "tr",
      {},
      make("th", { scope: "row" }, `${name} `, make("span", { class: "window" }, window)),
      ...COLUMNS.map((column) =>
        this.#cell(column, place, cells[column], `${name}, ${say(`.${column}`)}`),
      ),
      make(
        "td",
        { class: "share" },
        make("span", { class: "bars", "aria-hidden": "true" }, bars.parameters, bars.sizes),
        bars.text,
      ),
    );
  }

  /**
   * @param {Column} column
   * @param {number} row
   * @param {Counted} counted
   * @param {string} label
   */
  #cell(column, row, counted, label) {
    const key = keyOf(column, row);
    const input = make("input", {
      type: "text",
      inputmode: column === "shapes" ? "text" : "numeric",
      autocomplete: "off",
      "aria-label": label,
      "aria-describedby": "counted",
      placeholder: "?",
    });
    const text = make("span", {}, textOf(counted.answer, column));
    const element = make("td", { class: column }, input, text);
    input.addEventListener("focus", () => this.#chosen(key));
    const fill = () => this.#filled(key, readCell(input.value, column), input.value.trim());
    input.addEventListener("change", fill);
    input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      const open = this.#cells.filter((cell) => !cell.input.hidden);
      const next = open[open.findIndex((cell) => cell.input === input) + 1];
      if (!alike(readCell(input.value, column) ?? [], counted.answer)) fill();
      // Leaving it is what fills it in.
      else if (next) next.input.focus();
      else input.blur();
    });
    this.#cells.push({ key, column, counted, element, input, text });
    return element;
  }

  /** @param {Shown} shown */
  set shows({ blank, given, answers, bars, at }) {
    for (const { key, column, counted, element, input, text } of this.#cells) {
      const open = blank.has(column) && !answers;
      input.hidden = !open;
      text.hidden = open;
      element.toggleAttribute("data-answer", blank.has(column) && answers);
      element.toggleAttribute("data-at", key === at && blank.has(column));
      const numbers = given[key];
      const mark = open && numbers ? (alike(numbers, counted.answer) ? "right" : "wrong") : null;
      if (mark) element.dataset.mark = mark;
      else delete element.dataset.mark;
      input.ariaInvalid = mark === "wrong" ? "true" : null;
      if (document.activeElement !== input || mark === "right") {
        input.value = numbers ? textOf(numbers, column) : "";
      }
    }
    for (const [row, { parameters, sizes, text }] of this.#bars.entries()) {
      const { cells } = this.#rows[row];
      const known = (/** @type {Column} */ column) =>
        bars ||
        answers ||
        !blank.has(column) ||
        alike(given[keyOf(column, row)] ?? [], cells[column].answer);
      const all = this.#rows.reduce((sum, { cells }) => sum + cells.sizes.answer[0], 0);
      const share = cells.parameters.answer[0] / this.#total.answer[0];
      show(parameters, known("parameters") ? share : 0);
      show(sizes, known("sizes") ? cells.sizes.answer[0] / all : 0);
      write(text, known("parameters") && share > 0 ? percent(share) : "");
    }
  }

  /** @returns {{key: string, counted: Counted}[]} */
  get cells() {
    return this.#cells;
  }
}

/**
 * @param {HTMLElement} bar
 * @param {number} share
 */
function show(bar, share) {
  bar.style.setProperty("--share", String(share));
}

/**
 * @param {readonly number[]} numbers
 * @param {Column} column
 */
export function textOf(numbers, column) {
  return numbers.map(count).join(column === "shapes" ? " × " : "");
}
