/**
 * What is said of a run.
 *
 * @typedef {import("./run.js").State} State
 * @typedef {import("./run.js").Progress} Progress
 */

import { say } from "../messages.js";
import { number, percent } from "../text.js";

/** So many classes a network answers with that reads all digits alike. */
const ALIKE = 1;
const TENTH = 10;

/**
 * @param {State} state
 * @param {Progress | null} progress
 * @param {number} rate of learning
 * @returns {string} what the run does, or why it does nothing any more
 */
export function toldOf({ state, reason }, progress, rate) {
  const judged = progress?.judgements.at(-1);
  const values = {
    batch: progress?.batch ?? 0,
    accuracy: percent(judged?.accuracy ?? 0),
    rate: number(Number((rate / TENTH).toPrecision(3))),
  };
  const name = reason && reason !== "worker" ? `${state}_${reason}` : state;
  const told = say(`.state_${name}`, values);
  const stuck = progress && progress.epoch >= 1 && judged?.classes === ALIKE;
  const well = state !== "diverged" && state !== "lost";
  return stuck && well ? `${told} ${say(".stuck", values)}` : told;
}

/**
 * @param {Progress} progress
 * @param {number} epochs
 * @returns {string}
 */
export function placeOf({ epoch, batch, batches, seconds_left }, epochs) {
  const place = say(".place", {
    epoch: Math.min(epochs, Math.floor(epoch) + 1),
    epochs,
    batch,
    batches,
  });
  if (seconds_left === null) return place;
  return `${place} ${say(".left", { n: Math.max(1, Math.ceil(seconds_left)) })}`;
}
