/**
 * What a layer does, in a sentence made from its kind and hyperparameters: no layer is known by
 * its name.
 */

import { CURVES } from "./functions.js";
import { count, many } from "./text.js";

/**
 * @typedef {object} LayerFacts the part of the API's layer that is needed
 * @property {string} label
 * @property {string} kind
 * @property {Record<string, any>} hyperparameters
 * @property {readonly number[]} input_shape
 * @property {readonly number[]} output_shape
 */

/** @type {Record<string, (layer: LayerFacts, before: string) => string>} */
const SENTENCES = {
  input: ({ input_shape: [, rows, columns] }) =>
    `The drawing as the network sees it: cropped, scaled and centred on ${rows} × ${columns} pixels.`,
  conv2d: ({ hyperparameters: h }, before) =>
    `Slides ${many(h.out_channels, "filter")} of ${sides(h.kernel_size)} × ${h.in_channels / h.groups} over ` +
    `${before}${steps(h)}. At each stop a filter multiplies, adds everything up, adds its bias, ` +
    "and so makes one number of its map.",
  linear: ({ hyperparameters: h }, before) =>
    `Each of its ${many(h.out_features, "unit")} weighs all ${count(h.in_features)} numbers of ${before}, ` +
    "adds them up and adds its bias.",
  max_pool2d: ({ hyperparameters: h }, before) =>
    `Keeps the largest number of every ${sides(h.kernel_size)} window of ${before}${steps(h)}. ` +
    "It has nothing to learn.",
  avg_pool2d: ({ hyperparameters: h }, before) =>
    `Keeps the mean of every ${sides(h.kernel_size)} window of ${before}${steps(h)}. ` +
    "It has nothing to learn.",
  adaptive_avg_pool2d: ({ output_shape: [, rows, columns] }, before) =>
    `Keeps means of ${before}, its windows sized so that ${rows} × ${columns} are left.`,
  activation: ({ label, hyperparameters: h }, before) => {
    const formula = CURVES[h.function]?.formula;
    return `Puts every number x of ${before} through ${label}${formula ? `: ${formula}` : ""}.`;
  },
  softmax: (_, before) =>
    `Turns the ${before} outputs into shares of one: each one's exponential, divided by the sum of all.`,
  flatten: ({ input_shape }, before) =>
    `Writes the maps of ${before} one after the other: ${input_shape.map(count).join(" × ")} numbers in a line, ` +
    "none of them changed.",
  batch_norm2d: (_, before) =>
    `Scales and shifts each map of ${before} by what was measured in training.`,
  batch_norm1d: (_, before) =>
    `Scales and shifts each number of ${before} by what was measured in training.`,
  dropout: () => "Does nothing: units are dropped in training only.",
  identity: () => "Does nothing: every number passes as it is.",
};

/**
 * @param {LayerFacts} layer
 * @param {string} before the label of the layer that it reads
 * @returns {string}
 */
export function sentence(layer, before) {
  return (
    SENTENCES[layer.kind]?.(layer, before) ??
    `${layer.label} is an operation that is shown but not explained: its arithmetic is not in the ` +
      "table of operations."
  );
}

/** @param {readonly number[]} pair */
function sides(pair) {
  return pair.join(" × ");
}

/** @param {Record<string, any>} hyperparameters */
function steps({ stride, padding, dilation = [1, 1] }) {
  const step = stride.every((/** @type {number} */ s) => s === stride[0])
    ? many(stride[0], "step")
    : `${sides(stride)} steps`;
  const padded = [padding].flat().some((side) => side > 0);
  const spread = dilation.some((/** @type {number} */ side) => side > 1);
  return (
    `, ${step} at a time` +
    (padded ? `, with a border of ${[padding].flat().join(" × ")}` : "") +
    (spread ? `, its weights ${sides(dilation)} apart` : "")
  );
}
