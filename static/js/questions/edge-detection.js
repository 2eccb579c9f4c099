/**
 * What the chapter on edge detection asks.
 */

import { KERNELS } from "../kernels.js";
import { pick } from "../random.js";
import { number } from "../text.js";
import { convolve } from "../windows.js";
import { workingAt } from "./convolution.js";

/**
 * @typedef {import("../kernels.js").KernelName} KernelName
 */

const SIDE = 6;

/**
 * @param {number} left the brightness of one half
 * @param {number} right that of the other
 * @returns {number[][]} a picture of one edge, as the lecture draws it
 */
export function step(left, right) {
  return Array.from({ length: SIDE }, () =>
    Array.from({ length: SIDE }, (_, column) => (column < SIDE / 2 ? left : right)),
  );
}

/** @returns {import("../questions.js").Question} what becomes of the sign */
export function predict() {
  const turned = step(0, 10);
  const [[, before]] = convolve(step(10, 0), KERNELS.vertical);
  const [[, answer]] = convolve(turned, KERNELS.vertical);
  return {
    text: [".predict", { before }],
    fields: [
      {
        answer,
        mistakes: [
          { given: before, why: [".predict_sign", { before }] },
          { given: 0, why: [".predict_nothing"] },
          { given: -10, why: [".predict_row"] },
        ],
      },
    ],
    because: [".predict_because"],
    working: workingAt(turned, KERNELS.vertical, [0, 1]),
  };
}

/** @type {import("../questions.js").Exercise} a row of the output of an edge */
function edge(random) {
  const left = random(0, 5) * 2;
  const right = left + pick(random, [-1, 1]) * random(3, 8);
  const name = pick(random, /** @type {const} */ (["vertical", "sobel_vertical"]));
  const kernel = KERNELS[name];
  const input = step(left, right);
  const [output] = convolve(input, kernel);
  return {
    text: [".edge"],
    shows: [
      { label: ["page.input"], rows: input },
      { label: ["page.kernel"], rows: kernel },
    ],
    columns: output.length,
    fields: output.map((answer) => ({
      answer,
      mistakes: answer === 0 ? [] : [{ given: -answer, why: [".edge_sign"] }],
    })),
    because: [".edge_because", { step: left - right }],
    working: workingAt(input, kernel, [0, 1]),
  };
}

/** @type {readonly KernelName[]} */
const TOLD_APART = ["vertical", "horizontal", "laplacian", "identity"];

/** @type {import("../questions.js").Exercise} which kernel it was */
function which(random) {
  const bright = random(4, 9);
  // Bright on one side of a corner: every one of the kernels makes something else of it.
  const input = Array.from({ length: 5 }, (_, row) =>
    Array.from({ length: 5 }, (_, column) => (row < 3 && column < 2 ? bright : 0)),
  );
  const answer = random(0, TOLD_APART.length - 1);
  const kernel = KERNELS[TOLD_APART[answer]];
  return {
    text: [".which"],
    shows: [
      { label: ["page.input"], rows: input },
      { label: ["page.output"], rows: convolve(input, kernel) },
    ],
    fields: [{ answer, choices: TOLD_APART.map((name) => [`elements.kernels.${name}`]) }],
    because: [`.which_${TOLD_APART[answer]}`],
    working: workingAt(input, kernel, [0, 0]),
  };
}

/** @type {import("../questions.js").Exercise} what comes out of a flat part */
function flat(random) {
  const bright = random(2, 25) * 10;
  const name = pick(
    random,
    /** @type {const} */ (["sobel_horizontal", "laplacian", "sharpen", "gaussian"]),
  );
  const weights = KERNELS[name].flat();
  const sum = Math.round(weights.reduce((total, weight) => total + weight, 0));
  return {
    text: [".flat", { bright }],
    shows: [{ label: [`elements.kernels.${name}`], rows: KERNELS[name] }],
    fields: [
      {
        answer: sum * bright,
        mistakes:
          sum === 0
            ? [{ given: bright, why: [".flat_kept"] }]
            : [
                { given: 0, why: [".flat_nothing"] },
                { given: 9 * bright, why: [".flat_nine"] },
              ],
      },
    ],
    because: [".flat_because", { bright, sum }],
    working: [
      [number(bright), "·", "(", ...weights.flatMap((w, i) => signed(w, i === 0)), ")"],
      ["=", number(bright), "·", number(sum)],
      ["=", number(sum * bright)],
    ],
  };
}

/**
 * @param {number} weight
 * @param {boolean} first
 * @returns {string[]} it, as a part of a sum
 */
function signed(weight, first) {
  if (first) return [number(weight)];
  return [weight < 0 ? "−" : "+", number(Math.abs(weight))];
}

export const exercises = [edge, which, flat];
