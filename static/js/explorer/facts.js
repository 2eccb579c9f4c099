/**
 * What the explorer knows about the model's layers, and how it finds their numbers in a trace.
 */

import { distinctLabels } from "../places.js";
import { colourRanges, maps, rangeOfAll } from "../tensor.js";

/**
 * @typedef {import("../api.js").Layer} Layer
 * @typedef {import("../store.js").State} State
 * @typedef {import("../elements/layer-level.js").Picture} Picture
 */

export class Facts {
  /** @param {import("../api.js").Model} model */
  constructor({ layers, title, classes }) {
    this.title = title;
    this.classes = classes;
    this.names = distinctLabels(layers);
    /** The layers, told apart by their labels. */
    this.layers = layers.map((layer, i) => ({ ...layer, label: this.names[i] }));
    this.input = this.layers[0];
  }

  /**
   * @param {string | null | undefined} id
   * @returns {Layer | null}
   */
  layer(id) {
    return this.layers.find((layer) => layer.id === id) ?? null;
  }

  /**
   * @param {Layer} layer
   * @returns {Layer | null} the layer that it reads
   */
  source(layer) {
    return this.layer(layer.input_ids[0]);
  }

  /**
   * @param {Layer} layer
   * @returns {Layer | null} the activation function that its numbers go through next
   */
  follower({ id }) {
    return this.layers.find((l) => l.kind === "activation" && l.input_ids.includes(id)) ?? null;
  }

  /**
   * @param {Layer} layer
   * @param {State["edits"]} edits
   * @returns {Layer} as it is after the swaps
   */
  current(layer, edits) {
    const swap = edits.findLast((edit) => edit.edit === "swap" && edit.layer === layer.id);
    if (swap?.edit !== "swap") return layer;
    if (layer.kind !== "activation") return { ...layer, kind: swap.to };
    return { ...layer, label: swap.to, hyperparameters: { function: swap.to } };
  }

  /**
   * @param {import("../elements/feature-map.js").Address | null} address of a map
   * @param {number} place in it
   * @returns {import("../store.js").Place | null} the unit there
   */
  unit(address, place) {
    const layer = this.layer(address?.layer);
    if (!layer || !address) return null;
    if (address.channel === null) return { layer: layer.id, index: [place] };
    const columns = layer.output_shape[2];
    const index = [address.channel, Math.floor(place / columns), place % columns];
    return { layer: layer.id, index };
  }
}

/**
 * @param {State} state
 * @param {string | undefined} id of a layer
 * @returns {Picture | null} null without a trace
 */
export function picture({ trace, scale }, id) {
  const tensor = id === undefined ? undefined : trace?.activations.get(id);
  if (!trace || !tensor) return null;
  const whole = scale === "network" ? rangeOfAll(trace.activations.values()) : [0, 0];
  const ranges = colourRanges(tensor, scale, /** @type {[number, number]} */ (whole));
  return { maps: maps(tensor), ranges };
}

/**
 * @param {State} state
 * @param {string} id of a layer
 * @param {readonly number[]} index of a unit
 */
export function activation({ trace }, id, index) {
  const tensor = trace?.activations.get(id);
  const place = index.reduce((at, position, axis) => at * (tensor?.shape[axis] ?? 1) + position, 0);
  return tensor?.values[place];
}
