/**
 * A run of the server: commanded by requests, followed by its events.
 *
 * @typedef {import("../api.js").Schemas} Schemas
 * @typedef {Required<Schemas["TrainingSettings"]>} Settings
 * @typedef {Omit<Schemas["TrainingRun"], "settings"> & {settings: Settings}} Described
 * @typedef {Schemas["TrainingState"]} State
 * @typedef {Schemas["TrainingProgress"]} Progress
 * @typedef {Schemas["TrainingSnapshot"]} Snapshot
 * @typedef {"start" | "pause" | "batch" | "epoch" | "stop"} Command
 *
 * @typedef {object} Listener
 * @property {(state: State) => void} state
 * @property {(progress: Progress) => void} progress
 * @property {(json: string) => void} snapshot of a {@link Snapshot}; read only if it is shown
 * @property {(connected: boolean) => void} connection
 * @property {() => void} gone
 */

import { NewestWins, Problem, request } from "../api.js";

const RUNS = "/api/training_runs";
const [MISSING, BUSY] = [404, 429];
/** Milliseconds. */
const RETRY = 3000;

/**
 * @param {Settings} settings
 * @returns {Promise<Described>}
 * @throws {Problem}
 */
export function begin(settings) {
  return request("POST", RUNS, settings);
}

/**
 * @param {string} id
 * @returns {Promise<Described | null>} null if there is none, or no more
 * @throws {Problem}
 */
export async function find(id) {
  try {
    return await request("GET", `${RUNS}/${id}`);
  } catch (error) {
    if (error instanceof Problem && error.body.status === MISSING) return null;
    throw error;
  }
}

/** A run that somebody looks at. */
export class Run {
  #path;
  #listener;
  /** @type {EventSource | null} */
  #events = null;
  #retrying = 0;
  #over = false;
  #drawings;

  /**
   * @param {Described} described
   * @param {Listener} listener
   */
  constructor(described, listener) {
    this.described = described;
    this.#path = `${RUNS}/${described.id}`;
    this.#listener = listener;
    const nothing = () => {};
    this.#drawings = new NewestWins(
      (/** @type {import("../api.js").Drawing} */ drawing) =>
        request("PUT", `${this.#path}/drawing`, drawing),
      // Of what ails a run its events tell.
      { answer: nothing, fail: nothing },
    );
    this.#listen();
  }

  /**
   * @param {Command} command
   * @throws {Problem}
   */
  async command(command) {
    await request("POST", `${this.#path}/commands`, { command });
  }

  /** @param {import("../api.js").Drawing} drawing */
  show(drawing) {
    this.#drawings.ask(drawing);
  }

  /** Let it go, here and on the server. */
  remove() {
    this.#close();
    request("DELETE", this.#path).catch(() => {});
  }

  #close() {
    this.#over = true;
    clearTimeout(this.#retrying);
    this.#events?.close();
  }

  #listen() {
    const events = new EventSource(`${this.#path}/events`);
    this.#events = events;
    events.addEventListener("open", () => this.#listener.connection(true));
    events.addEventListener("error", () => void this.#lost(events));
    events.addEventListener("progress", ({ data }) => this.#listener.progress(JSON.parse(data)));
    events.addEventListener("snapshot", ({ data }) => this.#listener.snapshot(data));
    events.addEventListener("state", ({ data }) => {
      /** @type {State} */
      const state = JSON.parse(data);
      if (state.state === "removed") this.#end();
      else this.#listener.state(state);
    });
  }

  /** @param {EventSource} events the browser tries again by itself, unless it was refused */
  async #lost(events) {
    if (this.#over) return;
    this.#listener.connection(false);
    if (events.readyState !== EventSource.CLOSED) return;
    const found = await find(this.described.id).catch((error) => error);
    if (this.#over) return;
    if (found === null) this.#end();
    else this.#retrying = window.setTimeout(() => this.#listen(), RETRY);
  }

  #end() {
    this.#close();
    this.#listener.gone();
  }
}

/**
 * @param {unknown} error
 * @returns {"too_many" | "unreachable" | "refused"} why there is no run
 */
export function why(error) {
  if (!(error instanceof Problem) || error.body.status === undefined) return "unreachable";
  return error.body.status === BUSY ? "too_many" : "refused";
}
