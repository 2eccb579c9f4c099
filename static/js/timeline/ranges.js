/**
 * What the ends of the colour scales stand for, at one moment or over the whole training.
 *
 * @typedef {import("../tensor.js").Tensor} Tensor
 * @typedef {import("../tensor.js").Range} Range
 * @typedef {ReadonlyMap<string, Tensor | null>} Tensors by layer id
 */

import { range, rangeOfAll, symmetric } from "../tensor.js";

/**
 * @param {readonly Tensors[]} moments
 * @returns {ReadonlyMap<string, Range>} by layer, the least and the greatest number at any of them
 */
export function overAll(moments) {
  const ids = moments[0]?.keys() ?? [];
  return new Map(
    [...ids].map((id) => [id, rangeOfAll(moments.flatMap((tensors) => tensors.get(id) ?? []))]),
  );
}

/**
 * @param {Tensor} tensor
 * @param {Range | undefined} whole the layer's over the whole training, where that is wanted
 * @returns {Range}
 */
export function colours(tensor, whole) {
  return whole ?? range(tensor.values);
}

/**
 * @param {Tensor} weight
 * @param {Range | undefined} whole as of {@link colours}
 * @returns {Range} with 0 in its middle
 */
export function balanced(weight, whole) {
  return whole ? symmetric(Float32Array.of(...whole)) : symmetric(weight.values);
}
