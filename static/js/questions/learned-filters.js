/**
 * What the chapter on learned filters asks.
 */

import { KERNELS } from "../kernels.js";
import { pick, randomMatrix } from "../random.js";
import { number } from "../text.js";

/** @returns {import("../questions.js").Question} what a large step does */
export function predict() {
  return {
    text: [".predict", { now: 1.5, next: 5 }],
    fields: [
      {
        answer: 2,
        choices: [[".predict_faster"], [".predict_same"], [".predict_grows"]],
        mistakes: [
          { given: 0, why: [".predict_faster_why"] },
          { given: 1, why: [".predict_same_why"] },
        ],
      },
    ],
    because: [".predict_because"],
  };
}

/** @type {import("../questions.js").Exercise} one weight, one step */
function descend(random) {
  const weight = pick(random, [-1, 1]) * (random(1, 9) / 10);
  const gradient = pick(random, [-1, 1]) * (random(1, 9) / 10);
  const rate = pick(random, [0.1, 0.5, 2]);
  const answer = round(weight - rate * gradient);
  return {
    text: [".descend", { weight, gradient, rate }],
    fields: [
      {
        answer,
        mistakes: [
          { given: round(weight + rate * gradient), why: [".descend_up"] },
          { given: round(weight - gradient), why: [".descend_rate"] },
          { given: round(-rate * gradient), why: [".descend_only"] },
        ],
      },
    ],
    because: [gradient > 0 ? ".descend_because" : ".descend_because_negative"],
    working: [
      ["w", "−", "η", "·", "g", "="],
      [number(weight), "−", number(rate), "·", ...inBrackets(gradient)],
      ["=", number(answer)],
    ],
  };
}

/** @type {import("../questions.js").Exercise} the gradient of one weight */
function gradient(random) {
  const input = randomMatrix(random, 3, 3, 0, 4);
  const error = randomMatrix(random, 2, 2, -3, 3);
  const [row, column] = [random(0, 1), random(0, 1)];
  const sumAt = (/** @type {number} */ down, /** @type {number} */ across) =>
    error.flatMap((es, r) => es.map((e, c) => e * input[r + down][c + across])).reduce(add, 0);
  const sum = sumAt(row, column);
  const answer = sum / 2;
  const other = sumAt(1 - row, 1 - column) / 2;
  const terms = error.flatMap((es, r) =>
    es.map((e, c) => [number(e), "·", number(input[r + row][c + column])]),
  );
  return {
    text: [".gradient", { row, column }],
    shows: [
      { label: ["page.input"], rows: input },
      { label: [".error"], rows: error },
    ],
    fields: [
      {
        answer,
        mistakes: [
          ...(sum === answer
            ? []
            : [{ given: sum, why: /** @type {const} */ ([".gradient_mean"]) }]),
          ...(other === answer
            ? []
            : [{ given: other, why: /** @type {const} */ ([".gradient_place", { row, column }]) }]),
        ],
      },
    ],
    because: [".gradient_because", { row, column }],
    working: [
      ["g", "=", "2", "/", "4", "·", "("],
      ...terms.map((term, i) => (i ? ["+", ...term] : term)),
      [")", "=", number(answer)],
    ],
  };
}

/** @type {import("../questions.js").Exercise} how alike two kernels are */
function cosine(random) {
  const name = pick(random, /** @type {const} */ (["vertical", "sobel_vertical", "diagonal"]));
  const factor = pick(random, [-3, -2, 2, 3]);
  const apart = random(0, 2) === 0;
  // What is symmetric from left to right is at right angles to what is antisymmetric.
  const other = apart
    ? KERNELS[name === "diagonal" ? "antidiagonal" : "sobel_horizontal"]
    : KERNELS[name].map((row) => row.map((weight) => weight * factor + 0));
  const answer = apart ? 0 : Math.sign(factor);
  const product = KERNELS[name].flatMap((row, r) => row.map((w, c) => w * other[r][c]));
  return {
    text: [".cosine"],
    shows: [
      { label: [".first"], rows: KERNELS[name] },
      { label: [".second"], rows: other },
    ],
    fields: [
      {
        answer,
        mistakes: [
          ...(apart
            ? []
            : [
                { given: product.reduce(add, 0), why: /** @type {const} */ ([".cosine_lengths"]) },
                { given: factor, why: /** @type {const} */ ([".cosine_factor"]) },
              ]),
          ...(answer === -1 ? [{ given: 1, why: /** @type {const} */ ([".cosine_sign"]) }] : []),
        ],
      },
    ],
    because: apart ? [".cosine_apart"] : [".cosine_alike", { factor }],
  };
}

/** @param {number} value */
function inBrackets(value) {
  return value < 0 ? ["(", number(value), ")"] : [number(value)];
}

/**
 * @param {number} total
 * @param {number} part
 */
function add(total, part) {
  return total + part;
}

/** @param {number} value */
function round(value) {
  return Number(value.toFixed(6)) + 0;
}

export const exercises = [descend, gradient, cosine];
