/**
 * The bench: where the drawing's way to the network, and the network itself, are changed,
 * compared and taken away. It gives each part what it needs.
 */

import { connectComparison } from "./bench/comparison.js";
import { connectEdits } from "./bench/edits.js";
import { connectScales } from "./bench/scales.js";
import { connectSteps } from "./bench/steps.js";
import { connectTakeaway } from "./bench/takeaway.js";

/**
 * @typedef {object} Desk what the parts work with
 * @property {import("./store.js").Store<import("./store.js").State>} store
 * @property {import("./api.js").Model} model
 * @property {(experiment: import("./store.js").Experiment) => import("./api.js").Drawing | null} ask
 *   makes the request's body; null if there is nothing to read
 * @property {readonly number[]} strip the classes of the digits that are at hand, by their places
 *   in the gallery
 * @property {(changed: Partial<import("./store.js").View>) => void} commit
 *   changes the state, and with it the address
 * @property {(error: unknown) => void} report tells what went wrong
 */

/** @param {Desk} desk */
export function connectBench(desk) {
  connectScales(desk);
  connectSteps(desk);
  connectEdits(desk);
  connectComparison(desk);
  connectTakeaway(desk);
}
