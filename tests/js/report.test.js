import assert from "node:assert/strict";
import test from "node:test";
import { end, logShare, ticks } from "../../static/js/axis.js";
import { chosen, mostOften, ORDERS, summary } from "../../static/js/report.js";

const MISREAD = [
  { mnist_index: 8, class_index: 5, prediction: 6, probability: 0.9, pixels: "" },
  { mnist_index: 62, class_index: 9, prediction: 5, probability: 0.6, pixels: "" },
  { mnist_index: 115, class_index: 4, prediction: 9, probability: 0.7, pixels: "" },
  { mnist_index: 247, class_index: 4, prediction: 2, probability: 0.8, pixels: "" },
];
/** @param {import("../../static/js/report.js").Choice} choice */
const places = (choice) => chosen(MISREAD, choice).map(({ mnist_index }) => mnist_index);

test("misread digits are chosen by what they are and what they are read as", () => {
  assert.deepEqual(places({ of: null, as: null, order: "place" }), [8, 62, 115, 247]);
  assert.deepEqual(places({ of: 4, as: null, order: "place" }), [115, 247]);
  assert.deepEqual(places({ of: 4, as: 9, order: "place" }), [115]);
  assert.deepEqual(places({ of: null, as: 5, order: "place" }), [62]);
  assert.deepEqual(places({ of: 0, as: 0, order: "place" }), []);
});

test("every order has all of them, the surest first or last", () => {
  assert.deepEqual(places({ of: null, as: null, order: "sure" }), [8, 247, 115, 62]);
  assert.deepEqual(places({ of: null, as: null, order: "unsure" }), [62, 115, 247, 8]);
  for (const order of ORDERS) assert.equal(places({ of: null, as: null, order }).length, 4);
});

test("what is read right is no mistake, however often", () => {
  assert.equal(
    mostOften([
      [980, 3],
      [7, 1100],
    ]),
    7,
  );
  assert.equal(mostOften([[5]]), 0);
});

test("a spread takes two trainings", () => {
  assert.deepEqual(summary([0.25]), { mean: 0.25, spread: null });
  const { mean, spread } = summary([0.1, 0.2, 0.3]);
  assert.ok(Math.abs(mean - 0.2) < 1e-12);
  assert.ok(Math.abs((spread ?? 0) - 0.1) < 1e-12);
});

test("an axis has a few round places, the first 0 and none beyond its end", () => {
  for (const most of [1e-4, 0.0037, 0.015, 0.1, 0.5, 1, 7]) {
    const places = ticks(most);
    assert.equal(places[0], 0);
    assert.ok(places.length >= 2 && places.length <= 6, `${most}: ${places}`);
    assert.ok((places.at(-1) ?? 0) <= most * (1 + 1e-6), `${most}: ${places}`);
    const step = places[1].toExponential(9);
    assert.match(step, /^[125]\.0+e/, `${most}: ${step}`);
  }
  assert.deepEqual(ticks(0.5), [0, 0.1, 0.2, 0.30000000000000004, 0.4, 0.5]);
});

test("an axis reaches a little beyond what is on it, also where that is nothing", () => {
  assert.ok(end([0.01, 0.02]) > 0.02);
  assert.ok(end([0]) > 0);
  assert.ok(end([]) > 0);
});

test("one of many is still seen, and the most is everything", () => {
  assert.equal(logShare(0, 9), 0);
  assert.ok(logShare(1, 1000) > 0.1);
  assert.equal(logShare(1000, 1000), 1);
  assert.equal(logShare(0, 0), 0);
});
