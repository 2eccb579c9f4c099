import assert from "node:assert/strict";
import test from "node:test";
import { program } from "../../static/js/one-step/code.js";
import { apart, factor, long, probability } from "../../static/js/one-step/figures.js";
import { axes, existing } from "../../static/js/one-step/parameters.js";
import { ENDS, rateAt, STEPS, spread } from "../../static/js/one-step/rates.js";
import { largest, termsOf } from "../../static/js/one-step/terms.js";
import { SOURCE } from "../../static/js/pictures.js";
import { indexAt, layout, placeOf, steepest } from "../../static/js/sheet.js";

/** @typedef {import("../../static/js/one-step/terms.js").ParameterGradient} ParameterGradient */

const SHAPES = [[7], [3, 5], [6, 4, 3], [17, 2, 2], [4, 3, 2, 5], [6, 1, 5, 5]];

test("every number has a pixel of its own, and between the maps there is none", () => {
  for (const shape of SHAPES) {
    const { width, height, pixel, at } = layout(shape);
    const size = shape.reduce((a, b) => a * b, 1);
    let found = 0;
    for (let y = -1; y <= height; y++) {
      for (let x = -1; x <= width; x++) {
        const flat = at(x, y);
        if (flat === null) continue;
        found++;
        assert.deepEqual(pixel(flat), [x, y], `${shape}`);
      }
    }
    assert.equal(found, size, `${shape}`);
  }
});

test("filters stand side by side with their kernels below each other; maps in lines of eight", () => {
  assert.deepEqual(layout([16, 6, 5, 5]).corner(6), [6, 0]);
  assert.deepEqual(layout([16, 6, 5, 5]).corner(1), [0, 6]);
  assert.deepEqual([layout([16, 10, 10]).width, layout([16, 10, 10]).height], [87, 21]);
  assert.deepEqual([layout([10]).width, layout([10]).height], [10, 1]);
});

test("a place and its index are one, and what is outside is none", () => {
  for (const shape of SHAPES) {
    const last = shape.map((side) => side - 1);
    assert.deepEqual(indexAt(shape, placeOf(shape, last) ?? -1), last);
    assert.equal(placeOf(shape, shape), null);
    assert.equal(placeOf(shape, [...last, 0]), null);
  }
  assert.equal(placeOf([3], [-1]), null);
});

test("the largest gradient may be negative, and is chosen where nobody chose", () => {
  const values = Float32Array.of(1, -3, 2, 3, 0, 0);
  assert.equal(steepest(values), 1);
  const gradient = { shape: [2, 3], values };
  assert.deepEqual(existing(null, gradient), [0, 1]);
  assert.deepEqual(existing([1, 2], gradient), [1, 2]);
  assert.deepEqual(existing([2, 0], gradient), [0, 1]);
  assert.deepEqual(existing([1], gradient), [0, 1]);
});

test("the numbers of a weight are called by their dimensions", () => {
  assert.deepEqual(axes([6, 1, 5, 5], true), ["filter", "channel", "row", "column"]);
  assert.deepEqual(axes([6], true), ["filter"]);
  assert.deepEqual(axes([120, 400], false), ["unit", "input"]);
  assert.deepEqual(axes([120], false), ["unit"]);
});

const CONVOLUTION = /** @type {ParameterGradient} */ (
  /** @type {unknown} */ ({
    terms: [
      {
        source_id: "input",
        upstream: [[[1, -2, 3]]],
        inputs: [[[4, 5, 0]]],
        products: [[[4, -10, 0]]],
        window: { channels: [2], rows: [7], columns: [3, 4, 5] },
      },
    ],
  })
);

test("the terms of a sum are added up here, and lie where they were read", () => {
  const terms = termsOf(CONVOLUTION);
  assert.equal(terms.total, -6);
  assert.deepEqual(terms.size, [1, 3]);
  assert.deepEqual(terms.window, { channel: 2, rows: [7, 8], columns: [3, 6] });
  assert.deepEqual(largest(terms.products, 2), [1, 0]);
});

test("a bias has no inputs, a linear weight one product and no map", () => {
  const [part] = CONVOLUTION.terms;
  const bias = { ...part, inputs: null, window: null, products: [[[1, -2, 3]]] };
  assert.equal(termsOf({ ...CONVOLUTION, terms: [bias] }).inputs, null);
  const window = { channels: [9], rows: null, columns: null };
  const linear = { ...part, upstream: [2], inputs: [3], products: [6], window };
  const terms = termsOf({ ...CONVOLUTION, terms: [linear] });
  assert.deepEqual([terms.total, terms.size, terms.window], [6, [1, 1], null]);
});

test("two numbers are written to two digits of their difference", () => {
  assert.deepEqual(apart(0.42195733, 0.42194321), ["0.421957", "0.421943"]);
  assert.deepEqual(apart(-0.5, -0.25), ["−0.5000", "−0.2500"]);
  assert.deepEqual(apart(3, 3), ["3.000", "3.000"]);
  assert.deepEqual(apart(2e-9, 1e-9), ["2e−9", "1e−9"]);
  assert.deepEqual(apart(0, 0), ["0", "0"]);
});

test("a probability next to 1 is not written as 1", () => {
  assert.equal(probability(0), "1");
  assert.equal(probability(1e-9), "1 − 1.00 × 10⁻⁹");
  assert.equal(probability(Math.LN2), "0.5");
});

test("numbers that are compared have twelve digits, and factors a bracket for their sign", () => {
  assert.equal(long(-1.38689541849123), "−1.38689541849");
  assert.equal(long(-2.5e-17), "−2.5 × 10⁻¹⁷");
  assert.equal(long(0), "0");
  assert.deepEqual(factor(-0.5), ["(", "−0.5", ")"]);
  assert.deepEqual(factor(-0), ["0"]);
});

test("learning rates run evenly from end to end on a logarithmic scale", () => {
  const rates = spread(13);
  assert.deepEqual([rates[0], rates[2], rates[12]], [1e-4, 1e-3, 100]);
  assert.equal(rateAt(ENDS[0] * STEPS), 1e-4);
  assert.equal(rateAt(-20), 0.01);
  assert.equal(rateAt(3), 2);
});

test("the index in the program is a tuple, of a bias too", () => {
  const asked = { model: "m", source: SOURCE, target: 2, layer: "c", rate: 0.1 };
  const code = program({ ...asked, parameter: "bias", index: [3] });
  assert.match(code, /^at, eta = \(3,\), 0\.1$/m);
  assert.match(code, /get_parameter\("c\.bias"\)/);
});
