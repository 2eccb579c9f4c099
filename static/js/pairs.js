/**
 * Pairs of drawings that are worth comparing.
 */

import { PAD_SIDE } from "./strokes.js";

/**
 * @typedef {import("./strokes.js").Stroke} Stroke
 * @typedef {import("./store.js").Experiment} Experiment
 *
 * @typedef {object} Pair
 * @property {string} id
 * @property {string} name
 * @property {string} lesson what to look at
 * @property {(now: Experiment, strip: readonly number[]) => {a: Experiment, b: Experiment}} make
 *   `strip` are the classes of the digits that are at hand, by their places in the gallery
 */

/** Without these steps the pad's 280 units become 28 pixels, wherever the ink is. */
const RAW = /** @type {const} */ (["crop", "scale", "centre"]);
/** Of the 32 that the network sees. */
const SHIFT_PIXELS = 3;
const SHIFT = (SHIFT_PIXELS * PAD_SIDE) / 28;

/** @type {Stroke[]} */
const THREE = [
  [
    [80, 76],
    [92, 60],
    [116, 52],
    [142, 56],
    [158, 72],
    [160, 94],
    [146, 114],
    [118, 128],
    [150, 138],
    [168, 160],
    [166, 190],
    [146, 212],
    [116, 220],
    [90, 212],
    [76, 196],
  ],
];

/**
 * @param {Stroke[]} strokes
 * @param {Partial<Experiment>} [rest]
 * @returns {Experiment}
 */
const drawn = (strokes, rest) => ({
  subject: { digit: null, strokes },
  penWidth: 20,
  without: [],
  edits: [],
  ...rest,
});

/**
 * @param {number} from
 * @param {number} to
 * @returns {Pair["make"]}
 */
const digits = (from, to) => (_, strip) => {
  const one = (/** @type {number} */ digit) =>
    drawn([], { subject: { digit: strip.indexOf(digit), strokes: [] } });
  return { a: one(from), b: one(to) };
};

/**
 * @param {Experiment["without"]} without
 * @returns {Pair["make"]}
 */
const shifted = (without) => () => {
  const moved = THREE.map((stroke) =>
    stroke.map(([x, y]) => /** @type {[number, number]} */ ([x + SHIFT, y])),
  );
  return { a: drawn(THREE, { without }), b: drawn(moved, { without }) };
};

/** @type {readonly Pair[]} */
export const PAIRS = [
  {
    id: "one-seven",
    name: "1 and 7",
    lesson:
      "Two digits with one stroke in common: where does the network begin to tell them apart?",
    make: digits(1, 7),
  },
  {
    id: "three-eight",
    name: "3 and 8",
    lesson: "An 8 is much like a 3 whose gaps are closed. Look where the difference is strongest.",
    make: digits(3, 8),
  },
  {
    id: "shift-raw",
    name: `Shifted by ${SHIFT_PIXELS} pixels`,
    lesson: `One drawing, ${SHIFT_PIXELS} of the 32 pixels further right, without crop, scale and centre. The maps of the convolutions shift along and lie far apart; pooling and the fully connected layers bring the two together.`,
    make: shifted(RAW),
  },
  {
    id: "shift",
    name: "Shifted, then centred",
    lesson:
      "The same two drawings with all steps before the network: they become one picture, and no layer can tell that there was a shift.",
    make: shifted([]),
  },
  {
    id: "pen",
    name: "Thin and thick pen",
    lesson: "The same strokes with pens of 10 and 36. Layer by layer the two come closer.",
    make: () => ({ a: drawn(THREE, { penWidth: 10 }), b: drawn(THREE, { penWidth: 36 }) }),
  },
  {
    id: "random",
    name: "Trained and random",
    lesson:
      "The drawing on the pad, under the network as it was trained (A) and with random weights (B).",
    make: ({ subject, penWidth, without }) => {
      const a = { subject, penWidth, without, edits: [] };
      return { a, b: { ...a, edits: [{ edit: "randomise", seed: 0 }] } };
    },
  },
];
