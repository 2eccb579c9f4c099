/**
 * Strokes: the truth of the pad. Its bitmap is a view of them, so undo, links and replay need
 * no pixels.
 *
 * @typedef {[x: number, y: number]} Point in pad units, whole numbers; the origin is
 *   top left, and a point may lie outside the pad
 * @typedef {Point[]} Stroke a pen's path, straight between its points; at least one
 */

/** Units of the pad's sides. */
export const PAD_SIDE = 280;

const MOST_POINTS = 20_000;
const FARTHEST = 10_000;

/**
 * Put a pointer's position on the grid of whole pad units.
 *
 * @param {number} x
 * @param {number} y
 * @returns {Point}
 */
export function point(x, y) {
  const snap = (/** @type {number} */ value) =>
    Math.max(-FARTHEST, Math.min(FARTHEST, Math.round(value)));
  return [snap(x), snap(y)];
}

/**
 * Erase what lies near the eraser's way from one point to another. Strokes are cut, so that
 * what is left are strokes again.
 *
 * @param {readonly Stroke[]} strokes
 * @param {Point} from
 * @param {Point} to
 * @param {number} reach units from the way within which a stroke's middle line is erased
 * @returns {readonly Stroke[]} the same array if nothing was near
 */
export function erase(strokes, from, to, reach) {
  const left = strokes.flatMap((stroke) => cut(stroke, from, to, reach));
  const untouched = left.length === strokes.length && left.every((s, i) => s === strokes[i]);
  return untouched ? strokes : left;
}

/**
 * @param {Stroke} stroke
 * @param {Point} p
 * @param {Point} q
 * @param {number} reach
 * @returns {Stroke[]}
 */
function cut(stroke, p, q, reach) {
  if (stroke.length === 1) return part(stroke[0], stroke[0], p, q, reach) ? [] : [stroke];
  /** @type {Stroke[]} */
  const pieces = [];
  let piece = [stroke[0]];
  let whole = true;
  for (let i = 1; i < stroke.length; i++) {
    const [a, b] = [stroke[i - 1], stroke[i]];
    const erased = part(a, b, p, q, reach);
    if (!erased) {
      piece.push(b);
      continue;
    }
    whole = false;
    const [start, end] = erased;
    if (start > 0) piece.push(along(a, b, start));
    pieces.push(piece);
    piece = end < 1 ? [along(a, b, end), b] : [];
  }
  if (whole) return [stroke];
  return [...pieces, piece].filter((points) => points.length > 1);
}

/**
 * Find the part of a segment a–b that is nearer than `reach` to the segment p–q. The points
 * that near to p–q form a convex shape (two discs and the rectangle between them), so the part
 * is one interval.
 *
 * @param {Point} a
 * @param {Point} b
 * @param {Point} p
 * @param {Point} q
 * @param {number} reach
 * @returns {[start: number, end: number] | null} shares of the way from a to b
 */
function part(a, b, p, q, reach) {
  const found = [inDisc(a, b, p, reach), inDisc(a, b, q, reach), inRectangle(a, b, p, q, reach)]
    .filter((interval) => interval !== null)
    .map(([start, end]) => [Math.max(start, 0), Math.min(end, 1)])
    .filter(([start, end]) => start <= end);
  if (!found.length) return null;
  return [Math.min(...found.map(([start]) => start)), Math.max(...found.map(([, end]) => end))];
}

/**
 * @param {Point} a
 * @param {Point} b
 * @param {Point} centre
 * @param {number} radius
 * @returns {[number, number] | null} where the line through a (0) and b (1) is in the disc
 */
function inDisc(a, b, centre, radius) {
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
  const [ex, ey] = [a[0] - centre[0], a[1] - centre[1]];
  const squared = dx * dx + dy * dy;
  const outside = ex * ex + ey * ey - radius * radius;
  if (squared === 0) return outside < 0 ? [0, 1] : null;
  const middle = -(ex * dx + ey * dy) / squared;
  const inside = middle * middle - outside / squared;
  if (inside <= 0) return null;
  return [middle - Math.sqrt(inside), middle + Math.sqrt(inside)];
}

/**
 * @param {Point} a
 * @param {Point} b
 * @param {Point} p
 * @param {Point} q
 * @param {number} reach
 * @returns {[number, number] | null} where the line is beside p–q, at most `reach` away
 */
function inRectangle(a, b, p, q, reach) {
  const length = Math.hypot(q[0] - p[0], q[1] - p[1]);
  if (length === 0) return null;
  const [ux, uy] = [(q[0] - p[0]) / length, (q[1] - p[1]) / length];
  const alongside = (/** @type {Point} */ [x, y]) => (x - p[0]) * ux + (y - p[1]) * uy;
  const across = (/** @type {Point} */ [x, y]) => (y - p[1]) * ux - (x - p[0]) * uy;
  const lengthwise = inSlab(alongside(a), alongside(b), 0, length);
  const crosswise = inSlab(across(a), across(b), -reach, reach);
  if (!lengthwise || !crosswise) return null;
  const start = Math.max(lengthwise[0], crosswise[0]);
  const end = Math.min(lengthwise[1], crosswise[1]);
  return start < end ? [start, end] : null;
}

/**
 * @param {number} from
 * @param {number} to
 * @param {number} low
 * @param {number} high
 * @returns {[number, number] | null} the shares of the way between two numbers that are in a band
 */
function inSlab(from, to, low, high) {
  if (from === to) return from > low && from < high ? [-Infinity, Infinity] : null;
  const [one, other] = [(low - from) / (to - from), (high - from) / (to - from)];
  return one < other ? [one, other] : [other, one];
}

/**
 * @param {Point} a
 * @param {Point} b
 * @param {number} share
 * @returns {Point}
 */
function along(a, b, share) {
  return point(a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share);
}

/**
 * Write strokes compactly for a link: base64url of, for each stroke, its number of points and
 * the steps from point to point, all as variable-length integers.
 *
 * @param {readonly Stroke[]} strokes
 * @returns {string}
 */
export function encode(strokes) {
  /** @type {number[]} */
  const bytes = [];
  const put = (/** @type {number} */ value) => {
    for (; value > 127; value >>>= 7) bytes.push((value & 127) | 128);
    bytes.push(value);
  };
  const putSigned = (/** @type {number} */ value) => put(value < 0 ? -2 * value - 1 : 2 * value);
  let last = [0, 0];
  for (const stroke of strokes) {
    put(stroke.length);
    for (const [x, y] of stroke) {
      putSigned(x - last[0]);
      putSigned(y - last[1]);
      last = [x, y];
    }
  }
  const text = bytes.map((byte) => String.fromCharCode(byte)).join("");
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/**
 * Read what {@link encode} wrote. A link can come from anywhere, so nothing is trusted.
 *
 * @param {string} text
 * @returns {Stroke[] | null} null if it is no drawing, or too large for the server
 */
export function decode(text) {
  if (!/^[\w-]*$/.test(text) || text.length % 4 === 1) return null;
  const bytes = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  let place = 0;
  const take = () => {
    let value = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = bytes.charCodeAt(place++);
      value |= (byte & 127) << shift;
      if (!(byte & 128)) return value;
    }
    return Number.NaN;
  };
  const takeSigned = () => {
    const value = take();
    return value % 2 ? -(value + 1) / 2 : value / 2;
  };
  /** @type {Stroke[]} */
  const strokes = [];
  let points = 0;
  let [x, y] = [0, 0];
  while (place < bytes.length) {
    const length = take();
    points += length;
    if (!(length > 0 && points <= MOST_POINTS)) return null;
    /** @type {Point[]} */
    const stroke = [];
    for (let i = 0; i < length; i++) {
      [x, y] = [x + takeSigned(), y + takeSigned()];
      if (!(Math.abs(x) <= FARTHEST && Math.abs(y) <= FARTHEST)) return null;
      stroke.push([x, y]);
    }
    strokes.push(stroke);
  }
  return place === bytes.length ? strokes : null;
}
