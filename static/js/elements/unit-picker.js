import { emit } from "../dom.js";
import { value } from "../text.js";
import { FeatureMap } from "./feature-map.js";

/**
 * One large map in which a unit is chosen: by pointing, by the arrow keys, by a finger. Emits
 * `unit-picker:move` with the place of the unit under the pointer or the cursor, -1 when the
 * pointer has left, and `unit-picker:open` when it is chosen.
 *
 * @typedef {import("./feature-map.js").Address} Address
 */
export class UnitPicker extends HTMLElement {
  #map = new FeatureMap();
  #place = 0;
  #rows = 1;
  #columns = 1;

  /**
   * @param {object} options
   * @param {number} options.rows
   * @param {number} options.columns
   * @param {boolean} options.flat whether the numbers are those of a flat layer
   * @param {string} options.label
   * @param {Address} options.address
   */
  setUp({ rows, columns, flat, label, address }) {
    this.#rows = rows;
    this.#columns = columns;
    this.#map.setUp({ rows, columns, label, flat, address });
    this.role = "slider";
    this.tabIndex = 0;
    this.ariaLabel = label;
    this.ariaValueMin = "0";
    this.ariaValueMax = String(rows * columns - 1);
    this.replaceChildren(this.#map);
    // The slider is what has the focus; the map in it is but its picture.
    this.#map.role = "presentation";
    this.#map.removeAttribute("aria-label");
    this.#map.removeAttribute("tabindex");
  }

  connectedCallback() {
    this.addEventListener("keydown", (event) => this.#key(event));
    this.addEventListener("feature-map:point", (event) => {
      emit(this, "move", /** @type {CustomEvent} */ (event).detail.index);
    });
    this.addEventListener("feature-map:leave", () => emit(this, "move", -1));
    this.addEventListener("feature-map:open", (event) => {
      event.stopPropagation();
      emit(this, "open", /** @type {CustomEvent} */ (event).detail.index);
    });
  }

  get map() {
    return this.#map;
  }

  /** @param {import("./feature-map.js").FeatureMap["data"]} data */
  set data(data) {
    this.#map.data = data;
    this.#tell();
  }

  get place() {
    return this.#place;
  }

  /** The place of the unit that is framed. */
  set place(place) {
    this.#place = place;
    const [row, column] = [Math.floor(place / this.#columns), place % this.#columns];
    this.#map.mark = { rows: [row, row + 1], columns: [column, column + 1] };
    this.#tell();
  }

  #tell() {
    const number = this.#map.data?.values[this.#place];
    this.ariaValueNow = String(this.#place);
    this.ariaValueText =
      number === undefined ? "empty" : `${value(number)} at ${this.#map.place(this.#place)}`;
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const row = Math.floor(this.#place / this.#columns);
    const column = this.#place % this.#columns;
    /** @type {Record<string, [row: number, column: number]>} */
    const moves = {
      ArrowRight: [row, column + 1],
      ArrowLeft: [row, column - 1],
      ArrowDown: [row + 1, column],
      ArrowUp: [row - 1, column],
      Home: [row, 0],
      End: [row, this.#columns - 1],
    };
    const move = moves[event.key];
    if (move) {
      event.preventDefault();
      const [r, c] = [clamp(move[0], this.#rows), clamp(move[1], this.#columns)];
      emit(this, "step", r * this.#columns + c);
    } else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      emit(this, "open", this.#place);
    }
  }
}

/**
 * @param {number} position
 * @param {number} size
 */
function clamp(position, size) {
  return Math.max(0, Math.min(size - 1, position));
}

customElements.define("unit-picker", UnitPicker);
