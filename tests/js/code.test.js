import assert from "node:assert/strict";
import test from "node:test";
import { curlCode, pythonCode } from "../../static/js/code.js";
import { START } from "../../static/js/store.js";

const MODEL = { id: "net" };
const STROKES = /** @type {[number, number][][]} */ ([
  [
    [1, 2],
    [30, 4],
  ],
]);

test("the PyTorch lines hold the drawing, the steps and every edit", () => {
  const code = pythonCode({
    model: MODEL,
    layer: "conv1",
    index: [2, 3, 4],
    experiment: {
      subject: { digit: null, strokes: STROKES },
      penWidth: 12,
      without: ["crop", "pad"],
      edits: [
        { edit: "randomise", seed: 7 },
        { edit: "switch_off", layer: "conv1", channel: 1 },
        { edit: "swap", layer: "silu1", to: "tanh" },
        { edit: "set", layer: "conv1", parameter: "bias", index: [3], value: -1e-7 },
      ],
    },
  });
  for (const line of [
    "from app.inspection.edit import Randomise, Set, Swap, SwitchOff",
    '    Randomise(7),\n    SwitchOff("conv1", 1),\n    Swap("silu1", "tanh"),',
    '    Set("conv1", "bias", (3,), -1e-7),',
    "    [(1, 2), (30, 4)],",
    'ink.from_strokes(strokes, ink.Pad(pen_width=12), without=["crop", "pad"])',
    'print(trace["conv1"][0, 2, 3, 4].item())',
  ]) {
    assert.ok(code.includes(line), `${line} is not in\n${code}`);
  }
  assert.ok(!code.includes("PIL"), "a drawing needs no gallery");
});

test("what is not changed is not in the lines", () => {
  const code = pythonCode({ model: MODEL, layer: "fc", index: [9], experiment: START });
  assert.ok(!/edit|without|strokes/.test(code), code);
  // Digit 65 is the fifth of the fourth row of 28 × 28 tiles.
  assert.ok(code.includes("gallery[84:112, 140:168]"), code);
  assert.ok(code.includes('print(trace["fc"][0, 9].item())'), code);
});

test("a digit of a report is taken from it", () => {
  const subject = { digit: null, test: 115, strokes: [] };
  const code = pythonCode({
    model: MODEL,
    layer: "fc",
    index: [9],
    experiment: { ...START, subject },
  });
  assert.ok(code.includes('"model_weights/net.report.json"'), code);
  assert.ok(code.includes('d["mnist_index"] == 115'), code);
  assert.ok(!/strokes|gallery/.test(code), code);
});

test("the curl command asks for the unit with what the page sends", () => {
  const asked = { model: MODEL, layer: "conv1", experiment: START, origin: "http://here:1" };
  const drawing = { strokes: STROKES, without: /** @type {["crop"]} */ (["crop"]) };
  const code = curlCode({ ...asked, index: [2, 3, 4], drawing });
  const body = JSON.parse(code.match(/--json '(.*)' /)?.[1] ?? "");
  assert.deepEqual(body, { ...drawing, channel: 2, row: 3, column: 4 });
  assert.ok(code.includes("'http://here:1/api/models/net/layers/conv1/units'"), code);
  const flat = curlCode({ ...asked, index: [5], drawing });
  assert.deepEqual(JSON.parse(flat.match(/--json '(.*)' /)?.[1] ?? ""), { ...drawing, channel: 5 });
});
