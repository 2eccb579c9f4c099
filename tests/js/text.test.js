import assert from "node:assert/strict";
import test from "node:test";
import { count, fixed, percent, range, scientific, shape, value } from "../../static/js/text.js";

test("shapes are written height, width, channels", () => {
  assert.equal(shape([6, 28, 14]), "28 × 14 × 6");
  assert.equal(shape([120]), "120");
});

test("measured numbers have three digits and a true minus sign", () => {
  assert.deepEqual([0, 2.4149, -12, 0.03126].map(value), ["0", "2.41", "−12.0", "0.0313"]);
  assert.deepEqual([1e-4, -7.25e-22].map(value), ["0.000100", "−7.25 × 10⁻²²"]);
  assert.equal(range([-1.5, 3]), "−1.50 …\u00a03.00");
});

test("very small numbers are written with a power of ten", () => {
  assert.equal(value(1.07e-20), "1.07 × 10⁻²⁰");
  assert.equal(scientific(-0.000247), "−2.47 × 10⁻⁴");
  assert.equal(scientific(0.5), "0.5000");
  assert.equal(scientific(0), "0.0000");
});

test("numbers of a sum have the same digits after the point", () => {
  assert.deepEqual([1, -0.25, 12345.67891, -0.00001].map(fixed), [
    "1.0000",
    "−0.2500",
    "12,345.6789",
    "0.0000",
  ]);
});

test("counts are grouped and shares are percentages", () => {
  assert.equal(count(61706), "61,706");
  assert.equal(percent(0.98765), "98.8%");
});
