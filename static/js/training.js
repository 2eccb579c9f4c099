/** The study "Train it yourself": a run of the server, commanded and watched. */

import { find, on, write } from "./dom.js";
import { toDrawing } from "./drawing.js";
import { PictureSource } from "./elements/picture-source.js";
import { ProbabilityBars } from "./elements/probability-bars.js";
import "./elements/color-scale.js";
import { ValueReadout } from "./elements/value-readout.js";
import { say } from "./messages.js";
import { digits } from "./pictures.js";
import { buildCurves } from "./training/curves.js";
import { buildNetwork } from "./training/network.js";
import { buildForm, named, toRecipe, toSettings } from "./training/recipe.js";
import { begin, find as findRun, Run, why } from "./training/run.js";
import { link, linked } from "./training/state.js";
import { placeOf, toldOf } from "./training/telling.js";

/**
 * @typedef {import("./training/run.js").Described} Described
 * @typedef {import("./training/run.js").State} Told
 * @typedef {import("./training/curves.js").Course} Course
 * @typedef {import("./training/state.js").State} State
 */

const ENDED = ["finished", "stopped", "diverged", "lost"];
const main = find(document, "main", HTMLElement);
const part = (/** @type {string} */ selector) => find(main, selector, HTMLElement);
const button = (/** @type {string} */ name) =>
  find(main, `button[data-command=${name}]`, HTMLButtonElement);
const buttons = {
  start: button("start"),
  batch: button("batch"),
  epoch: button("epoch"),
  stop: button("stop"),
};
const [told, problem, place] = [part("#told"), part("#problem"), part("#place")];
const bar = find(main, "progress", HTMLProgressElement);
const answer = part("output[name=prediction]");

/** @type {Pick<import("./api.js").Model, "layers" | "classes">} */
const model = JSON.parse(find(document, "#model", HTMLElement).textContent ?? "");

/** @type {State} */
let now = linked();
/** @type {Run | null} */
let run = null;
/** @type {Told | null} null before there is a run */
let state = null;
/** @type {Course | null} */
let course = null;
/** @type {Course | null} */
let before = null;
/** @type {string | null} what is still to be painted */
let snapshot = null;
let busy = false;

const form = buildForm(part("#settings"), change);
const curves = buildCurves(part(".curves"));
const network = buildNetwork(part("#filters .banks"), part("#maps .layers"));
const pictures = new PictureSource();
pictures.setUp({ label: say(".picture"), kinds: ["digit", "drawing"], digits });
part(".drawing").prepend(pictures);
const bars = find(main, "probability-bars", ProbabilityBars);
const readout = find(document, "value-readout", ValueReadout);

/** @param {Partial<State>} changed */
function change(changed) {
  now = { ...now, ...changed };
  link(now);
  if (changed.activation && !run) network.lay(planned());
  paintSoon();
}

/** @returns {import("./api.js").Layer[]} those of a run with the settings as they are */
function planned() {
  const label = say(`.activation_${now.activation}`);
  return model.layers.map((layer) => (layer.kind === "activation" ? { ...layer, label } : layer));
}

let painting = 0;
/** In a tab that nobody sees no frame comes, and nothing is painted until it is seen again. */
function paintSoon() {
  if (painting) return;
  painting = requestAnimationFrame(() => {
    painting = 0;
    paint();
  });
}

function paint() {
  const ended = state !== null && ENDED.includes(state.state);
  const live = state !== null && !ended;
  const running = state?.state === "running";
  form(now);
  part("#settings .fields").inert = live;
  part("#settings .locked").hidden = !live;
  part("#run").dataset.state = state?.state ?? "none";
  write(
    buttons.start,
    say(running ? ".pause" : !live ? ".start" : course?.progress.batch ? ".go_on" : ".start"),
  );
  buttons.stop.disabled = !live;
  const progress = course?.progress ?? null;
  bar.max = progress?.batches ?? 1;
  bar.value = progress?.batch ?? 0;
  const settings = run?.described.settings;
  write(place, progress && settings ? placeOf(progress, settings.epochs) : "");
  const rate = settings?.learning_rate ?? now.rate;
  write(told, state ? toldOf(state, progress, rate) : say(".state_none"));
  const reached = ended && progress?.epoch;
  curves.show(course, before, reached || Number(now.epochs));
  if (snapshot === null) return;
  /** @type {import("./training/run.js").Snapshot} */
  const shown = JSON.parse(snapshot);
  snapshot = null;
  network.show(shown);
  bars.probabilities = shown.probabilities;
  const read = shown.prediction;
  write(answer, read === null ? "" : (run?.described.classes[read] ?? ""));
}

/** Say in texts what the pictures show: not in every frame, nobody reads that fast. */
function describe() {
  requestAnimationFrame(() => {
    network.describe();
    curves.describe(course);
  });
}

/** @param {Described} described a run to look at from now on */
function watch(described) {
  const { progress, settings, layers, classes } = described;
  const recipe = toRecipe(settings);
  const name = named(recipe);
  course = progress && { progress, epochs: settings.epochs, name };
  state = described;
  network.lay(layers);
  bars.classes = classes;
  run = new Run(described, {
    state: (told) => {
      state = told;
      paintSoon();
      describe();
    },
    progress: (progress) => {
      course = { progress, epochs: settings.epochs, name };
      paintSoon();
    },
    snapshot: (json) => {
      snapshot = json;
      paintSoon();
    },
    connection: (connected) => write(problem, connected ? "" : say(".connection")),
    gone: () => {
      leave();
      write(problem, say(".gone"));
    },
  });
  change({ ...recipe, run: described.id });
  void show();
}

/** Look at no run any more; its curve stays, as that of the run before. */
function leave() {
  run = null;
  state = null;
  if (course?.progress.batch) before = course;
  course = null;
  change({ run: null });
}

async function show() {
  const { kind, digit, strokes, penWidth } = now.source;
  const list = kind === "digit" ? (await digits()).list : [];
  const subject = { digit: kind === "digit" ? digit : null, strokes };
  const drawing = toDrawing({ subject, penWidth, without: [], edits: [] }, list);
  if (drawing) run?.show(drawing);
}

/** @param {import("./training/run.js").Command} command */
async function command(command) {
  if (busy) return;
  busy = true;
  write(problem, "");
  try {
    if (!run || (state && ENDED.includes(state.state))) {
      run?.remove();
      if (run) leave();
      watch(await begin(toSettings(now)));
    }
    await run?.command(command);
  } catch (error) {
    write(problem, say(`.no_run_${why(error)}`));
  } finally {
    busy = false;
  }
}

async function open() {
  if (now.run === null) return;
  const found = await findRun(now.run).catch((error) => error);
  if (found === null) write(problem, say(".gone"));
  else if (found instanceof Error) write(problem, say(`.no_run_${why(found)}`));
  if (found && !(found instanceof Error)) watch(found);
  else if (found === null) change({ run: null });
}

buttons.start.addEventListener("click", () =>
  command(state?.state === "running" ? "pause" : "start"),
);
for (const name of /** @type {const} */ (["batch", "epoch", "stop"])) {
  buttons[name].addEventListener("click", () => command(name));
}
on(
  pictures,
  "picture-source:change",
  (/** @type {import("./elements/picture-source.js").Change} */ { source, done }) => {
    if (done) change({ source });
    else now = { ...now, source };
    void show();
  },
);
on(main, "feature-map:point", (/** @type {any} */ pointed) => readout.show(pointed));
main.addEventListener("feature-map:leave", () => readout.hide());
addEventListener("hashchange", () => location.reload());

pictures.source = now.source;
network.lay(planned());
bars.classes = model.classes;
bars.probabilities = null;
link(now);
paint();
describe();
await open();
document.body.removeAttribute("aria-busy");
