import assert from "node:assert/strict";
import test from "node:test";
import { KERNELS } from "../../static/js/kernels.js";
import {
  decode,
  encode,
  framed,
  SOURCE,
  sourceField,
  step,
  toTensor,
} from "../../static/js/pictures.js";
import { convolve } from "../../static/js/windows.js";

/** @typedef {import("../../static/js/pictures.js").Source} Source */

/** @param {import("../../static/js/tensor.js").Tensor} tensor of one channel */
const rows = ({ shape: [, height, width], values }) =>
  Array.from({ length: height }, (_, i) => [...values.subarray(i * width, (i + 1) * width)]);

/** @type {Source[]} */
const SOURCES = [
  {
    ...SOURCE,
    strokes: [
      [
        [1, 2],
        [30, 4],
      ],
    ],
    penWidth: 12,
  },
  SOURCE,
  { ...SOURCE, kind: "digit", digit: 199 },
  { ...SOURCE, kind: "photo" },
  { ...SOURCE, kind: "photo", grey: true },
  { ...SOURCE, kind: "light_dark" },
  { ...SOURCE, kind: "dark_light" },
];

test("a source reads back from a link as it was", () => {
  for (const source of SOURCES) assert.deepEqual(decode(encode(source) ?? ""), source);
});

test("an upload is in no link", () => {
  assert.equal(encode({ ...SOURCE, kind: "upload" }), null);
  assert.equal(decode("upload"), null);
});

test("what is no source is none", () => {
  for (const text of [
    "",
    "cat",
    "constructor",
    "digit",
    "digit,200",
    "digit,-1",
    "digit,5,5",
    "drawing",
    "drawing,999,AA",
    "drawing,20,!",
    "photo,red",
    "photo,grey,1",
    "light_dark,1",
  ]) {
    assert.equal(decode(text), null, text);
  }
});

test("in an address the source of the start goes without saying", () => {
  const start = { picture: SOURCES[3], other: 1 };
  const field = sourceField("picture", start, ["photo", "digit"]);
  assert.equal(field.write(start), null);
  assert.equal(field.write({ ...start, picture: SOURCES[4] }), "photo,grey");
  assert.equal(field.write({ ...start, picture: { ...SOURCE, kind: "upload" } }), null);
  assert.deepEqual(field.read("digit,7"), { picture: { ...SOURCE, kind: "digit", digit: 7 } });
  assert.equal(field.read("light_dark"), null);
});

test("the lecture's steps make 30 of the lecture's kernel, and −30 turned round", () => {
  const edges = (/** @type {"light_dark" | "dark_light"} */ kind) =>
    convolve(rows(step(kind)), KERNELS.vertical);
  assert.deepEqual(edges("light_dark"), Array(4).fill([0, 30, 30, 0]));
  assert.deepEqual(edges("dark_light"), Array(4).fill([0, -30, -30, 0]));
});

const IMAGE = { width: 2, height: 1, data: Uint8ClampedArray.of(255, 0, 10, 255, 1, 2, 3, 255) };

test("a picture's pixels become channels", () => {
  const { shape, values } = toTensor(IMAGE, false);
  assert.deepEqual(shape, [3, 1, 2]);
  assert.deepEqual([...values], [255, 1, 0, 2, 10, 3]);
});

test("grey is brightness by BT.601, so white stays white", () => {
  const { shape, values } = toTensor(IMAGE, true);
  assert.deepEqual(shape, [1, 1, 2]);
  assert.ok(Math.abs(values[0] - (0.299 * 255 + 1.14)) < 1e-4);
  const white = toTensor({ ...IMAGE, data: new Uint8ClampedArray(8).fill(255) }, true);
  assert.deepEqual([...white.values], [255, 255]);
});

test("a digit is put in the middle", () => {
  const { shape, values } = framed({ pixels: new Float32Array(28 * 28).fill(9) }, 32);
  assert.deepEqual(shape, [1, 32, 32]);
  assert.equal(values.filter(Boolean).length, 28 * 28);
  assert.equal(values[2 * 32 + 2], 9);
  assert.equal(values[29 * 32 + 29], 9);
  assert.equal(values[2 * 32 + 1], 0);
});
