import { css, DIVERGING, isDeep, SEQUENTIAL } from "../colormap.js";
import { emit, make, rove, write } from "../dom.js";
import { fixed } from "../text.js";

const LUTS = { sequential: SEQUENTIAL, diverging: DIVERGING };

/**
 * A small grid of numbers, each on the colour that it has in a feature map. Emits
 * `number-grid:open` with a number's place when it may be opened and is.
 *
 * @typedef {object} Numbers
 * @property {readonly (number | null)[][]} rows null is padding that cannot win
 * @property {readonly [low: number, high: number]} range
 * @property {number | null} [best] the place of the number to frame
 */
export class NumberGrid extends HTMLElement {
  /** @type {HTMLElement[]} */
  #cells = [];
  #columns = 0;
  #lut = SEQUENTIAL;
  #label = "";
  #opens = false;

  /**
   * @param {object} options
   * @param {string} options.label names the grid for people
   * @param {keyof typeof LUTS} options.scale
   * @param {boolean} [options.opens] whether its numbers are units that can be opened
   */
  setUp({ label, scale, opens = false }) {
    this.#lut = LUTS[scale];
    this.#label = label;
    this.#opens = opens;
    this.setAttribute("role", "group");
    this.setAttribute("aria-label", label);
  }

  /** @param {Numbers} numbers */
  set numbers({ rows, range: [low, high], best = null }) {
    const flat = rows.flat();
    if (this.#cells.length !== flat.length || this.#columns !== rows[0].length) {
      this.#build(flat.length, rows[0].length);
    }
    const factor = high > low ? 255 / (high - low) : 0;
    for (const [place, number] of flat.entries()) {
      const cell = this.#cells[place];
      const step = Math.max(0, Math.min(255, Math.round(((number ?? low) - low) * factor)));
      cell.style.setProperty("--cell", css(this.#lut, step));
      cell.dataset.ground = isDeep(this.#lut, step) ? "dark" : "light";
      cell.toggleAttribute("data-best", place === best);
      write(cell, number === null ? "–" : fixed(number));
      if (this.#opens) cell.ariaLabel = `${cell.textContent}, ${this.#place(place)}`;
    }
  }

  /**
   * @param {number} count
   * @param {number} columns
   */
  #build(count, columns) {
    this.#columns = columns;
    this.style.setProperty("--columns", String(columns));
    this.#cells = Array.from({ length: count }, (_, place) => {
      if (!this.#opens) return make("span", { class: "cell" });
      const cell = make("button", { type: "button", class: "cell", title: "Open this unit" });
      cell.addEventListener("click", () => emit(this, "open", place));
      return cell;
    });
    if (this.#opens) rove(this.#cells, columns);
    this.replaceChildren(...this.#cells);
  }

  /** @param {number} place */
  #place(place) {
    const [row, column] = [Math.floor(place / this.#columns), place % this.#columns];
    return `row ${row}, column ${column} of ${this.#label}`;
  }
}

customElements.define("number-grid", NumberGrid);
