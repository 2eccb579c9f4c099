/**
 * Pictures as the API takes them, and as matrices of numbers.
 *
 * @typedef {import("../../tensor.js").Tensor} Tensor
 */

import { symmetric } from "../../tensor.js";

/** Characters that one call takes; more would overflow the stack. */
const CHUNK = 0x2000;

/**
 * @param {Tensor} tensor
 * @returns {{shape: readonly number[], data: string}} for a request, in base64
 */
export function toArray({ shape, values }) {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  let text = "";
  for (let start = 0; start < bytes.length; start += CHUNK) {
    text += String.fromCharCode(...bytes.subarray(start, start + CHUNK));
  }
  return { shape, data: btoa(text) };
}

/**
 * Take one channel of a tensor.
 *
 * @param {Tensor} tensor (C, H, W)
 * @param {number} channel
 * @returns {Tensor} (1, H, W)
 */
export function channelOf({ shape: [, height, width], values }, channel) {
  const size = height * width;
  return {
    shape: [1, height, width],
    values: values.subarray(channel * size, (channel + 1) * size),
  };
}

/**
 * Take the numbers below a window.
 *
 * @param {Tensor} tensor (C, H, W)
 * @param {readonly [row: number, column: number]} at the window's first cell
 * @param {readonly [rows: number, columns: number]} window
 * @param {number} [channel]
 * @returns {number[][]}
 */
export function patchOf({ shape: [, height, width], values }, at, window, channel = 0) {
  return Array.from({ length: window[0] }, (_, row) =>
    Array.from(
      { length: window[1] },
      (_, column) => values[(channel * height + at[0] + row) * width + at[1] + column],
    ),
  );
}

/**
 * @param {Tensor} tensor (1, H, W)
 * @returns {number[][]}
 */
export function rowsOf(tensor) {
  return patchOf(tensor, [0, 0], /** @type {[number, number]} */ (tensor.shape.slice(1)));
}

/**
 * @param {readonly (readonly number[])[]} rows
 * @returns {Tensor} (1, H, W)
 */
export function tensorOf(rows) {
  return { shape: [1, rows.length, rows[0].length], values: Float32Array.from(rows.flat()) };
}

/**
 * Bring a picture to 0 … 1, as networks like it: bytes through 255, the lecture's steps through 10.
 *
 * @param {Tensor} tensor
 * @param {import("../../pictures.js").Kind} kind
 * @returns {Tensor}
 */
export function normalised({ shape, values }, kind) {
  const most = kind === "light_dark" || kind === "dark_light" ? 10 : 255;
  return { shape, values: values.map((value) => value / most) };
}

/**
 * @param {readonly [row: number, column: number]} at
 * @param {readonly number[]} shape of a map, (1, H, W)
 * @returns {[row: number, column: number]} the nearest place that there is
 */
export function within(at, [, height, width]) {
  return [Math.min(at[0], height - 1), Math.min(at[1], width - 1)];
}

/**
 * @param {Tensor} map
 * @returns {readonly [low: number, high: number]} the range with 0 in its middle that holds every
 *   number, and is one even where all are 0
 */
export function reachOf({ values }) {
  const [low, high] = symmetric(values);
  return high > 0 ? [low, high] : [-1, 1];
}
