/**
 * What the chapter on stride asks.
 */

import { number } from "../text.js";
import { outputSize, unread } from "../windows.js";

/**
 * @param {number} side
 * @param {number} kernel
 * @param {number} padding
 * @param {number} stride
 * @returns {string[][]} the formula with these numbers
 */
function working(side, kernel, padding, stride) {
  const room = side - kernel + 2 * padding;
  const twice = padding ? ["+", "2", "·", number(padding)] : [];
  return [
    ["⌊", "(", number(side), "−", number(kernel), ...twice, ")", "/", number(stride), "⌋"],
    ["+", "1"],
    ["=", "⌊", number(room / stride), "⌋", "+", "1"],
    ["=", number(outputSize(side, kernel, { padding, stride }))],
  ];
}

/** @returns {import("../questions.js").Question} about an input that the stride does not fit */
export function predict() {
  const [side, kernel, stride] = [8, 3, 2];
  const answer = outputSize(side, kernel, { stride });
  return {
    text: [".predict", { before: side - 1, side, kernel, stride, answer }],
    fields: [
      {
        answer,
        mistakes: [
          { given: answer + 1, why: [".predict_up"] },
          { given: answer + 0.5, why: [".predict_half"] },
          { given: answer - 1, why: [".forgot_one"] },
          { given: outputSize(side, kernel), why: [".predict_every"] },
        ],
      },
    ],
    because: [".predict_because"],
    working: working(side, kernel, 0, stride),
  };
}

/** @type {import("../questions.js").Exercise} the formula, with all that is in it */
function size(random) {
  const stride = random(2, 4);
  const kernel = 2 * random(1, 3) + 1;
  const padding = random(1, 3);
  const side = random(20, 99);
  const answer = outputSize(side, kernel, { padding, stride });
  const room = side - kernel + 2 * padding;
  return {
    text: [".size", { side, kernel, padding, stride }],
    fields: [
      {
        answer,
        mistakes: [
          { given: Math.ceil(room / stride) + 1, why: [".size_up"] },
          { given: answer - 1, why: [".forgot_one"] },
          { given: room / stride + 1, why: [".size_whole"] },
          { given: outputSize(side + padding, kernel, { stride }), why: [".size_one_side"] },
          { given: outputSize(side, kernel, { stride }), why: [".size_no_padding"] },
        ],
      },
    ],
    because: [".size_because"],
    working: working(side, kernel, padding, stride),
  };
}

/** @type {import("../questions.js").Exercise} height and width apart */
function apart(random) {
  const sides = [random(9, 40), random(9, 40)];
  const kernel = [random(1, 4), random(1, 4)];
  const stride = [random(1, 3), random(2, 4)];
  const answers = [0, 1].map((axis) =>
    outputSize(sides[axis], kernel[axis], { stride: stride[axis] }),
  );
  const crossed = [0, 1].map((axis) =>
    outputSize(sides[axis], kernel[1 - axis], { stride: stride[1 - axis] }),
  );
  return {
    text: [
      ".apart",
      {
        height: sides[0],
        width: sides[1],
        kernel: kernel.join(" × "),
        down: stride[0],
        across: stride[1],
      },
    ],
    fields: answers.map((answer, axis) => ({
      label: [axis === 0 ? "page.rows" : "page.columns"],
      answer,
      mistakes: [
        { given: crossed[axis], why: [".apart_crossed"] },
        { given: answer - 1, why: [".forgot_one"] },
      ],
    })),
    because: [".apart_because"],
    working: [
      ...working(sides[0], kernel[0], 0, stride[0]),
      [","],
      ...working(sides[1], kernel[1], 0, stride[1]),
    ],
  };
}

/** @type {import("../questions.js").Exercise} what the floor drops */
function dropped(random) {
  const stride = random(3, 6);
  const kernel = random(stride, 7);
  const places = random(3, 9);
  const rest = random(1, stride - 1);
  const side = (places - 1) * stride + kernel + rest;
  const { columns } = unread([side, side], [kernel, kernel], { stride: [stride, stride] });
  return {
    text: [".dropped_asked", { side, kernel, stride }],
    fields: [
      {
        answer: columns,
        mistakes: [
          { given: 0, why: [".dropped_fits", { last: places - 1 }] },
          { given: stride - columns, why: [".dropped_missing"] },
          { given: side % stride, why: [".dropped_side"] },
        ],
      },
    ],
    because: [".dropped_because", { places, end: side - columns }],
    working: [
      [number(side), "−", "(", number(places - 1), "·", number(stride), "+", number(kernel), ")"],
      ["=", number(columns)],
    ],
  };
}

export const exercises = [size, apart, dropped];
