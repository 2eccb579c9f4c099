import assert from "node:assert/strict";
import test from "node:test";
import { toDrawing } from "../../static/js/drawing.js";
import { PAIRS } from "../../static/js/pairs.js";
import { fromHash, START, toHash } from "../../static/js/store.js";

const CLASSES = Array.from({ length: 200 }, (_, i) => Math.floor(i / 20));

/** @param {string} id */
const pair = (id) => {
  const found = PAIRS.find((one) => one.id === id);
  assert.ok(found, id);
  return found.make(START, CLASSES);
};

test("every pair fits into a link and comes back from it", () => {
  for (const { id } of PAIRS) {
    const { a, b } = pair(id);
    const view = { ...START, ...b, held: a };
    assert.deepEqual(fromHash(toHash(view)), view, id);
    assert.ok(toHash(view).length < 500, id);
  }
});

test("the gallery's pairs are of the digits that their names say", () => {
  for (const [id, one, other] of [
    ["one-seven", 1, 7],
    ["three-eight", 3, 8],
  ]) {
    const { a, b } = pair(String(id));
    assert.deepEqual(
      [a, b].map(({ subject }) => CLASSES[subject.digit ?? -1]),
      [one, other],
    );
  }
});

test("a shift is of 3 pixels where 280 units become 28, and leaves the pad as it is", () => {
  const { a, b } = pair("shift-raw");
  const drawings = [a, b].map((one) => toDrawing(one, []));
  const [from, to] = drawings.map((drawing) => drawing?.strokes?.flat() ?? []);
  assert.ok(from.length > 5);
  for (const [i, [x, y]] of from.entries()) assert.deepEqual(to[i], [x + 30, y]);
  for (const [x, y] of to) assert.ok(x > 20 && x < 260 && y > 20 && y < 260);
  assert.deepEqual(drawings[0]?.without, ["crop", "scale", "centre"]);
});

test("the pens differ, the strokes do not", () => {
  const { a, b } = pair("pen");
  assert.deepEqual(a.subject, b.subject);
  assert.ok(a.penWidth < b.penWidth);
});
