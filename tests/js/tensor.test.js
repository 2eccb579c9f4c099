import assert from "node:assert/strict";
import test from "node:test";
import {
  colourRanges,
  decode,
  difference,
  grid,
  maps,
  range,
  rangeOfAll,
  relativeDistance,
  strongest,
  symmetric,
} from "../../static/js/tensor.js";

/** @param {number[]} numbers */
const base64 = (numbers) => Buffer.from(new Float32Array(numbers).buffer).toString("base64");

test("base64 of little-endian float32 becomes the numbers it was made from", () => {
  const bytes = Buffer.alloc(8);
  bytes.writeFloatLE(-1.5, 0);
  bytes.writeFloatLE(3.25, 4);
  const tensor = decode({ shape: [2], data: bytes.toString("base64") });
  assert.deepEqual([...tensor.values], [-1.5, 3.25]);
});

test("an array that does not fill its shape is refused", () => {
  assert.throws(() => decode({ shape: [3], data: base64([1, 2]) }), /\[3\] has 2 values/);
});

test("channels-first shapes are maps and everything else is one strip", () => {
  assert.deepEqual(grid([6, 28, 14]), { count: 6, rows: 28, columns: 14 });
  assert.deepEqual(grid([120]), { count: 1, rows: 120, columns: 1 });
  assert.deepEqual(grid([2, 3]), { count: 1, rows: 6, columns: 1 });
});

test("maps are views of the tensor's numbers, channel after channel", () => {
  const values = Float32Array.from({ length: 12 }, (_, i) => i);
  const [first, second] = maps({ shape: [2, 2, 3], values });
  assert.deepEqual([...first], [0, 1, 2, 3, 4, 5]);
  assert.equal(second.buffer, values.buffer);
  assert.equal(second[0], 6);
});

test("the range holds the least and the greatest, wherever they are", () => {
  assert.deepEqual(range(Float32Array.of(3, -2, 5, 0)), [-2, 5]);
  assert.deepEqual(range(Float32Array.of(7)), [7, 7]);
});

test("the symmetric range has zero in its middle and leaves nothing out", () => {
  assert.deepEqual(symmetric(Float32Array.of(-0.5, 0.25)), [-0.5, 0.5]);
  assert.deepEqual(symmetric(Float32Array.of(1, 2)), [-2, 2]);
});

test("the strongest is the first of the greatest", () => {
  assert.equal(strongest(Float32Array.of(1, 4, 2, 4)), 1);
});

/** @param {...number} numbers */
const tensor = (...numbers) => ({ shape: [2, 1, 2], values: Float32Array.of(...numbers) });

test("colours span a map, a layer or the network", () => {
  const activation = tensor(0, 1, -2, 5);
  const whole = rangeOfAll([activation, tensor(9, 0, 0, 0), tensor(0, -7, 0, 0)]);
  assert.deepEqual(whole, [-7, 9]);
  assert.deepEqual(colourRanges(activation, "map", whole), [
    [0, 1],
    [-2, 5],
  ]);
  assert.deepEqual(colourRanges(activation, "layer", whole), [
    [-2, 5],
    [-2, 5],
  ]);
  assert.deepEqual(colourRanges(activation, "network", whole), [whole, whole]);
});

test("the relative distance is the length of the difference over the mean length", () => {
  const of = (/** @type {number[]} */ a, /** @type {number[]} */ b) =>
    relativeDistance(Float32Array.from(a), Float32Array.from(b));
  assert.equal(of([3, 4], [3, 4]), 0);
  assert.equal(of([3, 4], [-3, -4]), 2);
  assert.equal(of([0, 0], [0, 0]), 0);
  assert.equal(of([3, 0], [0, 4]), 5 / 3.5);
});

test("a difference has the shape and the differences of its numbers", () => {
  const { shape, values } = difference(tensor(1, 2, 3, 4), tensor(4, 4, 4, 4));
  assert.deepEqual(shape, [2, 1, 2]);
  assert.deepEqual([...values], [-3, -2, -1, 0]);
});
