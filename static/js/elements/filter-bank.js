import { make, rove } from "../dom.js";
import { maps, range, symmetric } from "../tensor.js";
import { count, range as rangeText, value } from "../text.js";
import { FeatureMap } from "./feature-map.js";

/**
 * A convolution's filters, each beside the feature map it makes. A filter is a row of kernels,
 * one for every map it reads; those maps stand above their kernels.
 *
 * @typedef {import("../api.js").Layer} Layer
 * @typedef {import("../api.js").Trace} Trace
 * @typedef {import("../tensor.js").Tensor} Tensor
 */
export class FilterBank extends HTMLElement {
  #layerId = "";
  #sourceId = "";
  /** @type {FeatureMap[]} */
  #inputs = [];
  /** @type {FeatureMap[]} */
  #outputs = [];

  /**
   * @param {Layer} layer
   * @param {Layer} source the layer it reads
   * @param {Tensor} weight
   * @param {Tensor | null} bias
   */
  setUp(layer, source, weight, bias) {
    const [filters, inputs, rows, columns] = weight.shape;
    this.#layerId = layer.id;
    this.#sourceId = source.id;
    const scale = symmetric(weight.values);
    const size = rows * columns;
    const kernel = (/** @type {number} */ filter, /** @type {number} */ input) => {
      const start = (filter * inputs + input) * size;
      const map = new FeatureMap();
      const label = `${layer.label} filter ${filter}, kernel ${input}`;
      map.setUp({ rows, columns, label, scale: "diverging" });
      map.data = { values: weight.values.subarray(start, start + size), range: scale };
      return map;
    };
    this.#inputs = views(source, inputs);
    this.#outputs = views(layer, filters);
    /** @type {FeatureMap[]} */
    const stops = [];
    const rowsOfFilters = this.#outputs.map((output, filter) => {
      const kernels = Array.from({ length: inputs }, (_, input) => kernel(filter, input));
      stops.push(...kernels, output);
      const biasText = bias ? `bias ${value(bias.values[filter])}` : "no bias";
      output.classList.add("output");
      return make(
        "li",
        { class: "row" },
        make("span", {}, String(filter)),
        make("div", { class: "kernels" }, ...kernels),
        make("span", { class: "arrow" }),
        output,
        make("span", { class: "bias" }, biasText),
      );
    });
    rove(stops, inputs + 1);
    const title = `${count(filters)} filters of ${[rows, columns, inputs].join(" × ")}`;
    this.replaceChildren(
      make(
        "header",
        {},
        make("h3", {}, layer.label),
        make("p", {}, title),
        make("p", { class: "range" }, `weights ${rangeText(range(weight.values))}`),
      ),
      make(
        "div",
        { class: "row inputs" },
        make("span"),
        make("div", { class: "kernels" }, ...this.#inputs),
        make("span", { class: "bias" }, `${source.label}, which the kernels below read`),
      ),
      make("ol", { class: "filters" }, ...rowsOfFilters),
    );
    this.style.setProperty("--inputs", String(inputs));
  }

  /** @param {Trace | null} trace null for none */
  set trace(trace) {
    show(this.#inputs, trace?.activations.get(this.#sourceId));
    show(this.#outputs, trace?.activations.get(this.#layerId));
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
 */
function show(elements, activation) {
  const whole = activation && range(activation.values);
  const each = activation && maps(activation);
  for (const [i, element] of elements.entries()) {
    element.data = each && whole ? { values: each[i], range: whole } : null;
  }
}

customElements.define("filter-bank", FilterBank);
