/**
 * What the chapter on volumes asks.
 */

import { pick, randomMatrix } from "../random.js";
import { number } from "../text.js";
import { convolveVolume, outputSize } from "../windows.js";

/**
 * @param {number} side of the kernels
 * @param {number} channels
 * @param {number} filters
 */
const parameters = (side, channels, filters) => (side * side * channels + 1) * filters;

/**
 * @param {number} side
 * @param {number} channels
 * @param {number} filters
 * @returns {string[][]}
 */
function counted(side, channels, filters) {
  const parts = [number(side), "·", number(side), "·", number(channels), "+", "1"];
  return [
    ["(", ...parts, ")", "·", number(filters)],
    ["=", number(parameters(side, channels, filters))],
  ];
}

/** @returns {import("../questions.js").Question} about ten filters over a small and a large image */
export function predict() {
  const answer = parameters(3, 3, 10);
  const mistakes = [
    { given: 3 * 3 * 10, why: /** @type {const} */ ([".count_channels"]) },
    { given: 3 * 3 * 10 + 10, why: /** @type {const} */ ([".count_channels"]) },
    { given: 3 * 3 * 3 * 10, why: /** @type {const} */ ([".count_biases"]) },
    { given: 3 * 3 * 3 * 10 + 30, why: /** @type {const} */ ([".count_one_bias"]) },
  ];
  return {
    text: [".predict"],
    fields: [
      { label: [".predict_small", { side: 5 }], answer, mistakes },
      {
        label: [".predict_small", { side: 1024 }],
        answer,
        mistakes: [
          ...mistakes,
          { given: 27 * 10 * outputSize(1024, 3) ** 2, why: [".predict_work"] },
        ],
      },
    ],
    because: [".predict_because"],
    working: counted(3, 3, 10),
  };
}

/** @type {import("../questions.js").Exercise} one unit, over two channels */
function oneUnit(random) {
  const channels = [0, 1].map(() => randomMatrix(random, 2, 2, 0, 9));
  const kernels = [0, 1].map(() => randomMatrix(random, 2, 2, -2, 2));
  const bias = random(1, 5);
  const parts = channels.map((rows, i) => convolveVolume([rows], [kernels[i]])[0][0]);
  const answer = parts[0] + parts[1] + bias;
  const told = parts.map((part) => (part < 0 ? ["(", number(part), ")"] : [number(part)]));
  return {
    text: [".unit", { bias }],
    shows: [0, 1].flatMap((i) => [
      { label: /** @type {const} */ ([".unit_channel", { n: i }]), rows: channels[i] },
      { label: /** @type {const} */ ([".unit_kernel", { n: i }]), rows: kernels[i] },
    ]),
    fields: [
      {
        answer,
        mistakes: [
          { given: answer - bias, why: [".unit_bias"] },
          { given: answer + bias, why: [".unit_bias_twice"] },
          { given: parts[0] + bias, why: [".unit_first"] },
        ],
      },
    ],
    because: [".unit_because", { first: parts[0], second: parts[1], bias }],
    working: [
      [...told[0], "+", ...told[1], "+", number(bias)],
      ["=", number(answer)],
    ],
  };
}

/** @type {import("../questions.js").Exercise} the parameters of a layer */
function count(random) {
  const side = pick(random, [3, 5, 7]);
  const channels = pick(random, [3, 6, 10, 16]);
  const filters = random(4, 40);
  const weights = side * side * channels;
  return {
    text: [".count", { side, channels, filters, rows: random(20, 90) }],
    fields: [
      {
        answer: parameters(side, channels, filters),
        mistakes: [
          { given: weights * filters, why: [".count_biases"] },
          { given: side * side * filters, why: [".count_channels"] },
          { given: (side * side + 1) * filters, why: [".count_channels"] },
          { given: (side * side + 1) * channels * filters, why: [".count_one_bias"] },
          { given: weights + 1, why: [".count_one", { filters }] },
        ],
      },
    ],
    because: [".count_because", { side, channels, weights }],
    working: counted(side, channels, filters),
  };
}

/** @type {import("../questions.js").Exercise} the shape of what comes out */
function shape(random) {
  const [rows, columns] = [random(12, 48), random(12, 48)];
  const side = pick(random, [3, 5]);
  const channels = pick(random, [3, 4, 6]);
  const filters = random(7, 24);
  return {
    text: [".shape", { rows, columns, channels, side, filters }],
    fields: [
      {
        label: ["page.rows"],
        answer: outputSize(rows, side),
        mistakes: [{ given: rows, why: [".shape_same"] }],
      },
      {
        label: ["page.columns"],
        answer: outputSize(columns, side),
        mistakes: [{ given: columns, why: [".shape_same"] }],
      },
      {
        label: [".maps_field"],
        answer: filters,
        mistakes: [
          { given: channels, why: [".shape_channels"] },
          { given: filters * channels, why: [".shape_kernels", { channels }] },
        ],
      },
    ],
    because: [".shape_because", { filters, channels }],
  };
}

export const exercises = [oneUnit, count, shape];
