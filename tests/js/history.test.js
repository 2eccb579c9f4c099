import assert from "node:assert/strict";
import test from "node:test";
import { History, MOST } from "../../static/js/history.js";

test("what was undone can be redone", () => {
  const history = new History("a");
  history.push("b");
  history.push("c");
  assert.equal(history.undo(), "b");
  assert.equal(history.undo(), "a");
  assert.equal(history.redo(), "b");
  assert.ok(history.canUndo && history.canRedo);
});

test("of very many states the oldest are forgotten", () => {
  const history = new History(0);
  for (let n = 1; n <= 3 * MOST; n++) history.push(n);
  assert.equal(history.present, 3 * MOST);
  let steps = 0;
  for (; history.canUndo; steps++) assert.equal(history.undo(), 3 * MOST - steps - 1);
  assert.equal(steps, MOST - 1);
});

test("a new state forgets what had been undone", () => {
  const history = new History("a");
  history.push("b");
  history.undo();
  history.push("c");
  assert.equal(history.canRedo, false);
  assert.equal(history.undo(), "a");
  assert.equal(history.redo(), "c");
});

test("there is nothing before the first state and nothing after the last", () => {
  const history = new History("a");
  assert.equal(history.undo(), "a");
  assert.equal(history.redo(), "a");
  assert.ok(!history.canUndo && !history.canRedo);
});
