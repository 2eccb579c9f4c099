/**
 * How shapes, sizes and parameters of a layer are counted, and what people count instead.
 *
 * @typedef {import("../../messages.js").Text} Text
 *
 * @typedef {object} Counted one number, or the numbers of a shape
 * @property {readonly number[]} answer
 * @property {readonly {given: readonly number[], why: Text}[]} mistakes none of them is the answer
 * @property {Text} because the rule
 * @property {readonly (readonly string[])[]} working the rule with the layer's numbers, part by
 *   part; the last part is the result
 *
 * @typedef {object} Facts of a layer, channels first as the API has them
 * @property {string} kind
 * @property {readonly number[]} input the shape that it reads
 * @property {readonly number[]} output
 * @property {{kernel_size?: readonly number[], stride?: readonly number[], padding?: readonly number[]}} hyperparameters
 */

import { number } from "../../text.js";

/** @param {readonly number[]} numbers */
const product = (numbers) => numbers.reduce((all, one) => all * one, 1);

/**
 * @param {Facts} facts
 * @returns {Counted}
 */
export function parameters(facts) {
  if (facts.kind === "conv2d") return ofFilters(facts);
  if (facts.kind === "linear") return ofUnits(facts);
  const { input, hyperparameters } = facts;
  const pools = hyperparameters.kernel_size !== undefined;
  const window = product(hyperparameters.kernel_size ?? []);
  const instead = pools ? [window, window * input[0], (window + 1) * input[0]] : [];
  return counted(
    0,
    [...instead, product(facts.output)].map((given) => [given, [pools ? ".pool" : ".nothing"]]),
    [pools ? ".pool" : ".nothing"],
    [],
  );
}

/** @param {Facts} facts */
function ofFilters({ input: [channels, ...sides], output: [filters, ...places], hyperparameters }) {
  const kernel = hyperparameters.kernel_size ?? [];
  const window = product(kernel);
  const one = window * channels + 1;
  const shown = kernel.join(" × ");
  return counted(
    one * filters,
    [
      [(one - 1) * filters, [".no_biases", { filters }]],
      [(window + 1) * filters, [".one_channel", { channels, kernel: shown }]],
      [window * filters, [".one_channel", { channels, kernel: shown }]],
      [(window + 1) * channels * filters, [".bias_each", { channels }]],
      [(one - 1) * filters + 1, [".one_bias", { filters }]],
      [one, [".one_filter", { filters }]],
      [one - 1, [".one_filter", { filters }]],
      [one * filters * product(places), [".each_place", { places: places.join(" × ") }]],
      [(one - 1) * filters * product(places), [".each_place", { places: places.join(" × ") }]],
      [product([...sides, channels]) * filters * product(places), [".connected"]],
      [(product([...sides, channels]) + 1) * filters * product(places), [".connected"]],
      [0, [".learns"]],
    ],
    [".because_filters", { filters }],
    [
      ["(", [...kernel, channels].map(number).join(" · "), "+", "1", ")", "·", number(filters)],
      ["=", number(one * filters)],
    ],
  );
}

/** @param {Facts} facts */
function ofUnits({ input, output: [units] }) {
  const inputs = product(input);
  return counted(
    inputs * units + units,
    [
      [inputs * units, [".no_unit_biases", { units }]],
      [inputs * units + 1, [".one_unit_bias", { units }]],
      [inputs + units, [".added", { inputs, units }]],
      [(inputs + 1) * (units + 1), [".bias_twice"]],
      ...(input.length > 1
        ? /** @type {[number, Text][]} */ ([
            [input[0] * units + units, [".not_unrolled", { inputs }]],
            [input[0] * units, [".not_unrolled", { inputs }]],
          ])
        : []),
      [0, [".learns"]],
    ],
    [".because_units", { units }],
    [
      [number(inputs), "·", number(units), "+", number(units)],
      ["=", number(inputs * units + units)],
    ],
  );
}

/**
 * @param {Facts} facts
 * @returns {Counted} how many numbers the layer gives
 */
export function size({ output, input }) {
  const [channels, ...sides] = output;
  const answer = product(output);
  return counted(
    answer,
    [
      [product(sides), [".one_map", { channels }]],
      [output.reduce((sum, one) => sum + one, 0), [".sides_added"]],
      [product(input), [".size_before"]],
    ],
    [sides.length ? ".because_size" : ".because_flat"],
    sides.length
      ? [[[...sides, channels].map(number).join(" · ")], ["=", number(answer)]]
      : [[number(answer)]],
  );
}

/**
 * @param {Facts} facts
 * @returns {Counted} height, width and channels, in the lecture's order
 */
export function shape({ kind, input, output, hyperparameters }) {
  const [channels, ...sides] = output;
  const answer = [...sides, channels];
  /** @type {[number[], Text][]} */
  const mistakes = [[[...output], [".channels_first"]]];
  const [kernel] = hyperparameters.kernel_size ?? [];
  if (!kernel || !sides.length) {
    return told(
      answer,
      mistakes,
      [sides.length ? ".because_given" : ".because_row"],
      [[answer.map(number).join(" × ")]],
    );
  }
  const [stride] = hyperparameters.stride ?? [1];
  const [padding] = hyperparameters.padding ?? [0];
  const [before, height, width] = input;
  const part = padding ? ["+", "2", "·", number(padding)] : [];
  return told(
    answer,
    [
      ...mistakes,
      [[height, width, channels], [".not_smaller"]],
      [[...sides.map((side) => side - 1), channels], [".one_less"]],
      [
        [...sides, before],
        [".channels_before", { filters: channels }],
      ],
      [
        [...sides, 1],
        [".channels_lost", { channels }],
      ],
    ],
    [kind === "conv2d" ? ".because_shape" : ".because_pooled", { channels }],
    [
      ["(", number(height), "−", number(kernel), ...part, ")", "/", number(stride), "+", "1"],
      ["=", number(sides[0])],
    ],
  );
}

/**
 * @param {readonly {label: string, count: number}[]} rows of the table
 * @returns {Counted} of the sum of all
 */
export function total(rows) {
  const parts = rows.filter(({ count }) => count > 0);
  const answer = parts.reduce((sum, { count }) => sum + count, 0);
  return counted(
    answer,
    parts.map(({ label, count }) => [answer - count, [".row_missing", { label, count }]]),
    [".because_total"],
    [...parts.map(({ count }, i) => [...(i ? ["+"] : []), number(count)]), ["=", number(answer)]],
  );
}

/**
 * @param {number} answer
 * @param {[given: number, why: Text][]} mistakes
 * @param {Text} because
 * @param {string[][]} working
 */
function counted(answer, mistakes, because, working) {
  const each = mistakes.map(([given, why]) => /** @type {[number[], Text]} */ ([[given], why]));
  return told([answer], each, because, working);
}

/**
 * @param {number[]} answer
 * @param {[given: number[], why: Text][]} mistakes
 * @param {Text} because
 * @param {string[][]} working
 * @returns {Counted} without the mistakes that happen to give the answer
 */
function told(answer, mistakes, because, working) {
  const real = mistakes.filter(([given]) => !alike(given, answer));
  return { answer, mistakes: real.map(([given, why]) => ({ given, why })), because, working };
}

/**
 * @param {readonly number[]} a
 * @param {readonly number[]} b
 */
export function alike(a, b) {
  return a.length === b.length && a.every((one, i) => one === b[i]);
}

/**
 * @param {Counted} counted
 * @param {readonly number[]} given
 * @returns {Text | null} what was probably thought; null where that is not known
 */
export function whyNot({ mistakes }, given) {
  return mistakes.find((mistake) => alike(mistake.given, given))?.why ?? null;
}
