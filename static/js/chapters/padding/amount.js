/**
 * How much padding there is, and what becomes of the size.
 *
 * @typedef {"valid" | "same" | "own"} Amount none; as much as keeps the size; whatever one sets
 * @typedef {readonly [rows: number, columns: number]} Pair
 */

import { outputSize } from "../../windows.js";

/** @type {readonly Amount[]} */
export const AMOUNTS = ["valid", "same", "own"];
/** The most that can be set; what a 7 × 7 kernel needs to keep the size. */
export const MOST = 3;

/**
 * @param {Amount} amount
 * @param {number} kernel its side, an odd number
 * @param {Pair} own
 * @returns {Pair} cells on each side
 */
export function paddingOf(amount, kernel, own) {
  if (amount === "valid") return [0, 0];
  return amount === "same" ? [(kernel - 1) / 2, (kernel - 1) / 2] : own;
}

/**
 * Follow a size through the same layer, again and again.
 *
 * @param {number} side of a square picture
 * @param {number} kernel
 * @param {Pair} padding
 * @param {number} layers
 * @returns {Pair[]} the sizes, from the picture's own to the last that is left
 */
export function sizesThrough(side, kernel, padding, layers) {
  /** @type {Pair[]} */
  const sizes = [[side, side]];
  for (let layer = 0; layer < layers; layer++) {
    const [rows, columns] = sizes[sizes.length - 1];
    /** @type {Pair} */
    const next = [
      outputSize(rows, kernel, { padding: padding[0] }),
      outputSize(columns, kernel, { padding: padding[1] }),
    ];
    if (Math.min(...next) === 0) break;
    sizes.push(next);
  }
  return sizes;
}
