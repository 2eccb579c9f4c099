/**
 * The server: what it answers, and how it is asked while somebody draws.
 */

import { decode, size } from "./tensor.js";

/**
 * @typedef {import("./schema.d.ts").components["schemas"]} Schemas
 * @typedef {Schemas["Model"]} Model
 * @typedef {Schemas["Layer"]} Layer
 * @typedef {Schemas["Drawing"]} Drawing
 * @typedef {Schemas["Unit"]} Unit
 * @typedef {Schemas["Report"]} Report
 * @typedef {import("./tensor.js").Tensor} Tensor
 * @typedef {import("./edits.js").Edit} Edit
 *
 * @typedef {object} Trace
 * @property {number} prediction the top class's index
 * @property {string} label its name
 * @property {readonly number[]} probabilities
 * @property {ReadonlyMap<string, Tensor>} activations by layer id
 * @property {Schemas["Frame"]} frame where the network's input lies in the drawing
 * @property {Schemas["Familiarity"] | null} familiarity null if the network cannot tell
 *
 * @typedef {Schemas["TimelinePoint"] & {
 *   moment: number,
 *   weights: ReadonlyMap<string, Tensor | null>,
 * }} Moment with the weight of the layers that were asked for
 *
 * @typedef {Omit<Schemas["Timeline"], "moments"> & {moments: readonly Moment[]}} Timeline
 *
 * @typedef {object} Place a layer's in a trace
 * @property {string} id
 * @property {readonly number[]} shape
 *
 * @typedef {object} Weights
 * @property {Tensor | null} weight
 * @property {Tensor | null} bias
 */

const NO_CONTENT = 204;
const TEXT = new TextDecoder();

/** What the server refused (RFC 9457), or that it could not be reached. */
export class Problem extends Error {
  /**
   * @param {string} detail what happened
   * @param {string} hint what to do
   * @param {Record<string, unknown>} [body] all that the server said of it; empty if it said nothing
   */
  constructor(detail, hint, body = {}) {
    super(`${detail} ${hint}`.trim());
    this.name = "Problem";
    this.body = body;
  }
}

/**
 * @param {string} modelId
 * @param {Drawing} drawing
 * @returns {Promise<Trace>}
 */
export async function readTrace(modelId, drawing) {
  const url = `/api/models/${modelId}/traces?encoding=binary`;
  const answer = await fetchAnswer(url, post(drawing));
  return decodeTrace(await answer.arrayBuffer());
}

/**
 * Read a trace in binary, see app/answers.py. The activations are views of it, no copies.
 *
 * @param {ArrayBuffer} frame
 * @param {readonly Place[]} [layers] in their order; where not given, the trace itself says them
 * @returns {Trace}
 */
export function decodeTrace(frame, layers) {
  const length = new DataView(frame).getUint32(0, true);
  let place = 4 + length;
  const header = JSON.parse(TEXT.decode(new Uint8Array(frame, 4, length)));
  /** @type {Map<string, Tensor>} */
  const activations = new Map();
  for (const { id, shape } of layers ?? header.layers) {
    const values = new Float32Array(frame, place, size(shape));
    activations.set(id, { shape, values });
    place += values.byteLength;
  }
  if (place !== frame.byteLength) {
    throw new RangeError(`a frame of ${place} bytes has ${frame.byteLength}`);
  }
  const { prediction, label, probabilities, familiarity } = header;
  return { prediction, label, probabilities, activations, frame: header.frame, familiarity };
}

/**
 * @param {string} modelId
 * @param {readonly string[]} layers to bring the weights of, at each moment
 * @returns {Promise<Timeline>}
 */
export async function readTimeline(modelId, layers) {
  /** @type {Schemas["Timeline"]} */
  const { moments, ...facts } = await ask(
    `/api/models/${modelId}/timeline?encoding=base64&layers=${layers.join(",")}`,
    {},
  );
  const decoded = moments.map(({ weights, ...moment }) => {
    const tensors = Object.entries(weights).map(
      ([id, { weight }]) => /** @type {const} */ ([id, weight && decode(weight)]),
    );
    return { ...moment, weights: new Map(tensors) };
  });
  return { ...facts, moments: decoded };
}

/**
 * @param {string} modelId
 * @param {Drawing} drawing
 * @param {readonly string[]} layers to bring the activations of, at each moment
 * @returns {Promise<Trace[]>} what the model made of the drawing at each moment of its training
 */
export async function readMoments(modelId, drawing, layers) {
  /** @type {Schemas["Readings"]} */
  const { moments, frame } = await ask(
    `/api/models/${modelId}/timeline?encoding=base64&layers=${layers.join(",")}`,
    post(drawing),
  );
  return moments.map(({ activations, ...reading }) => {
    const tensors = Object.entries(activations).map(
      ([id, array]) => /** @type {const} */ ([id, decode(array)]),
    );
    return { ...reading, activations: new Map(tensors), frame };
  });
}

/**
 * @param {string} modelId
 * @param {Drawing} drawing
 * @returns {Promise<Schemas["Prediction"]>}
 */
export async function readPrediction(modelId, drawing) {
  return ask(`/api/models/${modelId}/predictions`, post(drawing));
}

/**
 * @param {string} modelId
 * @param {Drawing} drawing
 * @returns {Promise<Schemas["Neighbours"]>} the training digits nearest to it
 */
export async function readNeighbours(modelId, drawing) {
  return ask(`/api/models/${modelId}/neighbours`, post(drawing));
}

/**
 * @param {string} modelId
 * @returns {Promise<Schemas["FeatureSpace"]>} the map of the training digits
 */
export async function readFeatureSpace(modelId) {
  return ask(`/api/models/${modelId}/feature_space`, {});
}

/**
 * @param {string} modelId
 * @param {Drawing} drawing
 * @returns {Promise<Schemas["Input"]>} the way from the drawing to the network's input
 */
export async function readInput(modelId, drawing) {
  return ask(`/api/models/${modelId}/inputs`, post(drawing));
}

/**
 * @param {string} modelId
 * @param {readonly Edit[]} edits
 * @returns {Promise<Schemas["Evaluation"]>} how the edited network does on the bundled digits
 */
export async function evaluate(modelId, edits) {
  return ask(`/api/models/${modelId}/evaluations`, post({ edits }));
}

/**
 * @param {string} modelId
 * @param {string} layerId
 * @param {readonly Edit[]} [edits]
 * @returns {Promise<Weights>} as they are after the edits
 */
export async function readWeights(modelId, layerId, edits = []) {
  /** @type {Schemas["Weights"]} */
  const { weight, bias } = await ask(
    `/api/models/${modelId}/layers/${layerId}/weights?encoding=base64`,
    post({ edits }),
  );
  return { weight: weight && decode(weight), bias: bias && decode(bias) };
}

/**
 * @param {string} modelId
 * @param {string} layerId
 * @param {Drawing} drawing
 * @param {"lists" | "npy"} encoding JSON, or a numpy file
 * @returns {Promise<Blob>} the layer's activation
 */
export async function readLayerFile(modelId, layerId, drawing, encoding) {
  const url = `/api/models/${modelId}/traces?layers=${layerId}&encoding=${encoding}`;
  return (await fetchAnswer(url, post(drawing))).blob();
}

/**
 * @param {string} modelId
 * @param {string} layerId
 * @param {readonly number[]} index channel, row and column, or channel alone
 * @param {Drawing} drawing
 * @returns {Promise<Unit>} the arithmetic of one unit
 */
export async function readUnit(modelId, layerId, [channel, row, column], drawing) {
  const question = { ...drawing, channel, row, column };
  return ask(`/api/models/${modelId}/layers/${layerId}/units`, post(question));
}

/**
 * @param {string} modelId
 * @returns {Promise<Report>} what the training measured
 */
export async function readReport(modelId) {
  return ask(`/api/models/${modelId}/report`, {});
}

/**
 * Ask for one of the lecture's computations.
 *
 * @param {string} path
 * @param {object} body
 * @returns {Promise<any>} the answer's JSON
 * @throws {Problem}
 */
export async function compute(path, body) {
  return ask(path, post(body));
}

/**
 * Ask anything of a path of the API.
 *
 * @param {"GET" | "POST" | "PUT" | "DELETE"} method
 * @param {string} path
 * @param {object} [body]
 * @returns {Promise<any>} the answer's JSON; null where there is none
 * @throws {Problem}
 */
export async function request(method, path, body) {
  const answer = await fetchAnswer(path, body ? { ...post(body), method } : { method });
  return answer.status === NO_CONTENT ? null : answer.json();
}

/**
 * @param {object} body
 * @returns {RequestInit}
 */
function post(body) {
  return {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  };
}

/**
 * @param {string} url
 * @param {RequestInit} request
 * @returns {Promise<any>} the answer's JSON
 * @throws {Problem}
 */
async function ask(url, request) {
  return (await fetchAnswer(url, request)).json();
}

/**
 * @param {string} url
 * @param {RequestInit} request
 * @throws {Problem}
 */
async function fetchAnswer(url, request) {
  let response;
  try {
    response = await fetch(url, request);
  } catch {
    throw new Problem("The server cannot be reached.", "Your drawing is kept; go on to try again.");
  }
  if (response.ok) return response;
  /** @type {Partial<Schemas["Problem"]>} */
  const problem = await response.json().catch(() => ({}));
  throw new Problem(
    problem.detail ?? `The server answered with status ${response.status}.`,
    problem.hint ?? "Your drawing is kept; go on to try again.",
    problem,
  );
}

/**
 * Ask one question at a time, and of the questions that come meanwhile only the newest: so
 * they never queue up, however slow the answers are.
 *
 * @template Question, Answer
 */
export class NewestWins {
  #send;
  #settle;
  /** @type {{question: Question} | null} */
  #waiting = null;
  #running = false;
  #expected = false;
  #round = 0;

  /**
   * @param {(question: Question) => Promise<Answer>} send
   * @param {{answer: (answer: Answer) => void, fail: (error: unknown) => void}} settle
   */
  constructor(send, settle) {
    this.#send = send;
    this.#settle = settle;
  }

  /** Whether an answer is still to come. */
  get busy() {
    return this.#expected;
  }

  /** @param {Question} question */
  ask(question) {
    this.#expected = true;
    this.#waiting = { question };
    if (!this.#running) this.#run();
  }

  /** Take back every question: no answer to them will be told. */
  drop() {
    this.#expected = false;
    this.#waiting = null;
    this.#round++;
  }

  async #run() {
    this.#running = true;
    while (this.#waiting) {
      const { question } = this.#waiting;
      const round = this.#round;
      this.#waiting = null;
      const tell = await this.#send(question).then(
        (answer) => () => this.#settle.answer(answer),
        (error) => () => this.#settle.fail(error),
      );
      if (round !== this.#round) continue;
      this.#expected = this.#waiting !== null;
      tell();
    }
    this.#running = false;
  }
}
