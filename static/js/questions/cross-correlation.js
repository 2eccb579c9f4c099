/**
 * What the chapter on cross-correlation and convolution asks.
 */

import { pick, randomMatrix } from "../random.js";
import { number } from "../text.js";
import { convolve, flip } from "../windows.js";
import { workingAt } from "./convolution.js";

/** No two weights are alike, so that one sees where each of them goes. */
export const NUMBERS = [
  [1, 2, 3],
  [4, 5, 6],
  [7, 8, 9],
];

/** All dark but for one pixel: what it becomes is the kernel itself, or the kernel turned. */
export const IMPULSE = [0, 1, 2, 3, 4].map((row) =>
  [0, 1, 2, 3, 4].map((column) => Number(row === 2 && column === 2)),
);

/** @returns {import("../questions.js").Question} about what cross-correlation makes of a single 1 */
export function predict() {
  const answer = convolve(IMPULSE, NUMBERS)[0][0];
  return {
    text: [".predict"],
    shows: [
      { label: ["page.input"], rows: IMPULSE },
      { label: ["page.kernel"], rows: NUMBERS },
    ],
    fields: [
      {
        answer,
        mistakes: [
          { given: convolve(IMPULSE, NUMBERS, { flip: true })[0][0], why: [".predict_stamped"] },
          { given: NUMBERS[1][1], why: [".predict_middle"] },
          { given: NUMBERS.flat().reduce((sum, weight) => sum + weight), why: [".predict_all"] },
        ],
      },
    ],
    because: [".predict_because", { answer }],
    working: [
      ["1", "·", number(NUMBERS[2][2])],
      ["=", number(answer)],
    ],
  };
}

/** @type {import("../questions.js").Exercise} turn a kernel */
function turn(random) {
  const kernel = randomMatrix(random, 3, 3, -9, 9);
  const others = [
    { rows: kernel.map((row) => [...row].reverse()), why: ".turn_mirrored" },
    { rows: [...kernel].reverse(), why: ".turn_upside_down" },
    { rows: kernel.map((row, r) => row.map((_, c) => kernel[c][r])), why: ".turn_transposed" },
    { rows: kernel.map((row, r) => row.map((_, c) => kernel[2 - c][r])), why: ".turn_quarter" },
  ];
  const turned = flip(kernel);
  return {
    text: [".turn"],
    shows: [{ label: ["page.kernel"], rows: kernel }],
    columns: 3,
    fields: turned.flatMap((row, r) =>
      row.map((answer, c) => ({
        answer,
        mistakes: others.map(({ rows, why }) => ({ given: rows[r][c], why: [why] })),
      })),
    ),
    because: [".turn_because"],
  };
}

/** @type {import("../questions.js").Exercise} one number of a convolution */
function convolved(random) {
  const input = randomMatrix(random, 2, 2, 1, 9);
  const kernel = randomMatrix(random, 2, 2, -2, 3);
  const [[answer]] = convolve(input, kernel, { flip: true });
  const [[unturned]] = convolve(input, kernel);
  return {
    text: [".one"],
    shows: [
      { label: ["page.input"], rows: input },
      { label: ["page.kernel"], rows: kernel },
    ],
    fields: [
      {
        answer,
        mistakes: [{ given: unturned, why: [".one_unturned"] }],
      },
    ],
    because: [unturned === answer ? ".one_alike" : ".one_because", { unturned }],
    working: workingAt(input, flip(kernel), [0, 0]),
  };
}

const KINDS = /** @type {const} */ (["equal", "opposite", "neither"]);

/** @type {import("../questions.js").Exercise} what turning does to the output */
function effect(random) {
  const kind = pick(random, KINDS);
  const [first, second, third, fourth] = [1, 2, 3, 4].map((least) => least + random(0, 5));
  const middle = random(0, 9);
  const kernels = {
    equal: [
      [first, second, third],
      [fourth, middle, fourth],
      [third, second, first],
    ],
    opposite: [
      [first, second, -third],
      [fourth, 0, -fourth],
      [third, -second, -first],
    ],
    // The same from left to right is not yet the same when turned.
    neither: [
      [first, second, first],
      [fourth, middle, fourth],
      [-third, 0, -third],
    ],
  };
  return {
    text: [".effect"],
    shows: [{ label: ["page.kernel"], rows: kernels[kind] }],
    fields: [
      {
        answer: KINDS.indexOf(kind),
        choices: KINDS.map((name) => /** @type {const} */ ([`.effect_${name}`])),
        mistakes: kind === "neither" ? [{ given: 0, why: [".effect_mirrored"] }] : [],
      },
    ],
    because: [`.effect_${kind}_because`],
  };
}

export const exercises = [turn, convolved, effect];
