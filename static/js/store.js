/**
 * The page's state, and the part of it that lives in the address: any view is a link.
 */

import { parse, read, texts } from "./address.js";
import { decode as readEdits, encode as writeEdits } from "./edits.js";
import { decode, encode } from "./strokes.js";

/**
 * @typedef {object} Subject what the network reads
 * @property {number | null} digit the chosen digit of the gallery; null for a drawing
 * @property {number} [test] the place in MNIST's test set of a digit that the model's report
 *   names; then `digit` is null and there are no strokes
 * @property {readonly import("./strokes.js").Stroke[]} strokes the drawing; none for a digit
 *
 * @typedef {"crop" | "scale" | "centre" | "pad"} Step on the way from the drawing to the input
 *
 * @typedef {object} Experiment all that decides what comes out
 * @property {Subject} subject
 * @property {number} penWidth pad units
 * @property {readonly Step[]} without the steps that are left out
 * @property {readonly import("./edits.js").Edit[]} edits what is changed in the network
 *
 * @typedef {object} Place in the network
 * @property {string | null} layer its id; null for all of it
 * @property {readonly number[]} index [], [channel] or [channel, row, column]
 *
 * @typedef {"map" | "layer" | "network"} Scale what shares a range of colours
 *
 * @typedef {Experiment & {
 *   view: Place,
 *   scale: Scale,
 *   held: Experiment | null,
 * }} View what a link restores; `held` is the drawing A of a comparison
 *
 * @typedef {View & {
 *   trace: import("./api.js").Trace | null,
 *   hover: Place | null,
 *   notice: string,
 * }} State
 */

/** @type {Experiment} */
const UNTOUCHED = { subject: { digit: 65, strokes: [] }, penWidth: 20, without: [], edits: [] };

/** @type {View} */
export const START = { ...UNTOUCHED, view: { layer: null, index: [] }, scale: "layer", held: null };

export const PEN_WIDTHS = { least: 8, most: 40 };

/** @type {readonly Step[]} */
export const STEPS = ["crop", "scale", "centre", "pad"];

/** @type {readonly Scale[]} */
export const SCALES = ["map", "layer", "network"];

/** What stands before the names of the fields of the drawing that is held. */
const HELD = "a.";

/**
 * @template T
 * @typedef {import("./address.js").Fields<T>} Fields
 */

/** @type {Fields<Experiment>} */
const EXPERIMENT = {
  digit: {
    write: ({ subject }) => (subject.digit === null ? null : String(subject.digit)),
    read: (text) => (/^\d{1,4}$/.test(text) ? { subject: { digit: +text, strokes: [] } } : null),
  },
  test: {
    write: ({ subject }) => (subject.test === undefined ? null : String(subject.test)),
    read: (text) =>
      /^\d{1,5}$/.test(text) ? { subject: { digit: null, test: +text, strokes: [] } } : null,
  },
  ink: {
    write: ({ subject }) => (isDigit(subject) ? null : encode(subject.strokes)),
    read: (text) => {
      const strokes = decode(text);
      return strokes && { subject: { digit: null, strokes } };
    },
  },
  pen: {
    write: ({ penWidth }) => (penWidth === START.penWidth ? null : String(penWidth)),
    read: (text) =>
      +text >= PEN_WIDTHS.least && +text <= PEN_WIDTHS.most ? { penWidth: +text } : null,
  },
  without: {
    write: ({ without }) => without.join(",") || null,
    read: (text) => {
      const named = text.split(",");
      const without = STEPS.filter((step) => named.includes(step));
      return without.length === named.length ? { without } : null;
    },
  },
  edits: {
    write: ({ edits }) => writeEdits(edits) || null,
    read: (text) => {
      const edits = readEdits(text);
      return edits && { edits };
    },
  },
};

/** @type {Fields<View>} */
const VIEW = {
  ...EXPERIMENT,
  view: {
    write: ({ view }) => (view.layer === null ? null : [view.layer, ...view.index].join(",")),
    read: (text) => {
      const [, layer, rest] = text.match(/^(\w[\w.]*)((?:,\d{1,9})*)$/) ?? [];
      const index = rest?.split(",").slice(1).map(Number);
      return layer && index.length !== 2 && index.length < 4 ? { view: { layer, index } } : null;
    },
  },
  scale: {
    write: ({ scale }) => (scale === START.scale ? null : scale),
    read: (text) => {
      const scale = SCALES.find((known) => known === text);
      return scale ? { scale } : null;
    },
  },
};

/**
 * @param {Subject} subject
 * @returns {boolean} whether it is one of the digits, not a drawing
 */
export function isDigit({ digit, test }) {
  return digit !== null || test !== undefined;
}

/**
 * @param {View} view
 * @returns {string} the address' fragment, with its #
 */
export function toHash(view) {
  const held = view.held ? texts(EXPERIMENT, view.held) : [];
  return `#${[...texts(VIEW, view), ...held.map((text) => HELD + text)].join("&")}`;
}

/**
 * @param {string} hash an address' fragment; what cannot be read in it is as at the start
 * @returns {View}
 */
export function fromHash(hash) {
  const textOf = parse(hash);
  const view = { ...START, ...read(VIEW, textOf) };
  const held = read(EXPERIMENT, (name) => textOf(HELD + name));
  // An A without anything to read would be no A.
  if (held.subject) view.held = { ...UNTOUCHED, ...held };
  return view;
}

/**
 * @template {object} T
 * @typedef {(state: Readonly<T>, changed: Partial<T>) => void} Listener
 */

/**
 * Keep one object and tell who listens what changed in it.
 *
 * @template {object} T
 */
export class Store {
  /** @type {Set<Listener<T>>} */
  #listeners = new Set();
  #state;

  /** @param {T} state */
  constructor(state) {
    this.#state = state;
  }

  /** @returns {Readonly<T>} */
  get state() {
    return this.#state;
  }

  /** @param {Partial<T>} changed */
  set(changed) {
    this.#state = { ...this.#state, ...changed };
    for (const listener of this.#listeners) listener(this.#state, changed);
  }

  /** @param {Listener<T>} listener */
  subscribe(listener) {
    this.#listeners.add(listener);
  }
}
