/**
 * A small image in colour, and filters to look at it with.
 */

import { KERNELS } from "../../kernels.js";

/** @typedef {readonly (readonly number[])[]} Rows */

/** Brightness of a pixel's light in red, green and blue: 0 is dark, 9 is bright. */
export const BRIGHTEST = 9;
export const CHANNELS = 3;
export const SIDE = 3;

// Red, green and blue of this image add up to the same 12: where they meet, only the colour changes.
const RED = [9, 1, 2];
const GREEN = [1, 9, 2];
const BLUE = [1, 2, 9];
const DARK = [1, 1, 1];
const PIXELS = [
  [RED, RED, GREEN, GREEN, DARK],
  [RED, RED, GREEN, GREEN, DARK],
  [RED, RED, GREEN, GREEN, DARK],
  [BLUE, BLUE, BLUE, BLUE, DARK],
  [BLUE, BLUE, BLUE, BLUE, DARK],
];

/** Three channels of 5 × 5. */
export const IMAGE = [0, 1, 2].map((channel) =>
  PIXELS.map((row) => row.map((pixel) => pixel[channel])),
);

/**
 * @param {Rows} kernel
 * @param {number} factor
 */
const times = (kernel, factor) => kernel.map((row) => row.map((weight) => weight * factor + 0));
const { vertical, horizontal, diagonal, laplacian, identity } = KERNELS;
const NONE = times(identity, 0);

/**
 * Each a kernel for red, one for green and one for blue; the names are keys of messages.
 *
 * @type {readonly {name: string, kernels: readonly Rows[]}[]}
 */
export const FILTERS = [
  { name: "vertical", kernels: [vertical, vertical, vertical] },
  { name: "vertical_red", kernels: [vertical, NONE, NONE] },
  { name: "red_green_edge", kernels: [vertical, times(vertical, -1), NONE] },
  { name: "brightness", kernels: [identity, identity, identity] },
  { name: "horizontal", kernels: [horizontal, horizontal, horizontal] },
  { name: "horizontal_blue", kernels: [NONE, NONE, horizontal] },
  { name: "red_green", kernels: [identity, times(identity, -1), NONE] },
  {
    name: "blue_yellow",
    kernels: [times(identity, -1), times(identity, -1), times(identity, 2)],
  },
  { name: "laplacian", kernels: [laplacian, laplacian, laplacian] },
  { name: "diagonal", kernels: [diagonal, diagonal, diagonal] },
];

/** All kernels in a row, a filter's three after those of the one before it. */
export const ALL = FILTERS.flatMap(({ kernels }) =>
  kernels.map((kernel) => kernel.map((row) => [...row])),
);

/**
 * @template T
 * @param {readonly T[]} kernels of all filters
 * @param {number} filter
 * @returns {T[]} its three
 */
export function kernelsOf(kernels, filter) {
  return kernels.slice(filter * CHANNELS, (filter + 1) * CHANNELS);
}
