/**
 * The layers as this page tells of them.
 */

import { say } from "../messages.js";
import { distinctLabels } from "../places.js";
import { MODEL } from "./answer.js";

/** Labels of the layers, told apart, by their ids. */
export const LABELS = new Map(
  distinctLabels(MODEL.layers).map((label, i) => {
    const { id, kind } = MODEL.layers[i];
    return [id, kind === "input" ? say("page.input") : label];
  }),
);

/**
 * @param {string} id
 * @returns {import("../api.js").Layer}
 * @throws {RangeError} where there is none
 */
export function layerOf(id) {
  const layer = MODEL.layers.find((one) => one.id === id);
  if (!layer) throw new RangeError(`there is no layer ${id}`);
  return layer;
}

/**
 * @param {readonly number[]} shape of an activation
 * @param {readonly number[]} index
 * @returns {string} for people
 */
export function placeText(shape, index) {
  const names = shape.length === 3 ? ["map", "row", "column"] : shape.map(() => "unit");
  return names.map((name, axis) => say(`.axis.${name}`, { n: String(index[axis]) })).join(", ");
}
