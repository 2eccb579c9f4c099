/**
 * What the chapter on one layer asks.
 */

import { KERNELS } from "../kernels.js";
import { pick, randomMatrix } from "../random.js";
import { number } from "../text.js";
import { convolve, products } from "../windows.js";

const relu = (/** @type {number} */ value) => Math.max(0, value);

/** @returns {import("../questions.js").Question} what ReLU makes of a negative sum */
export function predict() {
  const bias = 1;
  const sum = -3;
  return {
    text: [".predict", { sum, bias }],
    fields: [
      {
        answer: 0,
        mistakes: [
          { given: sum + bias, why: [".predict_before"] },
          { given: -sum - bias, why: [".predict_size"] },
          { given: bias, why: [".predict_order"] },
        ],
      },
    ],
    because: [".predict_because"],
    working: working(sum, bias),
  };
}

/** @type {import("../questions.js").Exercise} one unit, from its patch to its activation */
function unit(random) {
  const input = randomMatrix(random, 3, 3, 0, 5);
  const kernel =
    KERNELS[pick(random, /** @type {const} */ (["vertical", "horizontal", "laplacian"]))];
  const sum = convolve(input, kernel)[0][0];
  const bias = pick(random, [-6, -4, -2, 2, 4, 6]);
  const answer = relu(sum + bias);
  const others = /** @type {const} */ ([
    [sum + bias, ".unit_before"],
    [relu(sum), ".unit_bias"],
    [relu(sum) + bias, ".unit_order"],
  ]).filter(([given]) => given !== answer);
  const terms = products(input, kernel, [0, 0])
    .flat()
    .filter((product) => product !== 0);
  return {
    text: [".unit", { bias }],
    shows: [
      { label: ["page.patch"], rows: input },
      { label: ["page.kernel"], rows: kernel },
    ],
    fields: [{ answer, mistakes: others.map(([given, why]) => ({ given, why: [why] })) }],
    because: [".unit_because"],
    working: [
      ...(terms.length ? terms : [0]).map((term, i) => signed(term, i === 0)),
      ["=", number(sum)],
      [",", ...working(sum, bias)[0]],
      ...working(sum, bias).slice(1),
    ],
  };
}

/** @type {import("../questions.js").Exercise} a small map through bias and ReLU */
function map(random) {
  const sums = randomMatrix(random, 2, 3, -8, 8);
  const bias = pick(random, [-3, -2, -1, 1, 2, 3]);
  return {
    text: [".map", { bias }],
    shows: [{ label: [".sums"], rows: sums }],
    columns: 3,
    fields: sums.flat().map((sum) => {
      const answer = relu(sum + bias);
      return {
        answer,
        mistakes: answer === sum + bias ? [] : [{ given: sum + bias, why: [".map_negative"] }],
      };
    }),
    because: [".map_because"],
    working: working(sums[0][0], bias),
  };
}

/** @type {readonly ("relu" | "tanh" | "sigmoid")[]} */
const FUNCTIONS = ["relu", "tanh", "sigmoid"];

/** @type {import("../questions.js").Exercise} which function it must have been */
function which(random) {
  const negative = random(0, 1) === 1;
  const value = negative ? -random(2, 9) / 10 : random(12, 60) / 10;
  const answer = negative ? 1 : 0;
  return {
    text: [".which", { value }],
    fields: [
      {
        answer,
        choices: FUNCTIONS.map((name) => [`.functions.${name}`]),
        mistakes: [{ given: 2, why: [".which_sigmoid"] }],
      },
    ],
    because: [negative ? ".which_tanh" : ".which_relu", { value }],
  };
}

/**
 * @param {number} sum
 * @param {number} bias
 * @returns {string[][]} what follows the sum of the products
 */
function working(sum, bias) {
  return [
    ["ReLU", "(", number(sum), ...signed(bias, false), ")"],
    ["=", "ReLU", "(", number(sum + bias), ")"],
    ["=", number(relu(sum + bias))],
  ];
}

/**
 * @param {number} value
 * @param {boolean} first
 * @returns {string[]} it, as a part of a sum
 */
function signed(value, first) {
  if (first) return [number(value)];
  return [value < 0 ? "−" : "+", number(Math.abs(value))];
}

export const exercises = [unit, map, which];
