import assert from "node:assert/strict";
import test, { beforeEach } from "node:test";
import { done, forget, note, progress } from "../../static/js/progress.js";

/** @type {Map<string, string>} */
const kept = new Map();
let blocked = false;

/** As in a browser; blocked, as in a private window that keeps nothing. */
const storage = {
  getItem(/** @type {string} */ key) {
    if (blocked) throw new Error("denied");
    return kept.get(key) ?? null;
  },
  setItem(/** @type {string} */ key, /** @type {string} */ text) {
    if (blocked) throw new Error("denied");
    kept.set(key, text);
  },
  removeItem(/** @type {string} */ key) {
    if (blocked) throw new Error("denied");
    kept.delete(key);
  },
};
Object.defineProperty(globalThis, "localStorage", { value: storage });

beforeEach(() => {
  kept.clear();
  blocked = false;
});

test("what was done is kept, chapter by chapter", () => {
  note("stride", { predicted: true, exercises: 3 });
  note("stride", { solved: [0, 2] });
  note("padding", { solved: [1], exercises: 2 });
  assert.deepEqual(done("stride"), { predicted: true, solved: [0, 2], exercises: 3 });
  assert.deepEqual(done("padding"), { predicted: false, solved: [1], exercises: 2 });
  assert.deepEqual(done("pooling"), { predicted: false, solved: [], exercises: 0 });
  forget();
  assert.deepEqual(progress(), {});
});

test("what others left there does no harm", () => {
  for (const text of ["", "no JSON", "null", "7", '{"stride": 3}', '{"stride": {"solved": "x"}}']) {
    kept.set("convlens-progress", text);
    assert.deepEqual(done("stride"), { predicted: false, solved: [], exercises: 0 }, text);
    note("stride", { predicted: true });
  }
});

test("a browser that keeps nothing is no trouble", () => {
  blocked = true;
  note("stride", { predicted: true });
  forget();
  assert.deepEqual(done("stride"), { predicted: false, solved: [], exercises: 0 });
});
