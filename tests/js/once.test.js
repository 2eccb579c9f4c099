import assert from "node:assert/strict";
import test from "node:test";
import { once } from "../../static/js/dom.js";

test("what is fetched once is not fetched again, also while it is under way", async () => {
  let count = 0;
  const fetched = once(async () => ++count);
  assert.deepEqual(await Promise.all([fetched(), fetched()]), [1, 1]);
  assert.equal(await fetched(), 1);
});

test("what failed is told to all who asked, and fetched again", async () => {
  let count = 0;
  const fetched = once(async () => {
    if (++count === 1) throw new Error("gone");
    return count;
  });
  const both = await Promise.allSettled([fetched(), fetched()]);
  assert.deepEqual(
    both.map(({ status }) => status),
    ["rejected", "rejected"],
  );
  assert.equal(await fetched(), 2);
});
