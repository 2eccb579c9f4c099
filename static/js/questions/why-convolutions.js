/**
 * What the chapter on why convolutions are used asks.
 */

import { layersOf } from "../chapters/why-convolutions/layers.js";
import { count, number } from "../text.js";
import { outputSize, usage } from "../windows.js";

/** @returns {import("../questions.js").Question} about an image twice as high and twice as wide */
export function predict() {
  const lecture = { side: 32, channels: 3, size: 5, filters: 6 };
  const [small, large] = [layersOf(lecture), layersOf({ ...lecture, side: 64 })];
  const times = Math.round(large.fully / small.fully);
  const choices = (/** @type {number[]} */ factors) =>
    factors.map((factor) =>
      factor === 1
        ? /** @type {const} */ ([".predict_same"])
        : /** @type {const} */ ([".predict_times", { factor }]),
    );
  return {
    text: [".predict"],
    fields: [
      {
        label: [".kinds.shared"],
        choices: choices([1, 2, 4]),
        answer: 0,
        mistakes: [
          { given: 1, why: [".predict_size"] },
          { given: 2, why: [".predict_size"] },
        ],
      },
      {
        label: [".kinds.fully"],
        choices: choices([1, 4, times]),
        answer: 2,
        mistakes: [
          { given: 0, why: [".predict_inputs"] },
          { given: 1, why: [".predict_outputs"] },
        ],
      },
    ],
    because: [
      ".predict_because",
      { shared: large.shared, inputs: large.inputs, units: large.units },
    ],
    working: [
      [count(large.inputs), "·", count(large.units), "+", count(large.units)],
      ["=", count(large.fully)],
    ],
  };
}

/** @type {import("../questions.js").Exercise} both layers' parameters */
function parameters(random) {
  const sizes = { side: random(6, 10), channels: 1, size: 3, filters: random(2, 4) };
  const { rows, inputs, units, window, fully, shared } = layersOf(sizes);
  return {
    text: [".both", { side: sizes.side, rows, filters: sizes.filters }],
    fields: [
      {
        label: [".both_shared", { filters: sizes.filters }],
        answer: shared,
        mistakes: [
          { given: window * sizes.filters, why: [".biases"] },
          { given: (window + 1) * units, why: [".both_places"] },
        ],
      },
      {
        label: [".kinds.fully"],
        answer: fully,
        mistakes: [
          { given: inputs * units, why: [".biases"] },
          { given: (inputs + 1) * rows * rows, why: [".both_maps", { filters: sizes.filters }] },
          { given: inputs * units + 1, why: [".biases"] },
        ],
      },
    ],
    because: [".both_because", { inputs, units, window }],
    working: [
      [number(inputs), "·", number(units), "+", number(units)],
      ["=", count(fully)],
    ],
  };
}

/** @type {import("../questions.js").Exercise} the matrix's size and its zeros */
function zeros(random) {
  const side = random(5, 8);
  const size = random(2, 3);
  const units = outputSize(side, size) ** 2;
  const cells = side * side;
  return {
    text: [".zeros", { side, size }],
    fields: [
      {
        label: ["page.rows"],
        answer: units,
        mistakes: [
          { given: outputSize(side, size), why: [".zeros_rows"] },
          { given: cells, why: [".zeros_swapped"] },
        ],
      },
      {
        label: ["page.columns"],
        answer: cells,
        mistakes: [
          { given: side, why: [".zeros_columns"] },
          { given: size * size, why: [".zeros_kernel"] },
        ],
      },
      {
        label: [".zeros_field"],
        answer: units * (cells - size * size),
        mistakes: [
          { given: units * cells - size * size, why: [".zeros_each"] },
          { given: cells - size * size, why: [".zeros_one"] },
        ],
      },
    ],
    because: [".zeros_because", { cells, weights: size * size, units }],
    working: [
      [number(units), "·", "(", number(cells), "−", number(size * size), ")"],
      ["=", number(units * (cells - size * size))],
    ],
  };
}

/** @type {import("../questions.js").Exercise} how often numbers stand in the matrix of patches */
function copies(random) {
  const side = random(5, 9);
  const read = usage([side, side], [3, 3]);
  const column = random(1, side - 2);
  const middle = Math.floor(side / 2);
  return {
    text: [".copies", { side }],
    fields: [
      {
        label: [".copies_at", { row: 0, column: 0 }],
        answer: read[0][0],
        mistakes: [{ given: 9, why: [".copies_corner"] }],
      },
      {
        label: [".copies_at", { row: 0, column }],
        answer: read[0][column],
        mistakes: [{ given: 9, why: [".copies_edge"] }],
      },
      {
        label: [".copies_at", { row: middle, column: middle }],
        answer: read[middle][middle],
        mistakes: [{ given: 1, why: [".copies_once"] }],
      },
    ],
    because: [".copies_because"],
  };
}

export const exercises = [parameters, zeros, copies];
