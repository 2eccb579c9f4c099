/**
 * What the chapter on pooling asks.
 */

import { changes, pooled, STROKE, STROKE_COLUMN, shifted } from "../chapters/pooling/inputs.js";
import { pick, randomMatrix } from "../random.js";
import { number } from "../text.js";
import { outputSize, unread } from "../windows.js";

/** @returns {import("../questions.js").Question} about a stroke that moves by one cell */
export function predict() {
  const moved = shifted(STROKE, [0, 1]);
  const [before, after] = [pooled(STROKE, 2, 2).max, pooled(moved, 2, 2).max];
  const answer = changes(before, after);
  const changed = changes(STROKE, moved);
  return {
    text: [".predict", { column: STROKE_COLUMN, next: STROKE_COLUMN + 1, n: changed }],
    fields: [
      {
        answer,
        mistakes: [
          { given: before.length, why: [".predict_column"] },
          { given: 2 * before.length, why: [".predict_both"] },
          { given: changed, why: [".predict_input"] },
          { given: before.flat().length, why: [".predict_all"] },
        ],
      },
    ],
    because: [".predict_because", { column: STROKE_COLUMN, next: STROKE_COLUMN + 1 }],
  };
}

/** @type {import("../questions.js").Exercise} a whole output, of one of both kinds */
function wholeOutput(random) {
  const input = randomMatrix(random, 4, 4, 0, 9);
  const kind = pick(random, /** @type {const} */ (["max", "average"]));
  const made = pooled(input, 2, 2);
  const other = kind === "max" ? "average" : "max";
  const [first, second, third, fourth] = [...input[0].slice(0, 2), ...input[1].slice(0, 2)];
  const list = [first, second, third, fourth].map(number);
  return {
    text: [`.whole_${kind}`],
    shows: [{ label: ["page.input"], rows: input }],
    columns: 2,
    fields: made[kind].flat().map((answer, i) => ({
      answer,
      mistakes: [
        { given: made[other].flat()[i], why: /** @type {const} */ ([`.whole_not_${other}`]) },
        { given: made.average.flat()[i] * 4, why: /** @type {const} */ ([".whole_sum"]) },
      ].filter(({ given }) => given !== answer),
    })),
    because: [`.whole_${kind}_because`],
    working:
      kind === "max"
        ? [
            ["max", "{", ...list.flatMap((text, i) => (i ? [",", text] : [text])), "}"],
            ["=", number(made.max[0][0])],
          ]
        : [
            ["(", ...list.flatMap((text, i) => (i ? ["+", text] : [text])), ")", "/", "4"],
            ["=", number(made.average[0][0])],
          ],
  };
}

/** @type {import("../questions.js").Exercise} how large the output is, and what is dropped */
function size(random) {
  const window = random(2, 3);
  const stride = window === 2 ? 3 : 2;
  const side = random(9, 60);
  const answer = outputSize(side, window, { stride });
  const rest = unread([side, side], [window, window], { stride: [stride, stride] }).rows;
  const steps = (side - window) / stride;
  return {
    text: [".size_asked", { side, window, stride }],
    fields: [
      {
        label: [".size_rows"],
        answer,
        mistakes: [
          { given: answer - 1, why: [".size_one"] },
          { given: answer + 1, why: [".size_over"] },
          { given: Math.floor(side / window), why: [".size_stride", { stride }] },
        ],
      },
      {
        label: [".size_dropped"],
        answer: rest,
        mistakes: [{ given: stride, why: [".size_dropped_why"] }],
      },
    ],
    because: [".size_because", { last: (answer - 1) * stride + window - 1, side: side - 1 }],
    working: [
      ["⌊", "(", number(side), "−", number(window), ")", "/", number(stride), "⌋", "+", "1"],
      ["=", "⌊", number(steps), "⌋", "+", "1"],
      ["=", number(answer)],
    ],
  };
}

/** @type {import("../questions.js").Exercise} the shape and the parameters of a pooled volume */
function volume(random) {
  const side = 2 * random(6, 24);
  const channels = pick(random, [3, 6, 10, 16, 20]);
  return {
    text: [".volume", { side, channels }],
    fields: [
      {
        label: ["page.rows"],
        answer: side / 2,
        mistakes: [{ given: side - 1, why: [".volume_stride"] }],
      },
      {
        label: [".channels"],
        answer: channels,
        mistakes: [
          { given: channels / 2, why: [".volume_channels"] },
          { given: 1, why: [".volume_one"] },
        ],
      },
      {
        label: [".parameters"],
        answer: 0,
        mistakes: [4, 5, 4 * channels, 4 * channels + 1, 5 * channels].map((given) => ({
          given,
          why: /** @type {const} */ ([".volume_parameters"]),
        })),
      },
    ],
    because: [".volume_because", { channels }],
  };
}

export const exercises = [wholeOutput, size, volume];
