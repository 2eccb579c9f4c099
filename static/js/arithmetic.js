/**
 * Sums as people can check them: what the numbers shown add up to.
 */

import { DIGITS, fixed } from "./text.js";

const UNIT = 10 ** -DIGITS;

/**
 * @param {readonly number[]} terms
 * @param {number} result
 * @returns {string} how the numbers are rounded, and what that does to their sum
 */
export function rounding(terms, result) {
  const steps = (/** @type {number} */ number) => Math.round(number / UNIT);
  const shown = terms.reduce((sum, term) => sum + steps(term), 0);
  const off = shown - steps(result);
  const rounded = `Every number is rounded to ${DIGITS} digits for itself`;
  if (off === 0) return `${rounded}; added up as they stand they give ${fixed(result)}.`;
  return `${rounded}; added up as they stand they give ${fixed(shown * UNIT)}: the ${fixed(
    Math.abs(off) * UNIT,
  )} between is rounding.`;
}

/**
 * @param {readonly number[]} numbers
 * @returns {number[]} their places, the farthest from 0 first
 */
export function byStrength(numbers) {
  return numbers
    .map((_, place) => place)
    .sort((one, other) => Math.abs(numbers[other]) - Math.abs(numbers[one]));
}
