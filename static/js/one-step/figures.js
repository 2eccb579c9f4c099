/**
 * Numbers as this page writes them: to so many digits that what it says of them can be seen.
 */

import { brief } from "../numbers.js";
import { LOCALE, value } from "../text.js";

const MOST_DIGITS = 15;

/**
 * Write two numbers so that one can see how they differ: to two digits of their difference.
 *
 * @param {number} one
 * @param {number} other
 * @returns {[string, string]}
 */
export function apart(one, other) {
  const difference = Math.abs(one - other);
  const size = Math.max(Math.abs(one), Math.abs(other));
  const needed = difference === 0 ? 0 : 1 - Math.floor(Math.log10(difference));
  const least = size === 0 ? 0 : 3 - Math.floor(Math.log10(size));
  const digits = Math.max(0, Math.min(MOST_DIGITS, Math.max(needed, least)));
  if (size < 1e-4 || needed > MOST_DIGITS) return [brief(one), brief(other)];
  const format = new Intl.NumberFormat(LOCALE, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
    useGrouping: false,
  });
  const write = (/** @type {number} */ number) => format.format(number).replace("-", "−");
  return [write(one), write(other)];
}

/**
 * Write the probability behind a loss, so that it never looks as if it were quite 1.
 *
 * @param {number} loss −ln of the probability
 * @returns {string}
 */
export function probability(loss) {
  const missing = -Math.expm1(-loss);
  if (missing > 0 && missing < 5e-4) return `1 − ${value(missing)}`;
  return brief(Math.exp(-loss));
}

/**
 * @param {number} number
 * @returns {string} to twelve digits, for comparing
 */
export function long(number) {
  const [mantissa, exponent] = number.toPrecision(12).split("e");
  const digits = String(Number(mantissa)).replace("-", "−");
  return exponent ? `${digits} × 10${raised(Number(exponent))}` : digits;
}

/** @param {number} exponent */
function raised(exponent) {
  return [...String(exponent)].map((sign) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(sign)]).join("");
}

/**
 * Write a number as a factor: in brackets where its sign would stand behind another.
 *
 * @param {number} number
 * @returns {string[]}
 */
export function factor(number) {
  return number < 0 ? ["(", brief(number), ")"] : [brief(number)];
}
