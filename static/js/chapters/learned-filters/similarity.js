/**
 * How alike a filter of 5 × 5 and a kernel of 3 × 3 are.
 *
 * The kernel is laid on each of the nine places where it fits in the filter, with zeros around
 * it; the cosine of the angle between the two, taken as 25 numbers, is their similarity there,
 * and the place where its size is largest counts. So weights outside the kernel count against
 * it, and −1 is the same kernel with all its signs turned. Its square is the share of the
 * filter's energy (the sum of its squares) that a multiple of the kernel explains.
 *
 * @typedef {readonly (readonly number[])[]} Rows
 *
 * @typedef {object} Match
 * @property {import("../../kernels.js").KernelName} name
 * @property {number} cosine -1 to 1
 * @property {readonly [row: number, column: number]} at where the kernel lies
 * @property {number} product of the two there
 * @property {readonly [filter: number, kernel: number]} lengths
 */

import { NAMES } from "../../elements/kernel-picker.js";
import { KERNELS } from "../../kernels.js";

/**
 * @param {Rows} filter
 * @returns {Match[]} one for each kernel, the most alike first
 */
export function matches(filter) {
  return NAMES.map((name) => match(filter, name)).sort(
    (a, b) => Math.abs(b.cosine) - Math.abs(a.cosine),
  );
}

/**
 * @param {Rows} filter
 * @param {import("../../kernels.js").KernelName} name
 * @returns {Match}
 */
function match(filter, name) {
  const kernel = KERNELS[name];
  const lengths = /** @type {const} */ ([
    Math.hypot(...filter.flat()),
    Math.hypot(...kernel.flat()),
  ]);
  const [rows, columns] = [filter.length, filter[0].length].map((side) => side - kernel.length + 1);
  /** @type {Match | null} */
  let best = null;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const product = kernel
        .flatMap((weights, r) => weights.map((weight, c) => weight * filter[row + r][column + c]))
        .reduce((sum, part) => sum + part, 0);
      const cosine = product / (lengths[0] * lengths[1] || 1);
      if (best && Math.abs(cosine) <= Math.abs(best.cosine)) continue;
      best = { name, cosine, at: [row, column], product, lengths };
    }
  }
  return /** @type {Match} */ (best);
}
