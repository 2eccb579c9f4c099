/**
 * Windows over small matrices: convolution and pooling with plain numbers, in float64.
 *
 * The sums that the pages show step by step; torch computes the same behind the API. What is
 * called convolution here is, as in every network, cross-correlation unless `flip` is set.
 *
 * @typedef {readonly (readonly number[])[]} Rows a matrix, row by row, all rows equally long
 * @typedef {readonly [rows: number, columns: number]} Pair one number down, one across
 * @typedef {"zeros" | "reflect" | "replicate" | "circular"} Mode what padding is filled with
 *
 * @typedef {object} Options how a kernel goes over a matrix
 * @property {Pair} [stride] 1 and 1 without it
 * @property {Pair} [padding] cells on each side; none without it
 * @property {Pair} [dilation] cells from one number of the kernel to the next; 1 and 1 without it
 * @property {Mode} [mode]
 * @property {boolean} [flip] turn the kernel by 180 degrees first: the convolution of mathematics
 * @property {number} [bias] added to every sum
 *
 * @typedef {object} Pooling
 * @property {"max" | "average"} operation
 * @property {Pair} size of a window
 * @property {Pair} [stride] the window's size without it
 * @property {Pair} [padding] at most half a window; never the maximum, but zeros in an average, as in
 *   torch
 */

/**
 * Say how many windows fit along one side: floor((W − F + 2P) / S) + 1, F being what a dilated
 * kernel spans.
 *
 * @param {number} size W
 * @param {number} kernel F
 * @param {object} [options]
 * @param {number} [options.stride] S
 * @param {number} [options.padding] P
 * @param {number} [options.dilation]
 * @returns {number} 0 where not even one fits
 */
export function outputSize(size, kernel, { stride = 1, padding = 0, dilation = 1 } = {}) {
  const room = size + 2 * padding - span(kernel, dilation);
  return room < 0 ? 0 : Math.floor(room / stride) + 1;
}

/**
 * Put padding around a matrix. A reflection that is wider than the matrix goes on mirroring; torch
 * refuses it.
 *
 * @param {Rows} rows
 * @param {Pair} padding
 * @param {Mode} [mode]
 * @returns {number[][]}
 */
export function pad(rows, [down, across], mode = "zeros") {
  const [height, width] = shapeOf(rows);
  return count(height + 2 * down).map((row) => {
    const from = origin(row - down, height, mode);
    return count(width + 2 * across).map((column) => {
      const at = origin(column - across, width, mode);
      return from === null || at === null ? 0 : rows[from][at];
    });
  });
}

/**
 * @param {Rows} kernel
 * @returns {number[][]} the kernel, turned by 180 degrees
 */
export function flip(kernel) {
  return kernel.map((row) => [...row].reverse()).reverse();
}

/**
 * Multiply a window number by number.
 *
 * @param {Rows} rows with their padding, if they have any
 * @param {Rows} kernel as it lies on them
 * @param {Pair} at the window's first cell
 * @param {Pair} [dilation]
 * @returns {number[][]} as large as the kernel
 */
export function products(rows, kernel, [top, left], [down, across] = [1, 1]) {
  return kernel.map((weights, i) =>
    // 0 × −1 is −0, which is another number for some who compare.
    weights.map((weight, j) => weight * rows[top + i * down][left + j * across] + 0),
  );
}

/**
 * @param {Rows} rows
 * @param {Rows} kernel
 * @param {Options} [options]
 * @returns {number[][]} a sum for each window; no rows where none fits
 */
export function convolve(rows, kernel, options = {}) {
  const { padding = [0, 0], dilation = [1, 1], mode, bias = 0 } = options;
  const padded = pad(rows, padding, mode);
  const weights = options.flip ? flip(kernel) : kernel;
  return starts(shapeOf(rows), shapeOf(kernel), options).map((row) =>
    row.map((at) => sum(products(padded, weights, at, dilation).flat()) + bias),
  );
}

/**
 * Convolve a volume with one filter: a kernel for each channel, then one sum, and the bias once.
 *
 * @param {readonly Rows[]} channels
 * @param {readonly Rows[]} filter as many kernels
 * @param {Options} [options]
 * @returns {number[][]} one map
 */
export function convolveVolume(channels, filter, { bias = 0, ...options } = {}) {
  const maps = channels.map((rows, i) => convolve(rows, filter[i], options));
  return maps[0].map((row, i) => row.map((_, j) => sum(maps.map((map) => map[i][j])) + bias));
}

/**
 * @param {Rows} rows
 * @param {Pooling} pooling
 * @returns {number[][]} a number for each window; no rows where none fits
 */
export function pool(rows, pooling) {
  const [height, width] = pooling.size;
  return windows(rows, pooling).map((row) =>
    row.map((cells) => {
      const values = cells.map(([r, c]) => rows[r][c]);
      return pooling.operation === "max" ? Math.max(...values) : sum(values) / (height * width);
    }),
  );
}

/**
 * Find where each window's maximum is, the first in row order.
 *
 * @param {Rows} rows
 * @param {Omit<Pooling, "operation">} pooling
 * @returns {Pair[][]} places in the matrix without its padding
 */
export function maxima(rows, pooling) {
  return windows(rows, pooling).map((row) =>
    row.map((cells) =>
      cells.reduce((best, at) => (valueAt(rows, at) > valueAt(rows, best) ? at : best)),
    ),
  );
}

/**
 * Count how many windows read each cell. What is read in padding that mirrors a cell counts for
 * that cell; zeros count for nobody.
 *
 * @param {Pair} shape of the matrix
 * @param {Pair} kernel rows and columns of the kernel
 * @param {Options} [options]
 * @returns {number[][]} as large as the matrix
 */
export function usage(shape, kernel, { dilation = [1, 1], ...options } = {}) {
  const { padding = [0, 0], mode = "zeros" } = options;
  // A window's rows and columns are chosen independently, so are the counts.
  const [down, across] = [0, 1].map((axis) => {
    const along = counts(shape[axis], kernel[axis], {
      stride: options.stride?.[axis],
      padding: padding[axis],
      dilation: dilation[axis],
    });
    const read = Array(shape[axis]).fill(0);
    for (const [place, times] of along.entries()) {
      const from = origin(place - padding[axis], shape[axis], mode);
      if (from !== null) read[from] += times;
    }
    return read;
  });
  return down.map((times) => across.map((other) => times * other));
}

/**
 * Count the last rows and columns of the padded matrix that no window reaches: what the floor in
 * {@link outputSize} drops.
 *
 * @param {Pair} shape of the matrix
 * @param {Pair} kernel rows and columns of the kernel
 * @param {Options} [options]
 * @returns {{rows: number, columns: number}} all of them where no window fits
 */
export function unread(
  shape,
  kernel,
  { stride = [1, 1], padding = [0, 0], dilation = [1, 1] } = {},
) {
  const [rows, columns] = [0, 1].map((axis) => {
    const options = { stride: stride[axis], padding: padding[axis], dilation: dilation[axis] };
    const fitting = outputSize(shape[axis], kernel[axis], options);
    const whole = shape[axis] + 2 * padding[axis];
    return fitting
      ? whole - (fitting - 1) * stride[axis] - span(kernel[axis], dilation[axis])
      : whole;
  });
  return { rows, columns };
}

/**
 * @param {number} kernel
 * @param {number} dilation
 */
function span(kernel, dilation) {
  return dilation * (kernel - 1) + 1;
}

/** @param {number} length */
function count(length) {
  return Array.from({ length }, (_, i) => i);
}

/** @param {readonly number[]} numbers */
function sum(numbers) {
  return numbers.reduce((total, number) => total + number, 0);
}

/**
 * @param {Rows} rows
 * @returns {Pair}
 */
function shapeOf(rows) {
  return [rows.length, rows[0]?.length ?? 0];
}

/**
 * @param {Rows} rows
 * @param {Pair} at
 */
function valueAt(rows, [row, column]) {
  return rows[row][column];
}

/**
 * @param {number} place along one side, 0 being the first cell that is not padding
 * @param {number} size of that side
 * @param {Mode} mode
 * @returns {number | null} the cell that its value comes from; null for a zero
 */
function origin(place, size, mode) {
  if (place >= 0 && place < size) return place;
  if (mode === "zeros" || size === 0) return null;
  if (mode === "replicate") return place < 0 ? 0 : size - 1;
  if (mode === "circular") return ((place % size) + size) % size;
  // There and back, without saying the edge twice.
  const period = Math.max(1, 2 * (size - 1));
  const turned = ((place % period) + period) % period;
  return Math.min(turned, period - turned);
}

/**
 * @param {Pair} shape
 * @param {Pair} kernel
 * @param {Options} options
 * @returns {Pair[][]} each window's first cell, in the padded matrix
 */
function starts(shape, kernel, { stride = [1, 1], padding = [0, 0], dilation = [1, 1] }) {
  const [down, across] = [0, 1].map((axis) =>
    count(
      outputSize(shape[axis], kernel[axis], {
        stride: stride[axis],
        padding: padding[axis],
        dilation: dilation[axis],
      }),
    ).map((i) => i * stride[axis]),
  );
  return across.length ? down.map((top) => across.map((left) => [top, left])) : [];
}

/**
 * @param {Rows} rows
 * @param {Omit<Pooling, "operation">} pooling
 * @returns {Pair[][][]} for each window its cells that are not padding, row after row
 */
function windows(rows, { size, stride = size, padding = [0, 0] }) {
  const [height, width] = shapeOf(rows);
  return starts([height, width], size, { stride, padding }).map((row) =>
    row.map(([top, left]) =>
      count(size[0] * size[1])
        .map(
          (i) =>
            /** @type {Pair} */ ([
              top - padding[0] + Math.floor(i / size[1]),
              left - padding[1] + (i % size[1]),
            ]),
        )
        .filter(([r, c]) => r >= 0 && c >= 0 && r < height && c < width),
    ),
  );
}

/**
 * @param {number} size
 * @param {number} kernel
 * @param {{stride?: number, padding: number, dilation: number}} options
 * @returns {number[]} for each place along a padded side, how many windows read it
 */
function counts(size, kernel, { stride = 1, padding, dilation }) {
  const read = Array(size + 2 * padding).fill(0);
  for (let window = 0; window < outputSize(size, kernel, { stride, padding, dilation }); window++) {
    for (let tap = 0; tap < kernel; tap++) read[window * stride + tap * dilation]++;
  }
  return read;
}
