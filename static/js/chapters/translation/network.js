/**
 * The network's layers up to the last that has maps, computed here, so that the maps of any input
 * can be shown. The weights are the network's own.
 *
 * @typedef {import("../../api.js").Layer} Layer
 * @typedef {import("../../api.js").Weights} Weights
 * @typedef {import("../../windows.js").Rows} Rows
 * @typedef {import("../../windows.js").Pair} Pair
 * @typedef {readonly Rows[]} Volume a map for each channel
 */

import { CURVES } from "../../functions.js";
import { convolveVolume, pool } from "../../windows.js";

/** @type {Record<string, (input: Volume, h: Record<string, any>, weights: Weights | null) => Volume>} */
const RUN = {
  input: (input) => input,
  conv2d: (input, { stride, padding, dilation }, weights) => {
    const options = { stride, padding, dilation };
    return filtersOf(weights).map(({ filter, bias }) =>
      convolveVolume(input, filter, { ...options, bias }),
    );
  },
  activation: (input, hyperparameters) => {
    const { at } = CURVES[hyperparameters.function];
    return input.map((map) => map.map((row) => row.map((number) => at(number, hyperparameters))));
  },
  max_pool2d: (input, window) => input.map((map) => pool(map, toPooling("max", window))),
  avg_pool2d: (input, window) => input.map((map) => pool(map, toPooling("average", window))),
};

/**
 * @param {"max" | "average"} operation
 * @param {Record<string, any>} window
 */
function toPooling(operation, { kernel_size, stride, padding }) {
  return { operation, size: kernel_size, stride, padding };
}

/**
 * @param {readonly Layer[]} layers of a model, the input first
 * @returns {readonly Layer[]} those whose maps can be computed here, one after the other
 */
export function mapLayers(layers) {
  const end = layers.findIndex(
    ({ kind, output_shape, hyperparameters: { groups = 1, ceil_mode = false } }) =>
      output_shape.length !== 3 || !RUN[kind] || groups !== 1 || ceil_mode,
  );
  return layers.slice(0, end < 0 ? layers.length : end);
}

/**
 * @param {readonly Layer[]} layers of {@link mapLayers}
 * @param {ReadonlyMap<string, Weights>} weights of the layers that have any
 * @param {Volume} input
 * @param {string} last the id of the layer whose maps are wanted
 * @returns {Volume}
 */
export function run(layers, weights, input, last) {
  let volume = input;
  for (const { id, kind, hyperparameters } of layers) {
    volume = RUN[kind](volume, hyperparameters, weights.get(id) ?? null);
    if (id === last) break;
  }
  return volume;
}

/**
 * @param {Weights | null} weights
 * @returns {{filter: number[][][], bias: number}[]}
 */
function filtersOf(weights) {
  if (!weights?.weight) return [];
  const { shape, values } = weights.weight;
  const [, channels, height, width] = shape;
  const biases = weights.bias?.values;
  return Array.from({ length: shape[0] }, (_, filter) => ({
    filter: Array.from({ length: channels }, (_, channel) =>
      Array.from({ length: height }, (_, row) => {
        const start = ((filter * channels + channel) * height + row) * width;
        return [...values.subarray(start, start + width)];
      }),
    ),
    bias: biases ? biases[filter] : 0,
  }));
}
