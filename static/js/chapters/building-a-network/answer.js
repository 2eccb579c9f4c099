/**
 * What the API makes of a network, and what of it the page shows.
 *
 * @typedef {import("./architecture.js").Architecture} Architecture
 * @typedef {import("./order.js").Shape} Shape
 * @typedef {import("../../api.js").Layer} Described
 *
 * @typedef {object} Answer what the API makes of the network, as far as it is possible
 * @property {Architecture} of
 * @property {readonly Described[]} layers the input first
 * @property {readonly (number | null)[]} indices
 * @property {number} parameter_count
 * @property {number} multiply_adds
 * @property {string} code
 * @property {number | null} wrong the place of the first layer that is impossible
 */

import { compute, Problem } from "../../api.js";
import { say } from "../../messages.js";
import { reason, toRequest } from "./architecture.js";
import { nameOf } from "./layer-table.js";

/** Layers that give what they get another shape or other channels. */
const SHAPING = ["input", "conv2d", "max_pool2d", "avg_pool2d", "adaptive_avg_pool2d", "linear"];

/**
 * @param {Architecture} network
 * @returns {Promise<Answer>}
 */
export async function describe(network) {
  const ask = (/** @type {number} */ count) =>
    compute("/api/architectures", {
      ...toRequest(network),
      layers: network.layers.slice(0, count),
    });
  try {
    return { of: network, wrong: null, ...(await ask(network.layers.length)) };
  } catch (error) {
    if (!(error instanceof Problem) || error.body.code !== "impossible_layer") throw error;
    // The layers before it stay.
    const wrong = Number(error.body.layer);
    return { of: network, wrong, ...(await ask(wrong)) };
  }
}

/**
 * @param {Answer} answer
 * @returns {import("./layer-table.js").Row[]}
 */
export function toRows({ of, layers, indices, wrong }) {
  const rows = layers.map((described, i) => {
    const at = i === 0 ? -1 : indices[i];
    return { at, layer: at === null || at < 0 ? null : of.layers[at], described, wrong: null };
  });
  if (wrong === null) return rows;
  const shape = layers[layers.length - 1].output_shape;
  const rest = of.layers.slice(wrong).map((layer, i) => ({
    at: wrong + i,
    layer,
    described: null,
    wrong: i === 0 ? reason(layer, shape) : null,
  }));
  return [...rows, ...rest];
}

/** @param {Answer} answer */
export function toVolumes({ of, layers, indices }) {
  return layers.flatMap(({ kind, output_shape }, i) => {
    if (!SHAPING.includes(kind)) return [];
    const at = indices[i] ?? -1;
    const name = i === 0 ? say("page.input") : nameOf(of.layers[at]);
    return [{ at, name, shape: output_shape }];
  });
}

/**
 * @param {Answer} answer
 * @returns {Shape} what is unrolled: the last that has height and width
 */
export function lastVolume({ layers }) {
  const last = layers.findLast(({ output_shape }) => output_shape.length === 3);
  const [channels, rows, columns] = last?.output_shape ?? [1, 1, 1];
  return [channels, rows, columns];
}
