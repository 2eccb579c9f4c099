/**
 * Places on an axis that begins at 0.
 */

/** Of a step, one of these times a power of ten. */
const ROUND = [1, 2, 5, 10];
const MOST_STEPS = 5;

/**
 * @param {number} most the axis' end, above 0
 * @returns {number[]} a few round numbers from 0 up to `most`
 */
export function ticks(most) {
  const power = 10 ** Math.floor(Math.log10(most / MOST_STEPS));
  const step = power * (ROUND.find((n) => most / (n * power) <= MOST_STEPS) ?? 10);
  const count = Math.floor(most / step + 1e-9);
  return Array.from({ length: count + 1 }, (_, i) => i * step);
}

/**
 * @param {readonly number[]} values what is to fit on the axis
 * @returns {number} its end: a little beyond the largest
 */
export function end(values) {
  return Math.max(...values, 0) * 1.06 || 1;
}

/**
 * @param {number} count
 * @param {number} most
 * @returns {number} from 0 to 1, equal steps for equal factors: one of many is still seen
 */
export function logShare(count, most) {
  return most > 0 ? Math.log1p(count) / Math.log1p(most) : 0;
}
