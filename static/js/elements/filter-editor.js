import { css, DIVERGING, isDeep } from "../colormap.js";
import { make, rove, write } from "../dom.js";
import { value as text } from "../text.js";
import { FeatureMap } from "./feature-map.js";

/**
 * One filter to be changed: as a whole, or weight by weight.
 *
 * Emits `filter-editor:toggle` and `filter-editor:set` with an edit, `filter-editor:close`.
 *
 * @typedef {import("../edits.js").Edit} Edit
 * @typedef {import("../tensor.js").Range} Range
 *
 * @typedef {object} Cell one number of the filter
 * @property {HTMLButtonElement} button
 * @property {HTMLElement} shown its number
 * @property {string} name
 * @property {import("../edits.js").Parameter} parameter
 * @property {number[]} index
 */
export class FilterEditor extends HTMLElement {
  /** @type {Cell[]} */
  #cells = [];
  /** @type {Cell | undefined} */
  #chosen;
  /** @type {Float32Array} */
  #values = new Float32Array();
  /** @type {HTMLButtonElement[]} */
  #toggles = [];
  #input = make("input", { type: "number", step: "0.05", name: "weight" });
  #name = make("span");
  #output = new FeatureMap();

  /**
   * @param {{id: string, label: string}} layer
   * @param {number} filter
   * @param {readonly number[]} shape of the filter: kernels, rows, columns
   * @param {boolean} hasBias
   * @param {{rows: number, columns: number, label: string}} output the map it makes
   */
  setUp(layer, filter, [kernels, rows, columns], hasBias, output) {
    const names = { switch_off: "Switch off", flip: "Turn by 180°", negate: "Negate" };
    this.#toggles = Object.entries(names).map(([edit, name]) => {
      const button = make("button", { type: "button", "data-edit": edit }, name);
      button.addEventListener("click", () =>
        this.#emit("toggle", { edit, layer: layer.id, channel: filter }),
      );
      return button;
    });
    const close = make("button", { type: "button", class: "close" }, "Done");
    close.addEventListener("click", () => this.#emit("close"));
    const groups = Array.from({ length: kernels }, (_, kernel) => {
      const cells = Array.from({ length: rows * columns }, (_, place) => {
        const [row, column] = [Math.floor(place / columns), place % columns];
        const name = `kernel ${kernel}, row ${row}, column ${column}`;
        return this.#cell(name, "weight", [filter, kernel, row, column]);
      });
      rove(cells, columns);
      const grid = make("div", { class: "grid" }, ...cells);
      grid.style.setProperty("--columns", String(columns));
      const name = `Kernel ${kernel}`;
      return make(
        "div",
        { class: "kernel", role: "group", "aria-label": name },
        make("p", {}, name),
        grid,
      );
    });
    if (hasBias) {
      const cell = this.#cell("bias", "bias", [filter]);
      const grid = make("div", { class: "grid" }, cell);
      groups.push(make("div", { class: "kernel" }, make("p", {}, "Bias"), grid));
    }
    this.#output.setUp(output);
    groups.push(make("div", { class: "made" }, make("p", {}, output.label), this.#output));
    this.#input.addEventListener("input", () => this.#set());
    this.#input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== "Escape") return;
      event.preventDefault();
      this.#chosen?.button.focus();
    });
    this.replaceChildren(
      make(
        "header",
        {},
        make("h4", {}, `${layer.label} filter ${filter}`),
        make("div", { class: "toggles" }, ...this.#toggles),
        close,
      ),
      make("label", { class: "field" }, this.#name, this.#input),
      make("div", { class: "kernels" }, ...groups),
    );
    this.dataset.layer = layer.id;
    this.setAttribute("role", "group");
    this.setAttribute("aria-label", `Change ${layer.label} filter ${filter}`);
    this.#choose(this.#cells[0]);
  }

  /**
   * @param {Float32Array} values the weights, then the bias
   * @param {Range} range of the colours
   */
  show(values, [low, high]) {
    this.#values = values;
    for (const [i, { button, shown, name }] of this.#cells.entries()) {
      const share = high > low ? (values[i] - low) / (high - low) : 0.5;
      const step = Math.round(255 * Math.max(0, Math.min(1, share)));
      button.style.setProperty("background", css(DIVERGING, step));
      button.toggleAttribute("data-deep", isDeep(DIVERGING, step));
      write(shown, short(values[i]));
      button.title = `${name}: ${text(values[i])}`;
    }
    if (document.activeElement !== this.#input) this.#fill();
  }

  /** @param {FeatureMap["data"]} data of the map it makes */
  set output(data) {
    this.#output.data = data;
    this.#output.describe();
  }

  /** @param {ReadonlySet<string>} made the kinds of edits made to the filter as a whole */
  set made(made) {
    for (const button of this.#toggles) {
      button.setAttribute("aria-pressed", String(made.has(button.dataset.edit ?? "")));
    }
  }

  /**
   * @param {string} name
   * @param {Cell["parameter"]} parameter
   * @param {number[]} index
   */
  #cell(name, parameter, index) {
    const shown = make("span");
    const hidden = make("span", { class: "visually-hidden" }, `${name}: `);
    const button = make("button", { type: "button" }, hidden, shown);
    const cell = { button, shown, name, parameter, index };
    button.addEventListener("click", () => {
      this.#choose(cell);
      this.#input.focus();
      this.#input.select();
    });
    this.#cells.push(cell);
    return button;
  }

  /** @param {Cell} cell */
  #choose(cell) {
    this.#chosen = cell;
    for (const { button } of this.#cells) {
      button.setAttribute("aria-pressed", String(button === cell.button));
    }
    write(this.#name, cell.name);
    this.#fill();
  }

  #fill() {
    const value = this.#chosen && this.#values[this.#cells.indexOf(this.#chosen)];
    // A float32 has seven digits; what comes after them is not in the network.
    this.#input.value = value === undefined ? "" : String(Number(value.toPrecision(7)));
  }

  #set() {
    const value = this.#input.valueAsNumber;
    if (!this.#chosen || !Number.isFinite(value)) return;
    const { parameter, index } = this.#chosen;
    this.#emit("set", { edit: "set", layer: this.dataset.layer, parameter, index, value });
  }

  /**
   * @param {string} verb
   * @param {unknown} [detail]
   */
  #emit(verb, detail) {
    this.dispatchEvent(new CustomEvent(`filter-editor:${verb}`, { bubbles: true, detail }));
  }
}

/** @param {number} number */
function short(number) {
  const rounded =
    Math.abs(number) < 10 ? (+number.toFixed(2) || 0).toFixed(2) : number.toPrecision(3);
  return rounded.replace(/^(-?)0\./, "$1.").replace("-", "−");
}

customElements.define("filter-editor", FilterEditor);
