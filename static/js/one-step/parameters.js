/**
 * The weights and biases that can be chosen: which there are, what their numbers are called, and
 * what is chosen where nobody did.
 *
 * @typedef {import("../api.js").Layer} Layer
 * @typedef {import("../tensor.js").Tensor} Tensor
 * @typedef {"weight" | "bias"} Name
 */

import { say } from "../messages.js";
import { indexAt, placeOf, steepest } from "../sheet.js";

/** @type {readonly Name[]} */
export const NAMES = ["weight", "bias"];

/** What the dimensions are called, by their number; the first of a flat layer is the unit. */
const AXES = /** @type {const} */ ({
  4: ["filter", "channel", "row", "column"],
  2: ["unit", "input"],
  1: ["unit"],
});

/**
 * @param {readonly number[]} shape of a weight or bias
 * @param {boolean} maps whether its layer gives maps
 * @returns {readonly string[]} the name of each dimension
 */
export function axes(shape, maps) {
  if (shape.length === 1 && maps) return ["filter"];
  return AXES[/** @type {1 | 2 | 4} */ (shape.length)] ?? shape.map(() => "unit");
}

/**
 * @param {readonly number[]} shape
 * @param {boolean} maps
 * @param {readonly number[]} index
 * @returns {string} for people: "filter 3, channel 0, row 2, column 4"
 */
export function placeText(shape, maps, index) {
  return axes(shape, maps)
    .map((name, axis) => say(`.axis.${name}`, { n: String(index[axis]) }))
    .join(", ");
}

/**
 * @param {readonly number[] | null} index that somebody chose, or came with a link
 * @param {Tensor} gradient of the parameter
 * @returns {readonly number[]} the same if there is such a number, else that of the largest
 *   gradient
 */
export function existing(index, { shape, values }) {
  if (index && placeOf(shape, index) !== null) return index;
  return indexAt(shape, steepest(values));
}

/**
 * @param {Layer} layer
 * @returns {boolean} whether its weight slides over maps
 */
export function isSliding({ output_shape }) {
  return output_shape.length === 3;
}
