/**
 * Numbers and shapes as people read them.
 */

/** The language that the page is in, and its way to write numbers. */
export const LOCALE = globalThis.document?.documentElement.lang || "en";

const COUNT = new Intl.NumberFormat(LOCALE);
const NUMBER = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 4 });
const VALUE = new Intl.NumberFormat(LOCALE, {
  minimumSignificantDigits: 3,
  maximumSignificantDigits: 3,
});
const PERCENT = new Intl.NumberFormat(LOCALE, {
  style: "percent",
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
});
const PRECISE_PERCENT = new Intl.NumberFormat(LOCALE, {
  style: "percent",
  maximumFractionDigits: 2,
});

/** @param {number} number a whole number: 61706 becomes 61,706 */
export function count(number) {
  return COUNT.format(number);
}

/**
 * @param {number} number
 * @param {string} noun
 */
export function many(number, noun) {
  return `${count(number)} ${noun}${number === 1 ? "" : "s"}`;
}

/** @param {number} number a measured number, to three digits, with a true minus sign */
export function value(number) {
  if (number === 0) return "0";
  return Math.abs(number) < 1e-4 ? power(number) : VALUE.format(number).replace("-", "−");
}

/** @param {number} number of any kind, to four digits after the point, zeros at the end left out */
export function number(number) {
  return NUMBER.format(number === 0 ? 0 : number).replace("-", "−");
}

/** Digits after the point where numbers are added up. */
export const DIGITS = 4;

const FIXED = new Intl.NumberFormat(LOCALE, {
  minimumFractionDigits: DIGITS,
  maximumFractionDigits: DIGITS,
  signDisplay: "negative",
});

/** @param {number} number one of a sum, to as many digits after the point as all of them */
export function fixed(number) {
  return FIXED.format(number).replace("-", "−");
}

/** @param {number} number of any size: 2.47e-8 becomes 2.47 × 10⁻⁸ */
export function scientific(number) {
  const plain = number === 0 || (Math.abs(number) >= 0.001 && Math.abs(number) < 10000);
  return plain ? fixed(number) : power(number);
}

/** @param {number} number */
function power(number) {
  const [mantissa, exponent] = number.toExponential(2).split("e");
  const raised = [...String(Number(exponent))].map((digit) => RAISED[digit]).join("");
  return `${mantissa.replace("-", "−")} × 10${raised}`;
}

/** @type {Record<string, string>} */
const RAISED = Object.fromEntries(
  [..."0123456789-"].map((digit, i) => [digit, [..."⁰¹²³⁴⁵⁶⁷⁸⁹⁻"][i]]),
);

/** @param {number} share of one: 0.9871 becomes 98.7% */
export function percent(share) {
  return PERCENT.format(share);
}

/** @param {number} share of one, to a hundredth of a percent */
export function precisePercent(share) {
  return PRECISE_PERCENT.format(share);
}

const FINE_PERCENT = new Intl.NumberFormat(LOCALE, {
  style: "percent",
  minimumFractionDigits: 2,
  maximumFractionDigits: 2,
});

/** @param {number} share of one, to a hundredth of a percent, zeros included: 99.50% */
export function finePercent(share) {
  return FINE_PERCENT.format(share);
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
