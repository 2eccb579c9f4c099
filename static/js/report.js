/**
 * Questions to a model's report.
 *
 * @typedef {import("./schema.d.ts").components["schemas"]} Schemas
 * @typedef {Schemas["Misread"]} Misread
 *
 * @typedef {object} Choice which of the misread digits are looked at
 * @property {number | null} of what they are; null for any
 * @property {number | null} as what they are read as; null for anything
 * @property {"sure" | "unsure" | "place"} order the surest first, the least sure, or as in MNIST
 */

/** @type {readonly Choice["order"][]} */
export const ORDERS = ["sure", "unsure", "place"];

/** @type {Record<Choice["order"], (a: Misread, b: Misread) => number>} */
const COMPARE = {
  sure: (a, b) => b.probability - a.probability,
  unsure: (a, b) => a.probability - b.probability,
  place: (a, b) => a.mnist_index - b.mnist_index,
};

/**
 * @param {readonly Misread[]} misread
 * @param {Choice} choice
 * @returns {Misread[]}
 */
export function chosen(misread, { of, as, order }) {
  return misread
    .filter(({ class_index }) => of === null || class_index === of)
    .filter(({ prediction }) => as === null || prediction === as)
    .sort(COMPARE[order]);
}

/**
 * @param {readonly (readonly number[])[]} matrix a confusion matrix
 * @returns {number} how often the likeliest mistake was made
 */
export function mostOften(matrix) {
  const wrong = matrix.flatMap((row, of) => row.filter((_, as) => as !== of));
  return Math.max(0, ...wrong);
}

/**
 * @param {readonly number[]} shares one for each seed
 * @returns {{mean: number, spread: number | null}} the spread is the standard deviation of such
 *   shares as far as these tell it; null where they do not
 */
export function summary(shares) {
  const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
  if (shares.length < 2) return { mean, spread: null };
  const squares = shares.reduce((sum, share) => sum + (share - mean) ** 2, 0);
  return { mean, spread: Math.sqrt(squares / (shares.length - 1)) };
}
