import assert from "node:assert/strict";
import test from "node:test";
import { parse, read, texts } from "../../static/js/address.js";
import { fieldsOf } from "../../static/js/fields.js";

const START = {
  steps: 2,
  at: [0, 0],
  rate: 0.1,
  mode: "zeros",
  flip: false,
  input: [[1]],
  square: [
    [1, 0],
    [0, 1],
  ],
  channels: [[[1]], [[2]]],
};
const field = fieldsOf(START);
const FIELDS = {
  steps: field.whole("steps", 1, 5),
  at: field.wholes("at", 2, 0, 9),
  rate: field.number("rate", 0, 10),
  mode: field.choice("mode", ["zeros", "reflect"]),
  flip: field.flag("flip"),
  input: field.matrix("input"),
  square: field.matrix("square", 2),
  channels: field.matrices("channels", 3),
};

const opened = (/** @type {string} */ hash) => ({ ...START, ...read(FIELDS, parse(hash)) });

test("what is as at the start goes without saying", () => {
  assert.deepEqual(texts(FIELDS, START), []);
  assert.deepEqual(opened(""), START);
});

test("any state comes back from its address", () => {
  const state = {
    steps: 5,
    at: [3, 9],
    rate: 2.5e-7,
    mode: "reflect",
    flip: true,
    input: [
      [-1.5, 2],
      [0, 1e6],
    ],
    square: [
      [0.1, -2],
      [3, 4],
    ],
    channels: [
      [
        [1, 2],
        [3, 4],
      ],
      [
        [5, 6],
        [7, 8],
      ],
    ],
  };
  assert.deepEqual(opened(`#${texts(FIELDS, state).join("&")}`), state);
});

test("what cannot be read is as at the start", () => {
  const wide = Array(13).fill(1).join(",");
  for (const text of [
    "steps=6",
    "steps=x",
    "steps=1.5",
    "steps=",
    "at=1",
    "at=1,10",
    "at=1,2,3",
    "rate=11",
    "rate=NaN",
    "rate=Infinity",
    "mode=none",
    "mode=constructor",
    "flip=yes",
    "input=",
    "input=1,2;3",
    "input=1,a",
    "input=1e99",
    `input=${wide}`,
    "square=1,2,3;4,5,6;7,8,9",
    "square=1",
    "channels=1|1,2",
    "channels=1|1|1|1",
    "channels=|",
  ]) {
    assert.deepEqual(opened(`#${text}`), START, text);
  }
});
