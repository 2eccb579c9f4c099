/** The study "One step, by hand": backpropagation on one digit, down to a single product. */

import { parse, read as readFields, texts } from "./address.js";
import { NewestWins } from "./api.js";
import { copy } from "./clipboard.js";
import { find, keepAddress, on, write } from "./dom.js";
import { ValueReadout } from "./elements/value-readout.js";
import "./elements/color-scale.js";
import { trouble } from "./lab.js";
import { allWeights, explain, MODEL, read, step } from "./one-step/answer.js";
import { Backward } from "./one-step/backward.js";
import { Chooser } from "./one-step/chooser.js";
import { program } from "./one-step/code.js";
import * as formulas from "./one-step/formulas.js";
import { Forward } from "./one-step/forward.js";
import { existing } from "./one-step/parameters.js";
import { rateField } from "./one-step/rate.js";
import { spread } from "./one-step/rates.js";
import { FIELDS, START } from "./one-step/state.js";
import { Sum } from "./one-step/sum.js";
import { termsOf } from "./one-step/terms.js";
import { Update } from "./one-step/update.js";
import { Whole } from "./one-step/whole.js";
import { placeOf } from "./sheet.js";
import { Store } from "./store.js";

/**
 * @typedef {import("./one-step/state.js").State} State
 * @typedef {import("./one-step/answer.js").Weights} Weights
 */

/** Learning rates of the curves: of the loss, and of what the network still knows. */
const COUNTS = { curve: 31, kept: 13 };
/** Milliseconds. */
const RETRY = 1000;

const opened = () => ({ ...START, ...readFields(FIELDS, parse(location.hash)) });
const store = new Store(/** @type {State} */ (opened()));
const set = (/** @type {Partial<State>} */ changed) => store.set(changed);
const host = (/** @type {string} */ id) => find(document, `#${id} .host`, HTMLElement);

const rates = [rateField((rate) => set({ rate })), rateField((rate) => set({ rate }))];
const parts = {
  forward: new Forward(set),
  backward: new Backward(set),
  chooser: new Chooser(set),
  sum: new Sum(set),
  update: new Update(rates[0].element),
  whole: new Whole(rates[1].element),
};
host("forward").append(parts.forward.element);
host("backward").append(parts.backward.element);
host("weight").append(parts.chooser.element, parts.sum.element, parts.update.element);
host("whole").append(parts.whole.element);
const main = find(document, "main", HTMLElement);
const told = find(document, "#trouble", HTMLElement);
const code = find(document, "#code code", HTMLElement);

/** @type {ReadonlyMap<string, Weights>} */
let weights = new Map();
allWeights().then(
  (found) => {
    weights = found;
    draw();
  },
  (error) => fail(error),
);

const fail = (/** @type {unknown} */ error) => {
  write(told, trouble(error));
  document.body.removeAttribute("aria-busy");
};
const readings = new NewestWins(read, {
  answer: (reading) => {
    write(told, "");
    set({ reading });
  },
  fail,
});
const sums = new NewestWins(explain, { answer: (sum) => set({ sum }), fail });
const steps = new NewestWins(step, { answer: (found) => set({ step: found }), fail });
const curves = new NewestWins(step, { answer: (curve) => set({ curve }), fail });
const kepts = new NewestWins(step, { answer: (kept) => set({ kept }), fail });

/** What was last asked of each, so that nothing is asked twice. */
const asked = { reading: "", sum: "", step: "", curve: "" };
/** @type {State["reading"]} */
let about = null;

/** @param {State} state */
function ask(state) {
  const { source, target, reading, layer, parameter, rate, drawing } = state;
  const subject = source.kind === "digit" ? source.digit : [source.strokes, source.penWidth];
  if (changes("reading", [source.kind, subject, target])) readings.ask({ source, target });
  if (!reading) return;
  if (reading !== about) {
    about = reading;
    asked.sum = asked.step = asked.curve = "";
  }
  const index = indexOf(state);
  if (index && changes("sum", [layer, parameter, index, rate])) {
    sums.ask({ reading, layer, parameter, index, rate });
  }
  // These take long: only when the pen is lifted.
  if (drawing) return;
  if (changes("step", rate)) steps.ask({ reading, rates: [rate], evaluate: true });
  if (changes("curve", "")) {
    curves.ask({ reading, rates: spread(COUNTS.curve), evaluate: false });
    if (state.kept) set({ kept: null });
    kepts.ask({ reading, rates: spread(COUNTS.kept), evaluate: true });
  }
}

/**
 * @param {keyof typeof asked} name
 * @param {unknown} question
 */
function changes(name, question) {
  const text = JSON.stringify(question);
  if (text === asked[name]) return false;
  asked[name] = text;
  return true;
}

/** @param {State} state */
function indexOf({ reading, layer, parameter, index }) {
  const gradient = reading?.slopes.get(layer)?.[parameter];
  return gradient ? existing(index, gradient) : null;
}

/** @param {State} state */
function show(state) {
  const { reading, sum, layer, parameter, rate, source } = state;
  // What there was to see of another digit is not this one's.
  main.toggleAttribute("data-empty", source.kind === "drawing" && !source.strokes.length);
  for (const field of rates) field.show(rate);
  parts.forward.show(state, reading ? formulas.lossFormula(reading) : []);
  const index = indexOf(state);
  const [own, slopes] = [weights.get(layer), reading?.slopes.get(layer)];
  const shape = own?.[parameter]?.shape;
  const flat = shape && index ? placeOf(shape, index) : null;
  const chosen = flat === null ? null : { layer, parameter, flat };
  parts.backward.show(state, weights, chosen, formulas.logitsFormula());
  if (own && slopes && index) parts.chooser.show(state, own, slopes, index);
  if (sum) {
    const terms = termsOf(sum);
    parts.sum.show(state, terms, sum);
    parts.update.show(sum, terms);
  }
  if (state.step) parts.whole.show(state, formulas.wholeFormula(state.step));
  if (!reading || !index) return;
  const { target } = reading;
  write(code, program({ model: MODEL.id, source, target, layer, parameter, index, rate }));
  if (weights.size && sum && state.step && state.curve) document.body.removeAttribute("aria-busy");
}

let painting = 0;
function draw() {
  if (painting) return;
  painting = requestAnimationFrame(() => {
    painting = 0;
    show(store.state);
  });
}

let linking = 0;
function link() {
  const all = texts(FIELDS, store.state);
  const hash = all.length ? `#${all.join("&")}` : "";
  clearTimeout(linking);
  try {
    if (hash !== location.hash) history.replaceState(history.state, "", hash || location.pathname);
  } catch {
    // Safari takes a hundred addresses in half a minute: the newest is written later, then.
    linking = window.setTimeout(link, RETRY);
  }
  for (const other of document.querySelectorAll("a[hreflang]")) {
    /** @type {HTMLAnchorElement} */ (other).hash = hash;
  }
}

store.subscribe((state) => {
  ask(state);
  draw();
  link();
});
/** What was answered stays until there is something newer. */
const answered = () => {
  const { reading, sum, step: taken, curve, kept } = store.state;
  return { reading, sum, step: taken, curve, kept };
};
addEventListener("hashchange", () => set({ ...opened(), ...answered() }));

const readout = find(document, "value-readout", ValueReadout);
on(document, "map-sheet:point", (/** @type {import("./elements/feature-map.js").Pointed} */ at) =>
  readout.show(at),
);
on(document, "map-sheet:leave", () => readout.hide());
for (const [action, text] of /** @type {const} */ ([
  ["link", () => location.href],
  ["copy-code", () => code.textContent ?? ""],
])) {
  const button = find(document, `[data-action=${action}]`, HTMLButtonElement);
  button.addEventListener("click", () => copy(text(), button));
}
find(document, "[data-action=restart]", HTMLElement).addEventListener("click", () =>
  set({ ...START, ...answered() }),
);
keepAddress();
ask(store.state);
draw();
link();
