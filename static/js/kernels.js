/**
 * The kernels that edges, and what is not an edge, are found with.
 *
 * All are laid on the picture as they stand (cross-correlation). Those for edges follow one sign:
 * positive where the picture goes from bright to dark, from left to right or from top to bottom.
 */

const VERTICAL = [
  [1, 0, -1],
  [1, 0, -1],
  [1, 0, -1],
];

/** I. Sobel and G. Feldman, "A 3 × 3 isotropic gradient operator for image processing", 1968. */
const SOBEL = [
  [1, 0, -1],
  [2, 0, -2],
  [1, 0, -1],
];

/**
 * H. Scharr, "Optimale Operatoren in der digitalen Bildverarbeitung", dissertation, Heidelberg,
 * 2000: the weights in whole numbers whose gradient turns with the picture most faithfully.
 */
const SCHARR = [
  [3, 0, -3],
  [10, 0, -10],
  [3, 0, -3],
];

/**
 * By name. Where a matrix stands for two sources, both name it.
 *
 * - `vertical`, `horizontal`: J. M. S. Prewitt, "Object enhancement and extraction", in *Picture
 *   Processing and Psychopictorics*, 1970, and so `prewitt_vertical` and `prewitt_horizontal`.
 * - `diagonal`, `antidiagonal`: the same, turned by 45 degrees on (Prewitt's compass); the zeros
 *   lie along the edge that is found. Positive where the picture is bright at the top.
 * - `laplacian`: the second differences down and across, added up (four neighbours).
 * - `sharpen`: the picture minus its Laplacian.
 * - `blur`: the mean of nine; `gaussian`: the binomial weights 1 2 1, down and across, which come
 *   nearest to a Gaussian in whole numbers.
 *
 * The last five are textbook kernels, for instance in R. C. Gonzalez and R. E. Woods, *Digital
 * Image Processing*, chapter 3.
 *
 * @satisfies {Record<string, readonly (readonly number[])[]>}
 */
export const KERNELS = {
  vertical: VERTICAL,
  horizontal: transpose(VERTICAL),
  diagonal: [
    [0, 1, 1],
    [-1, 0, 1],
    [-1, -1, 0],
  ],
  antidiagonal: [
    [1, 1, 0],
    [1, 0, -1],
    [0, -1, -1],
  ],
  sobel_vertical: SOBEL,
  sobel_horizontal: transpose(SOBEL),
  scharr_vertical: SCHARR,
  scharr_horizontal: transpose(SCHARR),
  prewitt_vertical: VERTICAL,
  prewitt_horizontal: transpose(VERTICAL),
  laplacian: [
    [0, 1, 0],
    [1, -4, 1],
    [0, 1, 0],
  ],
  blur: Array.from({ length: 3 }, () => [1 / 9, 1 / 9, 1 / 9]),
  gaussian: [1, 2, 1].map((down) => [1, 2, 1].map((across) => (down * across) / 16)),
  sharpen: [
    [0, -1, 0],
    [-1, 5, -1],
    [0, -1, 0],
  ],
  identity: [
    [0, 0, 0],
    [0, 1, 0],
    [0, 0, 0],
  ],
};

/** @typedef {keyof typeof KERNELS} KernelName */

/** @param {readonly (readonly number[])[]} rows */
function transpose(rows) {
  return rows[0].map((_, column) => rows.map((row) => row[column]));
}
