/**
 * Translation: what moves along when the drawing moves, and what stays.
 */

import { NewestWins, Problem } from "../api.js";
import { make, on } from "../dom.js";
import { NumberStepper } from "../elements/number-stepper.js";
import { PictureSource } from "../elements/picture-source.js";
import { fieldsOf } from "../fields.js";
import { trouble } from "../lab.js";
import { open } from "../lecture.js";
import { say } from "../messages.js";
import { digits, SOURCE, sourceField } from "../pictures.js";
import { exercises, predict } from "../questions/translation.js";
import { number, percent } from "../text.js";
import { ask, LAYERS, MODEL, REACH } from "./translation/answer.js";
import { program } from "./translation/code.js";
import { formula } from "./translation/formulas.js";
import { motionOf, STILL } from "./translation/motion.js";
import { Reading } from "./translation/reading.js";
import { ShiftMap } from "./translation/shift-map.js";
import { Square } from "./translation/square.js";

/**
 * @typedef {import("../pictures.js").Source} Source
 * @typedef {import("./translation/motion.js").Motion} Motion
 * @typedef {import("./translation/answer.js").Answer} Answer
 * @typedef {import("./translation/answer.js").Shifts} Shifts
 *
 * @typedef {Motion & {source: Source, layer: string, channel: number, answer: Answer | null}} State
 */

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
        told,
      ),
      reading.element,
    ),
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
    const nothing = state.source.kind === "drawing" && state.source.strokes.length === 0;
    host.toggleAttribute("data-empty", nothing || !state.answer);
    if (nothing) {
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
