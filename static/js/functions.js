/**
 * Activation functions, for drawing their curves: under torch's names, with torch's
 * hyperparameters. The numbers beside a curve come from the network, never from here.
 *
 * @typedef {Record<string, any>} Hyperparameters
 *
 * @typedef {object} Curve
 * @property {string} formula for people
 * @property {(x: number, h: Hyperparameters) => number} at
 */

const sigmoid = (/** @type {number} */ x) => 1 / (1 + Math.exp(-x));

/** @type {Record<string, Curve>} */
export const CURVES = {
  relu: { formula: "max(0, x)", at: (x) => Math.max(0, x) },
  relu6: { formula: "min(max(0, x), 6)", at: (x) => Math.min(Math.max(0, x), 6) },
  tanh: { formula: "tanh(x)", at: Math.tanh },
  sigmoid: { formula: "1 / (1 + e⁻ˣ)", at: sigmoid },
  logsigmoid: { formula: "log(1 / (1 + e⁻ˣ))", at: (x) => Math.log(sigmoid(x)) },
  silu: { formula: "x · σ(x), where σ(x) = 1 / (1 + e⁻ˣ)", at: (x) => x * sigmoid(x) },
  mish: { formula: "x · tanh(log(1 + eˣ))", at: (x) => x * Math.tanh(Math.log1p(Math.exp(x))) },
  leaky_relu: {
    formula: "x if x > 0, else slope · x",
    at: (x, { negative_slope = 0.01 }) => (x > 0 ? x : negative_slope * x),
  },
  elu: {
    formula: "x if x > 0, else α · (eˣ − 1)",
    at: (x, { alpha = 1 }) => (x > 0 ? x : alpha * Math.expm1(x)),
  },
  hardtanh: {
    formula: "min(max(low, x), high)",
    at: (x, { min_val = -1, max_val = 1 }) => Math.min(Math.max(min_val, x), max_val),
  },
  hardsigmoid: {
    formula: "min(max(0, x / 6 + 1/2), 1)",
    at: (x) => Math.min(Math.max(0, x / 6 + 0.5), 1),
  },
  hardswish: {
    formula: "x · min(max(0, x / 6 + 1/2), 1)",
    at: (x) => x * Math.min(Math.max(0, x / 6 + 0.5), 1),
  },
  softplus: {
    formula: "log(1 + exp(β x)) / β",
    at: (x, { beta = 1 }) => Math.log1p(Math.exp(beta * x)) / beta,
  },
  softsign: { formula: "x / (1 + |x|)", at: (x) => x / (1 + Math.abs(x)) },
  identity: { formula: "x", at: (x) => x },
};
