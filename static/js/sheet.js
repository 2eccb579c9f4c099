/**
 * How a tensor lies on one picture: its maps side by side, a pixel a number, a pixel between two.
 *
 * @typedef {object} Layout
 * @property {number} rows of a map
 * @property {number} columns of a map
 * @property {number} across maps beside each other
 * @property {number} down maps below each other
 * @property {number} width pixels, with what is between the maps
 * @property {number} height pixels
 * @property {(map: number) => [x: number, y: number]} corner a map's top left pixel
 * @property {(x: number, y: number) => number | null} at the place in C order of what is there;
 *   null between the maps
 * @property {(flat: number) => [x: number, y: number]} pixel where a number is
 */

/** So many maps or fewer stand in one line. */
const MOST_ACROSS = 8;

/**
 * Lay out a strip (n), a matrix (rows, columns), maps (C, H, W), or filters (N, C, H, W), each
 * filter a column of its kernels.
 *
 * @param {readonly number[]} shape
 * @returns {Layout}
 */
export function layout(shape) {
  const [rows, columns] = shape.length > 1 ? shape.slice(-2) : [1, shape[0] ?? 1];
  const filters = shape.length === 4;
  const count = shape.length > 2 ? shape.slice(0, -2).reduce((a, b) => a * b, 1) : 1;
  const across = filters ? shape[0] : Math.min(count, MOST_ACROSS);
  const down = Math.ceil(count / across);
  const gap = count > 1 ? 1 : 0;
  const [wide, high] = [columns + gap, rows + gap];
  /** @returns {[number, number]} */
  const corner = (/** @type {number} */ map) => {
    const x = filters ? Math.floor(map / down) : map % across;
    const y = filters ? map % down : Math.floor(map / across);
    return [x * wide, y * high];
  };
  const size = rows * columns;
  return {
    rows,
    columns,
    across,
    down,
    width: across * wide - gap,
    height: down * high - gap,
    corner,
    at: (x, y) => {
      if (x < 0 || y < 0 || x >= across * wide - gap || y >= down * high - gap) return null;
      const [column, row] = [x % wide, y % high];
      if (column >= columns || row >= rows) return null;
      const [i, j] = [Math.floor(x / wide), Math.floor(y / high)];
      const map = filters ? i * down + j : j * across + i;
      return map < count ? map * size + row * columns + column : null;
    },
    pixel: (flat) => {
      const [x, y] = corner(Math.floor(flat / size));
      return [x + (flat % columns), y + (Math.floor(flat / columns) % rows)];
    },
  };
}

/**
 * @param {readonly number[]} shape
 * @param {number} flat a place in C order
 * @returns {number[]} its index in each dimension
 */
export function indexAt(shape, flat) {
  const index = [];
  let left = flat;
  for (const side of [...shape].reverse()) {
    index.unshift(left % side);
    left = Math.floor(left / side);
  }
  return index;
}

/**
 * @param {readonly number[]} shape
 * @param {readonly number[]} index
 * @returns {number | null} its place in C order; null if it is outside
 */
export function placeOf(shape, index) {
  if (index.length !== shape.length) return null;
  if (index.some((i, axis) => i < 0 || i >= shape[axis])) return null;
  return index.reduce((flat, i, axis) => flat * shape[axis] + i, 0);
}

/**
 * @param {Float32Array} values at least one
 * @returns {number} the place of the first of the largest, its sign set aside
 */
export function steepest(values) {
  let best = 0;
  for (let i = 1; i < values.length; i++) {
    if (Math.abs(values[i]) > Math.abs(values[best])) best = i;
  }
  return best;
}
