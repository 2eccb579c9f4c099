import assert from "node:assert/strict";
import test from "node:test";
import { projective, receptive, unitOver, windowAt } from "../../static/js/regions.js";

/**
 * @typedef {import("../../static/js/regions.js").Layer} Layer
 * @typedef {import("../../static/js/regions.js").Regions} Regions
 */

const POINT = { kernel_size: [1, 1], stride: [1, 1], padding: [0, 0], dilation: [1, 1] };

/**
 * @param {string} kind
 * @param {Layer["reads"]} reads
 * @param {number[]} input_shape
 * @param {number[]} output_shape
 * @param {Record<string, unknown>} [hyperparameters]
 * @returns {Layer}
 */
function layer(kind, reads, input_shape, output_shape, hyperparameters = {}) {
  const numbers = { activation_size: 0, parameter_count: 0, multiply_adds: 0 };
  const shapes = { input_shape, output_shape, receptive_field: null };
  return {
    id: kind,
    label: kind,
    kind,
    hyperparameters,
    input_ids: [],
    reads,
    ...shapes,
    ...numbers,
  };
}

/** @param {...Layer} layers each reads the one before */
function chain(...layers) {
  return layers.map((each, i) => ({
    ...each,
    id: String(i),
    input_ids: i ? [String(i - 1)] : [],
  }));
}

const window = (/** @type {object} */ changed) => ({ ...POINT, ...changed });
const input = layer("input", POINT, [2, 8, 8], [2, 8, 8]);

/** @param {Regions} regions */
const plain = (regions) =>
  [...regions].map(([id, { channels, rows, columns }]) => [id, channels, rows, columns]);

test("a convolution reads all maps, and a window of each", () => {
  const reads = window({ kernel_size: [3, 3] });
  const layers = chain(input, layer("conv2d", reads, [2, 8, 8], [4, 6, 6], { groups: 1 }));
  assert.deepEqual(plain(receptive(layers, "1", [3, 2, 5])), [
    ["1", [3, 4], [2, 3], [5, 6]],
    ["0", [0, 2], [2, 5], [5, 8]],
  ]);
});

test("with groups, a filter reads its share of the maps and a map reaches its share of filters", () => {
  const layers = chain(input, layer("conv2d", POINT, [2, 8, 8], [4, 8, 8], { groups: 2 }));
  assert.deepEqual(receptive(layers, "1", [2, 0, 0]).get("0")?.channels, [1, 2]);
  assert.deepEqual(projective(layers, "0", [0, 0, 0]).get("1")?.channels, [0, 2]);
});

test("what lies in the padding is left out", () => {
  const reads = window({ kernel_size: [3, 3], padding: [1, 1] });
  const layers = chain(input, layer("conv2d", reads, [2, 8, 8], [1, 8, 8], { groups: 1 }));
  assert.deepEqual(receptive(layers, "1", [0, 0, 7]).get("0")?.rows, [0, 2]);
  assert.deepEqual(receptive(layers, "1", [0, 0, 7]).get("0")?.columns, [6, 8]);
  assert.deepEqual(projective(layers, "0", [0, 0, 7]).get("1")?.rows, [0, 2]);
});

test("a dilated window is taken with what is between its taps", () => {
  const reads = window({ kernel_size: [2, 2], dilation: [3, 3] });
  const layers = chain(input, layer("conv2d", reads, [2, 8, 8], [1, 5, 5], { groups: 1 }));
  assert.deepEqual(receptive(layers, "1", [0, 1, 1]).get("0")?.rows, [1, 5]);
});

test("a pixel that pooling drops reaches nothing", () => {
  const reads = window({ kernel_size: [3, 3], stride: [3, 3] });
  const layers = chain(input, layer("max_pool2d", reads, [2, 8, 8], [2, 2, 2]));
  assert.deepEqual(plain(projective(layers, "0", [1, 7, 7])), [["0", [1, 2], [7, 8], [7, 8]]]);
  assert.deepEqual(projective(layers, "0", [1, 5, 2]).get("1"), {
    channels: [1, 2],
    rows: [1, 2],
    columns: [0, 1],
  });
});

test("a unit of a flat layer came from one unit of a map, and all of them reach the next", () => {
  const layers = chain(
    input,
    layer("flatten", "all", [2, 8, 8], [128]),
    layer("linear", "all", [128], [10]),
  );
  assert.deepEqual(receptive(layers, "1", [64 + 8 + 3]).get("0"), {
    channels: [1, 2],
    rows: [1, 2],
    columns: [3, 4],
  });
  assert.deepEqual(receptive(layers, "2", [7]).get("0")?.rows, [0, 8]);
  assert.deepEqual(projective(layers, "0", [1, 1, 3]).get("1")?.channels, [75, 76]);
  assert.deepEqual(projective(layers, "0", [1, 1, 3]).get("2")?.channels, [0, 10]);
});

test("it ends where it is not known what a layer reads", () => {
  const layers = chain(input, layer("other", null, [2, 8, 8], [2, 8, 8]));
  assert.deepEqual([...receptive(layers, "1", [0, 0, 0]).keys()], ["1"]);
  assert.deepEqual([...projective(layers, "0", [0, 0, 0]).keys()], ["0"]);
});

test("a window lies where torch puts it, and a place is read by the unit above it", () => {
  const reads = window({ kernel_size: [5, 3], stride: [2, 1], padding: [2, 0] });
  const conv = layer("conv2d", reads, [2, 8, 8], [1, 4, 6], { groups: 1 });
  assert.deepEqual(windowAt(reads, 0, 2), [
    [-2, 3],
    [2, 5],
  ]);
  for (const [row, column] of [
    [0, 0],
    [2, 3],
    [3, 5],
  ]) {
    assert.deepEqual(unitOver(conv, reads, row * 2, column + 1), [row, column]);
  }
  assert.deepEqual(unitOver(conv, reads, 7, 7), [3, 5], "the nearest at the edge");
});
