import assert from "node:assert/strict";
import test from "node:test";
import { add, decode, describe, encode, MOST_EDITS, toggle } from "../../static/js/edits.js";

/** @typedef {import("../../static/js/edits.js").Edit} Edit */

/**
 * @param {number[]} index
 * @param {number} value
 * @returns {Edit}
 */
const weight = (index, value) => ({
  edit: "set",
  layer: "conv1",
  parameter: "weight",
  index,
  value,
});
/** @type {Edit} */
const FLIP = { edit: "flip", layer: "conv1", channel: 0 };
/** @type {Edit} */
const OFF = { edit: "switch_off", layer: "conv2", channel: 15 };
/** @type {Edit} */
const TANH = { edit: "swap", layer: "silu1", to: "tanh" };

/** @param {readonly Edit[]} edits */
const made = (edits) => edits.reduce((all, edit) => add(all, edit), /** @type {Edit[]} */ ([]));

test("a weight that is set again and again is one edit", () => {
  const edits = made([weight([0, 0, 1, 1], 1), OFF, weight([0, 0, 1, 1], 2)]);
  assert.deepEqual(edits, [OFF, weight([0, 0, 1, 1], 2)]);
});

test("another weight, or the same number of the bias, is another edit", () => {
  /** @type {Edit} */
  const bias = { edit: "set", layer: "conv1", parameter: "bias", index: [0], value: 1 };
  const edits = [weight([0, 0, 1, 1], 1), weight([0, 0, 1, 2], 1), bias, { ...bias, layer: "fc1" }];
  assert.deepEqual(made(edits), edits);
});

test("what a flip has moved is another weight than what is set after it", () => {
  const edits = [weight([0, 0, 0, 0], 1), FLIP, weight([0, 0, 0, 0], 2)];
  assert.deepEqual(made(edits), edits);
  const other = [weight([1, 0, 0, 0], 1), FLIP, weight([1, 0, 0, 0], 2)];
  assert.deepEqual(made(other), other.slice(1), "the flip was of another filter");
});

test("a layer is swapped once, and random weights come first", () => {
  const sigmoid = { ...TANH, to: "sigmoid" };
  assert.deepEqual(made([TANH, OFF, sigmoid]), [OFF, sigmoid]);
  const random = (/** @type {number} */ seed) => ({
    edit: /** @type {const} */ ("randomise"),
    seed,
  });
  assert.deepEqual(made([OFF, random(0), TANH, random(1)]), [random(1), OFF, TANH]);
});

test("what is toggled twice is as before", () => {
  const once = toggle([TANH], OFF);
  assert.deepEqual(once, [TANH, OFF]);
  assert.deepEqual(toggle(once, OFF), [TANH]);
});

test("edits survive their way through the address", () => {
  const edits = [
    { edit: /** @type {const} */ ("randomise"), seed: 2 ** 20 },
    FLIP,
    OFF,
    TANH,
    weight([0, 0, 4, 4], -1.25e30),
    weight([0, 0, 4, 3], 0.1),
  ];
  assert.deepEqual(decode(encode(edits)), edits);
  assert.deepEqual(decode(new URLSearchParams(`e=${encode(edits)}`).get("e") ?? ""), edits);
});

test("what is no list of edits is refused", () => {
  for (const text of [
    "",
    ";",
    "flip,conv1",
    "flip,conv1,-1",
    "flip,conv1,1,2",
    "set,conv1,weight,0.0,NaN",
    "set,conv1,weight,0.0,",
    "set,conv1,height,0.0,1",
    "set,conv1,weight,,1",
    "swap,conv1,<b>",
    "randomise,x",
    Array(MOST_EDITS + 1)
      .fill("flip,conv1,0")
      .join(";"),
  ]) {
    assert.equal(decode(text), null, text);
  }
});

test("an edit is told in words", () => {
  const label = (/** @type {string} */ id) => id.toUpperCase();
  assert.equal(describe(FLIP, label), "CONV1 filter 0 turned by 180°");
  assert.equal(describe(TANH, label), "SILU1 is tanh now");
  assert.equal(
    describe(weight([0, 1, 2, 3], -0.5), label),
    "CONV1 filter 0, kernel 1, row 2, column 3: −0.5",
  );
});
