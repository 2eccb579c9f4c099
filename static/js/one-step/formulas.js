/**
 * The page's formulas: in letters, and with the numbers on the screen.
 */

import { equation, fraction, row, sub, sum as terms } from "../mathml.js";
import { brief } from "../numbers.js";
import { apart, factor, probability } from "./figures.js";
import { layerOf } from "./layers.js";
import { isSliding } from "./parameters.js";
import { largest } from "./terms.js";

/**
 * @typedef {import("../mathml.js").Piece} Piece
 * @typedef {import("./answer.js").Reading} Reading
 * @typedef {import("./answer.js").ParameterGradient} ParameterGradient
 * @typedef {import("./answer.js").Steps} Steps
 * @typedef {import("./terms.js").Terms} Terms
 * @typedef {Element[][]} Lines
 */

/** So many terms of a sum are written out. */
export const WRITTEN = 3;

/** @param {Piece} by */
const derivative = (by) => fraction(row("∂", "L"), row("∂", by));

/**
 * @param {readonly (readonly (readonly Piece[])[])[]} lines
 * @returns {Lines}
 */
function made(lines) {
  const found = lines.map((parts) => equation(...parts));
  // Brackets that close in another part must not grow beside a fraction.
  for (const sign of found.flat().flatMap((part) => [...part.querySelectorAll("mo")])) {
    sign.setAttribute("stretchy", "false");
  }
  return found;
}

/**
 * @param {Reading} reading
 * @returns {Lines} the loss
 */
export function lossFormula({ loss, target }) {
  const share = probability(loss);
  return made([
    [
      ["L", "=", "−", "ln", sub("p", String(target))],
      ["=", "−", "ln", "(", share, ")"],
      ["=", brief(loss)],
    ],
  ]);
}

/** @returns {Lines} the gradient at the logits */
export function logitsFormula() {
  return made([[[derivative(sub("z", "k")), "=", sub("p", "k"), "−", sub("y", "k")]]]);
}

/**
 * @param {ParameterGradient} answer
 * @param {Terms} found
 * @returns {Lines} the sum that gives the gradient
 */
export function sumFormula(
  { layer_id, parameter, index, kind },
  { inputs, upstream, products, total },
) {
  const layer = layerOf(layer_id);
  const several = isSliding(layer);
  const here = () => row("r", ",", "c");
  const general = [
    ...(several ? [sub("∑", here())] : []),
    derivative(several ? sub("z", here()) : sub("z", String(index[0]))),
    ...(parameter === "bias" ? [] : ["·", inputOf(layer, index, kind)]),
  ];
  const shown = largest(products, several ? WRITTEN : 1);
  const written = shown.map((at, i) => [
    i ? "+" : "=",
    ...factor(upstream[at]),
    ...(inputs ? ["·", ...factor(inputs[at])] : []),
  ]);
  const result = ["=", brief(total)];
  if (products.length <= WRITTEN)
    return made([[[derivative("w"), "=", ...general], ...written, result]]);
  const rest = shown.reduce((left, at) => left - products[at], total);
  return made([
    [[derivative("w"), "=", ...general], ...written, ["+", "⋯"], result],
    [
      [derivative("w"), "="],
      ...terms([...shown.map((at) => products[at]), rest].map(brief)),
      result,
    ],
  ]);
}

/**
 * @param {import("../api.js").Layer} layer
 * @param {readonly number[]} index of the weight
 * @param {string} kind
 * @returns {Element} the input that the weight was multiplied by
 */
function inputOf({ hyperparameters }, index, kind) {
  if (kind !== "conv2d") return sub("x", String(index[1]));
  const { stride, padding, dilation } = /** @type {Record<string, any>} */ (hyperparameters);
  const offset = (/** @type {string} */ letter, /** @type {number} */ axis) => {
    const shift = index[2 + axis] * dilation[axis] - (Number(padding[axis]) || 0);
    const scaled = stride[axis] > 1 ? [letter, "·", String(stride[axis])] : [letter];
    return shift < 0 ? [...scaled, "−", String(-shift)] : [...scaled, "+", String(shift)];
  };
  return sub("x", row(...offset("r", 0), ",", ...offset("c", 1)));
}

/**
 * @param {ParameterGradient} answer
 * @returns {Lines} the number's own step
 */
export function updateFormula({ gradient, update: { learning_rate: rate, old, new: moved } }) {
  const [before, after] = apart(old, moved);
  return made([
    [
      ["w", "←", "w", "−", "η", "·", derivative("w")],
      ["=", before, "−", brief(rate), "·", ...factor(gradient)],
      ["=", after],
    ],
  ]);
}

/**
 * @param {Steps} steps of which there is one
 * @returns {Lines} what the gradient promises of the whole step
 */
export function wholeFormula({ loss_before: before, squared_gradient: squared, steps: [step] }) {
  const rate = step.learning_rate;
  const slope = row("‖", "∇", "L", "‖");
  const squaredSlope = row(slope, "²");
  return made([
    [
      ["L", "(", "w", "−", "η", "·", "∇", "L", ")", "≈", "L", "−", "η", "·", squaredSlope],
      ["=", brief(before), "−", brief(rate), "·", brief(squared)],
      ["=", brief(before - rate * squared)],
    ],
  ]);
}
