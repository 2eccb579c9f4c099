/**
 * The study "How it learned": the network at the moments of its training that were kept.
 *
 * @typedef {import("./api.js").Model} Model
 * @typedef {import("./api.js").Timeline} Timeline
 * @typedef {import("./pictures.js").Source} Source
 * @typedef {import("./timeline/past.js").Past} Past
 *
 * @typedef {object} State
 * @property {number} moment counted from 0; there may be fewer
 * @property {Source} source
 * @property {"moment" | "training"} scale over what the ends of the colours are taken
 */

import { NewestWins, Problem, readTimeline } from "./api.js";
import { find, make, on, write } from "./dom.js";
import "./elements/color-scale.js";
import { PictureSource } from "./elements/picture-source.js";
import { ValueReadout } from "./elements/value-readout.js";
import { fieldsOf } from "./fields.js";
import { choice, trouble } from "./lab.js";
import { linked } from "./linked.js";
import { rich, say } from "./messages.js";
import { digits, SOURCE, sourceField } from "./pictures.js";
import { number, precisePercent } from "./text.js";
import { buildCurves } from "./timeline/curves.js";
import { arrange } from "./timeline/groups.js";
import { buildMaps } from "./timeline/maps.js";
import { asker, isEmpty } from "./timeline/past.js";
import { buildPlayer } from "./timeline/player.js";
import { overAll } from "./timeline/ranges.js";
import { buildReading } from "./timeline/reading.js";
import { largestGain, settled } from "./timeline/story.js";

/** Milliseconds after which what is seen is told to those who do not see it. */
const PAUSE = 300;

/** @type {Source} */
const DIGIT = { ...SOURCE, kind: "digit", digit: 65 };

/** @type {Model} */
const MODEL = JSON.parse(find(document, "#model", HTMLScriptElement).text);

void open();

async function open() {
  const learned = arrange(MODEL.layers).groups.flatMap(({ learned }) => learned?.id ?? []);
  try {
    const timeline = await readTimeline(MODEL.id, learned);
    build(timeline);
  } catch (error) {
    const missing = error instanceof Problem && error.body.code === "no_timeline";
    find(document, ".trouble", HTMLElement).textContent = missing
      ? say("timeline.missing")
      : trouble(error);
    document.body.removeAttribute("aria-busy");
  }
}

/** @param {Timeline} timeline */
function build(timeline) {
  const { moments } = timeline;
  // Where most happens there is most to see.
  const [, { moment }] = largestGain(moments);
  /** @type {State} */
  const start = { moment, source: DIGIT, scale: "training" };
  const field = fieldsOf(start);
  const store = linked(start, {
    moment: field.whole("moment", 0, moments.length - 1),
    source: sourceField("source", start, ["digit", "drawing"]),
    scale: field.choice("scale", ["moment", "training"]),
  });
  const part = (/** @type {string} */ name) => find(document, `.${name}`, HTMLElement);
  part("trouble").hidden = true;
  for (const name of ["story", "player", "then", "inside", "notes"]) part(name).hidden = false;
  tell(part("story"), part("notes"), timeline);

  const go = (/** @type {number} */ moment) => store.set({ moment });
  const player = buildPlayer(part("player"), moments, go);
  const curves = buildCurves(part("curves"), timeline, go);
  const reading = buildReading(part("reading"), MODEL);
  const maps = buildMaps(part("groups"), MODEL.layers);
  const source = new PictureSource();
  source.setUp({ label: say("timeline.picture"), kinds: ["digit", "drawing"], digits });
  part("source").append(source);
  const scale = choice(
    "scale",
    "timeline.scale",
    { training: "timeline.scale_training", moment: "timeline.scale_moment" },
    (value) => store.set({ scale: /** @type {State["scale"]} */ (value) }),
  );
  part("toolbar").prepend(scale);
  readOut();

  const wholeWeights = overAll(moments.map(({ weights }) => weights));
  /** @type {Past | null} */
  let past = null;
  /** @type {ReturnType<typeof overAll> | null} */
  let wholeActivations = null;
  const asked = { source: /** @type {Source | null} */ (null), done: true };
  const live = new NewestWins(asker(MODEL), {
    answer: (answer) => {
      past = answer;
      if (answer.whole) wholeActivations = overAll(answer.readings.map((r) => r.activations));
      paint();
    },
    fail: (error) => {
      past = null;
      write(part("since"), trouble(error));
      paint();
    },
  });
  on(
    source,
    "picture-source:change",
    (/** @type {import("./elements/picture-source.js").Change} */ change) => {
      asked.done = change.done;
      store.set({ source: change.source });
    },
  );

  let frame = 0;
  let describing = 0;
  const paint = () => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(show);
  };
  const ask = () => {
    const { source, moment } = store.state;
    if (asked.source === source && asked.done) return;
    asked.source = source;
    if (isEmpty(source)) {
      live.drop();
      past = null;
    } else live.ask({ source, moment, done: asked.done });
  };

  function show() {
    const { moment, source: from, scale: over } = store.state;
    const trace = past?.readings[moment] ?? null;
    source.source = from;
    /** @type {any} */ (scale).value = over;
    player(moment);
    curves(moment, past?.readings ?? null);
    reading(trace);
    maps.show({
      weights: moments[moment].weights,
      activations: trace?.activations ?? new Map(),
      wholeWeights: over === "training" ? wholeWeights : null,
      wholeActivations: over === "training" ? wholeActivations : null,
    });
    if (past) write(part("since"), since(past));
    else if (isEmpty(from))
      write(part("since"), trouble(new Problem("", "", { code: "empty_drawing" })));
    clearTimeout(describing);
    describing = window.setTimeout(() => {
      maps.describe();
      document.body.toggleAttribute("aria-busy", live.busy);
    }, PAUSE);
  }

  /** @param {Past} past */
  function since({ readings }) {
    const from = settled(readings);
    const { label } = readings[readings.length - 1];
    if (from === 0) return say("timeline.always", { label });
    return say("timeline.since", { label, batch: moments[from].batch });
  }

  store.subscribe(() => {
    ask();
    paint();
  });
  ask();
  paint();
}

/**
 * @param {HTMLElement} story
 * @param {HTMLElement} notes
 * @param {Timeline} timeline
 */
function tell(story, notes, { moments, validation_images, taught, temperature }) {
  const [first, last] = [moments[0], moments[moments.length - 1]];
  const [before, after] = largestGain(moments);
  const accuracy = (/** @type {{validation_accuracy: number}} */ moment) =>
    precisePercent(moment.validation_accuracy);
  story.replaceChildren(
    ...rich("timeline.whole", {
      first: accuracy(first),
      last: accuracy(last),
      batch: last.batch,
      images: validation_images,
    }),
    " ",
    ...rich("timeline.largest", {
      from: before.batch,
      to: after.batch,
      low: accuracy(before),
      high: accuracy(after),
    }),
  );
  const told = [say("timeline.measured")];
  if (taught) told.push(say("timeline.taught"));
  if (temperature !== 1)
    told.push(say("timeline.calibrated", { temperature: number(temperature) }));
  notes.replaceChildren(...told.map((text) => make("p", {}, text)));
}

/** Tell the number that is pointed at. */
function readOut() {
  const readout = find(document, "value-readout", ValueReadout);
  on(document, "feature-map:point", (/** @type {any} */ pointed) => readout.show(pointed));
  on(document, "feature-map:leave", () => readout.hide());
}
