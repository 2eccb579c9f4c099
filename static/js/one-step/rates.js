/**
 * Learning rates: which there may be, and how they lie on a logarithmic scale.
 */

export const RATES = { least: 1e-6, most: 1e6 };
/** The ends of the slider and of the curves, as powers of ten. */
export const ENDS = /** @type {const} */ ([-4, 2]);
/** Places of the slider for each power of ten. */
export const STEPS = 10;

/**
 * @param {number} count
 * @returns {number[]} so many rates from one end to the other, evenly on a logarithmic scale
 */
export function spread(count) {
  const [low, high] = ENDS;
  return Array.from({ length: count }, (_, i) =>
    Number((10 ** (low + ((high - low) * i) / (count - 1))).toPrecision(3)),
  );
}

/**
 * @param {number} place of the slider
 * @returns {number} the rate there, to two digits
 */
export function rateAt(place) {
  return Number((10 ** (place / STEPS)).toPrecision(2));
}
