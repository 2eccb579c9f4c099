/**
 * What the API answers of one digit: its reading, the way back, one sum, and whole steps.
 *
 * @typedef {import("../api.js").Model} Model
 * @typedef {import("../api.js").Drawing} Drawing
 * @typedef {import("../api.js").Weights} Weights
 * @typedef {import("../api.js").Schemas["ParameterGradient"]} ParameterGradient
 * @typedef {import("../api.js").Schemas["Steps"]} Steps
 * @typedef {import("../pictures.js").Source} Source
 * @typedef {import("../tensor.js").Tensor} Tensor
 * @typedef {import("./parameters.js").Name} Name
 *
 * @typedef {object} Reading
 * @property {Drawing} drawing as the API takes it
 * @property {number} target the class that the loss takes for the right one
 * @property {number} prediction
 * @property {readonly number[]} probabilities
 * @property {number} loss
 * @property {ReadonlyMap<string, Tensor>} activations by layer id
 * @property {ReadonlyMap<string, Tensor>} upstream the gradient at each layer up to the logits
 * @property {ReadonlyMap<string, Weights>} slopes the gradients of each weight and bias
 */

import { compute, Problem, readTrace, readWeights } from "../api.js";
import { find } from "../dom.js";
import { toDrawing } from "../drawing.js";
import { digits } from "../pictures.js";
import { decode } from "../tensor.js";

/** @type {Model} */
export const MODEL = JSON.parse(find(document, "#model", HTMLScriptElement).text);
/** The layers that have learned something. */
export const LEARNED = MODEL.layers.filter(({ parameter_count }) => parameter_count > 0);

const PATH = `/api/models/${MODEL.id}`;

/**
 * Read a digit, and go back from the loss.
 *
 * @param {{source: Source, target: number | null}} question without a target the digit's own
 *   class is taken, of a drawing the prediction
 * @returns {Promise<Reading>}
 * @throws {import("../api.js").Problem}
 */
export async function read({ source, target }) {
  const { drawing, meant } = await asked(source);
  if (!drawing) throw new Problem("", "", { code: "empty_drawing" });
  const trace = await readTrace(MODEL.id, drawing);
  const goal = target ?? meant ?? trace.prediction;
  const found = await compute(`${PATH}/gradients?encoding=base64`, { ...drawing, target: goal });
  /** @type {[string, any][][]} */
  const [upstream, slopes] = [found.activations, found.weights].map(Object.entries);
  return {
    drawing,
    target: goal,
    prediction: trace.prediction,
    probabilities: trace.probabilities,
    loss: found.loss,
    activations: trace.activations,
    upstream: new Map(upstream.map(([id, array]) => [id, decode(array)])),
    slopes: new Map(
      slopes.map(([id, { weight, bias }]) => [
        id,
        { weight: weight && decode(weight), bias: bias && decode(bias) },
      ]),
    ),
  };
}

/**
 * @param {Source} source
 * @returns {Promise<{drawing: Drawing | null, meant: number | null}>} null if there is nothing to
 *   read; with the class that a digit of the gallery is of
 */
async function asked({ kind, digit, strokes, penWidth }) {
  const list = kind === "digit" ? (await digits()).list : [];
  const subject = kind === "digit" ? { digit, strokes: [] } : { digit: null, strokes };
  const drawing = toDrawing({ subject, penWidth, without: [], edits: [] }, list);
  return { drawing, meant: list[digit]?.classIndex ?? null };
}

/**
 * @param {{reading: Reading, layer: string, parameter: Name, index: readonly number[], rate: number}} question
 * @returns {Promise<ParameterGradient>} the sum behind one number's gradient, and its step
 * @throws {import("../api.js").Problem}
 */
export async function explain({ reading: { drawing, target }, layer, parameter, index, rate }) {
  const number = { target, parameter, index, learning_rate: rate };
  return compute(`${PATH}/layers/${layer}/gradients`, { ...drawing, ...number });
}

/**
 * @param {{reading: Reading, rates: readonly number[], evaluate: boolean}} question
 * @returns {Promise<Steps>} of all weights and biases; evaluated, with what becomes of the other
 *   digits
 * @throws {import("../api.js").Problem}
 */
export async function step({ reading: { drawing, target }, rates, evaluate }) {
  return compute(`${PATH}/steps`, { ...drawing, target, learning_rates: rates, evaluate });
}

/** @returns {Promise<ReadonlyMap<string, Weights>>} of each layer that has some */
export async function allWeights() {
  const found = await Promise.all(LEARNED.map(({ id }) => readWeights(MODEL.id, id)));
  return new Map(LEARNED.map(({ id }, i) => [id, found[i]]));
}
