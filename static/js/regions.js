/**
 * Which units a unit depends on, and which depend on it, through all layers: pure geometry, so
 * that pointing at something costs no request. It mirrors app/inspection/region.py, and a test
 * holds it to the API's answers.
 *
 * @typedef {import("./schema.d.ts").components["schemas"]["Layer"]} Layer
 * @typedef {readonly [start: number, stop: number]} Span positions from start to before stop
 *
 * @typedef {object} Region a block of units
 * @property {Span} channels
 * @property {Span | null} rows none in a flat layer
 * @property {Span | null} columns
 *
 * @typedef {ReadonlyMap<string, Region>} Regions by layer id
 *
 * @typedef {object} SlidingWindow
 * @property {readonly number[]} kernel_size of rows and columns, as all of them
 * @property {readonly number[]} stride
 * @property {readonly number[]} padding
 * @property {readonly number[]} dilation
 */

/**
 * @param {readonly number[]} index channel, row and column, or channel alone
 * @returns {Region}
 */
export function unitRegion([channel, row, column]) {
  const one = (/** @type {number | undefined} */ at) =>
    at === undefined ? null : /** @type {Span} */ ([at, at + 1]);
  return { channels: [channel, channel + 1], rows: one(row), columns: one(column) };
}

/**
 * Follow a unit back to the input: what it depends on in each earlier layer, itself included.
 *
 * @param {readonly Layer[]} layers in order
 * @param {string} layerId
 * @param {readonly number[]} index
 * @returns {Regions} it ends early where it is not known what a layer reads
 */
export function receptive(layers, layerId, index) {
  const place = layers.findIndex(({ id }) => id === layerId);
  /** @type {Map<string, Region>} */
  const regions = new Map();
  /** @type {Region | null} */
  let region = unitRegion(index);
  for (const layer of layers.slice(0, place + 1).reverse()) {
    if (!region || isEmpty(region)) break;
    regions.set(layer.id, region);
    region = layer.input_ids.length ? read(layer, region) : null;
  }
  return regions;
}

/**
 * Follow a unit to the output: what depends on it in each later layer, itself included.
 *
 * @param {readonly Layer[]} layers in order
 * @param {string} layerId
 * @param {readonly number[]} index
 * @returns {Regions}
 */
export function projective(layers, layerId, index) {
  const place = layers.findIndex(({ id }) => id === layerId);
  /** @type {Region | null} */
  let region = unitRegion(index);
  const regions = new Map([[layerId, region]]);
  for (const layer of layers.slice(place + 1)) {
    region = reached(layer, region);
    if (!region || isEmpty(region)) break;
    regions.set(layer.id, region);
  }
  return regions;
}

/**
 * The window that one unit reads, as it lies: what is outside the layer before is padding.
 *
 * @param {SlidingWindow} window
 * @param {number} row
 * @param {number} column
 * @returns {[rows: Span, columns: Span]}
 */
export function windowAt(window, row, column) {
  return [hull(window, 0, [row, row + 1]), hull(window, 1, [column, column + 1])];
}

/**
 * The unit whose window has a place of the layer before in its middle, or nearest to it.
 *
 * @param {Layer} layer with maps
 * @param {SlidingWindow} window
 * @param {number} row of the layer before
 * @param {number} column
 * @returns {[row: number, column: number]}
 */
export function unitOver(layer, window, row, column) {
  const along = (/** @type {number} */ place, /** @type {number} */ axis) => {
    const middle = ((window.kernel_size[axis] - 1) * window.dilation[axis]) / 2;
    const unit = Math.round((place + window.padding[axis] - middle) / window.stride[axis]);
    return Math.max(0, Math.min(layer.output_shape[axis + 1] - 1, unit));
  };
  return [along(row, 0), along(column, 1)];
}

/**
 * @param {Layer} layer
 * @returns {SlidingWindow | null} null where no window slides over maps
 */
export function slidingWindow({ reads }) {
  return typeof reads === "object" ? reads : null;
}

/**
 * @param {Layer} layer
 * @param {Region} region of it
 * @returns {Region | null} what that reads of the layer before
 */
function read(layer, region) {
  const window = slidingWindow(layer);
  if (window) {
    const [inputs, outputs] = groups(layer);
    const channels = share(region.channels, inputs, outputs);
    return slide(layer.input_shape, region, channels, (axis, span) => hull(window, axis, span));
  }
  if (layer.kind === "flatten") return unflattened(region.channels, layer.input_shape);
  return layer.reads === "all" ? all(layer, layer.input_shape, region) : null;
}

/**
 * @param {Layer} layer
 * @param {Region} region of the layer before
 * @returns {Region | null} what reads from it
 */
function reached(layer, region) {
  const window = slidingWindow(layer);
  if (window) {
    const [inputs, outputs] = groups(layer);
    const channels = share(region.channels, outputs, inputs);
    return slide(layer.output_shape, region, channels, (axis, span) => readers(window, axis, span));
  }
  if (layer.kind === "flatten") {
    const spans = [region.channels, region.rows, region.columns].filter((span) => span !== null);
    const first = ravel(
      spans.map(([start]) => start),
      layer.input_shape,
    );
    const last = ravel(
      spans.map(([, stop]) => stop - 1),
      layer.input_shape,
    );
    return { channels: [first, last + 1], rows: null, columns: null };
  }
  return layer.reads === "all" ? all(layer, layer.output_shape, region) : null;
}

/**
 * @param {readonly number[]} shape of the layer that is come to
 * @param {Region} region
 * @param {Span} channels
 * @param {(axis: number, span: Span) => Span} move
 * @returns {Region}
 */
function slide(shape, { rows, columns }, channels, move) {
  if (!rows || !columns) return { channels, rows: null, columns: null };
  const [down, across] = [rows, columns].map((span, axis) =>
    clip(move(axis, span), shape[axis + 1]),
  );
  return { channels, rows: down, columns: across };
}

/**
 * @param {Layer} layer
 * @returns {[inputs: number, outputs: number]} how many channels belong together
 */
function groups({ kind, hyperparameters, input_shape, output_shape }) {
  if (kind === "softmax") return [input_shape[0], output_shape[0]];
  if (kind !== "conv2d") return [1, 1];
  const count = Number(hyperparameters.groups);
  return [input_shape[0] / count, output_shape[0] / count];
}

/**
 * @param {Span} channels
 * @param {number} wanted channels of a group where we go
 * @param {number} given channels of a group where we are
 * @returns {Span} all of the groups that the channels lie in
 */
function share([start, stop], wanted, given) {
  return [Math.floor(start / given) * wanted, (Math.floor((stop - 1) / given) + 1) * wanted];
}

/**
 * @param {SlidingWindow} window
 * @param {number} axis 0 for rows, 1 for columns
 * @param {Span} span
 * @returns {Span} from the first to the last place that is read
 */
function hull(window, axis, [start, stop]) {
  const [stride, padding] = [window.stride[axis], window.padding[axis]];
  const reach = (window.kernel_size[axis] - 1) * window.dilation[axis];
  return [start * stride - padding, (stop - 1) * stride - padding + reach + 1];
}

/**
 * @param {SlidingWindow} window
 * @param {number} axis
 * @param {Span} span of the layer before
 * @returns {Span} the units that read it
 */
function readers(window, axis, [start, stop]) {
  const [stride, padding] = [window.stride[axis], window.padding[axis]];
  const reach = (window.kernel_size[axis] - 1) * window.dilation[axis];
  const first = Math.ceil((start + padding - reach) / stride);
  return [first, Math.floor((stop - 1 + padding) / stride) + 1];
}

/**
 * @param {Span} span
 * @param {number} size
 * @returns {Span}
 */
function clip([start, stop], size) {
  return [Math.max(start, 0), Math.min(stop, size)];
}

/**
 * @param {Span} channels of a flattened layer
 * @param {readonly number[]} shape of the layer before
 * @returns {Region} the hull of where they came from
 */
function unflattened([from, to], shape) {
  let [start, last] = [from, to - 1];
  /** @type {Span[]} */
  const spans = [];
  for (const size of [...shape].reverse()) {
    // Once a span runs over the end of a row it covers, with its hull, all of the row.
    const whole = Math.floor(start / size) !== Math.floor(last / size);
    spans.unshift(whole ? [0, size] : [start % size, (last % size) + 1]);
    [start, last] = [Math.floor(start / size), Math.floor(last / size)];
  }
  const [first, rows = null, columns = null] = spans;
  return { channels: first, rows, columns };
}

/**
 * @param {readonly number[]} index
 * @param {readonly number[]} shape
 */
function ravel(index, shape) {
  return index.reduce((place, position, axis) => place * shape[axis] + position, 0);
}

/**
 * @param {Layer} layer
 * @param {readonly number[]} shape
 * @param {Region} region
 * @returns {Region | null} all of a layer; of a pooling, all of the maps that the region is in
 */
function all(layer, shape, region) {
  if (shape.length > 3) return null;
  const [channels, rows = null, columns = null] = shape.map(
    (size) => /** @type {Span} */ ([0, size]),
  );
  const own = layer.kind === "adaptive_avg_pool2d" ? region.channels : channels;
  return { channels: own, rows, columns };
}

/** @param {Region} region */
function isEmpty({ channels, rows, columns }) {
  return [channels, rows, columns].some((span) => span && span[1] <= span[0]);
}
