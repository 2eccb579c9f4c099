import assert from "node:assert/strict";
import test from "node:test";
import { KERNELS } from "../../static/js/kernels.js";
import { convolve } from "../../static/js/windows.js";

/** @param {(row: number, column: number) => boolean} isBright */
const picture = (isBright) =>
  Array.from({ length: 3 }, (_, r) =>
    Array.from({ length: 3 }, (_, c) => (isBright(r, c) ? 10 : 0)),
  );

/**
 * @param {string} name
 * @param {number[][]} rows
 */
const answer = (name, rows) => convolve(rows, KERNELS[/** @type {"blur"} */ (name)])[0][0];

/** @type {Record<string, number[][]>} */
const STEPS = {
  vertical: picture((_, column) => column < 1),
  horizontal: picture((row) => row < 1),
  diagonal: picture((row, column) => column > row),
  antidiagonal: picture((row, column) => row + column < 2),
};

test("every edge kernel is strongest, and positive, on its own edge from bright to dark", () => {
  for (const name of Object.keys(KERNELS)) {
    const edge = name.split("_").at(-1) ?? "";
    if (!STEPS[edge]) continue;
    const found = Object.entries(STEPS).map(([of, rows]) => [of, answer(name, rows)]);
    const [best] = found.sort(([, a], [, b]) => Number(b) - Number(a))[0];
    assert.equal(best, edge, name);
    assert.ok(answer(name, STEPS[edge]) > 0, name);
  }
});

test("edge kernels leave an even surface at nothing, the others leave it as it is", () => {
  const even = picture(() => true);
  for (const name of Object.keys(KERNELS)) {
    const kept = ["blur", "gaussian", "sharpen", "identity"].includes(name);
    assert.ok(Math.abs(answer(name, even) - (kept ? 10 : 0)) < 1e-12, name);
  }
});

test("vertical is the lecture's 1 0 −1, and sharpening takes the Laplacian away", () => {
  assert.deepEqual(KERNELS.vertical, Array(3).fill([1, 0, -1]));
  const sharpened = KERNELS.identity.map((row, r) =>
    row.map((number, c) => number - KERNELS.laplacian[r][c]),
  );
  assert.deepEqual(KERNELS.sharpen, sharpened);
});
