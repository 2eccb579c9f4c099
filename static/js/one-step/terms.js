/**
 * The terms of the sum behind one number's gradient, as the API gives them.
 *
 * @typedef {import("../api.js").Schemas["ParameterGradient"]} ParameterGradient
 *
 * @typedef {object} Terms of one layer
 * @property {string} source the layer that was read
 * @property {readonly [rows: number, columns: number]} size one row where there are no maps
 * @property {readonly number[]} upstream the gradient at each unit
 * @property {readonly number[] | null} inputs what the weight was multiplied by; none of a bias
 * @property {readonly number[]} products
 * @property {{channel: number, rows: readonly [number, number], columns: readonly [number, number]} | null} window
 *   what is read of the source's map, from and to; null where no map is read
 * @property {number} total all products together, added up here
 */

/**
 * @param {ParameterGradient} answer
 * @returns {Terms} of its first layer: a parameter that several share is rare
 */
export function termsOf({ terms: [part] }) {
  const { source_id, upstream, inputs, products, window } = part;
  const maps = Array.isArray(upstream[0]);
  const rows = maps ? /** @type {number[][][]} */ (upstream)[0] : [upstream];
  const flat = (/** @type {unknown} */ patch) =>
    /** @type {number[]} */ (/** @type {any[]} */ (patch).flat(2));
  const every = flat(products);
  return {
    source: source_id,
    size: [rows.length, rows[0].length],
    upstream: flat(upstream),
    inputs: inputs && flat(inputs),
    products: every,
    window:
      window?.rows && window.columns
        ? { channel: window.channels[0], rows: ends(window.rows), columns: ends(window.columns) }
        : null,
    total: every.reduce((sum, product) => sum + product, 0),
  };
}

/**
 * @param {readonly number[]} values
 * @param {number} count
 * @returns {number[]} the places of the largest, their sign set aside, the largest first
 */
export function largest(values, count) {
  return [...values.keys()]
    .sort((a, b) => Math.abs(values[b]) - Math.abs(values[a]))
    .slice(0, count);
}

/**
 * @param {readonly number[]} places that follow each other
 * @returns {[number, number]} from and to
 */
function ends(places) {
  return [places[0], places[places.length - 1] + 1];
}
