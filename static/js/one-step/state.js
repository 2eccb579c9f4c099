/**
 * What of the page lives in its address.
 *
 * @typedef {import("../pictures.js").Source} Source
 * @typedef {import("./answer.js").Reading} Reading
 * @typedef {import("./answer.js").ParameterGradient} ParameterGradient
 * @typedef {import("./answer.js").Steps} Steps
 * @typedef {import("./parameters.js").Name} Name
 *
 * @typedef {object} State
 * @property {Source} source
 * @property {boolean} drawing whether the pen is down
 * @property {number | null} target the class that is taken for the right one; null for the digit's
 *   own, of a drawing the prediction
 * @property {string} layer whose number is followed
 * @property {Name} parameter
 * @property {readonly number[] | null} index of the number; null for the largest gradient's
 * @property {readonly number[] | null} term row and column; null for the largest product's
 * @property {number} rate η
 * @property {"layer" | "network"} scale what shares the colours of the gradients
 * @property {Reading | null} reading this and what follows: the newest answers
 * @property {ParameterGradient | null} sum
 * @property {Steps | null} step with η, evaluated
 * @property {Steps | null} curve with many learning rates
 * @property {Steps | null} kept with some of them, evaluated
 */

import { fieldsOf } from "../fields.js";
import { SOURCE, sourceField } from "../pictures.js";
import { LEARNED, MODEL } from "./answer.js";
import { isSliding, NAMES } from "./parameters.js";
import { RATES } from "./rates.js";

/** A six that the network is not quite sure of, so that there is something to learn from it. */
const UNSURE = 139;
const MOST_AXES = 4;

/** @type {readonly State["scale"][]} */
export const SCALES = ["layer", "network"];

/** @type {State} */
export const START = {
  source: { ...SOURCE, kind: "digit", digit: UNSURE },
  drawing: false,
  target: null,
  layer: (LEARNED.find(isSliding) ?? LEARNED[0]).id,
  parameter: "weight",
  index: null,
  term: null,
  rate: 0.01,
  scale: "layer",
  reading: null,
  sum: null,
  step: null,
  curve: null,
  kept: null,
};
const field = fieldsOf(START);

/** @type {import("../address.js").Fields<State>} */
export const FIELDS = {
  digit: sourceField("source", START, ["digit", "drawing"]),
  target: {
    write: ({ target }) => (target === null ? null : String(target)),
    read: (text) =>
      /^\d{1,4}$/.test(text) && Number(text) < MODEL.classes.length
        ? { target: Number(text) }
        : null,
  },
  layer: field.choice(
    "layer",
    LEARNED.map(({ id }) => id),
  ),
  parameter: field.choice("parameter", NAMES),
  index: places("index", MOST_AXES),
  term: places("term", 2),
  rate: field.number("rate", RATES.least, RATES.most),
  scale: field.choice("scale", SCALES),
};

/**
 * Places are checked against the layer when they are used: here it is not yet known.
 *
 * @param {"index" | "term"} key
 * @param {number} most
 * @returns {import("../address.js").Fields<State>[string]}
 */
function places(key, most) {
  return {
    write: (state) => state[key]?.join(",") ?? null,
    read: (text) => {
      const numbers = /^\d{1,6}(,\d{1,6})*$/.test(text) ? text.split(",").map(Number) : [];
      return numbers.length > 0 && numbers.length <= most ? { [key]: numbers } : null;
    },
  };
}
