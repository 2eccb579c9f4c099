/**
 * The orders in which a volume is unrolled into one row of numbers.
 *
 * @typedef {"channels_first" | "channels_last"} Order torch's, and the lecture's: height, width,
 *   channels
 * @typedef {readonly [channel: number, row: number, column: number]} Cell
 * @typedef {readonly [channels: number, rows: number, columns: number]} Shape
 */

/** @type {readonly Order[]} */
export const ORDERS = ["channels_first", "channels_last"];

/**
 * @param {Cell} cell
 * @param {Shape} shape
 * @param {Order} order
 * @returns {number} the place in the row that the cell goes to
 */
export function placeOf([channel, row, column], [channels, rows, columns], order) {
  if (order === "channels_first") return (channel * rows + row) * columns + column;
  return (row * columns + column) * channels + channel;
}

/**
 * @param {number} place in the row
 * @param {Shape} shape
 * @param {Order} order
 * @returns {[channel: number, row: number, column: number]} the cell that it came from
 */
export function cellOf(place, [channels, rows, columns], order) {
  if (order === "channels_first") {
    const inMap = place % (rows * columns);
    return [Math.floor(place / (rows * columns)), Math.floor(inMap / columns), inMap % columns];
  }
  const inMap = Math.floor(place / channels);
  return [place % channels, Math.floor(inMap / columns), inMap % columns];
}

/**
 * @param {Cell} cell
 * @param {Shape} shape
 * @returns {[channel: number, row: number, column: number]} the nearest that there is
 */
export function nearestCell(cell, shape) {
  const [channel, row, column] = cell.map((at, axis) => Math.min(at, shape[axis] - 1));
  return [channel, row, column];
}
