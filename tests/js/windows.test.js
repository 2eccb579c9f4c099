import assert from "node:assert/strict";
import test from "node:test";
import { KERNELS } from "../../static/js/kernels.js";
import {
  convolve,
  convolveVolume,
  flip,
  maxima,
  outputSize,
  pad,
  pool,
  products,
  unread,
  usage,
} from "../../static/js/windows.js";

/** @typedef {import("../../static/js/windows.js").Pair} Pair */
/** @typedef {import("../../static/js/windows.js").Mode} Mode */

const LECTURE = [
  [7, 2, 3, 3, 8],
  [4, 5, 3, 8, 4],
  [3, 3, 2, 8, 4],
  [2, 8, 7, 2, 7],
  [5, 4, 4, 5, 4],
];
const POOLED = [
  [0, 0, 2, 4],
  [2, 2, 6, 8],
  [9, 3, 2, 2],
  [7, 5, 2, 2],
];
/** @type {readonly Mode[]} */
const MODES = ["zeros", "reflect", "replicate", "circular"];

/** @param {number} seed */
function generator(seed) {
  let state = seed;
  return (/** @type {number} */ limit) => {
    state = (state * 1664525 + 1013904223) % 2 ** 32;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

/**
 * @param {(limit: number) => number} random
 * @param {Pair} shape
 */
const matrix = (random, [rows, columns]) =>
  Array.from({ length: rows }, () => Array.from({ length: columns }, () => random(19) - 9));

/** @param {readonly (readonly number[])[]} rows */
const total = (rows) => rows.flat().reduce((sum, number) => sum + number, 0);

/** @param {number} seed */
function example(seed) {
  const random = generator(seed);
  const pair = (/** @type {number} */ least, /** @type {number} */ most) =>
    /** @type {Pair} */ ([least + random(most - least + 1), least + random(most - least + 1)]);
  const shape = pair(1, 9);
  return {
    shape,
    rows: matrix(random, shape),
    kernel: matrix(random, pair(1, 4)),
    options: {
      stride: pair(1, 3),
      padding: pair(0, 2),
      dilation: pair(1, 2),
      mode: MODES[random(MODES.length)],
    },
  };
}

const EXAMPLES = Array.from({ length: 300 }, (_, seed) => example(seed));

/** @param {ReturnType<typeof example>} example */
const outputShape = ({ shape, kernel, options: { stride, padding, dilation } }) =>
  [0, 1].map((axis) =>
    outputSize(shape[axis], [kernel.length, kernel[0].length][axis], {
      stride: stride[axis],
      padding: padding[axis],
      dilation: dilation[axis],
    }),
  );

test("the lecture's first window gives 6, product by product", () => {
  assert.deepEqual(products(LECTURE, KERNELS.vertical, [0, 0]), [
    [7, 0, -3],
    [4, 0, -3],
    [3, 0, -2],
  ]);
  assert.deepEqual(convolve(LECTURE, KERNELS.vertical), [
    [6, -9, -8],
    [-3, -2, -3],
    [-3, 0, -2],
  ]);
});

test("a step from bright to dark is 30 where the window crosses it, and −30 the other way", () => {
  const step = Array.from({ length: 6 }, () => [10, 10, 10, 0, 0, 0]);
  const found = Array.from({ length: 4 }, () => [0, 30, 30, 0]);
  assert.deepEqual(convolve(step, KERNELS.vertical), found);
  const back = step.map((row) => [...row].reverse());
  const negative = Array.from({ length: 4 }, () => [0, -30, -30, 0]);
  assert.deepEqual(convolve(back, KERNELS.vertical), negative);
});

test("the lecture's 4 × 4 pools to 1 5 / 6 2 on average, and to 2 8 / 9 2 at most", () => {
  /** @type {Pair} */
  const size = [2, 2];
  assert.deepEqual(pool(POOLED, { operation: "average", size }), [
    [1, 5],
    [6, 2],
  ]);
  assert.deepEqual(pool(POOLED, { operation: "max", size }), [
    [2, 8],
    [9, 2],
  ]);
  // Where two are as large, the first in row order.
  assert.deepEqual(maxima(POOLED, { size }), [
    [
      [1, 0],
      [1, 3],
    ],
    [
      [2, 0],
      [2, 2],
    ],
  ]);
});

test("the lecture's sizes come from one formula", () => {
  assert.equal(outputSize(6, 3), 4);
  assert.equal(outputSize(6, 3, { padding: 1 }), 6);
  assert.equal(outputSize(7, 3, { stride: 2 }), 3);
  assert.equal(outputSize(39, 3), 37);
  assert.equal(outputSize(37, 5, { stride: 2 }), 17);
  assert.equal(outputSize(17, 5, { stride: 2 }), 7);
  assert.equal(outputSize(32, 5), 28);
  assert.equal(outputSize(227, 11, { stride: 4 }), 55);
  assert.equal(outputSize(2, 3), 0);
});

test("padding is filled with zeros, or from the matrix in three ways", () => {
  const row = [[1, 2, 3]];
  const padded = (/** @type {Mode} */ mode) => pad(row, [0, 2], mode)[0].join(" ");
  assert.equal(padded("zeros"), "0 0 1 2 3 0 0");
  assert.equal(padded("reflect"), "3 2 1 2 3 2 1");
  assert.equal(padded("replicate"), "1 1 1 2 3 3 3");
  assert.equal(padded("circular"), "2 3 1 2 3 1 2");
  assert.equal(pad(row, [0, 4], "reflect")[0].join(" "), "1 2 3 2 1 2 3 2 1 2 3");
  assert.deepEqual(pad([[5]], [1, 0], "reflect"), [[5], [5], [5]]);
});

test("the output has as many rows and columns as windows fit", () => {
  for (const each of EXAMPLES) {
    const [rows, columns] = outputShape(each);
    const output = convolve(each.rows, each.kernel, each.options);
    assert.equal(output.length, columns ? rows : 0);
    for (const row of output) assert.equal(row.length, columns);
  }
});

test("usage adds up to the windows times the kernel's numbers, less those that read zeros", () => {
  for (const { shape, rows, kernel, options } of EXAMPLES) {
    const ones = kernel.map((row) => row.map(() => 1));
    const lit = rows.map((row) => row.map(() => 1));
    const read = usage(shape, [kernel.length, kernel[0].length], options);
    assert.deepEqual([read.length, read[0].length], shape);
    // A kernel of ones counts what its windows read of a picture of ones.
    assert.equal(total(read), total(convolve(lit, ones, options)));
    if (options.mode !== "zeros") {
      const windows = convolve(rows, kernel, options).flat().length;
      assert.equal(total(read), windows * kernel.length * kernel[0].length);
    }
  }
});

test("usage is the gradient of the sum of a map made by ones: each cell by itself", () => {
  for (const { shape, kernel, options } of EXAMPLES.slice(0, 60)) {
    const ones = kernel.map((row) => row.map(() => 1));
    const read = usage(shape, [kernel.length, kernel[0].length], options);
    for (const [r, row] of read.entries()) {
      for (const [c, times] of row.entries()) {
        const lit = read.map((cells, i) => cells.map((_, j) => (i === r && j === c ? 1 : 0)));
        assert.equal(total(convolve(lit, ones, options)), times);
      }
    }
  }
});

test("a corner is read once, the centre nine times", () => {
  const read = usage([5, 5], [3, 3]);
  assert.equal(read[0][0], 1);
  assert.equal(read[2][2], 9);
});

test("what is not read can be cut off without changing the output", () => {
  for (const { shape, rows, kernel, options } of EXAMPLES) {
    const { stride, padding, dilation, mode } = options;
    const dropped = unread(shape, [kernel.length, kernel[0].length], options);
    const output = convolve(rows, kernel, options);
    if (!output.length) continue;
    assert.ok(dropped.rows < stride[0] && dropped.columns < stride[1]);
    const padded = pad(rows, padding, mode);
    const cut = padded
      .slice(0, padded.length - dropped.rows)
      .map((row) => row.slice(0, row.length - dropped.columns));
    assert.deepEqual(convolve(cut, kernel, { stride, dilation }), output);
    assert.deepEqual(
      unread([cut.length, cut[0].length], [kernel.length, kernel[0].length], { stride, dilation }),
      { rows: 0, columns: 0 },
    );
  }
  assert.deepEqual(unread([7, 8], [3, 3], { stride: [2, 2] }), { rows: 0, columns: 1 });
  assert.deepEqual(unread([2, 5], [3, 3]), { rows: 2, columns: 0 });
});

test("each number is the sum of its window's products", () => {
  for (const { rows, kernel, options } of EXAMPLES) {
    const padded = pad(rows, options.padding, options.mode);
    for (const [r, row] of convolve(rows, kernel, options).entries()) {
      for (const [c, number] of row.entries()) {
        const at = /** @type {Pair} */ ([r * options.stride[0], c * options.stride[1]]);
        assert.equal(total(products(padded, kernel, at, options.dilation)), number);
      }
    }
  }
});

test("turning the kernel twice is not turning it, and turning it is the other operation", () => {
  for (const { rows, kernel, options } of EXAMPLES) {
    assert.deepEqual(flip(flip(kernel)), kernel);
    const convolution = convolve(rows, kernel, { ...options, flip: true });
    assert.deepEqual(convolution, convolve(rows, flip(kernel), options));
  }
});

test("a volume's map is its channels' maps added up, and the bias once", () => {
  const random = generator(5);
  const channels = [0, 1, 2].map(() => matrix(random, [5, 6]));
  const filter = [0, 1, 2].map(() => matrix(random, [3, 3]));
  const maps = channels.map((rows, i) => convolve(rows, filter[i]));
  const together = maps[0].map((row, r) =>
    row.map((_, c) => maps[0][r][c] + maps[1][r][c] + maps[2][r][c] + 10),
  );
  assert.deepEqual(convolveVolume(channels, filter, { bias: 10 }), together);
  assert.deepEqual(convolveVolume([[[1]]], [[[1, 2]]]), []);
});

test("padding is never a maximum, and counts as zeros in an average", () => {
  /** @type {Omit<import("../../static/js/windows.js").Pooling, "operation">} */
  const windows = { size: [2, 2], padding: [1, 1] };
  const rows = [
    [-4, -8],
    [-8, -4],
  ];
  assert.deepEqual(pool(rows, { operation: "max", ...windows }), rows);
  assert.deepEqual(pool(rows, { operation: "average", ...windows }), [
    [-1, -2],
    [-2, -1],
  ]);
  assert.deepEqual(maxima(rows, windows)[1][0], [1, 0]);
});

test("pools overlap when their stride is smaller, and none fits in too little", () => {
  assert.deepEqual(pool(POOLED, { operation: "max", size: [3, 3], stride: [1, 1] }), [
    [9, 8],
    [9, 8],
  ]);
  assert.deepEqual(pool([[1]], { operation: "max", size: [2, 2] }), []);
});
