/**
 * The page: the only module that knows the store, the server and the elements. It wires. What is
 * not needed to read a drawing is fetched as soon as the first one has been read.
 */

import { NewestWins, readReport } from "./api.js";
import { fromReport, fromStrip, loadDigits } from "./digits.js";
import { find, keepAddress, later, on, once, whenCalm, write } from "./dom.js";
import { digitOf, toDrawing } from "./drawing.js";
import "./elements/color-scale.js";
import { DigitGallery } from "./elements/digit-gallery.js";
import { DrawPad } from "./elements/draw-pad.js";
import { NetworkView } from "./elements/network-view.js";
import { ParameterTable } from "./elements/parameter-table.js";
import { ValueReadout } from "./elements/value-readout.js";
import { History } from "./history.js";
import { LiveReader } from "./live.js";
import { fromHash, isDigit, START, Store, toHash } from "./store.js";
import { percent } from "./text.js";

/** @type {import("./api.js").Model} */
const model = JSON.parse(find(document, "#model", HTMLScriptElement).text);
const strip = fromStrip(JSON.parse(find(document, "#strip", HTMLScriptElement).text));

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
const live = new LiveReader(model.id);
const reader = new NewestWins(
  (/** @type {import("./api.js").Drawing} */ drawing) => live.read(drawing),
  {
    answer: (trace) => {
      store.set({ trace, notice: lost });
      // At once: in the next frame the pen moves on, and there is the next to ask.
      cancelAnimationFrame(frame);
      paint();
    },
    fail: report,
  },
);
/** With holes, while only the strip is there. */
let digits = strip.list;
/** @type {readonly import("./digits.js").Digit[]} */
let misread = [];
/** @type {{trace?: import("./api.js").Trace | null, scale?: import("./store.js").Scale}} */
let painted = {};
let frame = 0;
/** Tells of a link that leads nowhere, until something is done. */
let lost = "";
/** Whether the first drawing has been read, or there is none. */
let begun = false;
const describe = whenCalm(() => network.describe());
/** Views that the history leads to with the same number differ in their place alone. */
let turn = history.state?.turn ?? 0;

store.subscribe((_, changed) => {
  if ((changed.subject || changed.held) && missing().length) fetchMissing().catch(report);
  if (changed.subject || changed.penWidth) showPad();
  if (changed.subject || changed.penWidth || changed.without || changed.edits) read();
  if (!frame) frame = requestAnimationFrame(paint);
});

/**
 * Take a change as final: it is what the address leads to, and another subject can be undone.
 *
 * @param {Partial<import("./store.js").View>} changed
 */
function commit(changed) {
  const { subject } = changed;
  const { digit, test } = past.present;
  lost = "";
  const another = subject !== undefined && (subject.digit !== digit || subject.test !== test);
  if (subject) past.push(subject);
  store.set(changed);
  // In an opened layer Back leads up to where it was opened, with the drawing as it is.
  link(another && store.state.view.layer === null);
}

/** @param {boolean} another whether it is another view, to which Back should lead */
function link(another) {
  const hash = toHash(store.state);
  if (hash === location.hash) return;
  if (another) turn++;
  const state = another ? { turn } : { ...history.state, turn };
  history[another ? "pushState" : "replaceState"](state, "", hash);
}

/**
 * Go to a place in the network; the drawing stays as it is.
 *
 * @param {import("./store.js").Place} view
 * @param {boolean} deeper whether Back should lead from it to where we are
 */
function visit(view, deeper) {
  const from = store.state.view;
  store.set({ view, hover: null });
  const hash = toHash(store.state);
  if (hash === location.hash) return;
  if (deeper) history.pushState({ turn, from }, "", hash);
  else history.replaceState(history.state, "", hash);
}

function showPad() {
  const { subject, penWidth } = store.state;
  const picture = digitOf(subject, digits, misread)?.picture ?? null;
  pad.sheet = { strokes: subject.strokes, picture, penWidth };
  const inked = isDigit(subject) || subject.strokes.length > 0;
  pad.possible = { undo: past.canUndo, redo: past.canRedo, clear: inked, hold: inked };
  gallery.chosen = subject.digit;
}

function read() {
  const drawing = toDrawing(store.state, digits, misread);
  if (drawing) {
    network.ariaBusy = "true";
    reader.ask(drawing);
  } else if (!isMissing(store.state.subject)) {
    reader.drop();
    store.set({ trace: null, notice: "" });
  }
}

/** Show the state; all that changes in one frame is shown in the next, once. */
function paint() {
  frame = 0;
  const { trace, scale, notice: text } = store.state;
  write(notice, text);
  if (painted.trace !== trace || painted.scale !== scale) showTrace(trace);
  painted = { trace, scale };
  network.ariaBusy = String(reader.busy);
  if (!begun && !reader.busy) {
    begun = true;
    connectRest().catch(report);
  }
}

/** @param {import("./api.js").Trace | null} trace */
function showTrace(trace) {
  network.show(trace, store.state.scale);
  write(prediction, trace ? trace.label : "Draw a digit");
  prediction.toggleAttribute("data-empty", trace === null);
  write(certainty, trace ? percent(trace.probabilities[trace.prediction]) : "");
  describe();
}

/** @param {unknown} error */
function report(error) {
  store.set({ notice: error instanceof Error ? error.message : String(error) });
}

const fetchGallery = once(async () => {
  const { index = "", picture = "" } = gallery.dataset;
  const all = await loadDigits(index, picture).catch((cause) => {
    const advice = "Open “More digits” once more, or reload the page.";
    throw new Error(`The digits did not arrive. ${advice}`, { cause });
  });
  digits = all.list;
  return all;
});

/** @param {import("./store.js").Subject} subject a digit whose pixels are not there */
function isMissing(subject) {
  return isDigit(subject) && !digitOf(subject, digits, misread);
}

/** What has still to be fetched. */
function missing() {
  const { subject, held } = store.state;
  return (held ? [subject, held.subject] : [subject]).filter(isMissing);
}

/** Fetch the digits that are missing, and show them; a link can name one that there is not. */
async function fetchMissing() {
  if (missing().some(({ digit }) => digit !== null && digit < digits.length)) await fetchGallery();
  if (missing().some(({ test }) => test !== undefined)) {
    misread = fromReport((await readReport(model.id)).misread);
  }
  const { subject, held } = store.state;
  if (missing().length) lost = "The link leads to a digit that there is not.";
  store.set({
    subject: isMissing(subject) ? START.subject : subject,
    held: held && isMissing(held.subject) ? null : held,
  });
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
  if (change.done) commit({ subject });
  else store.set({ subject });
});
on(pad, "draw-pad:cancel", () => store.set({ subject: past.present }));
on(pad, "draw-pad:undo", undo);
on(pad, "draw-pad:redo", redo);
on(pad, "draw-pad:pen", (/** @type {number} */ penWidth) => store.set({ penWidth }));
on(pad, "change", () => link(false));
on(gallery, "digit-gallery:choose", (/** @type {number} */ digit) =>
  commit({ subject: { digit, strokes: [] } }),
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

addEventListener("popstate", ({ state }) => {
  const view = fromHash(location.hash);
  if ((state?.turn ?? 0) === turn) {
    store.set({ view: view.view, hover: null });
    link(false);
    return;
  }
  turn = state?.turn ?? 0;
  past.push(view.subject);
  store.set(view);
});

// A page with an open socket is not kept for Back.
addEventListener("pagehide", () => live.close());

/** Connect what changes, compares, opens and takes away what has been read. */
async function connectRest() {
  const [{ connectBench }, { connectExplorer }, { connectFamiliarity }] = await later(() =>
    Promise.all([import("./bench.js"), import("./explorer.js"), import("./familiarity.js")]),
  );
  /** @type {import("./bench.js").Desk} */
  const desk = {
    store,
    model,
    ask: (experiment) => toDrawing(experiment, digits, misread),
    strip: strip.list.map(({ classIndex }) => classIndex),
    commit,
    report,
  };
  connectBench(desk);
  connectExplorer({ ...desk, visit });
  connectFamiliarity(desk);
  find(document, "main", HTMLElement).dataset.complete = "";
}

// The server reads while the page builds what shows it.
if (missing().length) fetchMissing().catch(report);
else read();
network.model = model;
table.model = model;
keepAddress();
gallery.strip = strip;
gallery.whole = fetchGallery;
showPad();
