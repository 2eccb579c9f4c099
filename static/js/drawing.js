/**
 * What a request carries: the drawing, and what is changed on its way and in the network.
 */

import { PAD_SIDE } from "./strokes.js";

/**
 * @typedef {import("./api.js").Drawing} Drawing
 */

/**
 * @typedef {import("./digits.js").Digit} Digit
 */

/**
 * @param {import("./store.js").Subject} subject
 * @param {readonly Digit[]} gallery
 * @param {readonly Digit[]} misread
 * @returns {Digit | null} null for a drawing, and for a digit that there is not
 */
export function digitOf({ digit, test }, gallery, misread) {
  if (digit !== null) return gallery[digit] ?? null;
  return misread.find(({ mnistIndex }) => mnistIndex === test) ?? null;
}

/**
 * @param {import("./store.js").Experiment} experiment
 * @param {readonly Digit[]} gallery
 * @param {readonly Digit[]} [misread]
 * @returns {Drawing | null} null if there is nothing to read
 */
export function toDrawing({ subject, penWidth, without, edits }, gallery, misread = []) {
  /** @type {Drawing} */
  const changes = {};
  if (without.length) changes.without = [...without];
  if (edits.length) changes.edits = [...edits];
  const digit = digitOf(subject, gallery, misread);
  if (digit) return { pixels: rows(digit.pixels), ...changes };
  if (!subject.strokes.length) return null;
  return {
    strokes: [...subject.strokes],
    pad: { width: PAD_SIDE, height: PAD_SIDE, pen_width: penWidth },
    ...changes,
  };
}

/** @param {Float32Array} pixels of a square */
function rows(pixels) {
  const side = Math.sqrt(pixels.length);
  return Array.from({ length: side }, (_, i) => [...pixels.subarray(i * side, (i + 1) * side)]);
}
