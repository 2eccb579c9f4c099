/**
 * One step of one weight, with its arithmetic.
 */

import { fraction, row, sub, sup } from "../../mathml.js";
import { brief } from "../../numbers.js";

/** So many terms of the sum are written out. */
const TERMS = 3;

/**
 * @typedef {import("../../mathml.js").Piece} Piece
 *
 * @param {object} step
 * @param {number} step.loss
 * @param {number} step.rate
 * @param {number} step.weight
 * @param {readonly [row: number, column: number]} step.place of the weight
 * @param {import("../../tensor.js").Tensor} step.errors
 * @param {Float32Array} step.pixels
 * @param {import("../../tensor.js").Tensor} step.products
 * @param {number} step.sum
 * @param {number} step.gradient
 * @returns {Piece[][][]} lines of equations, each in parts
 */
export function stepByHand({ loss, rate, weight, place, errors, pixels, products, sum, gradient }) {
  const count = errors.values.length;
  const largest = [...products.values.keys()]
    .sort((a, b) => Math.abs(products.values[b]) - Math.abs(products.values[a]))
    .slice(0, TERMS);
  const index = row(String(place[0]), ",", String(place[1]));
  const w = sub("w", copy(index));
  const g = sub("g", copy(index));
  const here = row("r", ",", "c");
  const below = row("r", "+", String(place[0]), ",", "c", "+", String(place[1]));
  const terms = largest.map((at, i) => [
    ...(i ? ["+"] : []),
    ...inBrackets(errors.values[at]),
    "·",
    brief(pixels[at]),
  ]);
  return [
    [
      ["L", "="],
      [fraction("1", "n"), sub("∑", copy(here)), sup(sub("e", copy(here)), "2")],
      ["=", brief(loss)],
    ],
    [
      [copy(g), "="],
      [fraction("2", "n"), sub("∑", copy(here)), sub("e", copy(here)), "·", sub("x", below)],
      ["=", fraction("2", String(count)), "·", "(", ...(terms[0] ?? ["0"])],
      ...terms.slice(1),
      ["+", "⋯", ")"],
      ["=", fraction("2", String(count)), "·", ...inBrackets(sum)],
      ["=", brief(gradient)],
    ],
    [
      [copy(w), "←"],
      [w, "−", "η", "·", g],
      ["=", brief(weight), "−", brief(rate), "·", ...inBrackets(gradient)],
      ["=", brief(weight - rate * gradient)],
    ],
  ];
}

/** @param {Element} piece can stand in one place only */
function copy(piece) {
  return /** @type {Element} */ (piece.cloneNode(true));
}

/** @param {number} value */
function inBrackets(value) {
  return value < 0 ? ["(", brief(value), ")"] : [brief(value)];
}
