import assert from "node:assert/strict";
import test from "node:test";
import { byStrength, rounding } from "../../static/js/arithmetic.js";
import { CURVES } from "../../static/js/functions.js";
import {
  above,
  crumbs,
  distinctLabels,
  existing,
  levelOf,
  neighbour,
} from "../../static/js/places.js";
import { sentence } from "../../static/js/sentences.js";

/** @typedef {import("../../static/js/places.js").Layer} Layer */

const maps = /** @type {Layer} */ ({ id: "c", label: "CONV1", output_shape: [2, 3, 4] });
const flat = /** @type {Layer} */ ({ id: "f", label: "FC", output_shape: [5] });
const last = /** @type {Layer} */ ({ id: "g", label: "FC", output_shape: [2] });
const LAYERS = [maps, flat, last];
const place = (/** @type {string | null} */ layer, /** @type {number[]} */ ...index) => ({
  layer,
  index,
});

test("the number of coordinates tells the level", () => {
  assert.equal(levelOf(place(null), LAYERS), "overview");
  assert.equal(levelOf(place("c"), LAYERS), "layer");
  assert.equal(levelOf(place("c", 1), LAYERS), "map");
  assert.equal(levelOf(place("c", 1, 2, 3), LAYERS), "unit");
  assert.equal(levelOf(place("f", 4), LAYERS), "unit");
});

test("a place that is not there becomes the nearest above it", () => {
  assert.deepEqual(existing(place("c", 1, 2, 3), LAYERS), place("c", 1, 2, 3));
  assert.deepEqual(existing(place("c", 1, 3, 0), LAYERS), place("c"));
  assert.deepEqual(existing(place("f", 1, 0, 0), LAYERS), place("f"));
  assert.deepEqual(existing(place("x", 1), LAYERS), place(null));
});

test("from a unit it is three steps up, from one of a flat layer two", () => {
  assert.deepEqual(above(place("c", 1, 2, 3)), place("c", 1));
  assert.deepEqual(above(place("c", 1)), place("c"));
  assert.deepEqual(above(place("f", 4)), place("f"));
  assert.deepEqual(above(place("f")), place(null));
});

test("neighbours are on the same level, row after row, and end at the ends", () => {
  assert.deepEqual(neighbour(place("c", 0, 0, 3), LAYERS, 1), place("c", 0, 1, 0));
  assert.equal(neighbour(place("c", 0, 2, 3), LAYERS, 1), null);
  assert.deepEqual(neighbour(place("c", 1), LAYERS, -1), place("c", 0));
  assert.deepEqual(neighbour(place("c"), LAYERS, 1), place("f"));
  assert.equal(neighbour(place("g"), LAYERS, 1), null);
});

test("the way down is told step by step, layers of one label told apart", () => {
  const names = distinctLabels(LAYERS);
  assert.deepEqual(names, ["CONV1", "FC 1", "FC 2"]);
  const texts = crumbs(place("c", 1, 2, 3), LAYERS, "Net", names).map(({ text }) => text);
  assert.deepEqual(texts, ["Net", "CONV1", "map 1", "row 2, column 3"]);
  assert.equal(crumbs(place("g", 1), LAYERS, "Net", names).at(-1)?.text, "unit 1");
});

test("what rounding does to a sum is told to the digit", () => {
  assert.match(rounding([0.1, 0.2], 0.3), /they give 0\.3000\.$/);
  assert.match(rounding([0.00004, 0.00004, 0.00004], 0.00012), /give 0\.0000: the 0\.0001 between/);
  assert.match(rounding([-0.00006, -0.00006], -0.00012), /give −0\.0002: the 0\.0001 between/);
});

test("the strongest is farthest from zero", () => {
  assert.deepEqual(byStrength([1, -3, 2]), [1, 2, 0]);
});

test("a layer's sentence comes from its kind and hyperparameters", () => {
  const conv = {
    label: "X",
    kind: "conv2d",
    hyperparameters: {
      in_channels: 4,
      out_channels: 1,
      kernel_size: [3, 5],
      stride: [2, 1],
      padding: [1, 1],
      dilation: [1, 1],
      groups: 2,
    },
    input_shape: [4, 8, 8],
    output_shape: [1, 4, 4],
  };
  const told = sentence(conv, "POOL1");
  assert.match(
    told,
    /1 filter of 3 × 5 × 2 over POOL1, 2 × 1 steps at a time, with a border of 1 × 1\./,
  );
  assert.match(sentence({ ...conv, kind: "never heard of" }, ""), /shown but not explained/);
});

test("curves are those of torch, at a few points", () => {
  const at = (/** @type {string} */ name, /** @type {number} */ x, h = {}) => CURVES[name].at(x, h);
  assert.equal(at("relu", -2), 0);
  assert.equal(at("leaky_relu", -2, { negative_slope: 0.1 }), -0.2);
  assert.ok(Math.abs(at("silu", 1) - 0.731059) < 1e-6);
  assert.ok(Math.abs(at("elu", -1) + 0.632121) < 1e-6);
  assert.ok(Math.abs(at("softplus", 0) - Math.LN2) < 1e-6);
  assert.equal(at("hardsigmoid", 3), 1);
});
