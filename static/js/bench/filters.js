/**
 * The filters of the network, as they are edited.
 */

import { NewestWins, readWeights } from "../api.js";
import { whileSeen } from "../dom.js";
import { FilterBank } from "../elements/filter-bank.js";
import { rangeOfAll } from "../tensor.js";

/**
 * @typedef {import("../edits.js").Edit} Edit
 */

/**
 * Show the filters of every convolution, and keep them as they are edited.
 *
 * @param {import("../bench.js").Desk} desk
 * @param {HTMLElement} home
 */
export async function showFilters({ store, model, report }, home) {
  for (const [place, layer] of model.layers.entries()) {
    if (layer.kind !== "conv2d") continue;
    const { edits } = store.state;
    const { weight, bias } = await readWeights(model.id, layer.id, edits);
    if (!weight) continue;
    const bank = new FilterBank();
    bank.setUp(layer, model.layers[place - 1], { weight, bias });
    home.append(bank);
    const paint = () => {
      const { trace, scale } = store.state;
      bank.show(trace, scale, trace ? rangeOfAll(trace.activations.values()) : [0, 0]);
    };
    const reader = new NewestWins(
      (/** @type {readonly Edit[]} */ edits) => readWeights(model.id, layer.id, edits),
      { answer: (weights) => (bank.weights = weights), fail: report },
    );
    const refresh = whileSeen(bank, paint);
    const follow = (/** @type {readonly Edit[]} */ edits) => {
      bank.edits = edits;
      reader.ask(edits);
    };
    store.subscribe((_, changed) => {
      if (changed.trace !== undefined || changed.scale) refresh();
      if (changed.edits) follow(changed.edits);
    });
    bank.edits = edits;
    if (edits !== store.state.edits) follow(store.state.edits);
  }
}
