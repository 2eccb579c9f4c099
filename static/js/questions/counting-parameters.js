/**
 * What the chapter on counting parameters asks.
 */

import { parameters } from "../chapters/counting-parameters/count.js";
import { number } from "../text.js";

/**
 * @typedef {import("../chapters/counting-parameters/count.js").Counted} Counted
 * @typedef {import("../questions.js").Field} Field
 */

/** LeNet-5 as the question tells it: what each layer with parameters reads and gives. */
const LENET5 = [
  { label: "CONV1", kind: "conv2d", input: [1, 32, 32], output: [6, 28, 28], kernel: 5 },
  { label: "CONV2", kind: "conv2d", input: [6, 14, 14], output: [16, 10, 10], kernel: 5 },
  { label: "FC 120", kind: "linear", input: [16, 5, 5], output: [120] },
  { label: "FC 84", kind: "linear", input: [120], output: [84] },
  { label: "FC 10", kind: "linear", input: [84], output: [10] },
];

/**
 * @param {object} layer
 * @param {string} layer.kind
 * @param {number[]} layer.input
 * @param {number[]} layer.output
 * @param {number} [layer.kernel]
 */
function countOf({ kind, input, output, kernel }) {
  const hyperparameters = kernel ? { kernel_size: [kernel, kernel] } : {};
  return parameters({ kind, input, output, hyperparameters });
}

/** @returns {import("../questions.js").Question} about where most of them sit */
export function predict() {
  const counts = LENET5.map((layer) => countOf(layer).answer[0]);
  const sum = counts.reduce((all, one) => all + one, 0);
  const answer = counts.indexOf(Math.max(...counts));
  return {
    text: [".predict"],
    fields: [
      {
        answer,
        choices: LENET5.map(({ label }) => [".choice", { label }]),
        mistakes: LENET5.flatMap(({ kind }, given) =>
          given === answer
            ? []
            : [{ given, why: [kind === "conv2d" ? ".predict_shared" : ".predict_later"] }],
        ),
      },
    ],
    because: [".predict_because", { percent: Math.round((100 * counts[answer]) / sum) }],
    working: [...countOf(LENET5[answer]).working],
  };
}

/**
 * @param {Counted} counted of one number
 * @returns {Field}
 */
function toField({ answer, mistakes }) {
  return {
    answer: answer[0],
    mistakes: mistakes.map(({ given, why }) => ({ given: given[0], why })),
  };
}

/** @type {import("../questions.js").Exercise} a convolution */
function filters(random) {
  const side = random(8, 64);
  const kernel = 2 * random(1, 3) + 1;
  const channels = [3, 6, 8, 10][random(0, 3)];
  const made = random(4, 20);
  const places = side - kernel + 1;
  const counted = countOf({
    kind: "conv2d",
    input: [channels, side, side],
    output: [made, places, places],
    kernel,
  });
  return {
    text: [".filters", { filters: made, kernel, side, channels }],
    fields: [toField(counted)],
    because: counted.because,
    working: counted.working,
  };
}

/** @type {import("../questions.js").Exercise} a fully connected layer behind maps */
function units(random) {
  const side = random(3, 8);
  const channels = random(4, 20);
  const made = 10 * random(1, 12);
  const counted = countOf({ kind: "linear", input: [channels, side, side], output: [made] });
  const inputs = side * side * channels;
  return {
    text: [".units", { side, channels, units: made }],
    fields: [toField(counted)],
    because: [".units_because", { side, channels, inputs, units: made }],
    working: counted.working,
  };
}

/** @type {import("../questions.js").Exercise} a picture that is twice as large */
function twice(random) {
  const side = 4 * random(5, 16);
  const [kernel, channels, made] = [2 * random(1, 2) + 1, 3, random(4, 16)];
  const places = side - kernel + 1;
  const counted = countOf({
    kind: "conv2d",
    input: [channels, side, side],
    output: [made, places, places],
    kernel,
  });
  const [answer] = counted.answer;
  return {
    text: [".twice", { side, twice: 2 * side, filters: made, kernel, count: answer }],
    fields: [
      {
        answer,
        mistakes: [
          { given: 4 * answer, why: [".twice_four"] },
          { given: 2 * answer, why: [".twice_four"] },
        ],
      },
    ],
    because: [".twice_because"],
    working: [[number(answer)]],
  };
}

export const exercises = [filters, units, twice];
