/**
 * A convolution of a small input as a product of matrices.
 */

import { seeded } from "../../random.js";
import { outputSize } from "../../windows.js";

/** @typedef {readonly (readonly number[])[]} Rows */

/**
 * Say which weight of the kernel each entry of the matrix is: a row for each output, a column for
 * each number of the input, both row after row.
 *
 * @param {readonly [rows: number, columns: number]} input
 * @param {readonly [rows: number, columns: number]} kernel
 * @returns {(number | null)[][]} the weight's place in the kernel, row after row; null for a zero
 *   that no window reaches
 */
export function pattern([height, width], [down, across]) {
  const [rows, columns] = [outputSize(height, down), outputSize(width, across)];
  return Array.from({ length: rows * columns }, (_, unit) => {
    const [top, left] = [Math.floor(unit / columns), unit % columns];
    return Array.from({ length: height * width }, (_, cell) => {
      const [r, c] = [Math.floor(cell / width) - top, (cell % width) - left];
      return r >= 0 && c >= 0 && r < down && c < across ? r * across + c : null;
    });
  });
}

/**
 * @param {readonly (readonly (number | null)[])[]} places as {@link pattern} gives them
 * @param {Rows} kernel
 * @returns {number[][]} the matrix that the convolution is
 */
export function matrixOf(places, kernel) {
  const weights = kernel.flat();
  return places.map((row) => row.map((place) => (place === null ? 0 : weights[place])));
}

const WEIGHTS = [-4, -3, -2, -1, 1, 2, 3, 4];

/**
 * @param {number} rows
 * @param {number} columns
 * @returns {number[][]} weights of their own, always the same, none of them 0
 */
export function ownWeights(rows, columns) {
  const random = seeded(1);
  return Array.from({ length: rows }, () =>
    Array.from({ length: columns }, () => WEIGHTS[random(0, WEIGHTS.length - 1)]),
  );
}

/**
 * The input's patches as columns, one for each output (im2col).
 *
 * @param {Rows} input
 * @param {readonly (readonly (number | null)[])[]} places as {@link pattern} gives them
 * @returns {number[][]} a row for each weight of the kernel
 */
export function patchesOf(input, places) {
  const cells = input.flat();
  const columns = places.map((row) =>
    row.flatMap((place, cell) => (place === null ? [] : [cells[cell]])),
  );
  return columns[0].map((_, weight) => columns.map((column) => column[weight]));
}

/**
 * @param {Rows} matrix
 * @param {readonly number[]} vector as long as the matrix is wide
 * @returns {number[]} their product
 */
export function times(matrix, vector) {
  return matrix.map((row) => row.reduce((sum, number, i) => sum + number * vector[i], 0));
}
