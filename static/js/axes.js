/**
 * The axes of a training's curves.
 *
 * @typedef {object} MomentAxis batches from left to right, logarithmically
 * @property {number} count of moments
 * @property {(batch: number) => number} place from 0 to 1
 * @property {(place: number) => number} nearest gives the moment there, counted from 0
 *
 * @typedef {object} ValueAxis values from the bottom to the top
 * @property {(value: number) => number} place from 0 to 1
 * @property {readonly number[]} ticks
 */

const MOST_TICKS = 5;
/** What a tick's number may begin with; the first of these that give few enough are taken. */
const MANTISSAS = [[1, 2, 5], [1, 3], [1]];

/**
 * Give each moment of a training the middle of a slot of its own. Moments are one factor of
 * batches apart, so slots of one width are a logarithmic axis, with a slot for 0 before it.
 *
 * @param {readonly number[]} moments their numbers of batches, rising
 * @returns {MomentAxis}
 */
export function momentAxis(moments) {
  const count = moments.length;
  return {
    count,
    place: (batch) => {
      const next = moments.findIndex((moment) => moment > batch);
      if (next === 0) return 0.5 / count;
      if (next < 0) return 1 - 0.5 / count;
      const [before, after] = moments.slice(next - 1, next + 1);
      // There is no logarithm of the first moment's 0.
      const share = before ? Math.log(batch / before) / Math.log(after / before) : batch / after;
      return (next - 0.5 + share) / count;
    },
    nearest: (place) => Math.min(Math.max(Math.floor(place * count), 0), count - 1),
  };
}

/**
 * @param {(value: number) => number} place
 * @param {readonly number[]} values that one would like to see on the axis, the last one most
 * @param {number} apart that they have to be at least, from 0 to 1
 * @returns {number[]} those that there is room for
 */
export function spaced(place, values, apart) {
  const room = (/** @type {number | undefined} */ other, /** @type {number} */ value) =>
    other === undefined || Math.abs(place(other) - place(value)) >= apart;
  /** @type {number[]} */
  const kept = [];
  for (const value of values.slice(0, -1)) {
    if (room(kept.at(-1), value) && room(values.at(-1), value)) kept.push(value);
  }
  return [...kept, ...values.slice(-1)];
}

/**
 * @param {number} last
 * @returns {number[]} 0, the powers of ten below the last, and the last
 */
export function decades(last) {
  const powers = Array.from({ length: Math.ceil(Math.log10(last)) }, (_, i) => 10 ** i);
  return [0, ...powers.filter((power) => power < last), last];
}

/**
 * @param {readonly number[]} values above 0
 * @returns {ValueAxis} logarithmic, and as long as it takes
 */
export function logAxis(values) {
  const logs = values.map(Math.log10);
  const [least, most] = [Math.min(...logs), Math.max(...logs)];
  const margin = Math.max(0.05 * (most - least), 0.05);
  const [low, high] = [least - margin, most + margin];
  const powers = Array.from(
    { length: Math.ceil(high) - Math.floor(low) + 1 },
    (_, i) => Math.floor(low) + i,
  );
  const candidates = MANTISSAS.map((mantissas) =>
    powers
      .flatMap((power) => mantissas.map((mantissa) => Number(`${mantissa}e${power}`)))
      .filter((tick) => low <= Math.log10(tick) && Math.log10(tick) <= high),
  );
  return {
    place: (value) => (Math.log10(value) - low) / (high - low),
    ticks: candidates.find((ticks) => ticks.length <= MOST_TICKS) ?? candidates[2],
  };
}

/** @type {ValueAxis} shares of one */
export const SHARES = { place: (share) => share, ticks: [0, 0.25, 0.5, 0.75, 1] };
