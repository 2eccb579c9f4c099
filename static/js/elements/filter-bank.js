import { make, rove, write } from "../dom.js";
import { colourRanges, grid, maps, range, symmetric } from "../tensor.js";
import { count, range as rangeText, value } from "../text.js";
import { FeatureMap } from "./feature-map.js";
import { FilterEditor } from "./filter-editor.js";

/**
 * A convolution's filters, each beside the feature map it makes. A filter is a row of kernels,
 * one for every map it reads; those maps stand above their kernels. Each can be switched off,
 * and opened to be changed.
 *
 * Emits `filter-bank:toggle` with an edit, and what {@link FilterEditor} emits.
 *
 * @typedef {import("../api.js").Layer} Layer
 * @typedef {import("../api.js").Trace} Trace
 * @typedef {import("../api.js").Weights} Weights
 * @typedef {import("../edits.js").Edit} Edit
 * @typedef {import("../tensor.js").Range} Range
 * @typedef {import("../tensor.js").Tensor} Tensor
 *
 * @typedef {object} Row one filter
 * @property {HTMLElement} item
 * @property {FeatureMap[]} kernels
 * @property {HTMLElement} bias
 * @property {HTMLInputElement} box the switch
 * @property {HTMLButtonElement} change opens the editor
 */
export class FilterBank extends HTMLElement {
  #layer = /** @type {Layer} */ ({});
  #sourceId = "";
  /** @type {readonly number[]} */
  #shape = [];
  /** @type {FeatureMap[]} */
  #inputs = [];
  /** @type {FeatureMap[]} */
  #outputs = [];
  /** @type {Row[]} */
  #rows = [];
  /** @type {Weights} */
  #weights = { weight: null, bias: null };
  /** @type {readonly Edit[]} */
  #edits = [];
  #range = make("p", { class: "range" });
  /** @type {{editor: FilterEditor, filter: number} | null} */
  #open = null;

  connectedCallback() {
    this.addEventListener("filter-editor:close", () => this.#toggleEditor(this.#open?.filter ?? 0));
    this.addEventListener("keydown", (event) => {
      const inEditor = event.target instanceof Element && event.target.closest("filter-editor");
      if (event.key !== "Escape" || event.defaultPrevented || !inEditor) return;
      event.preventDefault();
      this.#toggleEditor(this.#open?.filter ?? 0);
    });
  }

  /**
   * @param {Layer} layer
   * @param {Layer} source the layer it reads
   * @param {Weights & {weight: Tensor}} weights
   */
  setUp(layer, source, weights) {
    const [filters, inputs, rows, columns] = weights.weight.shape;
    this.#layer = layer;
    this.#sourceId = source.id;
    this.#shape = weights.weight.shape;
    this.#inputs = views(source, inputs);
    this.#outputs = views(layer, filters);
    this.#rows = this.#outputs.map((output, filter) => this.#row(output, filter));
    rove(
      this.#rows.flatMap(({ kernels }, filter) => [...kernels, this.#outputs[filter]]),
      inputs + 1,
    );
    this.replaceChildren(
      make(
        "header",
        {},
        make("h3", {}, layer.label),
        make("p", {}, `${count(filters)} filters of ${[rows, columns, inputs].join(" × ")}`),
        this.#range,
      ),
      make(
        "div",
        { class: "row inputs" },
        make("span"),
        make("div", { class: "kernels" }, ...this.#inputs),
        make("span", { class: "bias" }, `${source.label}, which the kernels below read`),
      ),
      make("ol", { class: "filters" }, ...this.#rows.map(({ item }) => item)),
    );
    this.style.setProperty("--inputs", String(inputs));
    this.weights = weights;
  }

  /** @param {Weights} weights as they are now; of the shape they were set up with */
  set weights(weights) {
    const { weight, bias } = weights;
    if (!weight) return;
    this.#weights = weights;
    const [, , rows, columns] = weight.shape;
    const size = rows * columns;
    const scale = symmetric(weight.values);
    const kernels = this.#rows.flatMap((row) => row.kernels);
    for (const [i, map] of kernels.entries()) {
      map.data = { values: weight.values.subarray(i * size, (i + 1) * size), range: scale };
      map.describe();
    }
    for (const [filter, row] of this.#rows.entries()) {
      write(row.bias, bias ? `bias ${value(bias.values[filter])}` : "no bias");
    }
    write(this.#range, `weights ${rangeText(range(weight.values))}`);
    this.#showEditor();
  }

  /** @param {readonly Edit[]} edits that have been made to the network */
  set edits(edits) {
    this.#edits = edits;
    for (const [filter, { item, box }] of this.#rows.entries()) {
      box.checked = !this.#made(filter).has("switch_off");
      item.toggleAttribute("data-off", !box.checked);
    }
    this.#showEditor();
  }

  /**
   * @param {Trace | null} trace null for none
   * @param {import("../store.js").Scale} scale of the colours
   * @param {Range} whole the network's range
   */
  show(trace, scale, whole) {
    show(this.#inputs, trace?.activations.get(this.#sourceId), scale, whole);
    show(this.#outputs, trace?.activations.get(this.#layer.id), scale, whole);
    if (this.#open) this.#open.editor.output = this.#outputs[this.#open.filter].data;
  }

  /**
   * @param {FeatureMap} output
   * @param {number} filter
   * @returns {Row}
   */
  #row(output, filter) {
    const { label, id } = this.#layer;
    const [, inputs, rows, columns] = this.#shape;
    const kernels = Array.from({ length: inputs }, (_, input) => {
      const map = new FeatureMap();
      map.setUp({
        rows,
        columns,
        label: `${label} filter ${filter}, kernel ${input}`,
        scale: "diverging",
        medium: "image",
      });
      return map;
    });
    const name = `${label} filter ${filter}`;
    const box = make("input", { type: "checkbox", role: "switch", "aria-label": name });
    box.addEventListener("change", () =>
      this.#emit("toggle", { edit: "switch_off", layer: id, channel: filter }),
    );
    const change = make("button", { type: "button", "aria-expanded": "false" }, "Change");
    change.append(make("span", { class: "visually-hidden" }, ` ${name}`));
    change.addEventListener("click", () => this.#toggleEditor(filter));
    const bias = make("span", { class: "bias" });
    output.classList.add("output");
    const item = make(
      "li",
      { class: "row" },
      make("label", { class: "switch", title: "On or off" }, box, String(filter)),
      make("div", { class: "kernels" }, ...kernels),
      make("span", { class: "arrow" }),
      output,
      make("div", { class: "foot" }, bias, change),
    );
    return { item, kernels, bias, box, change };
  }

  /** @param {number} filter */
  #toggleEditor(filter) {
    const before = this.#open;
    if (before) {
      this.#open = null;
      before.editor.parentElement?.remove();
      this.#rows[before.filter].change.setAttribute("aria-expanded", "false");
      if (before.filter === filter) {
        this.#rows[filter].change.focus();
        return;
      }
    }
    const editor = new FilterEditor();
    const { rows, columns } = grid(this.#layer.output_shape);
    const output = { rows, columns, label: `${this.#layer.label} feature map ${filter}` };
    editor.setUp(this.#layer, filter, this.#shape.slice(1), this.#weights.bias !== null, output);
    const { item, change } = this.#rows[filter];
    item.after(make("li", { class: "editor" }, editor));
    change.setAttribute("aria-expanded", "true");
    this.#open = { editor, filter };
    this.#showEditor();
    editor.querySelector("button")?.focus();
  }

  #showEditor() {
    const { weight, bias } = this.#weights;
    if (!this.#open || !weight) return;
    const { editor, filter } = this.#open;
    const size = weight.values.length / this.#rows.length;
    const values = weight.values.slice(filter * size, (filter + 1) * size);
    const all = bias ? Float32Array.of(...values, bias.values[filter]) : values;
    editor.show(all, symmetric(weight.values));
    editor.made = this.#made(filter);
    editor.output = this.#outputs[filter].data;
  }

  /**
   * @param {number} filter
   * @returns {ReadonlySet<string>} kinds of edits made to the filter as a whole
   */
  #made(filter) {
    const made = this.#edits.filter(
      (edit) => "channel" in edit && edit.layer === this.#layer.id && edit.channel === filter,
    );
    return new Set(made.map(({ edit }) => edit));
  }

  /**
   * @param {string} verb
   * @param {Edit} edit
   */
  #emit(verb, edit) {
    this.dispatchEvent(new CustomEvent(`filter-bank:${verb}`, { bubbles: true, detail: edit }));
  }
}

/**
 * @param {Layer} layer
 * @param {number} length
 */
function views({ label, output_shape: [, rows, columns] }, length) {
  return Array.from({ length }, (_, i) => {
    const map = new FeatureMap();
    map.setUp({ rows, columns, label: `${label} feature map ${i}` });
    return map;
  });
}

/**
 * @param {FeatureMap[]} elements
 * @param {Tensor | undefined} activation
 * @param {import("../store.js").Scale} scale
 * @param {Range} whole
 */
function show(elements, activation, scale, whole) {
  const ranges = activation && colourRanges(activation, scale, whole);
  const each = activation && maps(activation);
  for (const [i, element] of elements.entries()) {
    element.data = each && ranges ? { values: each[i], range: ranges[i] } : null;
  }
}

customElements.define("filter-bank", FilterBank);
