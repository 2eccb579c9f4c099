/**
 * A descent as the server computed it, and what can be said of it.
 *
 * @typedef {import("../../tensor.js").Tensor} Tensor
 * @typedef {import("../../lab.js").Rows} Rows
 *
 * @typedef {object} Descent
 * @property {Tensor} picture (1, H, W), from 0 to 1
 * @property {readonly number[]} losses before the first step, and after each
 * @property {Tensor} kernels (steps + 1, 3, 3)
 * @property {Tensor} gradients (steps + 1, 3, 3)
 * @property {Tensor} target (1, H − 2, W − 2)
 * @property {boolean} diverged whether it was cut short because the loss left all bounds
 * @property {number} limit the learning rate above which the loss grows; Infinity for a picture
 *   of nothing
 */

import { compute } from "../../api.js";
import { load } from "../../pictures.js";
import { decode } from "../../tensor.js";
import { toArray } from "../edge-detection/arrays.js";

export const STEPS = 400;

const SIDES = { drawing: 32, picture: 48 };
const SIDE = 3;
const ROUNDS = 200;

/**
 * @param {object} question
 * @param {import("../../pictures.js").Source} question.source
 * @param {Rows} question.target the kernel whose output is wanted
 * @param {Rows} question.from the kernel at the start
 * @param {string} question.rate
 * @returns {Promise<Descent>}
 */
export async function descend({ source, target, from, rate }) {
  const side = source.kind === "drawing" ? SIDES.drawing : SIDES.picture;
  const picture = whole(await load({ ...source, grey: true }, side), bright(source.kind));
  const [, ...sides] = picture.shape;
  const found = await compute("/api/gradient_descents?encoding=base64", {
    input: toArray({ shape: sides, values: picture.values }),
    target_kernel: target,
    kernel: from,
    learning_rate: Number(rate),
    steps: STEPS,
  });
  const made = decode(found.target);
  return {
    picture,
    losses: found.losses,
    kernels: decode(found.kernels),
    gradients: decode(found.gradients),
    target: { shape: [1, ...made.shape], values: made.values },
    diverged: found.diverged,
    limit: 2 / steepest(picture),
  };
}

/** @param {import("../../pictures.js").Kind} kind */
export function bright(kind) {
  return kind === "light_dark" || kind === "dark_light" ? 10 : 255;
}

/**
 * Bring a picture to 0 … 1, in whole steps of its own scale, so that its code can be written out.
 *
 * @param {Tensor} picture
 * @param {number} most
 * @returns {Tensor}
 */
function whole({ shape, values }, most) {
  return { shape, values: values.map((value) => Math.round(value) / most) };
}

/**
 * @param {Tensor} stack (N, 3, 3)
 * @param {number} place
 * @returns {number[][]} one of them
 */
export function kernelAt({ values }, place) {
  const start = place * SIDE * SIDE;
  return Array.from({ length: SIDE }, (_, row) => [
    ...values.subarray(start + row * SIDE, start + (row + 1) * SIDE),
  ]);
}

/**
 * Find how steep the loss can be: the largest eigenvalue of its second derivatives,
 * 2 / n · Σ patch · patchᵀ, by power iteration. Plain gradient descent on a quadratic loss
 * converges below 2 / that (e.g. S. Boyd and L. Vandenberghe, *Convex Optimization*, 9.3).
 *
 * @param {Tensor} picture (1, H, W)
 * @returns {number}
 */
export function steepest({ shape: [, height, width], values }) {
  const taps = Array.from({ length: SIDE * SIDE }, (_, i) => [Math.floor(i / SIDE), i % SIDE]);
  const [rows, columns] = [height - SIDE + 1, width - SIDE + 1];
  const gram = taps.map(([r0, c0]) =>
    taps.map(([r1, c1]) => {
      let sum = 0;
      for (let row = 0; row < rows; row++) {
        for (let column = 0; column < columns; column++) {
          sum +=
            values[(row + r0) * width + column + c0] * values[(row + r1) * width + column + c1];
        }
      }
      return (2 / (rows * columns)) * sum;
    }),
  );
  // Every product of brightnesses is positive, so is the direction that is looked for.
  let direction = taps.map(() => 1);
  let length = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const turned = gram.map((row) => row.reduce((sum, part, i) => sum + part * direction[i], 0));
    length = Math.hypot(...turned) / Math.hypot(...direction);
    if (length === 0) return 0;
    direction = turned.map((part) => part / length);
  }
  return length;
}

/**
 * Work out a weight's gradient: 2 / n · Σ error · pixel.
 *
 * @param {Descent} descent
 * @param {Tensor} output of the kernel now
 * @param {readonly [row: number, column: number]} weight
 * @returns {{errors: Tensor, pixels: Float32Array, products: Tensor, sum: number, gradient: number}}
 */
export function gradientOf({ picture, target }, output, [down, across]) {
  const [, rows, columns] = target.shape;
  const width = picture.shape[2];
  const errors = output.values.map((value, i) => value - target.values[i]);
  const pixels = errors.map(
    (_, i) => picture.values[(Math.floor(i / columns) + down) * width + (i % columns) + across],
  );
  const products = errors.map((error, i) => error * pixels[i]);
  const sum = products.reduce((total, product) => total + product, 0);
  return {
    errors: { shape: target.shape, values: errors },
    pixels,
    products: { shape: target.shape, values: products },
    sum,
    gradient: (2 / (rows * columns)) * sum,
  };
}
