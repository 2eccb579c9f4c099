import assert from "node:assert/strict";
import test from "node:test";
import { pick, randomMatrix, seeded } from "../../static/js/random.js";

test("every number of the range comes, about as often as the others, and none outside it", () => {
  for (const seed of [1, 2, 11, 99990]) {
    const random = seeded(seed);
    const found = new Map();
    for (let i = 0; i < 7000; i++) {
      const number = random(-3, 3);
      found.set(number, (found.get(number) ?? 0) + 1);
    }
    assert.deepEqual(
      [...found.keys()].sort((a, b) => a - b),
      [-3, -2, -1, 0, 1, 2, 3],
    );
    for (const times of found.values()) assert.ok(times > 850 && times < 1150, String(times));
  }
});

test("neighbouring seeds begin differently", () => {
  const firsts = Array.from({ length: 200 }, (_, seed) => seeded(seed)(0, 9));
  const counts = firsts.reduce(
    (found, digit) => found.set(digit, (found.get(digit) ?? 0) + 1),
    new Map(),
  );
  assert.equal(counts.size, 10);
  assert.ok(Math.max(...counts.values()) < 40);
});

test("a seed decides all", () => {
  const matrix = () => randomMatrix(seeded(7), 3, 4, 0, 9);
  assert.deepEqual(matrix(), matrix());
  assert.deepEqual([matrix().length, matrix()[0].length], [3, 4]);
  assert.ok(["a", "b"].includes(pick(seeded(1), ["a", "b"])));
});
