import assert from "node:assert/strict";
import test from "node:test";
import { decode, encode, erase, point } from "../../static/js/strokes.js";

/** @typedef {import("../../static/js/strokes.js").Stroke} Stroke */

/** @type {Stroke} */
const LINE = [
  [0, 100],
  [200, 100],
];

/**
 * Distance of a point from a segment, found without what is being tested.
 *
 * @param {readonly number[]} point
 * @param {readonly number[]} p
 * @param {readonly number[]} q
 */
function distance([x, y], p, q) {
  const squared = (q[0] - p[0]) ** 2 + (q[1] - p[1]) ** 2;
  const along = squared ? ((x - p[0]) * (q[0] - p[0]) + (y - p[1]) * (q[1] - p[1])) / squared : 0;
  const share = Math.max(0, Math.min(1, along));
  return Math.hypot(x - p[0] - share * (q[0] - p[0]), y - p[1] - share * (q[1] - p[1]));
}

/** @param {Stroke} stroke */
function samples(stroke) {
  return stroke
    .slice(1)
    .flatMap((to, i) =>
      Array.from({ length: 51 }, (_, k) => [
        stroke[i][0] + ((to[0] - stroke[i][0]) * k) / 50,
        stroke[i][1] + ((to[1] - stroke[i][1]) * k) / 50,
      ]),
    );
}

/** @param {number} seed */
function generator(seed) {
  let state = seed;
  return (/** @type {number} */ limit) => {
    state = (state * 1664525 + 1013904223) % 2 ** 32;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

test("the eraser cuts a line in two and leaves its ends", () => {
  assert.deepEqual(erase([LINE], [100, 100], [100, 100], 20), [
    [
      [0, 100],
      [80, 100],
    ],
    [
      [120, 100],
      [200, 100],
    ],
  ]);
});

test("the eraser's way between two points erases too", () => {
  const crossed = erase([LINE], [100, 0], [100, 200], 10);
  assert.deepEqual(
    crossed.map((stroke) => stroke.length),
    [2, 2],
  );
});

test("an end can be erased, and a whole stroke, and a dot", () => {
  assert.deepEqual(erase([LINE], [0, 100], [0, 100], 50), [
    [
      [50, 100],
      [200, 100],
    ],
  ]);
  assert.deepEqual(erase([LINE], [0, 100], [200, 100], 5), []);
  assert.deepEqual(erase([[[10, 10]]], [12, 12], [12, 12], 5), []);
});

test("what the eraser does not reach is the same array as before", () => {
  const strokes = [LINE, /** @type {Stroke} */ ([[10, 10]])];
  assert.equal(erase(strokes, [250, 250], [260, 260], 20), strokes);
});

test("nothing within the eraser's reach is left, and nothing beyond it is lost", () => {
  const pick = generator(7);
  for (let round = 0; round < 300; round++) {
    const stroke = Array.from({ length: 2 + pick(6) }, () => point(pick(280), pick(280)));
    const [p, q] = [point(pick(280), pick(280)), point(pick(280), pick(280))];
    const reach = 5 + pick(30);
    const left = erase([stroke], p, q, reach);
    // Points snap to whole units, so the cut can be off by one.
    for (const place of left.flatMap(samples)) assert.ok(distance(place, p, q) > reach - 1);
    const kept = left.flatMap(samples);
    for (const place of samples(stroke)) {
      if (distance(place, p, q) < reach + 1.5) continue;
      const nearest = Math.min(...kept.map(([x, y]) => Math.hypot(x - place[0], y - place[1])));
      assert.ok(nearest < 8, `${place} of round ${round} is lost`);
    }
  }
});

test("a drawing survives its way through a link", () => {
  const pick = generator(3);
  for (let round = 0; round < 100; round++) {
    const strokes = Array.from({ length: pick(6) }, () =>
      Array.from({ length: 1 + pick(40) }, () => point(pick(400) - 60, pick(400) - 60)),
    );
    const text = encode(strokes);
    assert.match(text, /^[\w-]*$/);
    assert.deepEqual(decode(text), strokes);
  }
});

test("a link takes about two letters and a half a point", () => {
  const strokes = [
    Array.from({ length: 300 }, (_, i) => point(100 + i / 3, 140 + 80 * Math.sin(i / 20))),
  ];
  assert.ok(encode(strokes).length < 300 * 2.8);
});

test("text that is no drawing gives none", () => {
  assert.deepEqual(decode(""), []);
  for (const text of ["!", "A", "AA", "////", "gICAgICAgIA", "gICAfw", "____________"]) {
    assert.equal(decode(text), null, text);
  }
});

test("any text at all is either a drawing that can be written again or none", () => {
  const pick = generator(11);
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  for (let round = 0; round < 2000; round++) {
    const text = Array.from({ length: pick(24) }, () => letters[pick(64)]).join("");
    const strokes = decode(text);
    if (strokes) assert.deepEqual(decode(encode(strokes)), strokes);
  }
});

test("a drawing with more points than the server takes is refused", () => {
  const stroke = Array.from({ length: 20_001 }, () => point(1, 1));
  assert.equal(decode(encode([stroke])), null);
  assert.ok(decode(encode([stroke.slice(1)])));
});

test("points are whole and stay within what a link can hold", () => {
  assert.deepEqual(point(12.4, -3.6), [12, -4]);
  assert.deepEqual(point(1e9, -1e9), [10_000, -10_000]);
});
