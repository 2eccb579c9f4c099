/**
 * How often each cell of the input is read: a heat map, and what it says of corners and centre.
 *
 * @typedef {readonly [number, number]} Pair
 * @typedef {import("../../windows.js").Mode} Mode
 *
 * @typedef {object} Layer
 * @property {number} kernel its side
 * @property {Pair} padding
 * @property {Mode} fill
 */

import { make, on, write } from "../../dom.js";
import { figure, matrix } from "../../lab.js";
import { say } from "../../messages.js";
import { number } from "../../text.js";
import { convolve, usage } from "../../windows.js";
import { sizesThrough } from "./amount.js";

/** The side of the input. */
export const SIDE = 5;
const MIDDLE = (SIDE - 1) / 2;
/** The side of LeNet-5's input, for what becomes of a picture layer after layer. */
const PICTURE = 32;
const LAYERS = 6;

/**
 * @param {Pair} cell
 * @returns {number[][]} 1 in the cell, else 0
 */
export function only([row, column]) {
  return Array.from({ length: SIDE }, (_, r) =>
    Array.from({ length: SIDE }, (_, c) => Number(r === row && c === column)),
  );
}

/**
 * @param {Pair} cell
 * @param {number} kernel
 * @param {{padding: Pair, mode: Mode}} options
 * @returns {number[][]} for each unit of the output how often it reads the cell, in its padding too
 */
export function readersOf(cell, kernel, options) {
  const ones = Array.from({ length: kernel }, () => Array(kernel).fill(1));
  return convolve(only(cell), ones, options);
}

/**
 * @param {(cell: [row: number, column: number]) => void} chosen
 * @returns {{element: HTMLElement, show: (layer: Layer & {cell: Pair}) => void}}
 */
export function useOfCells(chosen) {
  const used = matrix(".usage", { chooses: true, scale: "sequential" });
  on(used, "number-matrix:choose", (/** @type {import("../../lab.js").Cell} */ cell) =>
    chosen([cell.row, cell.column]),
  );
  const tally = make("dl");
  const readers = make("p", { role: "status" });
  const layers = make("p");
  const told = make("div", { class: "told-of-use" }, tally, readers, layers);
  return {
    element: make("div", { class: "used" }, figure(".usage", used), told),
    show: ({ kernel, padding, fill, cell }) => {
      const options = { padding, mode: fill };
      const counts = usage([SIDE, SIDE], [kernel, kernel], options);
      used.shows = { rows: counts, range: [0, Math.max(1, ...counts.flat())], mark: cell };
      const places = {
        corner: counts[0][0],
        edge: counts[0][MIDDLE],
        centre: counts[MIDDLE][MIDDLE],
      };
      tally.replaceChildren(
        ...Object.entries(places).map(([name, times]) =>
          make("div", {}, make("dt", {}, say(`.${name}`)), make("dd", {}, number(times))),
        ),
      );
      const [r, c] = cell;
      const down = usage([SIDE, 1], [kernel, 1], { padding: [padding[0], 0], mode: fill })[r][0];
      const across = usage([1, SIDE], [1, kernel], { padding: [0, padding[1]], mode: fill })[0][c];
      const n = counts[r][c];
      const key = n ? ".readers" : ".nobody";
      write(readers, say(key, { row: r, column: c, down, across, n }));
      const sizes = sizesThrough(PICTURE, kernel, padding, LAYERS).map(sizeText);
      write(layers, say(".layers", { sizes: sizes.join(" → ") }));
    },
  };
}

/** @param {Pair} size */
function sizeText(size) {
  return size.map(number).join("\u00a0×\u00a0");
}
