/**
 * How an image and its maps are moved: mirrored, scaled and turned about the centre, then
 * shifted. The API moves the input so; here the maps are moved along in the same way, so that one
 * sees what equivariance compares.
 *
 * @typedef {import("../../windows.js").Rows} Rows
 *
 * @typedef {object} Motion
 * @property {number} rows pixels down
 * @property {number} columns pixels to the right
 * @property {number} degrees clockwise
 * @property {number} scale above 1 enlarges
 * @property {boolean} mirror whether left and right change places
 *
 * @typedef {object} Field of a layer's units, in pixels of the input
 * @property {readonly number[]} size
 * @property {readonly number[]} stride
 * @property {readonly number[]} start of the first unit
 */

/** @type {Motion} */
export const STILL = { rows: 0, columns: 0, degrees: 0, scale: 1, mirror: false };

/**
 * @param {Motion} state that may hold more
 * @returns {Motion} the motion alone
 */
export function motionOf({ rows, columns, degrees, scale, mirror }) {
  return { rows, columns, degrees, scale, mirror };
}

/**
 * @param {Motion} motion
 * @param {readonly [row: number, column: number]} place in the moved image
 * @param {number} side of the image
 * @returns {[row: number, column: number]} where it was before
 */
export function before({ rows, columns, degrees, scale, mirror }, [row, column], side) {
  const centre = (side - 1) / 2;
  const angle = (degrees * Math.PI) / 180;
  const [cosine, sine] = [Math.cos(angle) / scale, Math.sin(angle) / scale];
  const [down, right] = [row - centre - rows, column - centre - columns];
  const across = sine * down + cosine * right;
  return [centre + cosine * down - sine * right, centre + (mirror ? -across : across)];
}

/**
 * Move a layer's map as the input was moved: a unit stands at the centre of its receptive field.
 *
 * @param {Rows} map
 * @param {Field} field
 * @param {Motion} motion
 * @param {number} side of the image
 * @returns {{map: number[][], known: boolean[][]}} what comes in from outside is not known
 */
export function moveMap(map, { size, stride, start }, motion, side) {
  const first = [0, 1].map((axis) => start[axis] + (size[axis] - 1) / 2);
  const [height, width] = [map.length, map[0].length];
  const sources = map.map((row, r) =>
    row.map((_, c) => {
      const [down, right] = before(
        motion,
        [first[0] + stride[0] * r, first[1] + stride[1] * c],
        side,
      );
      // cos 90° is not quite 0 in floating point; whole places are to stay whole.
      const round = (/** @type {number} */ n) => Math.round(n * 1e9) / 1e9;
      return [round((down - first[0]) / stride[0]), round((right - first[1]) / stride[1])];
    }),
  );
  return {
    map: sources.map((row) => row.map(([r, c]) => between(map, r, c))),
    known: sources.map((row) =>
      row.map(([r, c]) => r >= 0 && c >= 0 && r <= height - 1 && c <= width - 1),
    ),
  };
}

/**
 * @param {Rows} map
 * @param {number} row
 * @param {number} column
 * @returns {number} read between the units, and beyond the edge from the nearest one
 */
function between(map, row, column) {
  const [r, c] = [
    Math.max(0, Math.min(map.length - 1, row)),
    Math.max(0, Math.min(map[0].length - 1, column)),
  ];
  const [top, left] = [Math.floor(r), Math.floor(c)];
  const [below, right] = [Math.min(map.length - 1, top + 1), Math.min(map[0].length - 1, left + 1)];
  const [down, across] = [r - top, c - left];
  return (
    (1 - down) * ((1 - across) * map[top][left] + across * map[top][right]) +
    down * ((1 - across) * map[below][left] + across * map[below][right])
  );
}

/**
 * @param {Rows} a
 * @param {Rows} b
 * @param {readonly (readonly boolean[])[]} where
 * @returns {number[][]} how far they are apart; 0 where one is not known
 */
export function apart(a, b, where) {
  return a.map((row, r) => row.map((number, c) => (where[r][c] ? Math.abs(number - b[r][c]) : 0)));
}
