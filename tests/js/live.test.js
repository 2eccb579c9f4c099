import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { decodeTrace, Problem } from "../../static/js/api.js";
import { change, LiveReader } from "../../static/js/live.js";
import { frameOf } from "./frames.js";

/** @typedef {import("../../static/js/api.js").Drawing} Drawing */

const LAYERS = [
  { id: "conv1", shape: [2, 1, 2] },
  { id: "fc1", shape: [3] },
];
const NUMBERS = [1.5, -2, 0.1, 3e-9, 7, 8, 9];

const HEADER = {
  sequence: 1,
  prediction: 3,
  label: "three",
  probabilities: [0.1, 0.9],
  familiarity: null,
  frame: { top: 0, left: 0, bottom: 1, right: 1 },
};

/** A server's end of a socket, that does what a test tells it to. */
class Socket {
  /** @type {Socket[]} */
  static all = [];
  /** @type {any[]} */
  sent = [];
  closed = false;
  onmessage = (/** @type {{data: unknown}} */ _) => {};
  onclose = () => {};

  /** @param {URL} url */
  constructor(url) {
    this.url = String(url);
    Socket.all.push(this);
  }

  /** @param {string} text */
  send(text) {
    this.sent.push(JSON.parse(text));
  }

  close() {
    this.closed = true;
  }

  open() {
    this.say({ model_id: "net", layers: LAYERS });
  }

  /** @param {object} said */
  say(said) {
    this.onmessage({ data: said instanceof ArrayBuffer ? said : JSON.stringify(said) });
  }
}

/** @type {Drawing} */
const SEVEN = {
  strokes: [
    [
      [1, 2],
      [3, 4],
    ],
  ],
};
let clock = 0;
/** @type {string[]} */
let requests = [];

beforeEach(() => {
  mock.restoreAll();
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
  Socket.all = [];
  requests = [];
  clock = 0;
  mock.method(performance, "now", () => clock);
  mock.method(globalThis, "fetch", async (/** @type {string} */ url) => {
    requests.push(url);
    return new Response(frameOf({ ...HEADER, label: "by request", layers: [] }, []));
  });
  Object.assign(globalThis, { WebSocket: Socket, location: { href: "https://lens.example/#a" } });
});

/** A reader whose socket is open. */
async function opened() {
  const reader = new LiveReader("net");
  await reader.read(SEVEN);
  requests = [];
  const socket = /** @type {Socket} */ (Socket.all.at(-1));
  socket.open();
  return { reader, socket };
}

test("an answer's activations are views of its frame", () => {
  const frame = frameOf(HEADER, NUMBERS);
  const trace = decodeTrace(frame, LAYERS);
  const [conv1, fc1] = [...trace.activations.values()];
  assert.deepEqual([conv1.shape, fc1.shape], [[2, 1, 2], [3]]);
  const float32 = new Float32Array(NUMBERS);
  assert.deepEqual([...conv1.values, ...fc1.values], [...float32]);
  assert.equal(conv1.values.buffer, frame);
  assert.equal(trace.label, "three");
  assert.deepEqual(trace.probabilities, [0.1, 0.9]);
  assert.deepEqual(trace.frame, HEADER.frame);
});

test("a header of any length leaves the numbers where they can be read", () => {
  for (let more = 0; more < 5; more++) {
    const { activations } = decodeTrace(
      frameOf({ ...HEADER, label: "x".repeat(more) }, NUMBERS),
      LAYERS,
    );
    assert.equal(activations.get("fc1")?.values[2], 9);
  }
});

test("a frame that is too long or too short for the layers is not taken", () => {
  assert.throws(() => decodeTrace(frameOf(HEADER, [...NUMBERS, 1]), LAYERS), RangeError);
  assert.throws(() => decodeTrace(frameOf(HEADER, NUMBERS.slice(1)), LAYERS), RangeError);
});

test("only what is new is said, and it adds up to the drawing", () => {
  const points = Array.from({ length: 9 }, (_, i) => /** @type {[number, number]} */ ([i, -i]));
  const [a, b] = [points.slice(0, 3), points.slice(3, 6)];
  const longer = [...b, points[7], points[8]];
  const cases = [
    [[a], [a, b], { strokes: [b] }],
    [[a, b], [a, longer], { extend: longer.slice(3) }],
    [[a, b], [a, longer, a], { extend: longer.slice(3), strokes: [a] }],
    [[a, b], [a], { keep: 1 }],
    [[a, b], [], { keep: 0 }],
    [[a, b], [b], { keep: 0, strokes: [b] }],
    [[a, longer], [a, b], { keep: 1, strokes: [b] }],
    [[a, b, a], [a, longer], { keep: 2, extend: longer.slice(3) }],
    [[], [a], { strokes: [a] }],
    [[a], [a], {}],
  ];
  for (const [before, now, expected] of cases) {
    const found = change(
      { strokes: /** @type {any} */ (before) },
      { strokes: /** @type {any} */ (now) },
    );
    assert.deepEqual(found, expected);
  }
});

test("whatever else changes is said with all of it", () => {
  const now = /** @type {Drawing} */ ({ ...SEVEN, without: ["crop"] });
  assert.deepEqual(change(SEVEN, now), { reset: true, ...now });
  assert.deepEqual(change(null, SEVEN), { reset: true, ...SEVEN });
  assert.deepEqual(change(SEVEN, { pixels: [[1]] }), { reset: true, pixels: [[1]] });
  assert.deepEqual(change({ pixels: [[1]] }, SEVEN), { reset: true, ...SEVEN });
});

test("until the socket is open a drawing is read by request", async () => {
  const reader = new LiveReader("net");
  assert.equal((await reader.read(SEVEN)).label, "by request");
  assert.deepEqual(requests, ["/api/models/net/traces?encoding=binary"]);
  assert.equal(Socket.all[0].url, "wss://lens.example/api/models/net/live");
});

test("over an open socket goes only what is new", async () => {
  const { reader, socket } = await opened();
  const first = reader.read(SEVEN);
  socket.say(frameOf(HEADER, NUMBERS));
  assert.equal((await first).label, "three");
  const [stroke] = /** @type {[number, number][][]} */ (SEVEN.strokes);
  const second = reader.read({ strokes: [[...stroke, [5, 6]]] });
  socket.say(frameOf({ ...HEADER, sequence: 2, label: "four" }, NUMBERS));
  assert.equal((await second).label, "four");
  assert.deepEqual(socket.sent, [{ reset: true, ...SEVEN }, { extend: [[5, 6]] }]);
  assert.deepEqual(requests, []);
});

test("a problem is the server's own, and the whole drawing is said after it", async () => {
  const { reader, socket } = await opened();
  const refused = reader.read(SEVEN);
  socket.say({ sequence: 1, detail: "Too much.", hint: "Draw less.", code: "too_large" });
  await assert.rejects(
    refused,
    (error) => error instanceof Problem && /Draw less/.test(error.message),
  );
  reader.read(SEVEN);
  assert.deepEqual(socket.sent[1], { reset: true, ...SEVEN });
});

test("what a lost socket has not answered is asked by request", async () => {
  const { reader, socket } = await opened();
  const asked = reader.read(SEVEN);
  socket.onclose();
  assert.equal((await asked).label, "by request");
});

test("a socket that does not answer is given up", async () => {
  const { reader, socket } = await opened();
  const asked = reader.read(SEVEN);
  mock.timers.tick(5000);
  assert.equal((await asked).label, "by request");
  assert.ok(socket.closed);
  socket.say(frameOf(HEADER, NUMBERS)); // too late, and nobody's any more
});

test("a lost socket is opened again after a pause that doubles, and told all", async () => {
  mock.method(Math, "random", () => 1);
  const { reader, socket } = await opened();
  socket.onclose();
  for (const pause of [500, 1000, 2000]) {
    const before = Socket.all.length;
    clock += pause - 1;
    await reader.read(SEVEN);
    assert.equal(Socket.all.length, before, `${pause}`);
    clock += 1;
    await reader.read(SEVEN);
    assert.equal(Socket.all.length, before + 1, `${pause}`);
    Socket.all.at(-1)?.onclose();
  }
  clock += 4000;
  await reader.read(SEVEN);
  const again = /** @type {Socket} */ (Socket.all.at(-1));
  again.open();
  const asked = reader.read(SEVEN);
  assert.deepEqual(again.sent, [{ reset: true, ...SEVEN }]);
  again.say(frameOf(HEADER, NUMBERS));
  await asked;
  again.onclose();
  clock += 500;
  await reader.read(SEVEN);
  assert.notEqual(Socket.all.at(-1), again, "an answer makes the pause short again");
});

test("where sockets are forbidden all is read by request", async () => {
  Object.assign(globalThis, {
    WebSocket: class {
      constructor() {
        throw new DOMException("no", "SecurityError");
      }
    },
  });
  const reader = new LiveReader("net");
  assert.equal((await reader.read(SEVEN)).label, "by request");
  assert.equal((await reader.read(SEVEN)).label, "by request");
});
