/**
 * What the chapter on translation asks.
 */

import { randomMatrix } from "../random.js";
import { number } from "../text.js";
import { convolve } from "../windows.js";

/** LeNet-5's strides up to its last maps: convolution, pooling, convolution, pooling. */
const STRIDES = [1, 2, 1, 2];

/** @param {readonly number[]} strides */
const product = (strides) => strides.reduce((all, stride) => all * stride, 1);

/** @returns {import("../questions.js").Question} about the shift that all layers can follow */
export function predict() {
  const answer = product(STRIDES);
  return {
    text: [".predict"],
    fields: [
      {
        answer,
        mistakes: [
          { given: 1, why: [".predict_one"] },
          { given: 2, why: [".predict_two"] },
          { given: 3, why: [".predict_odd"] },
        ],
      },
    ],
    because: [".predict_because"],
    working: [[STRIDES.map(number).join(" · ")], ["=", number(answer)]],
  };
}

/** @type {import("../questions.js").Exercise} how far a map moves */
function follow(random) {
  const stride = random(2, 4);
  const units = random(1, 6);
  const shift = stride * units;
  return {
    text: [".follow", { shift, stride }],
    fields: [
      {
        answer: units,
        mistakes: [
          { given: shift, why: [".follow_same", { stride }] },
          { given: shift * stride, why: [".follow_times"] },
        ],
      },
    ],
    because: [".follow_because", { stride }],
    working: [
      [number(shift), "/", number(stride)],
      ["=", number(units)],
    ],
  };
}

/** @type {import("../questions.js").Exercise} the smallest shift that a network can follow */
function smallest(random) {
  const strides = Array.from({ length: random(3, 4) }, () => random(1, 3));
  strides[0] = 2;
  const answer = product(strides);
  const sum = strides.reduce((all, stride) => all + stride, 0);
  /** @type {{given: number, why: import("../messages.js").Text}[]} */
  const mistakes = [
    { given: sum, why: [".smallest_sum"] },
    { given: Math.max(...strides), why: [".smallest_largest"] },
    { given: 1, why: [".predict_one"] },
  ];
  return {
    text: [".smallest", { strides: strides.join(", ") }],
    fields: [
      {
        answer,
        mistakes: mistakes.filter(({ given }) => given !== answer),
      },
    ],
    because: [".smallest_because"],
    working: [[strides.map(number).join(" · ")], ["=", number(answer)]],
  };
}

/** @type {import("../questions.js").Exercise} what a convolution makes of a mirrored input */
function mirrored(random) {
  const kernel = [[1, 0, -1]];
  let input = randomMatrix(random, 1, 5, 0, 9);
  // Else the mirrored output would be right by chance.
  while (convolve(input, kernel)[0].every((one) => one === 0)) {
    input = randomMatrix(random, 1, 5, 0, 9);
  }
  const [output] = convolve(input, kernel);
  const turned = input.map((row) => [...row].reverse());
  const [answers] = convolve(turned, kernel);
  return {
    text: [".mirrored"],
    shows: [
      { label: ["page.input"], rows: input },
      { label: ["page.kernel"], rows: kernel },
      { label: ["page.output"], rows: [output] },
    ],
    columns: 3,
    fields: answers.map((answer, i) => ({
      answer,
      mistakes:
        output[2 - i] === answer
          ? []
          : [{ given: output[2 - i], why: /** @type {const} */ ([".mirrored_along"]) }],
    })),
    because: [".mirrored_because"],
    working: [turned[0].flatMap((cell, i) => [...(i ? [","] : []), number(cell)])],
  };
}

export const exercises = [follow, smallest, mirrored];
