/**
 * What the chapter on building a network asks.
 */

import { cellOf, placeOf } from "../chapters/building-a-network/order.js";
import { number } from "../text.js";
import { outputSize } from "../windows.js";

/** The lecture's example, as an address has it: 39 × 39 × 3 to 1,960 numbers. */
export const LECTURE = "39x39x3~c10k3~relu~c20k5s2~relu~c40k5s2~relu~flatten~l10~softmax";

/** @returns {import("../questions.js").Question} about the lecture's second layer */
export function predict() {
  const [side, kernel, stride] = [outputSize(39, 3), 5, 2];
  const answer = outputSize(side, kernel, { stride });
  return {
    text: [".predict", { side, kernel, stride }],
    fields: [
      {
        answer,
        mistakes: [
          { given: outputSize(side, kernel), why: [".predict_stride"] },
          { given: answer - 1, why: [".predict_one"] },
          { given: Math.floor(side / stride), why: [".predict_half", { kernel }] },
          { given: Math.ceil(side / stride), why: [".predict_half", { kernel }] },
        ],
      },
    ],
    because: [".predict_because", { stride }],
    working: [
      ["⌊", "(", number(side), "−", number(kernel), ")", "/", number(stride), "⌋", "+", "1"],
      ["=", number(answer)],
    ],
  };
}

/** @type {import("../questions.js").Exercise} the shapes on the way, and the numbers at its end */
function chain(random) {
  const side = random(24, 48);
  const kernel = 2 * random(1, 2) + 1;
  const filters = random(4, 12);
  const first = outputSize(side, kernel);
  const second = outputSize(first, 2, { stride: 2 });
  const answer = second * second * filters;
  return {
    text: [".chain", { side, kernel, filters }],
    fields: [
      {
        label: [".chain_first"],
        answer: first,
        mistakes: [{ given: side - kernel, why: [".predict_one"] }],
      },
      {
        label: [".chain_second"],
        answer: second,
        mistakes: [{ given: first, why: [".chain_pool"] }],
      },
      {
        label: [".chain_numbers"],
        answer,
        mistakes: [
          { given: second * second, why: [".chain_channels", { filters }] },
          { given: second * second * 3 * filters, why: [".chain_colours"] },
          { given: second * second * 3, why: [".chain_colours"] },
        ],
      },
    ],
    because: [".chain_because"],
    working: [
      [number(side), "−", number(kernel), "+", "1", "=", number(first), ","],
      ["⌊", number(first), "/", "2", "⌋", "=", number(second), ","],
      [number(second), "·", number(second), "·", number(filters), "=", number(answer)],
    ],
  };
}

/** @type {import("../questions.js").Exercise} which number a cell becomes */
function unrolling(random) {
  /** @type {[number, number, number]} */
  const shape = [random(3, 8), random(3, 7), random(3, 7)];
  const [channels, rows, columns] = shape;
  const all = channels * rows * columns;
  const cell = cellOf(random(rows * columns + 1, all - 1), shape, "channels_first");
  const [channel, row, column] = cell;
  const answer = placeOf(cell, shape, "channels_first");
  const other = placeOf(cell, shape, "channels_last");
  return {
    text: [".unrolling", { channels, rows, columns, channel, row, column }],
    fields: [
      {
        answer,
        mistakes: [
          ...(other === answer
            ? []
            : [{ given: other, why: /** @type {const} */ ([".unrolling_last"]) }]),
          { given: answer + 1, why: [".unrolling_zero"] },
          ...(channel === 0
            ? []
            : [
                {
                  given: row * columns + column,
                  why: /** @type {const} */ ([".unrolling_map", { channel }]),
                },
              ]),
        ],
      },
    ],
    because: [".unrolling_because", { channel, row }],
    working: [
      [
        "(",
        number(channel),
        "·",
        number(rows),
        "+",
        number(row),
        ")",
        "·",
        number(columns),
        "+",
        number(column),
      ],
      ["=", number(answer)],
    ],
  };
}

/** @type {import("../questions.js").Exercise} how much of the image a unit sees */
function sight(random) {
  const [first, second] = [2 * random(1, 4) + 1, 2 * random(1, 4) + 1];
  const pooled = first + 1;
  const answer = pooled + 2 * (second - 1);
  return {
    text: [".sight", { first, second }],
    fields: [
      {
        answer,
        mistakes: [
          { given: second, why: [".sight_last"] },
          { given: pooled + second - 1, why: [".sight_stride"] },
          { given: first + second, why: [".sight_stride"] },
        ],
      },
    ],
    because: [".sight_because", { first, pooled, second }],
    working: [
      [number(first), "+", "1", "+", "2", "·", "(", number(second), "−", "1", ")"],
      ["=", number(answer)],
    ],
  };
}

export const exercises = [chain, unrolling, sight];
