import assert from "node:assert/strict";
import test from "node:test";
import { formula, windowText } from "../../static/js/formula.js";

const CONV = { in_channels: 6, out_channels: 16, kernel_size: [5, 3], groups: 1 };

test("a convolution's count is spelled out with its own numbers", () => {
  const layer = { kind: "conv2d", hyperparameters: CONV, parameter_count: (5 * 3 * 6 + 1) * 16 };
  assert.equal(formula(layer), "(5 × 3 × 6 + 1) × 16");
});

test("without biases and in groups the formula is another", () => {
  const grouped = { ...CONV, groups: 2 };
  const layer = { kind: "conv2d", hyperparameters: grouped, parameter_count: 5 * 3 * 3 * 16 };
  assert.equal(formula(layer), "5 × 3 × 3 × 16");
});

test("a fully connected layer counts pairs and biases", () => {
  const hyperparameters = { in_features: 400, out_features: 120 };
  assert.equal(
    formula({ kind: "linear", hyperparameters, parameter_count: 48120 }),
    "400 × 120 + 120",
  );
  assert.equal(formula({ kind: "linear", hyperparameters, parameter_count: 48000 }), "400 × 120");
});

test("no formula is claimed for a count it does not give", () => {
  assert.equal(formula({ kind: "conv2d", hyperparameters: CONV, parameter_count: 7 }), "");
  assert.equal(formula({ kind: "other", hyperparameters: {}, parameter_count: 7 }), "");
  assert.equal(formula({ kind: "activation", hyperparameters: {}, parameter_count: 0 }), "");
});

test("a window is written as in the lecture", () => {
  const say = (/** @type {Record<string, any>} */ hyperparameters) =>
    windowText({ kind: "", hyperparameters, parameter_count: 0 });
  assert.equal(say({ kernel_size: [5, 5], stride: [1, 1], padding: [0, 0] }), "f = 5, s = 1");
  assert.equal(
    say({ kernel_size: [3, 5], stride: [2, 1], padding: [1, 1] }),
    "f = 3 × 5, s = 2 × 1, p = 1",
  );
  assert.equal(say({ kernel_size: 2, stride: 2 }), "f = 2, s = 2");
  assert.equal(say({ in_features: 3 }), "");
});
