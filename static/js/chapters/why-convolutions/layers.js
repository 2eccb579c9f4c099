/**
 * Three layers between the same two volumes, and what they cost.
 */

import { outputSize } from "../../windows.js";

/**
 * @typedef {object} Sizes
 * @property {number} side rows and columns of the input
 * @property {number} channels of the input
 * @property {number} size rows and columns of a filter
 * @property {number} filters
 */

/**
 * Stride 1, no padding, a bias for each unit or, where weights are shared, for each filter.
 *
 * @param {Sizes} sizes
 * @returns numbers of parameters: `fully` connected; `local`, where each unit reads its window
 *   with weights of its own; `shared`, a convolution
 */
export function layersOf({ side, channels, size, filters }) {
  const rows = outputSize(side, size);
  const inputs = side * side * channels;
  const units = rows * rows * filters;
  const window = size * size * channels;
  return {
    rows,
    inputs,
    units,
    window,
    fully: inputs * units + units,
    local: (window + 1) * units,
    shared: (window + 1) * filters,
  };
}

/** @typedef {"fully" | "local" | "shared"} Kind */

/** @type {readonly Kind[]} from the most parameters to the fewest */
export const KINDS = ["fully", "local", "shared"];
