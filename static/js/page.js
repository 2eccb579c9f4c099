/**
 * The page: the only module that knows the store, the server and the elements. It wires.
 */

import { NewestWins, readTrace, readWeights } from "./api.js";
import { loadDigits } from "./digits.js";
import { find, write } from "./dom.js";
import { toDrawing } from "./drawing.js";
import "./elements/color-scale.js";
import { DigitGallery } from "./elements/digit-gallery.js";
import { DrawPad } from "./elements/draw-pad.js";
import { FilterBank } from "./elements/filter-bank.js";
import { NetworkView } from "./elements/network-view.js";
import { ParameterTable } from "./elements/parameter-table.js";
import { ValueReadout } from "./elements/value-readout.js";
import { History } from "./history.js";
import { fromHash, START, Store, toHash } from "./store.js";
import { percent } from "./text.js";

/** @type {import("./api.js").Model} */
const model = JSON.parse(find(document, "#model", HTMLScriptElement).text);

const pad = find(document, "draw-pad", DrawPad);
const gallery = find(document, "digit-gallery", DigitGallery);
const network = find(document, "network-view", NetworkView);
const table = find(document, "parameter-table", ParameterTable);
const readout = find(document, "value-readout", ValueReadout);
const prediction = find(document, "output[name=prediction]", HTMLOutputElement);
const certainty = find(document, ".certainty", HTMLElement);
const notice = find(document, ".notice", HTMLElement);

/** @type {import("./store.js").State} */
const start = { ...fromHash(location.hash), trace: null, hover: null, notice: "" };
const store = new Store(start);
const past = new History(store.state.subject);
const reader = new NewestWins(
  (/** @type {import("./api.js").Drawing} */ drawing) => readTrace(model.id, drawing),
  {
    answer: (trace) => store.set({ trace, notice: "" }),
    fail: report,
  },
);
/** @type {FilterBank[]} */
const banks = [];
/** @type {readonly import("./digits.js").Digit[]} */
let digits = [];
/** @type {import("./api.js").Trace | null} */
let painted = null;
let frame = 0;
let quiet = 0;

network.model = model;
table.model = model;

store.subscribe((_, changed) => {
  if (changed.subject || changed.penWidth) showPad();
  if (changed.subject || changed.penWidth || changed.without || changed.edits) read();
  if (!frame) frame = requestAnimationFrame(paint);
});

/**
 * Take a subject as final: it can be undone, and it is what the address leads to.
 *
 * @param {import("./store.js").Subject} subject
 */
function settle(subject) {
  const another = subject.digit !== past.present.digit;
  past.push(subject);
  store.set({ subject });
  link(another);
}

/** @param {boolean} another whether it is another view, to which Back should lead */
function link(another) {
  const hash = toHash(store.state);
  if (hash !== location.hash) history[another ? "pushState" : "replaceState"](null, "", hash);
}

function showPad() {
  const { subject, penWidth } = store.state;
  const picture = subject.digit === null ? null : (digits[subject.digit]?.picture ?? null);
  pad.sheet = { strokes: subject.strokes, picture, penWidth };
  pad.possible = {
    undo: past.canUndo,
    redo: past.canRedo,
    clear: subject.digit !== null || subject.strokes.length > 0,
  };
  gallery.chosen = subject.digit;
}

function read() {
  const drawing = toDrawing(store.state, digits);
  if (drawing) {
    network.ariaBusy = "true";
    reader.ask(drawing);
  } else {
    reader.drop();
    store.set({ trace: null, notice: "" });
  }
}

/** Show the state; all that changes in one frame is shown in the next, once. */
function paint() {
  frame = 0;
  const { trace, notice: text } = store.state;
  write(notice, text);
  if (painted !== trace) showTrace(trace);
  painted = trace;
  network.ariaBusy = String(reader.busy);
}

/** @param {import("./api.js").Trace | null} trace */
function showTrace(trace) {
  network.trace = trace;
  for (const bank of banks) bank.trace = trace;
  write(prediction, trace ? trace.label : "Draw a digit");
  prediction.toggleAttribute("data-empty", trace === null);
  write(certainty, trace ? percent(trace.probabilities[trace.prediction]) : "");
  clearTimeout(quiet);
  quiet = window.setTimeout(() => network.describe(), 300);
}

/** @param {unknown} error */
function report(error) {
  store.set({ notice: error instanceof Error ? error.message : String(error) });
}

async function showFilters() {
  const home = find(document, "#filters", HTMLElement);
  for (const [place, layer] of model.layers.entries()) {
    if (layer.kind !== "conv2d") continue;
    const { weight, bias } = await readWeights(model.id, layer.id);
    if (!weight) continue;
    const bank = new FilterBank();
    bank.setUp(layer, model.layers[place - 1], weight, bias);
    bank.trace = store.state.trace;
    banks.push(bank);
    home.append(bank);
  }
}

async function showGallery() {
  const loaded = await loadDigits(gallery.dataset.index ?? "", gallery.dataset.picture ?? "");
  digits = loaded.list;
  gallery.digits = loaded;
  const { digit } = store.state.subject;
  // A link can name a digit that is not there.
  if (digit !== null) store.set({ subject: digits[digit] ? store.state.subject : START.subject });
}

/**
 * @template T
 * @param {EventTarget} target
 * @param {string} name
 * @param {(detail: T) => void} listener
 */
function on(target, name, listener) {
  target.addEventListener(name, (event) => listener(/** @type {CustomEvent<T>} */ (event).detail));
}

/** @param {import("./store.js").Subject} subject one of the past */
function goTo(subject) {
  store.set({ subject });
  link(false);
}

const undo = () => goTo(past.undo());
const redo = () => goTo(past.redo());

on(pad, "draw-pad:change", (/** @type {import("./elements/draw-pad.js").Change} */ change) => {
  const subject = { digit: null, strokes: change.strokes };
  if (change.done) settle(subject);
  else store.set({ subject });
});
on(pad, "draw-pad:cancel", () => store.set({ subject: past.present }));
on(pad, "draw-pad:undo", undo);
on(pad, "draw-pad:redo", redo);
on(pad, "draw-pad:pen", (/** @type {number} */ penWidth) => store.set({ penWidth }));
on(pad, "change", () => link(false));
on(gallery, "digit-gallery:choose", (/** @type {number} */ digit) =>
  settle({ digit, strokes: [] }),
);
on(document, "feature-map:point", readout.show.bind(readout));
on(document, "feature-map:leave", readout.hide.bind(readout));

/** @type {Record<string, () => void>} */
const shortcuts = { "ctrl z": undo, "ctrl shift z": redo, "ctrl y": redo };

addEventListener("keydown", (event) => {
  const held = [(event.ctrlKey || event.metaKey) && "ctrl ", event.shiftKey && "shift "];
  const action = shortcuts[held.filter(Boolean).join("") + event.key.toLowerCase()];
  if (!action) return;
  event.preventDefault();
  action();
});

addEventListener("popstate", () => {
  const view = fromHash(location.hash);
  past.push(view.subject);
  store.set(view);
});

showPad();
if (store.state.subject.digit === null) read();
showGallery().catch(report);
showFilters().catch(report);
