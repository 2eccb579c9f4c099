/**
 * The network that learns: its filters, and what each layer makes of the drawing.
 *
 * @typedef {import("../api.js").Layer} Layer
 * @typedef {import("../tensor.js").Tensor} Tensor
 * @typedef {import("./run.js").Snapshot} Snapshot
 */

import { make } from "../dom.js";
import { FeatureMap } from "../elements/feature-map.js";
import { say } from "../messages.js";
import { decode, grid, maps, range, symmetric } from "../tensor.js";
import { shape as shapeText } from "../text.js";

/**
 * @param {HTMLElement} filters where the filters go
 * @param {HTMLElement} trace where the maps go
 */
export function buildNetwork(filters, trace) {
  /** @type {Map<string, (tensor: Tensor | null) => void>} */
  let layersShow = new Map();
  /** @type {Map<string, (weight: Tensor) => void>} */
  const filtersShow = new Map();
  /** @type {FeatureMap[]} */
  let all = [];

  return {
    /** @param {readonly Layer[]} layers of the run */
    lay: (layers) => {
      const rows = layers.map(layerRow);
      layersShow = new Map(rows.map(({ id, show }) => [id, show]));
      filtersShow.clear();
      const banks = layers.filter(({ kind }) => kind === "conv2d").map(bank);
      for (const { id, show } of banks) filtersShow.set(id, show);
      filters.replaceChildren(...banks.map(({ element }) => element));
      trace.replaceChildren(...rows.map(({ element }) => element));
      all = [...rows, ...banks].flatMap(({ maps }) => maps);
    },
    /** @param {Snapshot} snapshot shown at once, so call it in an animation frame */
    show: ({ weights, activations }) => {
      for (const [id, show] of filtersShow) if (weights[id]) show(decode(weights[id]));
      for (const [id, show] of layersShow) {
        show(activations?.[id] ? decode(activations[id]) : null);
      }
    },
    /** Bring the texts of the pictures up to date. */
    describe: () => {
      for (const map of all) map.describe();
    },
  };
}

/** @param {Layer} layer */
function layerRow({ id, label, output_shape }) {
  const { count, rows, columns } = grid(output_shape);
  const views = Array.from({ length: count }, (_, i) =>
    view(rows, columns, count === 1 ? label : say(".map", { layer: label, n: i }), "sequential"),
  );
  const element = make(
    "figure",
    { "data-form": output_shape.length === 3 ? "maps" : "strip" },
    make("figcaption", {}, label, " ", make("span", {}, shapeText(output_shape))),
    make("div", { class: "views" }, ...views),
  );
  element.style.setProperty("--count", String(count));
  element.style.setProperty("--rows", String(rows));
  return {
    id,
    element,
    maps: views,
    show: (/** @type {Tensor | null} */ tensor) => {
      const each = tensor && maps(tensor);
      for (const [i, map] of views.entries()) {
        map.data = each && { values: each[i], range: range(tensor.values) };
      }
    },
  };
}

/** @param {Layer} layer a convolution */
function bank({ id, label, input_shape, output_shape, hyperparameters }) {
  /** @type {Record<string, any>} */
  const { groups = 1, kernel_size } = hyperparameters;
  const [count, channels] = [output_shape[0], input_shape[0] / groups];
  const [rows, columns] = kernel_size;
  const views = Array.from({ length: count * channels }, (_, i) => {
    const [filter, channel] = [Math.floor(i / channels), i % channels];
    const name = channels === 1 ? ".filter" : ".kernel";
    return view(rows, columns, say(name, { layer: label, n: filter, channel }), "diverging");
  });
  const stacks = Array.from({ length: count }, (_, filter) =>
    make("div", { class: "stack" }, ...views.slice(filter * channels, (filter + 1) * channels)),
  );
  const element = make(
    "figure",
    {},
    make(
      "figcaption",
      {},
      label,
      " ",
      make("span", {}, say(".filters_of", { count, channels, rows, columns })),
    ),
    make("div", { class: "views" }, ...stacks),
  );
  element.style.setProperty("--count", String(count));
  return {
    id,
    element,
    maps: views,
    show: (/** @type {Tensor} */ { shape, values }) => {
      const length = shape[2] * shape[3];
      const shared = symmetric(values);
      for (const [i, map] of views.entries()) {
        map.data = { values: values.subarray(i * length, (i + 1) * length), range: shared };
      }
    },
  };
}

/**
 * @param {number} rows
 * @param {number} columns
 * @param {string} label
 * @param {"sequential" | "diverging"} scale
 */
function view(rows, columns, label, scale) {
  const map = new FeatureMap();
  map.setUp({ rows, columns, label, scale });
  map.data = null;
  return map;
}
