/**
 * What turning by 180 degrees does to a kernel: each weight changes places with its opposite.
 *
 * @typedef {readonly (readonly number[])[]} Rows
 * @typedef {"free" | "symmetric" | "antisymmetric"} Bond how opposite weights go together: not at
 *   all, equal, or with their signs changed
 */

import { flip } from "../../windows.js";

/** @type {readonly Bond[]} */
export const BONDS = ["free", "symmetric", "antisymmetric"];

/**
 * Make the later of two opposite weights follow the earlier one.
 *
 * @param {Rows} kernel
 * @param {Bond} bond
 * @returns {number[][]}
 */
export function bound(kernel, bond) {
  if (bond === "free") return kernel.map((row) => [...row]);
  const sign = bond === "symmetric" ? 1 : -1;
  const turned = flip(kernel);
  const columns = kernel[0].length;
  const last = kernel.length * columns - 1;
  return kernel.map((row, r) =>
    row.map((weight, c) => {
      const place = r * columns + c;
      if (2 * place < last) return weight;
      if (2 * place > last) return sign * turned[r][c] + 0;
      return bond === "symmetric" ? weight : 0;
    }),
  );
}

/**
 * @param {Rows} kernel
 * @returns {"zero" | Bond}
 */
export function bondOf(kernel) {
  const pairs = flip(kernel).flatMap((row, r) => row.map((other, c) => [kernel[r][c], other]));
  if (pairs.every(([weight]) => weight === 0)) return "zero";
  if (pairs.every(([weight, other]) => weight === other)) return "symmetric";
  if (pairs.every(([weight, other]) => weight === -other)) return "antisymmetric";
  return "free";
}
