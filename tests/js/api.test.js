import assert from "node:assert/strict";
import test from "node:test";
import { NewestWins, Problem, readTrace, readWeights } from "../../static/js/api.js";
import { frameOf } from "./frames.js";

/** A server that answers when it is told to, and counts what it is asked at once. */
function slowServer() {
  /** @type {{question: string, answer: (text: string) => void, fail: (error: Error) => void}[]} */
  const open = [];
  /** @type {string[]} */
  const asked = [];
  let most = 0;
  const send = (/** @type {string} */ question) =>
    /** @type {Promise<string>} */ (
      new Promise((answer, fail) => {
        asked.push(question);
        open.push({ question, answer, fail });
        most = Math.max(most, open.length);
      })
    );
  const next = () => {
    const request = open.shift();
    assert.ok(request, "nothing is being asked");
    return request;
  };
  return { send, next, asked, most: () => most };
}

/** @param {(question: string) => Promise<string>} send */
function queue(send) {
  /** @type {string[]} */
  const answers = [];
  /** @type {unknown[]} */
  const failures = [];
  const newest = new NewestWins(send, {
    answer: (text) => answers.push(text),
    fail: (error) => failures.push(error),
  });
  return { newest, answers, failures };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test("while one question runs only the newest of the others is kept", async () => {
  const server = slowServer();
  const { newest, answers } = queue(server.send);
  for (const question of ["1", "12", "123", "1234"]) newest.ask(question);
  server.next().answer("one");
  await settled();
  server.next().answer("one to four");
  await settled();
  assert.deepEqual(server.asked, ["1", "1234"]);
  assert.deepEqual(answers, ["one", "one to four"]);
  assert.equal(server.most(), 1);
});

test("an answer to what was taken back is not told", async () => {
  const server = slowServer();
  const { newest, answers, failures } = queue(server.send);
  newest.ask("drawn");
  newest.ask("drawn on");
  newest.drop();
  server.next().answer("too late");
  await settled();
  assert.deepEqual([answers, failures, server.asked], [[], [], ["drawn"]]);
});

test("a question after one that was taken back is asked and answered", async () => {
  const server = slowServer();
  const { newest, answers } = queue(server.send);
  newest.ask("drawn");
  newest.drop();
  newest.ask("drawn anew");
  assert.equal(server.most(), 1);
  server.next().answer("too late");
  await settled();
  server.next().answer("in time");
  await settled();
  assert.deepEqual(answers, ["in time"]);
});

test("a failure is told and the next question is asked", async () => {
  const server = slowServer();
  const { newest, answers, failures } = queue(server.send);
  newest.ask("a");
  newest.ask("b");
  server.next().fail(new Error("no"));
  await settled();
  server.next().answer("yes");
  await settled();
  assert.deepEqual(answers, ["yes"]);
  assert.equal(failures.length, 1);
});

test("a trace's arrays are decoded by layer", async (t) => {
  const header = {
    prediction: 3,
    label: "three",
    probabilities: [0.1, 0.9],
    layers: [{ id: "conv1", shape: [1, 1, 2] }],
  };
  const answer = async () => new Response(frameOf(header, [1, 2]));
  const request = t.mock.method(globalThis, "fetch", answer);
  const trace = await readTrace("net", { strokes: [[[1, 2]]] });
  const [url, { body: sent }] = /** @type {[string, any]} */ (
    /** @type {unknown} */ (request.mock.calls[0].arguments)
  );
  assert.equal(url, "/api/models/net/traces?encoding=binary");
  assert.deepEqual(JSON.parse(sent), { strokes: [[[1, 2]]] });
  assert.equal(trace.label, "three");
  assert.deepEqual([...(trace.activations.get("conv1")?.values ?? [])], [1, 2]);
});

test("a layer without a bias has none", async (t) => {
  const data = Buffer.from(new Float32Array([1]).buffer).toString("base64");
  const body = { weight: { shape: [1], data }, bias: null };
  t.mock.method(globalThis, "fetch", async () => Response.json(body));
  const { weight, bias } = await readWeights("net", "fc");
  assert.deepEqual([...(weight?.values ?? [])], [1]);
  assert.equal(bias, null);
});

test("what the server refuses is told in its own words", async (t) => {
  const problem = { detail: "The drawing has 9 points.", hint: "Draw less." };
  t.mock.method(globalThis, "fetch", async () => Response.json(problem, { status: 413 }));
  await assert.rejects(readWeights("net", "fc"), (error) => {
    assert.ok(error instanceof Problem);
    assert.equal(error.message, "The drawing has 9 points. Draw less.");
    return true;
  });
});

test("an answer that is no problem document still tells its status", async (t) => {
  t.mock.method(globalThis, "fetch", async () => new Response("<html>", { status: 502 }));
  await assert.rejects(readWeights("net", "fc"), /status 502/);
});

test("a server that is gone is told as such", async (t) => {
  t.mock.method(globalThis, "fetch", async () => {
    throw new TypeError("fetch failed");
  });
  await assert.rejects(readWeights("net", "fc"), /cannot be reached/);
});
