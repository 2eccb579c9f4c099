/**
 * Numbers and shapes as people read them.
 */

const COUNT = new Intl.NumberFormat("en");
const VALUE = new Intl.NumberFormat("en", {
  minimumSignificantDigits: 3,
  maximumSignificantDigits: 3,
});
const PERCENT = new Intl.NumberFormat("en", {
  style: "percent",
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
});
const PRECISE_PERCENT = new Intl.NumberFormat("en", { style: "percent", maximumFractionDigits: 2 });

/** @param {number} number a whole number: 61706 becomes 61,706 */
export function count(number) {
  return COUNT.format(number);
}

/** @param {number} number a measured number, to three digits, with a true minus sign */
export function value(number) {
  return number === 0 ? "0" : VALUE.format(number).replace("-", "−");
}

/** @param {number} share of one: 0.9871 becomes 98.7% */
export function percent(share) {
  return PERCENT.format(share);
}

/** @param {number} share of one, to a hundredth of a percent */
export function precisePercent(share) {
  return PRECISE_PERCENT.format(share);
}

/** @param {readonly [number, number]} range it may break before the dots, not after them */
export function range([low, high]) {
  return `${value(low)} …\u00a0${value(high)}`;
}

/**
 * @param {readonly number[]} shape channels-first
 * @returns {string} as the lecture writes it: height × width × channels
 */
export function shape(shape) {
  const [channels, ...sides] = shape;
  return [...sides, channels].map(count).join(" × ");
}
