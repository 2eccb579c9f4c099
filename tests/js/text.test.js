import assert from "node:assert/strict";
import test from "node:test";
import { count, percent, range, shape, value } from "../../static/js/text.js";

test("shapes are written height, width, channels", () => {
  assert.equal(shape([6, 28, 14]), "28 × 14 × 6");
  assert.equal(shape([120]), "120");
});

test("measured numbers have three digits and a true minus sign", () => {
  assert.deepEqual([0, 2.4149, -12, 0.03126].map(value), ["0", "2.41", "−12.0", "0.0313"]);
  assert.equal(range([-1.5, 3]), "−1.50 …\u00a03.00");
});

test("counts are grouped and shares are percentages", () => {
  assert.equal(count(61706), "61,706");
  assert.equal(percent(0.98765), "98.8%");
});
