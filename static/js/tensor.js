/**
 * Tensors: what the API's arrays become in the browser.
 *
 * @typedef {object} Tensor
 * @property {readonly number[]} shape channels-first, without the batch
 * @property {Float32Array} values in C order
 *
 * @typedef {object} Grid how a tensor is laid out as pictures
 * @property {number} count feature maps
 * @property {number} rows
 * @property {number} columns
 *
 * @typedef {readonly [low: number, high: number]} Range
 */

/**
 * Decode an array that was asked for with `encoding=base64`: little-endian float32, as every
 * browser's typed arrays are.
 *
 * @param {{shape: readonly number[], data: unknown}} array
 * @returns {Tensor}
 */
export function decode({ shape, data }) {
  const text = atob(String(data));
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  const values = new Float32Array(bytes.buffer);
  if (values.length !== size(shape)) {
    throw new RangeError(`an array of shape [${shape}] has ${values.length} values`);
  }
  return { shape, values };
}

/**
 * @param {readonly number[]} shape
 * @returns {number}
 */
export function size(shape) {
  return shape.reduce((product, side) => product * side, 1);
}

/**
 * Say how a shape is laid out: (C, H, W) as C maps of H × W, anything else as one strip.
 *
 * @param {readonly number[]} shape
 * @returns {Grid}
 */
export function grid(shape) {
  if (shape.length === 3) return { count: shape[0], rows: shape[1], columns: shape[2] };
  return { count: 1, rows: size(shape), columns: 1 };
}

/**
 * View a tensor as its feature maps, without copying.
 *
 * @param {Tensor} tensor
 * @returns {Float32Array[]}
 */
export function maps({ shape, values }) {
  const { count } = grid(shape);
  const length = values.length / count;
  return Array.from({ length: count }, (_, i) => values.subarray(i * length, (i + 1) * length));
}

/**
 * @param {Float32Array} values at least one
 * @returns {Range} the least and the greatest
 */
export function range(values) {
  let low = values[0];
  let high = values[0];
  for (const value of values) {
    if (value < low) low = value;
    else if (value > high) high = value;
  }
  return [low, high];
}

/**
 * Return the range that has 0 in its middle and holds every value.
 *
 * @param {Float32Array} values
 * @returns {Range}
 */
export function symmetric(values) {
  const [low, high] = range(values);
  const reach = Math.max(-low, high);
  return [-reach, reach];
}

/**
 * @param {Float32Array} values at least one
 * @returns {number} the index of the first of the greatest
 */
export function strongest(values) {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i] > values[best]) best = i;
  return best;
}

/**
 * Find the ranges of the colours of one layer's maps.
 *
 * @param {Tensor} activation
 * @param {"map" | "layer" | "network"} scale what shares a range
 * @param {Range} whole the network's
 * @returns {Range[]} one for each map
 */
export function colourRanges(activation, scale, whole) {
  const each = maps(activation);
  if (scale === "map") return each.map(range);
  const shared = scale === "layer" ? range(activation.values) : whole;
  return each.map(() => shared);
}

/**
 * @param {Iterable<Tensor>} tensors
 * @returns {Range} the least and the greatest number in any of them
 */
export function rangeOfAll(tensors) {
  const ranges = [...tensors].map(({ values }) => range(values));
  return [Math.min(...ranges.map(([low]) => low)), Math.max(...ranges.map(([, high]) => high))];
}

/**
 * @param {Float32Array} a
 * @param {Float32Array} b as long as a
 * @returns {number} the length of a − b over the mean of their lengths; 0 where both are zero
 */
export function relativeDistance(a, b) {
  let [apart, ofA, ofB] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    apart += (a[i] - b[i]) ** 2;
    ofA += a[i] ** 2;
    ofB += b[i] ** 2;
  }
  const mean = (Math.sqrt(ofA) + Math.sqrt(ofB)) / 2;
  return mean === 0 ? 0 : Math.sqrt(apart) / mean;
}

/**
 * @param {Tensor} a
 * @param {Tensor} b of the same shape
 * @returns {Tensor} a − b
 */
export function difference(a, b) {
  return { shape: a.shape, values: a.values.map((value, i) => value - b.values[i]) };
}
