import assert from "node:assert/strict";
import test from "node:test";
import { median, nearest, toward } from "../../static/js/plane.js";

/** @type {import("../../static/js/plane.js").Place[]} */
const PLACES = [
  [0, 0],
  [1, 0.2],
  [3, 0],
  [0, -1],
  [-0.5, 2],
];

test("the nearest place is found, but only within reach", () => {
  assert.equal(nearest(PLACES, [0.9, 0]), 1);
  assert.equal(nearest(PLACES, [10, 0], 2), null);
  assert.equal(nearest([], [0, 0]), null);
});

test("an arrow leads to the nearest place in its direction", () => {
  assert.equal(toward(PLACES, 0, [1, 0]), 1);
  assert.equal(toward(PLACES, 1, [1, 0]), 2);
  assert.equal(toward(PLACES, 0, [0, -1]), 3);
  assert.equal(toward(PLACES, 0, [0, 1]), 4);
});

test("where there is nothing in a direction, one stays", () => {
  assert.equal(toward(PLACES, 2, [1, 0]), 2);
});

test("every place but the farthest can be left to the right", () => {
  const seen = new Set([3]);
  for (let at = 3, next = -1; at !== next; seen.add(at)) {
    next = at;
    at = toward(PLACES, at, [1, 0]);
  }
  assert.ok(seen.has(2));
});

test("the middle of places is the median along each axis", () => {
  assert.deepEqual(median(PLACES), [0, 0]);
  assert.deepEqual(median([]), [0, 0]);
});
