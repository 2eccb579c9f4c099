import assert from "node:assert/strict";
import test from "node:test";
import { decades, logAxis, momentAxis, SHARES, spaced } from "../../static/js/axes.js";
import { arrange } from "../../static/js/timeline/groups.js";
import { balanced, colours, overAll } from "../../static/js/timeline/ranges.js";
import { largestGain, settled } from "../../static/js/timeline/story.js";

const MOMENTS = [0, 8, 16, 32, 64];

test("moments stand in the middle of slots of one width, and are found there again", () => {
  const axis = momentAxis(MOMENTS);
  for (const [moment, batch] of MOMENTS.entries()) {
    assert.equal(axis.place(batch), (moment + 0.5) / 5);
    assert.equal(axis.nearest(axis.place(batch)), moment);
  }
  assert.equal(axis.nearest(-0.2), 0);
  assert.equal(axis.nearest(1), 4);
  assert.equal(axis.nearest(0.39), 1);
  assert.equal(axis.nearest(0.41), 2);
});

test("between moments the axis is logarithmic, and it never turns back", () => {
  const { place } = momentAxis(MOMENTS);
  const [from, to] = [place(16), place(32)];
  assert.ok(Math.abs(place(16 * Math.SQRT2) - (from + to) / 2) < 1e-12);
  assert.equal(place(4), (place(0) + place(8)) / 2);
  const places = Array.from({ length: 65 }, (_, batch) => place(batch));
  for (let i = 1; i < places.length; i++) assert.ok(places[i] > places[i - 1], `${i}`);
  assert.equal(place(1000), place(64), "what comes after the last has its place");
});

test("a training of one moment has an axis too", () => {
  const axis = momentAxis([0]);
  assert.deepEqual([axis.place(0), axis.nearest(0.9)], [0.5, 0]);
});

test("a loss's axis holds all losses, with a few round numbers on it", () => {
  for (const losses of [
    [2.3, 0.04],
    [5.1, 2.2, 0.011],
    [0.5, 0.49],
    [1, 1],
    [800, 1e-5],
  ]) {
    const { place, ticks } = logAxis(losses);
    for (const loss of losses) assert.ok(place(loss) > 0 && place(loss) < 1, `${loss}`);
    assert.ok(place(losses[0]) >= place(losses[losses.length - 1]));
    assert.ok(ticks.every((tick) => place(tick) >= 0 && place(tick) <= 1));
  }
  assert.deepEqual(logAxis([2.3, 0.04]).ticks, [0.1, 0.3, 1]);
  assert.ok(SHARES.ticks.every((tick) => SHARES.place(tick) === tick));
});

test("numbers on an axis keep their distance, and the last is always there", () => {
  assert.deepEqual(decades(606), [0, 1, 10, 100, 606]);
  assert.deepEqual(decades(1000), [0, 1, 10, 100, 1000]);
  assert.deepEqual(decades(1), [0, 1]);
  const place = (/** @type {number} */ value) => value / 100;
  assert.deepEqual(spaced(place, [0, 5, 12, 40, 95, 100], 0.1), [0, 12, 40, 100]);
  assert.deepEqual(spaced(place, [7], 0.1), [7]);
  assert.deepEqual(spaced(place, [], 0.1), []);
});

test("the largest step is between neighbours, whatever came of the training", () => {
  const moments = [0.1, 0.4, 0.9, 0.8].map((accuracy) => ({ validation_accuracy: accuracy }));
  assert.deepEqual(largestGain(moments), [moments[1], moments[2]]);
  const worse = [0.5, 0.4, 0.1].map((accuracy) => ({ validation_accuracy: accuracy }));
  assert.deepEqual(largestGain(worse), [worse[0], worse[1]]);
});

test("an answer is settled since the moment after which it never changed", () => {
  const of = (/** @type {number[]} */ ...answers) =>
    settled(answers.map((prediction) => ({ prediction })));
  assert.equal(of(9, 3, 7, 3, 3, 3), 3);
  assert.equal(of(3, 3), 0);
  assert.equal(of(1, 2), 1);
});

test("filters stand over the maps that come of them, and what has no maps for itself", () => {
  const layer = (/** @type {string} */ id, /** @type {number[]} */ shape, learned = 0) =>
    /** @type {any} */ ({ id, kind: id, output_shape: shape, parameter_count: learned });
  const { groups, flat } = arrange([
    layer("input", [1, 8, 8]),
    layer("early_pool", [1, 4, 4]),
    layer("a", [2, 4, 4], 20),
    layer("a_act", [2, 4, 4]),
    layer("b", [3, 2, 2], 30),
    layer("flatten", [12]),
    layer("fc", [10], 130),
    layer("softmax", [10]),
  ]);
  const ids = groups.map(({ learned, maps }) => [learned?.id ?? null, maps.map(({ id }) => id)]);
  assert.deepEqual(ids, [
    [null, ["early_pool"]],
    ["a", ["a", "a_act"]],
    ["b", ["b"]],
  ]);
  assert.deepEqual(
    flat.map(({ id }) => id),
    ["flatten", "fc"],
  );
});

test("colours stand for the numbers of a moment, or of the whole training", () => {
  const tensor = (/** @type {number[]} */ ...values) => ({
    shape: [values.length],
    values: Float32Array.of(...values),
  });
  const moments = [new Map([["a", tensor(-1, 0)]]), new Map([["a", tensor(0, 4)]])];
  const whole = overAll(moments);
  assert.deepEqual(whole.get("a"), [-1, 4]);
  assert.deepEqual(colours(tensor(-1, 0), undefined), [-1, 0]);
  assert.deepEqual(colours(tensor(-1, 0), whole.get("a")), [-1, 4]);
  assert.deepEqual(balanced(tensor(-1, 0.5), undefined), [-1, 1]);
  assert.deepEqual(balanced(tensor(-1, 0.5), whole.get("a")), [-4, 4]);
  assert.equal(overAll([]).size, 0);
});
