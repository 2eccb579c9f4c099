/**
 * Random numbers that a seed decides, so that an exercise can be linked to.
 *
 * @typedef {(low: number, high: number) => number} Random gives a whole number, both ends included
 */

/**
 * A linear congruential generator that is also hashed at its output: small, and good enough for
 * exercises (the constants are those of PCG, M. O'Neill, 2014, cut to 32 bits).
 *
 * @param {number} seed
 * @returns {Random}
 */
export function seeded(seed) {
  let state = Math.imul(seed ^ 0x9e3779b9, 0x2c1b3c6d) >>> 0;
  const next = () => {
    state = (Math.imul(state, 747796405) + 2891336453) >>> 0;
    const word = Math.imul((state >>> ((state >>> 28) + 4)) ^ state, 277803737) >>> 0;
    return ((word >>> 22) ^ word) >>> 0;
  };
  next();
  return (low, high) => low + Math.floor((next() / 2 ** 32) * (high - low + 1));
}

/**
 * @param {Random} random
 * @param {number} rows
 * @param {number} columns
 * @param {number} low
 * @param {number} high
 * @returns {number[][]}
 */
export function randomMatrix(random, rows, columns, low, high) {
  return Array.from({ length: rows }, () =>
    Array.from({ length: columns }, () => random(low, high)),
  );
}

/**
 * @template T
 * @param {Random} random
 * @param {readonly T[]} from
 * @returns {T}
 */
export function pick(random, from) {
  return from[random(0, from.length - 1)];
}
