/**
 * Points on a plane, by their places.
 *
 * @typedef {readonly [x: number, y: number]} Place
 */

/**
 * @param {readonly Place[]} places
 * @param {Place} from
 * @param {number} [within] the farthest that counts
 * @returns {number | null} the index of the place nearest to another
 */
export function nearest(places, [x, y], within = Number.POSITIVE_INFINITY) {
  let best = null;
  let least = within;
  for (const [i, place] of places.entries()) {
    const distance = Math.hypot(place[0] - x, place[1] - y);
    if (distance > least) continue;
    least = distance;
    best = i;
  }
  return best;
}

/**
 * Step from one place to the next in a direction.
 *
 * @param {readonly Place[]} places
 * @param {number} from an index
 * @param {Place} direction of length 1, along an axis
 * @returns {number} the index of the nearest place within 45° of it; the same if there is none
 */
export function toward(places, from, [right, down]) {
  let best = from;
  let least = Number.POSITIVE_INFINITY;
  for (const [i, place] of places.entries()) {
    const [x, y] = [place[0] - places[from][0], place[1] - places[from][1]];
    const ahead = x * right + y * down;
    const aside = Math.abs(x * down) + Math.abs(y * right);
    const distance = Math.hypot(x, y);
    if (ahead <= 0 || aside > ahead || distance >= least) continue;
    least = distance;
    best = i;
  }
  return best;
}

/**
 * @param {readonly Place[]} places
 * @returns {Place} the middle one along each axis; the origin of none
 */
export function median(places) {
  const middle = (/** @type {0 | 1} */ axis) => {
    const sorted = places.map((place) => place[axis]).sort((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 2)] ?? 0;
  };
  return [middle(0), middle(1)];
}
