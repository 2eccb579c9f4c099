/**
 * Which layers stand together: filters, and the maps that come of them.
 *
 * @typedef {import("../api.js").Layer} Layer
 *
 * @typedef {object} Group
 * @property {Layer | null} learned the layer with the filters; null for maps before any
 * @property {readonly Layer[]} maps the layers that show what they find, map under map
 */

/**
 * @param {readonly Layer[]} layers of a model, the input first
 * @returns {{groups: readonly Group[], flat: readonly Layer[]}} and those that have no maps, but
 *   for the shares of one at the end
 */
export function arrange([, ...layers]) {
  /** @type {{learned: Layer | null, maps: Layer[]}[]} */
  const groups = [];
  for (const layer of layers.filter(({ output_shape }) => output_shape.length === 3)) {
    const learned = layer.parameter_count > 0 ? layer : null;
    if (learned || !groups.length) groups.push({ learned, maps: [] });
    groups[groups.length - 1].maps.push(layer);
  }
  const flat = layers.filter(
    ({ kind, output_shape }) => output_shape.length !== 3 && kind !== "softmax",
  );
  return { groups, flat };
}
