/**
 * Inputs to pool, and what a shift does to them.
 */

import { LECTURE as FIVE } from "../../questions/convolution.js";
import { maxima, pool } from "../../windows.js";

/** @typedef {readonly (readonly number[])[]} Rows */

/** The lecture's own matrix. */
export const LECTURE = [
  [0, 0, 2, 4],
  [2, 2, 6, 8],
  [9, 3, 2, 2],
  [7, 5, 2, 2],
];

const TALL = 8;
/** The column that the stroke stands in. */
export const STROKE_COLUMN = 2;

/** A bright upright stroke on dark. */
export const STROKE = Array.from({ length: TALL }, (_, row) =>
  Array.from({ length: TALL }, (_, column) =>
    column === STROKE_COLUMN && row > 0 && row < TALL - 1 ? 9 : 0,
  ),
);

/** By the names of their messages. */
export const INPUTS = { lecture: LECTURE, five: FIVE, stroke: STROKE };

/**
 * @param {Rows} rows
 * @param {readonly [down: number, right: number]} shift in cells; what comes in is 0
 * @returns {number[][]}
 */
export function shifted(rows, [down, right]) {
  return rows.map((row, r) => row.map((_, c) => rows[r - down]?.[c - right] ?? 0));
}

/**
 * @param {Rows} a
 * @param {Rows} b as large as a
 * @returns {number} of cells that hold another number
 */
export function changes(a, b) {
  return a.flatMap((row, r) => row.filter((number, c) => number !== b[r][c])).length;
}

/**
 * @param {Rows} rows
 * @param {number} size
 * @param {number} stride
 */
export function pooled(rows, size, stride) {
  const window = { size: both(size), stride: both(stride) };
  return {
    max: pool(rows, { operation: "max", ...window }),
    average: pool(rows, { operation: "average", ...window }),
    sources: maxima(rows, window),
  };
}

/**
 * @param {number} number
 * @returns {[number, number]}
 */
export function both(number) {
  return [number, number];
}
