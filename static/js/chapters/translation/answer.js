/**
 * What the API answers of an input that is moved.
 *
 * @typedef {import("../../api.js").Model} Model
 * @typedef {import("../../pictures.js").Source} Source
 * @typedef {import("./motion.js").Motion} Motion
 *
 * @typedef {object} Moved what the API answers for a moved input
 * @property {{data: number[][][]}} input
 * @property {number} prediction
 * @property {string} label
 * @property {number[]} probabilities
 * @property {{layer_id: string, distance: number | null}[]} equivariance
 *
 * @typedef {object} Shifts
 * @property {number} class
 * @property {string} label
 * @property {number[][]} probabilities
 * @property {number[][]} predictions
 *
 * @typedef {object} Answer
 * @property {Source} source
 * @property {Motion} motion
 * @property {Moved} before the input where it was
 * @property {Moved} after
 * @property {Shifts} shifts
 * @property {ReadonlyMap<string, import("../../api.js").Weights>} weights
 */

import { compute, readWeights } from "../../api.js";
import { find } from "../../dom.js";
import { digits } from "../../pictures.js";
import { PAD_SIDE } from "../../strokes.js";
import { STILL } from "./motion.js";
import { mapLayers } from "./network.js";

/** @type {Model} */
export const MODEL = JSON.parse(find(document, "#model", HTMLScriptElement).text);
/** Those that have maps. */
export const LAYERS = mapLayers(MODEL.layers);
/** Pixels that the input is shifted by in every direction. */
export const REACH = 10;

/**
 * @param {Source} source
 * @returns {Promise<object>} as the API takes it
 */
async function toBody({ kind, digit, strokes, penWidth }) {
  if (kind === "drawing") {
    return { strokes, pad: { width: PAD_SIDE, height: PAD_SIDE, pen_width: penWidth } };
  }
  const { list, side } = await digits();
  const { pixels } = list[digit];
  const rows = Array.from({ length: side }, (_, i) => [
    ...pixels.subarray(i * side, (i + 1) * side),
  ]);
  return { pixels: rows };
}

/** What does not change from one answer to the next is not asked for again. */
let last = /** @type {Answer | null} */ (null);

/**
 * @param {{source: Source, motion: Motion}} question
 * @returns {Promise<Answer>}
 */
export async function ask({ source, motion }) {
  const body = await toBody(source);
  const path = `/api/models/${MODEL.id}`;
  const move = (/** @type {Motion} */ how) =>
    compute(`${path}/transformations`, { ...body, ...how });
  const known = last?.source === source ? last : null;
  const [before, shifts, weights, after] = await Promise.all([
    known?.before ?? move(STILL),
    known?.shifts ?? compute(`${path}/shifts`, { ...body, reach: REACH }),
    last?.weights ?? allWeights(),
    move(motion),
  ]);
  last = { source, motion, before, after, shifts, weights };
  return last;
}

async function allWeights() {
  const learned = LAYERS.filter(({ parameter_count }) => parameter_count > 0);
  const found = await Promise.all(learned.map(({ id }) => readWeights(MODEL.id, id)));
  return new Map(learned.map(({ id }, i) => [id, found[i]]));
}
