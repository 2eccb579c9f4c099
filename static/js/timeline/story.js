/**
 * What there is to tell of a training, whatever came of it.
 */

/**
 * @template {{validation_accuracy: number}} M
 * @param {readonly M[]} moments at least two
 * @returns {readonly [before: M, after: M]} the neighbours between which the accuracy rose most
 */
export function largestGain(moments) {
  const gains = moments
    .slice(1)
    .map((after, i) => after.validation_accuracy - moments[i].validation_accuracy);
  const best = gains.indexOf(Math.max(...gains));
  return [moments[best], moments[best + 1]];
}

/**
 * @param {readonly {prediction: number}[]} readings at each moment, at least one
 * @returns {number} the moment since which the answer has been what it is at the end
 */
export function settled(readings) {
  const last = readings[readings.length - 1].prediction;
  return readings.findLastIndex(({ prediction }) => prediction !== last) + 1;
}
