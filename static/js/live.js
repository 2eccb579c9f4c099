/**
 * Reading drawings live: over a socket to which only what is new goes, while there is one, else
 * by requests. Whoever asks gets the same trace and does not know which way it came.
 */

import { decodeTrace, Problem, readTrace } from "./api.js";

/**
 * @typedef {import("./api.js").Drawing} Drawing
 * @typedef {import("./api.js").Trace} Trace
 * @typedef {NonNullable<Drawing["strokes"]>} Strokes
 *
 * @typedef {import("./api.js").Place} Place
 *
 * @typedef {object} Question that is under way
 * @property {Drawing} drawing
 * @property {(trace: Trace | Promise<Trace>) => void} answer
 * @property {(problem: Problem) => void} refuse
 *
 * @typedef {object} Change what is new, see app/live_drawing.py
 * @property {true} [reset]
 * @property {number} [keep]
 * @property {Strokes[number]} [extend]
 * @property {Drawing["strokes"]} [strokes]
 */

/** Milliseconds in which a socket has to answer; one that is half open never does. */
const PATIENCE = 5000;
/** Milliseconds from a first failure to another try; each further failure doubles them. */
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 60_000;

export class LiveReader {
  #modelId;
  /** @type {WebSocket | null} */
  #socket = null;
  /** @type {readonly Place[] | null} null until the socket has said them */
  #layers = null;
  /** @type {Drawing | null} what the server knows; null if that is not certain */
  #sent = null;
  /** @type {Question | null} */
  #question = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #patience;
  #failures = 0;
  #notBefore = 0;

  /** @param {string} modelId */
  constructor(modelId) {
    this.#modelId = modelId;
  }

  /**
   * Read one drawing after the other: the next once the one before is answered.
   *
   * @param {Drawing} drawing
   * @returns {Promise<Trace>}
   */
  read(drawing) {
    if (!this.#socket) this.#connect();
    if (!this.#layers || this.#question) return readTrace(this.#modelId, drawing);
    return new Promise((answer, refuse) => {
      this.#question = { drawing, answer, refuse };
      this.#patience = setTimeout(() => this.#lose(), PATIENCE);
      this.#socket?.send(JSON.stringify(change(this.#sent, drawing)));
      this.#sent = drawing;
    });
  }

  /** Hang up; the next question calls again. */
  close() {
    this.#failures = 0;
    this.#lose();
  }

  #connect() {
    if (performance.now() < this.#notBefore) return;
    const url = new URL(`/api/models/${this.#modelId}/live`, location.href);
    url.protocol = url.protocol.replace("http", "ws");
    try {
      const socket = new WebSocket(url);
      socket.binaryType = "arraybuffer";
      // What a socket says that has been given up counts no more.
      socket.onmessage = ({ data }) => this.#socket === socket && this.#hear(data);
      socket.onclose = () => this.#socket === socket && this.#lose();
      this.#socket = socket;
    } catch {
      this.#lose(); // forbidden where the page is shown
    }
  }

  /** @param {string | ArrayBuffer} data */
  #hear(data) {
    if (data instanceof ArrayBuffer && this.#layers) {
      this.#failures = 0;
      this.#settle()?.answer(decodeTrace(data, this.#layers));
      return;
    }
    const said = JSON.parse(String(data));
    if (said.layers) {
      this.#layers = said.layers;
      return;
    }
    this.#sent = null;
    this.#settle()?.refuse(new Problem(said.detail, said.hint, said));
  }

  #settle() {
    clearTimeout(this.#patience);
    const question = this.#question;
    this.#question = null;
    return question;
  }

  /** Give the socket up; what it has not answered is asked by request. */
  #lose() {
    const socket = this.#socket;
    this.#socket = this.#layers = this.#sent = null;
    socket?.close();
    const pause = Math.min(FIRST_PAUSE * 2 ** this.#failures++, LONGEST_PAUSE);
    // Not all at once, when a server comes back that many have lost.
    this.#notBefore = performance.now() + pause * (0.5 + Math.random() / 2);
    const question = this.#settle();
    question?.answer(readTrace(this.#modelId, question.drawing));
  }
}

/**
 * Say what is new in a drawing.
 *
 * @param {Drawing | null} before what the server knows; null for nothing
 * @param {Drawing} now its strokes that are as before are the same arrays, and its points
 * @returns {Change & Drawing}
 */
export function change(before, now) {
  const { strokes: drawn, ...rest } = now;
  const { strokes: known, ...others } = before ?? {};
  if (!drawn || !known || JSON.stringify(rest) !== JSON.stringify(others)) {
    return { reset: true, ...now };
  }
  let keep = 0;
  while (keep < known.length && known[keep] === drawn[keep]) keep++;
  /** @type {Change} */
  const found = {};
  const grown = known[keep] && drawn[keep] && added(known[keep], drawn[keep]);
  if (grown) {
    keep++;
    if (grown.length) found.extend = grown;
  }
  if (keep < known.length) found.keep = keep;
  if (keep < drawn.length) found.strokes = drawn.slice(keep);
  return found;
}

/**
 * @param {Strokes[number]} before
 * @param {Strokes[number]} now
 * @returns {Strokes[number] | null} the points by which a stroke has grown; null if it is another
 */
function added(before, now) {
  const same = before.length <= now.length && before.every((point, i) => point === now[i]);
  return same ? now.slice(before.length) : null;
}
