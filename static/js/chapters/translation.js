/**
 * Translation: what moves along when the drawing moves, and what stays.
 */

import { compute, NewestWins, Problem, readWeights } from "../api.js";
import { find, make, on } from "../dom.js";
import { NumberStepper } from "../elements/number-stepper.js";
import { PictureSource } from "../elements/picture-source.js";
import { fieldsOf } from "../fields.js";
import { trouble } from "../lab.js";
import { open } from "../lecture.js";
import { equation, fraction, math, row } from "../mathml.js";
import { say } from "../messages.js";
import { digits, SOURCE, sourceField } from "../pictures.js";
import { exercises, predict } from "../questions/translation.js";
import { PAD_SIDE } from "../strokes.js";
import { number, percent } from "../text.js";
import { program } from "./translation/code.js";
import { STILL } from "./translation/motion.js";
import { mapLayers } from "./translation/network.js";
import { Reading } from "./translation/reading.js";
import { ShiftMap } from "./translation/shift-map.js";
import { Square } from "./translation/square.js";

/**
 * @typedef {import("../api.js").Model} Model
 * @typedef {import("../pictures.js").Source} Source
 * @typedef {import("./translation/motion.js").Motion} Motion
 *
 * @typedef {object} Moved what the API answers for a moved input
 * @property {{data: number[][][]}} input
 * @property {number} prediction
 * @property {string} label
 * @property {number[]} probabilities
 * @property {{layer_id: string, distance: number | null}[]} equivariance
 *
 * @typedef {object} Shifts
 * @property {number} class
 * @property {string} label
 * @property {number[][]} probabilities
 * @property {number[][]} predictions
 *
 * @typedef {object} Answer
 * @property {Source} source
 * @property {Motion} motion
 * @property {Moved} before the input where it was
 * @property {Moved} after
 * @property {Shifts} shifts
 * @property {ReadonlyMap<string, import("../api.js").Weights>} weights
 *
 * @typedef {Motion & {source: Source, layer: string, channel: number, answer: Answer | null}} State
 */

/** @type {Model} */
const MODEL = JSON.parse(find(document, "#model", HTMLScriptElement).text);
const LAYERS = mapLayers(MODEL.layers);
const REACH = 10;
const FARTHEST = 16;

/** @type {State} */
const START = {
  ...STILL,
  columns: 3,
  source: { ...SOURCE, kind: "digit", digit: 40 },
  layer: LAYERS[1]?.id ?? "input",
  channel: 0,
  answer: null,
};
const field = fieldsOf(START);

/** @param {State} state */
function motionOf({ rows, columns, degrees, scale, mirror }) {
  return { rows, columns, degrees, scale, mirror };
}

/**
 * @param {Source} source
 * @returns {Promise<object>} as the API takes it
 */
async function toBody({ kind, digit, strokes, penWidth }) {
  if (kind === "drawing") {
    return { strokes, pad: { width: PAD_SIDE, height: PAD_SIDE, pen_width: penWidth } };
  }
  const { list, side } = await digits();
  const { pixels } = list[digit];
  const rows = Array.from({ length: side }, (_, i) => [
    ...pixels.subarray(i * side, (i + 1) * side),
  ]);
  return { pixels: rows };
}

/** What does not change from one answer to the next is not asked for again. */
let last = /** @type {Answer | null} */ (null);

/**
 * @param {{source: Source, motion: Motion}} question
 * @returns {Promise<Answer>}
 */
async function ask({ source, motion }) {
  const body = await toBody(source);
  const path = `/api/models/${MODEL.id}`;
  const move = (/** @type {Motion} */ how) =>
    compute(`${path}/transformations`, { ...body, ...how });
  const known = last?.source === source ? last : null;
  const [before, shifts, weights, after] = await Promise.all([
    known?.before ?? move(STILL),
    known?.shifts ?? compute(`${path}/shifts`, { ...body, reach: REACH }),
    last?.weights ?? allWeights(),
    move(motion),
  ]);
  last = { source, motion, before, after, shifts, weights };
  return last;
}

async function allWeights() {
  const learned = LAYERS.filter(({ parameter_count }) => parameter_count > 0);
  const found = await Promise.all(learned.map(({ id }) => readWeights(MODEL.id, id)));
  return new Map(learned.map(({ id }, i) => [id, found[i]]));
}

/**
 * @param {HTMLElement} host
 * @param {(changed: Partial<State>) => void} set
 */
function build(host, set) {
  const source = new PictureSource();
  source.setUp({ label: say(".source"), kinds: ["digit", "drawing"], digits });
  on(
    source,
    "picture-source:change",
    (/** @type {import("../elements/picture-source.js").Change} */ change) =>
      set({ source: change.source }),
  );
  const steppers = {
    rows: stepper(".rows", { min: -FARTHEST, max: FARTHEST }),
    columns: stepper(".columns", { min: -FARTHEST, max: FARTHEST }),
    degrees: stepper(".degrees", { min: -180, max: 180, step: 5 }, (n) => `${number(n)}°`),
    scale: stepper(".scale", { min: 0.5, max: 2, step: 0.1 }, (n) => `× ${number(n)}`),
  };
  for (const [name, made] of Object.entries(steppers)) {
    on(made, "number-stepper:change", (/** @type {number} */ value) => set({ [name]: value }));
  }
  const mirror = make("input", { type: "checkbox", role: "switch" });
  mirror.addEventListener("change", () => set({ mirror: mirror.checked }));
  const still = make("button", { type: "button", class: "plain" }, say(".still"));
  still.addEventListener("click", () => set(STILL));
  const told = make("p", { class: "told trouble", role: "status" });
  const square = new Square(LAYERS, {
    layer: (layer) => set({ layer, channel: 0 }),
    channel: (channel) => set({ channel }),
  });
  const reading = new Reading(MODEL.classes);
  const map = new ShiftMap(say(".shift_map"), (rows, columns) => set({ ...STILL, rows, columns }));
  const mapTold = make("p", { class: "told", id: "shift-told", "aria-live": "polite" });
  const mapTitle = make("figcaption");
  host.append(
    make(
      "div",
      { class: "moving" },
      source,
      make(
        "div",
        { class: "motion" },
        ...Object.values(steppers),
        make("label", { class: "switch" }, mirror, say(".mirror")),
        still,
      ),
      reading.element,
    ),
    told,
    square.element,
    make(
      "section",
      { class: "confidence" },
      make("h3", {}, say(".confidence")),
      make("figure", {}, mapTitle, map.element),
      make("div", {}, mapTold, make("p", { class: "note" }, say(".confidence_note"))),
    ),
  );

  /** @type {{source: Source, motion: string} | null} */
  let asked = null;
  const live = new NewestWins(ask, {
    answer: (answer) => {
      told.textContent = "";
      set({ answer });
    },
    fail: (error) => {
      told.textContent = trouble(error);
    },
  });

  return (/** @type {State} */ state) => {
    const motion = motionOf(state);
    source.source = state.source;
    for (const [name, made] of Object.entries(steppers)) {
      made.value = motion[/** @type {keyof typeof steppers} */ (name)];
    }
    mirror.checked = state.mirror;
    still.disabled = JSON.stringify(motion) === JSON.stringify(STILL);
    const question = { source: state.source, motion: JSON.stringify(motion) };
    const same = asked?.source === question.source && asked.motion === question.motion;
    if (state.source.kind === "drawing" && state.source.strokes.length === 0) {
      asked = null;
      live.drop();
      told.textContent = trouble(new Problem("", "", { code: "empty_drawing" }));
    } else if (!same || !(state.answer || live.busy)) {
      asked = question;
      live.ask({ source: state.source, motion });
    }
    if (!state.answer) return;
    const { answer } = state;
    square.shows = { ...answer, layer: state.layer, channel: state.channel };
    reading.shows = answer;
    showShifts(answer.shifts, state);
  };

  /**
   * @param {Shifts} shifts
   * @param {State} state
   */
  function showShifts(shifts, { rows, columns }) {
    const { probabilities, predictions, label } = shifts;
    map.shows = {
      probabilities,
      at: [rows, columns],
      other: (row, column) => predictions[row][column] !== shifts.class,
    };
    mapTitle.textContent = say(".map_of", { label, reach: REACH });
    const all = predictions.flat();
    const kept = all.filter((one) => one === shifts.class).length;
    const here = predictions[rows + REACH]?.[columns + REACH];
    const shift =
      here === undefined
        ? say(".too_far", { reach: REACH })
        : say(".here", {
            rows,
            columns,
            read: MODEL.classes[here],
            label,
            share: percent(probabilities[rows + REACH][columns + REACH]),
          });
    mapTold.textContent = `${shift} ${say(".kept", { label, n: kept, of: all.length })}`;
  }
}

/**
 * @param {string} key
 * @param {{min: number, max: number, step?: number}} range
 * @param {(value: number) => string} [text]
 */
function stepper(key, range, text = number) {
  const made = new NumberStepper();
  made.setUp({ label: say(key), ...range, text });
  return made;
}

/** @param {State} state */
function formula(state) {
  const name = (/** @type {string} */ key) => make("span", { class: "name" }, say(key));
  const moved = () => row("f", "(", "T", "x", ")");
  const along = () => row("T", "f", "(", "x", ")");
  const length = (/** @type {import("../mathml.js").Piece[]} */ ...parts) =>
    row("‖", ...parts, "‖");
  const lines = [
    [name(".equivariant"), math(moved(), "=", along())],
    [name(".invariant"), math(moved(), "=", "f", "(", "x", ")")],
  ];
  const { layer, answer, columns } = state;
  const found = answer?.after.equivariance.find(({ layer_id }) => layer_id === layer);
  if (typeof found?.distance === "number") {
    const mean = row(fraction("1", "2"), "(", length(moved()), "+", length(along()), ")");
    lines.push([
      name(".distance"),
      math(fraction(length(moved(), "−", along()), mean)),
      math("=", number(found.distance)),
    ]);
  }
  const stride = LAYERS.find(({ id }) => id === layer)?.receptive_field?.stride[1];
  const only = JSON.stringify(motionOf(state)) === JSON.stringify({ ...STILL, columns });
  if (stride && columns && only) {
    lines.push([
      name(".units"),
      ...equation([fraction(number(columns), number(stride))], ["=", number(columns / stride)]),
    ]);
  }
  return lines;
}

open({
  start: START,
  fields: {
    source: sourceField("source", START, ["digit", "drawing"]),
    rows: field.whole("rows", -FARTHEST, FARTHEST),
    columns: field.whole("columns", -FARTHEST, FARTHEST),
    degrees: field.number("degrees", -180, 180),
    scale: field.number("scale", 0.5, 2),
    mirror: field.flag("mirror"),
    layer: field.choice(
      "layer",
      LAYERS.map(({ id }) => id),
    ),
    channel: field.whole("channel", 0, 4095),
  },
  build,
  formula,
  code: (state) => program(MODEL.id, state.source, motionOf(state)),
  predict: { question: predict(), reveal: { ...STILL, columns: 4, layer: LAYERS.at(-1)?.id } },
  exercises,
});
