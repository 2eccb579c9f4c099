import { make } from "../dom.js";
import { value } from "../text.js";

/** Numbers of a flat layer in one row of the table. */
const PER_ROW = 10;

/**
 * The numbers behind a map, as a table with its rows and columns named.
 */
export class NumberTable extends HTMLElement {
  /** @type {string[][]} */
  #rows = [];

  /**
   * @param {{label: string, values: Float32Array, columns: number}} map a flat layer has one column
   */
  show({ label, values, columns }) {
    const flat = columns === 1;
    const across = flat ? Math.min(PER_ROW, values.length) : columns;
    const down = Math.ceil(values.length / across);
    const head = Array.from({ length: across }, (_, i) => (flat ? `+${i}` : String(i)));
    const names = Array.from({ length: down }, (_, i) => String(flat ? i * across : i));
    const rowOf = (/** @type {number} */ i) => [...values.subarray(i * across, (i + 1) * across)];
    this.#rows = [
      [flat ? "unit" : "row", ...head],
      ...names.map((name, i) => [name, ...rowOf(i).map(String)]),
    ];
    const corner = make("th", { scope: "col" }, flat ? "unit" : "row, column");
    this.replaceChildren(
      make(
        "table",
        {},
        make("caption", { class: "visually-hidden" }, label),
        make(
          "thead",
          {},
          make("tr", {}, corner, ...head.map((name) => make("th", { scope: "col" }, name))),
        ),
        make(
          "tbody",
          {},
          ...names.map((name, i) =>
            make(
              "tr",
              {},
              make("th", { scope: "row" }, name),
              ...rowOf(i).map((number) => make("td", { title: String(number) }, value(number))),
            ),
          ),
        ),
      ),
    );
  }

  /** All digits of the numbers, with tabs between them. */
  get text() {
    return this.#rows.map((row) => row.join("\t")).join("\n");
  }
}

customElements.define("number-table", NumberTable);
