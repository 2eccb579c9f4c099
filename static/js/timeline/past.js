/**
 * What the network made of a picture at each moment of its training.
 *
 * @typedef {import("../api.js").Trace} Trace
 * @typedef {import("../pictures.js").Source} Source
 *
 * @typedef {object} Question
 * @property {Source} source
 * @property {number} moment that is looked at
 * @property {boolean} done false while the pen is down
 *
 * @typedef {object} Past
 * @property {readonly Trace[]} readings one for each moment
 * @property {boolean} whole whether all of them have their activations, or only the one that is
 *   looked at
 */

import { readMoments, readTrace } from "../api.js";
import { toDrawing } from "../drawing.js";
import { digits } from "../pictures.js";

/**
 * Ask for all maps of all moments, which scrubbing then needs no server for; while the pen is down,
 * for as little as is seen.
 *
 * @param {import("../api.js").Model} model
 * @returns {(question: Question) => Promise<Past>}
 */
export function asker({ id, layers }) {
  const ids = layers.map((layer) => layer.id);
  return async ({ source, moment, done }) => {
    const drawing = await toBody(source);
    if (done) return { readings: await readMoments(id, drawing, ids), whole: true };
    const [readings, trace] = await Promise.all([
      readMoments(id, drawing, []),
      readTrace(id, { ...drawing, moment }),
    ]);
    return { readings: readings.with(moment, trace), whole: false };
  };
}

/** @param {Source} source with something to read */
async function toBody({ kind, digit, strokes, penWidth }) {
  const subject = { digit: kind === "digit" ? digit : null, strokes };
  const drawn = toDrawing(
    { subject, penWidth, without: [], edits: [] },
    kind === "digit" ? (await digits()).list : [],
  );
  return drawn ?? { strokes: [] };
}

/**
 * @param {Source} source
 * @returns {boolean} whether there is nothing to read
 */
export function isEmpty({ kind, strokes }) {
  return kind === "drawing" && strokes.length === 0;
}
