/**
 * How a layer's parameters are counted, from its hyperparameters alone.
 *
 * @typedef {object} LayerFacts the part of the API's layer that is needed
 * @property {string} kind
 * @property {Record<string, any>} hyperparameters
 * @property {number} parameter_count
 */

/**
 * A formula for each kind, with and without biases. The count says which one holds.
 *
 * @type {Record<string, (h: Record<string, any>) => {terms: string, total: number}[]>}
 */
const FORMULAS = {
  conv2d: ({ kernel_size, in_channels, out_channels, groups }) => {
    const sides = [...kernel_size, in_channels / groups];
    const size = sides.reduce((product, side) => product * side, 1);
    const stack = sides.join(" × ");
    return [
      { terms: `(${stack} + 1) × ${out_channels}`, total: (size + 1) * out_channels },
      { terms: `${stack} × ${out_channels}`, total: size * out_channels },
    ];
  },
  linear: ({ in_features, out_features }) => {
    const weights = `${in_features} × ${out_features}`;
    const total = in_features * out_features;
    return [
      { terms: `${weights} + ${out_features}`, total: total + out_features },
      { terms: weights, total },
    ];
  },
};

/**
 * @param {LayerFacts} layer
 * @returns {string} for instance "(5 × 5 × 1 + 1) × 6"; empty where nothing is learned or no
 *   formula gives the layer's count
 */
export function formula({ kind, hyperparameters, parameter_count }) {
  if (parameter_count === 0) return "";
  const known = FORMULAS[kind]?.(hyperparameters) ?? [];
  return known.find(({ total }) => total === parameter_count)?.terms ?? "";
}

/**
 * @param {LayerFacts} layer
 * @returns {string} its window as the lecture writes it, "f = 5, s = 1"; empty without one
 */
export function windowText({ hyperparameters: { kernel_size, stride, padding } }) {
  if (!kernel_size) return "";
  const short = (/** @type {number[] | number} */ pair) => {
    const sides = [pair].flat();
    return sides.every((side) => side === sides[0]) ? String(sides[0]) : sides.join(" × ");
  };
  const texts = [`f = ${short(kernel_size)}`, `s = ${short(stride)}`];
  if ([padding].flat().some((side) => side > 0)) texts.push(`p = ${short(padding)}`);
  return texts.join(", ");
}
