/**
 * Places in the network: the whole of it, a layer, a feature map, a unit; and how to get from
 * one to the next.
 *
 * @typedef {import("./schema.d.ts").components["schemas"]["Layer"]} Layer
 * @typedef {import("./store.js").Place} Place
 * @typedef {"overview" | "layer" | "map" | "unit"} Level
 *
 * @typedef {object} Crumb
 * @property {string} text
 * @property {Place} place
 */

/** @type {Place} */
export const OVERVIEW = { layer: null, index: [] };

/**
 * @param {Place} place
 * @param {readonly Layer[]} layers
 * @returns {Level}
 */
export function levelOf({ layer, index }, layers) {
  const found = layers.find(({ id }) => id === layer);
  if (!found) return "overview";
  if (!index.length) return "layer";
  return index.length < found.output_shape.length ? "map" : "unit";
}

/**
 * @param {Place} place from anywhere, a link for instance
 * @param {readonly Layer[]} layers
 * @returns {Place} the same if it exists, else the nearest above it that does
 */
export function existing(place, layers) {
  const layer = layers.find(({ id }) => id === place.layer);
  if (!layer) return OVERVIEW;
  const { output_shape: shape } = layer;
  const fits =
    (place.index.length < 2 || place.index.length === shape.length) &&
    place.index.every((position, axis) => position < shape[axis]);
  return fits ? place : { layer: layer.id, index: [] };
}

/** @param {Place} place */
export function above({ layer, index }) {
  if (!index.length) return OVERVIEW;
  return { layer, index: index.length === 3 ? index.slice(0, 1) : [] };
}

/**
 * @param {Place} one
 * @param {Place} other
 */
export function isSame(one, other) {
  return one.layer === other.layer && one.index.join() === other.index.join();
}

/**
 * @param {Place} place
 * @param {readonly Layer[]} layers
 * @param {string} title the model's
 * @param {readonly string[]} labels the layers' own, told apart
 * @returns {Crumb[]} from the whole network down to the place
 */
export function crumbs(place, layers, title, labels) {
  const i = layers.findIndex(({ id }) => id === place.layer);
  const found = [{ text: title, place: OVERVIEW }];
  if (i < 0) return found;
  found.push({ text: labels[i], place: { layer: place.layer, index: [] } });
  const [channel, row, column] = place.index;
  if (channel === undefined) return found;
  const flat = layers[i].output_shape.length === 1;
  const own = { layer: place.layer, index: [channel] };
  found.push({ text: `${flat ? "unit" : "map"} ${channel}`, place: own });
  if (row !== undefined) found.push({ text: `row ${row}, column ${column}`, place });
  return found;
}

/**
 * @param {Place} place
 * @param {readonly Layer[]} layers
 * @param {number} step −1 for the one before, 1 for the one after
 * @returns {Place | null} on the same level; null at either end
 */
export function neighbour({ layer, index }, layers, step) {
  const i = layers.findIndex(({ id }) => id === layer);
  if (!index.length) return layers[i + step] ? { layer: layers[i + step].id, index } : null;
  const shape = layers[i].output_shape;
  if (index.length === 1) {
    const next = index[0] + step;
    return next >= 0 && next < shape[0] ? { layer, index: [next] } : null;
  }
  const [channel, row, column] = index;
  const place = row * shape[2] + column + step;
  if (place < 0 || place >= shape[1] * shape[2]) return null;
  return { layer, index: [channel, Math.floor(place / shape[2]), place % shape[2]] };
}

/**
 * Tell layers of the same label apart, as a person would who counts them.
 *
 * @param {readonly Layer[]} layers
 * @returns {string[]}
 */
export function distinctLabels(layers) {
  return layers.map(({ label }, i) => {
    const alike = layers.filter((other) => other.label === label).length;
    const before = layers.slice(0, i).filter((other) => other.label === label).length;
    return alike > 1 ? `${label} ${before + 1}` : label;
  });
}
