import assert from "node:assert/strict";
import test from "node:test";
import { fromHash, PEN_WIDTHS, START, Store, toHash } from "../../static/js/store.js";

const EMPTY_EXPERIMENT = {
  subject: { digit: null, strokes: [] },
  penWidth: 20,
  without: [],
  edits: [],
};
const EMPTY = { ...START, ...EMPTY_EXPERIMENT };
/** @type {import("../../static/js/edits.js").Edit[]} */
const EDITS = [
  { edit: "randomise", seed: 3 },
  { edit: "switch_off", layer: "conv1", channel: 2 },
  { edit: "set", layer: "conv2", parameter: "weight", index: [0, 1, 2, 3], value: -1.5e-7 },
  { edit: "swap", layer: "pool1", to: "avg_pool2d" },
];

test("every view survives its way through the address", () => {
  /** @type {import("../../static/js/store.js").View[]} */
  const views = [
    START,
    { ...START, subject: { digit: 0, strokes: [] } },
    { ...START, subject: { digit: 199, strokes: [] }, penWidth: 12 },
    { ...START, subject: { digit: null, test: 9999, strokes: [] } },
    {
      ...START,
      held: { ...EMPTY_EXPERIMENT, subject: { digit: null, test: 0, strokes: [] } },
    },
    EMPTY,
    { ...START, without: ["crop", "pad"], scale: "network" },
    { ...START, edits: EDITS, view: { layer: "conv1", index: [] } },
    { ...START, view: { layer: "fc1", index: [119] } },
    { ...START, view: { layer: "conv2", index: [15, 0, 9] }, held: EMPTY_EXPERIMENT },
    {
      ...START,
      held: {
        subject: { digit: 7, strokes: [] },
        penWidth: 8,
        without: ["scale"],
        edits: EDITS,
      },
    },
    {
      ...START,
      subject: {
        digit: null,
        strokes: [
          [
            [1, 2],
            [30, -4],
          ],
          [[5, 5]],
        ],
      },
      penWidth: 38,
    },
  ];
  for (const view of views) assert.deepEqual(fromHash(toHash(view)), view);
});

test("an address without a view is the start", () => {
  assert.deepEqual(fromHash(""), START);
  assert.deepEqual(fromHash("#stage"), START);
});

test("an empty pad has an address of its own", () => {
  assert.equal(toHash(EMPTY), "#ink=");
  assert.notDeepEqual(fromHash("#ink="), START);
});

test("a pen of the usual width goes without saying", () => {
  assert.equal(toHash(START), `#digit=${START.subject.digit}`);
});

test("a digit of a report is a view by its place in the test set alone", () => {
  assert.equal(toHash(fromHash("#test=115")), "#test=115");
});

test("what cannot be read in an address is as at the start", () => {
  for (const hash of [
    "#digit=x",
    "#digit=-1",
    "#digit=99999",
    "#test=",
    "#test=-1",
    "#test=123456",
    "#ink=!",
    "#pen=0",
    "#pen=1e9",
    "#pen=x",
    "#without=",
    "#without=everything",
    "#edits=",
    "#edits=explode,conv1",
    "#scale=rainbow",
    "#view=",
    "#view=conv1,1,2",
    "#view=conv1,1,2,3,4",
    "#view=conv1,-1",
    "#a.digit=x",
    "#a.pen=20",
  ]) {
    assert.deepEqual(fromHash(hash), START, hash);
  }
  assert.equal(fromHash(`#digit=3&pen=${PEN_WIDTHS.most + 1}`).subject.digit, 3);
});

test("who listens is told the new state and what changed in it", () => {
  const store = new Store({ a: 1, b: 2 });
  /** @type {unknown[]} */
  const told = [];
  store.subscribe((state, changed) => told.push([state, changed]));
  store.set({ b: 3 });
  assert.deepEqual(told, [[{ a: 1, b: 3 }, { b: 3 }]]);
  assert.deepEqual(store.state, { a: 1, b: 3 });
});
