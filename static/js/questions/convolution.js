/**
 * What the chapter on the convolution operation asks.
 */

import { KERNELS } from "../kernels.js";
import { randomMatrix } from "../random.js";
import { number } from "../text.js";
import { convolve, outputSize, products } from "../windows.js";

/** The lecture's own matrix. */
export const LECTURE = [
  [7, 2, 3, 3, 8],
  [4, 5, 3, 8, 4],
  [3, 3, 2, 8, 4],
  [2, 8, 7, 2, 7],
  [5, 4, 4, 5, 4],
];

const total = (/** @type {number[][]} */ rows) => rows.flat().reduce((sum, part) => sum + part, 0);

/**
 * @param {readonly (readonly number[])[]} input
 * @param {readonly (readonly number[])[]} kernel
 * @param {readonly [number, number]} at
 * @returns {string[][]} the products that are not 0, and their sum
 */
export function workingAt(input, kernel, at) {
  const terms = kernel.flatMap((row, r) =>
    row.flatMap((weight, c) => (weight === 0 ? [] : [[input[at[0] + r][at[1] + c], weight]])),
  );
  const parts = terms.map(([cell, weight], i) => {
    const factor = weight < 0 ? ["(", number(weight), ")"] : [number(weight)];
    return [...(i ? ["+"] : []), number(cell), "·", ...factor];
  });
  return [...(parts.length ? parts : [["0"]]), ["=", number(total(products(input, kernel, at)))]];
}

/** @returns {import("../questions.js").Question} about the window's second place */
export function predict() {
  const kernel = KERNELS.vertical;
  const [[first, second]] = convolve(LECTURE, kernel);
  const everything = total(
    products(
      LECTURE,
      kernel.map((row) => row.map(Math.abs)),
      [0, 1],
    ),
  );
  return {
    text: [".predict", { first }],
    fields: [
      {
        answer: second,
        mistakes: [
          { given: -second, why: [".predict_sign"] },
          { given: first, why: [".predict_same", { first }] },
          { given: everything, why: [".predict_added"] },
        ],
      },
    ],
    because: [".predict_because"],
    working: workingAt(LECTURE, kernel, [0, 1]),
  };
}

/** @type {import("../questions.js").Exercise} one unit of the output */
function oneUnit(random) {
  const input = randomMatrix(random, 3, 3, 0, 9);
  const kernel = randomMatrix(random, 3, 3, -2, 2);
  const [[answer]] = convolve(input, kernel);
  return {
    text: [".unit"],
    shows: [
      { label: ["page.input"], rows: input },
      { label: ["page.kernel"], rows: kernel },
    ],
    fields: [{ answer, mistakes: [{ given: total(input) + total(kernel), why: [".unit_added"] }] }],
    because: [".unit_because"],
    working: workingAt(input, kernel, [0, 0]),
  };
}

/** @type {import("../questions.js").Exercise} all of a small output */
function wholeOutput(random) {
  const input = randomMatrix(random, 4, 4, 0, 9);
  const sign = random(0, 1) ? 1 : -1;
  const kernel = KERNELS[random(0, 1) ? "vertical" : "horizontal"].map((row) =>
    row.map((weight) => (weight === 0 ? 0 : weight * sign)),
  );
  const output = convolve(input, kernel);
  return {
    text: [".whole"],
    shows: [
      { label: ["page.input"], rows: input },
      { label: ["page.kernel"], rows: kernel },
    ],
    columns: 2,
    fields: output.flat().map((answer) => ({
      answer,
      mistakes: answer === 0 ? [] : [{ given: -answer, why: [".whole_sign"] }],
    })),
    because: [".whole_because"],
    working: workingAt(input, kernel, [0, 0]),
  };
}

/** @type {import("../questions.js").Exercise} how large the output is */
function size(random) {
  const side = random(6, 64);
  const kernel = 2 * random(1, 3) + 1;
  const answer = outputSize(side, kernel);
  return {
    text: [".size", { side, kernel }],
    fields: [
      {
        answer,
        mistakes: [
          { given: side - kernel, why: [".size_one"] },
          { given: side, why: [".size_same"] },
        ],
      },
    ],
    because: [".size_because", { side, kernel, answer }],
    working: [
      [number(side), "−", number(kernel), "+", "1"],
      ["=", number(answer)],
    ],
  };
}

export const exercises = [oneUnit, wholeOutput, size];
