/**
 * The filters and the maps that come of them, column by column, and the layers without maps.
 *
 * @typedef {import("../api.js").Layer} Layer
 * @typedef {import("../tensor.js").Tensor} Tensor
 * @typedef {import("../tensor.js").Range} Range
 * @typedef {import("./groups.js").Group} Group
 *
 * @typedef {object} Shown
 * @property {ReadonlyMap<string, Tensor | null>} weights by layer id
 * @property {ReadonlyMap<string, Tensor>} activations by layer id; empty for none
 * @property {ReadonlyMap<string, Range> | null} wholeWeights the ranges over the whole training,
 *   if these are to be the colours'
 * @property {ReadonlyMap<string, Range> | null} wholeActivations
 *
 * @typedef {object} Part one row of pictures
 * @property {FeatureMap[]} maps
 * @property {(shown: Shown) => void} show
 */

import { make, write } from "../dom.js";
import { FeatureMap } from "../elements/feature-map.js";
import { say } from "../messages.js";
import { grid, maps as split } from "../tensor.js";
import { range as rangeText } from "../text.js";
import { arrange } from "./groups.js";
import { balanced, colours } from "./ranges.js";

/**
 * @param {HTMLElement} host
 * @param {readonly Layer[]} layers of the model
 * @returns {{show: (shown: Shown) => void, describe: () => void}}
 */
export function buildMaps(host, layers) {
  const { groups, flat } = arrange(layers);
  /** @type {Part[]} */
  const parts = [];
  for (const group of groups) host.append(section(group, parts));
  if (flat.length) {
    const rows = flat.map((layer) => activationRow(layer, parts));
    host.append(make("section", { class: "group flat" }, heading(say("timeline.flat")), ...rows));
  }
  return {
    show: (shown) => {
      for (const part of parts) part.show(shown);
    },
    describe: () => {
      for (const { maps } of parts) for (const map of maps) map.describe();
    },
  };
}

/**
 * @param {Group} group
 * @param {Part[]} parts are added to
 */
function section({ learned, maps }, parts) {
  const rows = maps.map((layer) => activationRow(layer, parts));
  const made = make("section", { class: "group" }, heading(titleOf(learned ?? maps[0])));
  if (learned) made.append(...filterRows(learned, parts));
  made.append(...rows);
  made.style.setProperty("--maps", String(maps[0].output_shape[0]));
  return made;
}

/** @param {Layer} layer with filters or without */
function titleOf({ label, parameter_count, output_shape, hyperparameters }) {
  if (!parameter_count) return label;
  const { kernel_size, depth } = stack(hyperparameters);
  const size = [...kernel_size, depth].join(" × ");
  return say("timeline.bank", { layer: label, n: output_shape[0], size });
}

/**
 * @param {Record<string, any>} hyperparameters of a convolution
 * @returns {{kernel_size: readonly number[], depth: number}} of one filter
 */
function stack({ kernel_size, in_channels, groups }) {
  return { kernel_size, depth: in_channels / groups };
}

/** @param {string} title */
function heading(title) {
  return make("h3", {}, title);
}

/**
 * @param {string} name
 * @param {readonly FeatureMap[]} maps
 */
function row(name, maps) {
  const told = make("span", { class: "range" });
  const label = make("p", { class: "name" }, name, told);
  const element = make("div", { class: "row", role: "group", "aria-label": name }, label, ...maps);
  return { element, told };
}

/**
 * @param {Layer} layer
 * @param {Part[]} parts
 */
function activationRow({ id, label, output_shape }, parts) {
  const { count, rows, columns } = grid(output_shape);
  const maps = Array.from({ length: count }, (_, n) =>
    picture(rows, columns, count > 1 ? say("timeline.map", { layer: label, n }) : label),
  );
  const { element, told } = row(label, maps);
  parts.push({
    maps,
    show: ({ activations, wholeActivations }) => {
      const activation = activations.get(id);
      const range = activation && colours(activation, wholeActivations?.get(id));
      const views = activation && split(activation);
      for (const [n, map] of maps.entries()) {
        map.data = views && range ? { values: views[n], range } : null;
      }
      write(told, range ? rangeText(range) : "–");
    },
  });
  return element;
}

/**
 * A row for each map that the filters read, with every filter's kernel for it.
 *
 * @param {Layer} layer
 * @param {Part[]} parts
 */
function filterRows({ id, label, output_shape, hyperparameters }, parts) {
  const filters = output_shape[0];
  const { kernel_size, depth } = stack(hyperparameters);
  const [rows, columns] = kernel_size;
  return Array.from({ length: depth }, (_, kernel) => {
    const maps = Array.from({ length: filters }, (_, n) =>
      picture(rows, columns, say("timeline.kernel", { layer: label, n, kernel }), "diverging"),
    );
    const name = depth > 1 ? say("timeline.kernels", { kernel }) : say("timeline.filters");
    const { element, told } = row(name, maps);
    parts.push({
      maps,
      show: ({ weights, wholeWeights }) => {
        const weight = weights.get(id);
        const range = weight && balanced(weight, wholeWeights?.get(id));
        const size = rows * columns;
        for (const [n, map] of maps.entries()) {
          const start = (n * depth + kernel) * size;
          map.data =
            weight && range ? { values: weight.values.subarray(start, start + size), range } : null;
        }
        // All rows have one range: it is told once.
        write(told, range && kernel === 0 ? rangeText(range) : "");
      },
    });
    element.classList.add("kernels");
    return element;
  });
}

/**
 * @param {number} rows
 * @param {number} columns
 * @param {string} label
 * @param {"sequential" | "diverging"} [scale]
 */
function picture(rows, columns, label, scale) {
  const made = new FeatureMap();
  made.setUp({ rows, columns, label, scale });
  return made;
}
