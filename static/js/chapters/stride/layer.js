/**
 * A layer whose kernel is all ones, height and width apart.
 *
 * @typedef {readonly [rows: number, columns: number]} Pair
 *
 * @typedef {object} Layer
 * @property {number[][]} input
 * @property {Pair} kernel its rows and columns
 * @property {Pair} padding
 * @property {Pair} stride
 */

import { outputSize } from "../../windows.js";

/** The largest side of an input that can be set. */
export const LARGEST = 10;

/**
 * @param {number} rows
 * @param {number} columns
 * @returns {number[][]} digits without an order that one would see
 */
export function digits(rows, columns) {
  return Array.from({ length: rows }, (_, r) =>
    Array.from({ length: columns }, (_, c) => (((7 * r + 3) * (5 * c + 4)) % 23) % 10),
  );
}

/**
 * @param {number[][]} input
 * @returns {Pair}
 */
export function shapeOf(input) {
  return [input.length, input[0].length];
}

/**
 * @param {number[][]} input
 * @param {Pair} shape
 * @returns {number[][]} the input, cut off or continued
 */
export function resized(input, [rows, columns]) {
  return digits(rows, columns).map((row, r) => row.map((digit, c) => input[r]?.[c] ?? digit));
}

/** @param {Pair} kernel */
export function ones([rows, columns]) {
  return Array.from({ length: rows }, () => Array(columns).fill(1));
}

/**
 * @param {Layer} layer
 * @returns {Pair}
 */
export function outputShape({ input, kernel, padding, stride }) {
  const shape = shapeOf(input);
  const [rows, columns] = [0, 1].map((axis) =>
    outputSize(shape[axis], kernel[axis], { padding: padding[axis], stride: stride[axis] }),
  );
  return [rows, columns];
}
