import assert from "node:assert/strict";
import test from "node:test";
import * as architecture from "../../static/js/chapters/building-a-network/architecture.js";
import { cellOf, ORDERS, placeOf } from "../../static/js/chapters/building-a-network/order.js";
import { seeded } from "../../static/js/random.js";

const { FRESH, RANGES, read, write } = architecture;

/** @param {number} seed */
function generated(seed) {
  const random = seeded(seed);
  const kinds = Object.keys(FRESH);
  const layers = Array.from({ length: random(0, 20) }, () => {
    const layer = { ...FRESH[kinds[random(0, kinds.length - 1)]] };
    for (const [knob, range] of Object.entries(RANGES)) {
      if (knob in layer) Object.assign(layer, { [knob]: random(...range) });
    }
    return layer;
  });
  return { input: /** @type {const} */ ([random(1, 8), random(1, 99), random(1, 99)]), layers };
}

test("an address gives back the architecture that it was written for", () => {
  for (let seed = 1; seed < 200; seed++) {
    const made = generated(seed);
    assert.deepEqual(read(write(made)), made);
  }
});

test("what goes without saying is not written", () => {
  const text = "39x39x3~c10k3~relu~c20k5s2~m2~m3s2~a2~flatten~l10~softmax";
  const found = read(text);
  assert.ok(found);
  assert.equal(write(found), text);
  assert.deepEqual(found.input, [3, 39, 39]);
  assert.equal(found.layers[3].stride, 2);
});

test("what is no layer is left out, what is out of range brought into it", () => {
  assert.equal(read("nonsense"), null);
  assert.equal(read(""), null);
  assert.deepEqual(read("8x8")?.input, [1, 8, 8]);
  assert.deepEqual(read("8x8x1~zzz~constructor~c~l5k3s2~__proto__")?.layers, [
    { kind: "linear", out_features: 5 },
  ]);
  assert.deepEqual(read("0x99999x9~c0k99")?.input, [9, 1, 1024]);
  assert.equal(read("8x8x1~c0k99")?.layers[0].kernel_size, 31);
  assert.equal(read(`8x8x1${"~relu".repeat(200)}`)?.layers.length, architecture.MOST_LAYERS);
});

test("layers are put in, moved, changed and taken out without touching the one before", () => {
  const made = generated(3);
  const before = write(made);
  const more = architecture.added(made, 0, "softmax");
  assert.equal(more.layers[1].kind, "softmax");
  assert.equal(architecture.moved(more, 1, 0).layers[0].kind, "softmax");
  assert.equal(write(architecture.removed(more, 1)), before);
  assert.equal(write(made), before);
});

test("every cell has a number of its own in both orders, and comes back from it", () => {
  const shape = /** @type {const} */ ([3, 4, 5]);
  for (const order of ORDERS) {
    for (let place = 0; place < 60; place++) {
      assert.equal(placeOf(cellOf(place, shape, order), shape, order), place);
    }
  }
  assert.equal(placeOf([1, 0, 0], shape, "channels_first"), 20);
  assert.equal(placeOf([1, 0, 0], shape, "channels_last"), 1);
});
