/**
 * What the chapter on padding asks.
 */

import { pick, randomMatrix } from "../random.js";
import { number } from "../text.js";
import { outputSize, pad, usage } from "../windows.js";

const SIDE = 5;
const KERNEL = 3;

/** @param {number} padding on each side */
function cornerUse(padding) {
  return usage([SIDE, SIDE], [KERNEL, KERNEL], { padding: [padding, padding] })[0][0];
}

/** @returns {import("../questions.js").Question} how often a corner is read once there is padding */
export function predict() {
  const answer = cornerUse(1);
  const along = Math.sqrt(answer);
  return {
    text: [".predict", { side: SIDE, kernel: KERNEL, before: cornerUse(0) }],
    fields: [
      {
        answer,
        mistakes: [
          { given: cornerUse(0), why: [".predict_same"] },
          { given: along, why: [".predict_one_way"] },
          { given: KERNEL ** 2, why: [".predict_centre", { n: KERNEL ** 2 }] },
        ],
      },
    ],
    because: [".predict_because", { along }],
    working: [
      [number(along), "·", number(along)],
      ["=", number(answer)],
    ],
  };
}

/** @type {import("../questions.js").Exercise} the padding that keeps the size */
function same(random) {
  const kernel = 2 * random(1, 5) + 1;
  const side = random(16, 99);
  const answer = (kernel - 1) / 2;
  return {
    text: [".same_asked", { side, kernel }],
    fields: [
      {
        answer,
        mistakes: [
          { given: kernel - 1, why: [".same_both", { n: kernel - 1 }] },
          { given: kernel, why: [".same_kernel"] },
          { given: 0, why: [".same_none", { after: outputSize(side, kernel) }] },
        ],
      },
    ],
    because: [".same_because", { side, kernel }],
    working: [
      ["(", number(kernel), "−", "1", ")", "/", "2"],
      ["=", number(answer)],
    ],
  };
}

/** @type {import("../questions.js").Exercise} what an image has left after some layers */
function shrink(random) {
  const kernel = 2 * random(1, 3) + 1;
  const layers = random(2, 6);
  const side = random(40, 99);
  const padding = random(0, (kernel - 3) / 2);
  const lost = kernel - 1 - 2 * padding;
  const answer = side - layers * lost;
  return {
    text: [".shrink", { side, kernel, layers, padding }],
    fields: [
      {
        answer,
        mistakes: [
          { given: side - lost, why: [".shrink_once"] },
          { given: side - layers * (lost + 1), why: [".shrink_more"] },
          { given: side - layers * (lost + padding), why: [".shrink_one_side"] },
        ],
      },
    ],
    because: [".shrink_because", { lost, layers }],
    working: [
      [number(side), "−", number(layers), "·", number(lost)],
      ["=", number(answer)],
    ],
  };
}

/** @type {import("../questions.js").Exercise} fill the padding in */
function fill(random) {
  const mode = pick(random, /** @type {const} */ (["reflect", "replicate"]));
  const rows = randomMatrix(random, 3, 3, 1, 9);
  const [top] = pad(rows, [1, 1], mode);
  const other = mode === "reflect" ? "replicate" : "reflect";
  const [instead] = pad(rows, [1, 1], other);
  return {
    text: [`.fill_${mode}`],
    shows: [{ label: ["page.input"], rows }],
    columns: 5,
    fields: top.map((answer, i) => ({
      answer,
      mistakes: [
        { given: instead[i], why: [`.fill_not_${other}`] },
        { given: 0, why: [".fill_zeros"] },
      ],
    })),
    because: [`.fill_${mode}_because`],
  };
}

export const exercises = [same, shrink, fill];
