/**
 * Pooling: the largest number of each window, or the mean, side by side.
 */

import { make, on, write } from "../dom.js";
import { NumberStepper } from "../elements/number-stepper.js";
import { StepBar } from "../elements/step-bar.js";
import { fieldsOf } from "../fields.js";
import { choice, figure, matrix, nearest, replaced } from "../lab.js";
import { open } from "../lecture.js";
import { equation, fraction, row, sup } from "../mathml.js";
import { say } from "../messages.js";
import { exercises, predict } from "../questions/pooling.js";
import { count, number, percent, shape } from "../text.js";
import { outputSize, unread } from "../windows.js";
import { both, INPUTS, LECTURE, pooled, STROKE } from "./pooling/inputs.js";
import { FARTHEST, shifts } from "./pooling/shift.js";

/**
 * @typedef {import("../lab.js").Cell} Cell
 *
 * @typedef {object} State
 * @property {number[][]} input
 * @property {number} size F, rows and columns of a window
 * @property {number} stride S
 * @property {[row: number, column: number]} at the unit that is looked at
 * @property {[down: number, right: number]} shift of the input, in cells
 * @property {number} channels of the volume that the shapes are told for
 */

/** @type {State} */
const START = { input: LECTURE, size: 2, stride: 2, at: [0, 0], shift: [0, 0], channels: 3 };
const LARGEST = 8;
const MOST_CHANNELS = 512;
/** Numbers of a window that a formula writes out. */
const WRITTEN = 16;
const field = fieldsOf(START);

/**
 * @param {State} state
 * @returns the numbers of its window, row after row; none where no window fits
 */
function windowOf({ input, size, stride, at }) {
  const { max } = pooled(input, size, stride);
  if (!max.length) return [];
  const [top, left] = nearest(at, max).map((place) => place * stride);
  return input.slice(top, top + size).flatMap((numbers) => numbers.slice(left, left + size));
}

/**
 * @param {HTMLElement} host
 * @param {(changed: Partial<State>) => void} set
 */
function build(host, set) {
  let now = START;
  const inputs = choice(
    "input",
    ".inputs.label",
    Object.fromEntries(Object.keys(INPUTS).map((name) => [name, `.inputs.${name}`])),
    (name) => set({ input: INPUTS[/** @type {keyof INPUTS} */ (name)] }),
  );
  const knobs = /** @type {const} */ (["size", "stride"]).map((name) => {
    const stepper = new NumberStepper();
    stepper.setUp({ label: say(`.${name}`), min: 1, max: LARGEST });
    on(stepper, "number-stepper:change", (/** @type {number} */ value) => set({ [name]: value }));
    return { name, stepper };
  });
  const input = matrix("input", { editable: true, scale: "sequential" });
  const outputs = ["max", "average"].map((name) =>
    matrix(`.${name}`, { chooses: true, scale: "sequential" }),
  );
  const [max, average] = outputs;
  const sources = matrix(".sources", { chooses: true });
  on(input, "number-matrix:edit", (/** @type {Cell} */ cell) =>
    set({ input: replaced(now.input, cell) }),
  );
  for (const output of [...outputs, sources]) {
    on(output, "number-matrix:choose", (/** @type {Cell} */ { row, column }) =>
      set({ at: [row, column] }),
    );
  }
  const steps = new StepBar();
  on(steps, "step-bar:step", (/** @type {number} */ place) => {
    const columns = pooled(now.input, now.size, now.stride).max[0].length;
    set({ at: [Math.floor(place / columns), place % columns] });
  });
  const results = make(
    "div",
    { class: "results" },
    figure(".max", max),
    figure(".average", average),
    figure(".sources", sources),
  );
  const none = make("p", { class: "none", role: "status" });
  const many = new NumberStepper();
  many.setUp({ label: say(".channels"), min: 1, max: MOST_CHANNELS });
  on(many, "number-stepper:change", (/** @type {number} */ channels) => set({ channels }));
  const facts = ["shapes", "kept", "dropped", "parameters"].map((name) => {
    const told = make("dd", { "data-fact": name });
    return { told, line: make("div", {}, make("dt", {}, say(`.${name}`)), told) };
  });
  const moved = shifts((shift) => set({ shift }));
  host.append(
    make("div", { class: "knobs" }, inputs, ...knobs.map(({ stepper }) => stepper)),
    make("div", { class: "side-by-side pooled" }, figure("input", input), results, none),
    steps,
    moved.element,
    make(
      "div",
      { class: "facts" },
      many,
      make("dl", { "aria-live": "polite" }, ...facts.map(({ line }) => line)),
    ),
  );

  return (/** @type {State} */ state) => {
    now = state;
    const { size, stride, channels } = state;
    const [height, width] = [state.input.length, state.input[0].length];
    const range = /** @type {const} */ ([
      Math.min(...state.input.flat()),
      Math.max(...state.input.flat()),
    ]);
    const made = pooled(state.input, size, stride);
    const fits = made.max.length > 0;
    const text = JSON.stringify(state.input);
    inputs.value =
      Object.entries(INPUTS).find(([, rows]) => JSON.stringify(rows) === text)?.[0] ?? "";
    for (const { name, stepper } of knobs) stepper.value = state[name];
    many.value = channels;
    host.toggleAttribute("data-wide", width > 5);
    results.hidden = !fits;
    steps.hidden = !fits;
    none.hidden = fits;
    write(none, fits ? "" : say(".none", { size, rows: height, columns: width }));
    moved.show(state, range);
    const rest = unread([height, width], both(size), { stride: both(stride) });
    const [rows, columns] = [made.max.length, made.max[0]?.length ?? 0];
    const told = [
      `${shape([channels, height, width])} → ${fits ? shape([channels, rows, columns]) : "—"}`,
      say(".kept_of", {
        n: count(rows * columns * channels),
        of: count(height * width * channels),
        share: percent((rows * columns) / (height * width)),
      }),
      say(".dropped_of", rest),
      number(0),
    ];
    for (const [i, { told: place }] of facts.entries()) write(place, told[i]);
    if (!fits) {
      input.shows = { rows: state.input, range, unread: rest };
      return;
    }
    const at = nearest(state.at, made.max);
    const source = made.sources[at[0]][at[1]];
    const taken = new Set(made.sources.flat().map(String));
    const [top, left] = at.map((place) => place * stride);
    input.shows = {
      rows: state.input,
      range,
      unread: rest,
      mark: source,
      window: { rows: [top, top + size], columns: [left, left + size] },
      flags: (row, column) => (taken.has(`${row},${column}`) ? "source" : null),
    };
    max.shows = { rows: made.max, range, mark: at };
    average.shows = { rows: made.average, range, mark: at };
    sources.shows = {
      rows: made.sources.map((line) => line.map(([row, column]) => row * width + column)),
      mark: at,
    };
    steps.count = rows * columns;
    steps.place = at[0] * columns + at[1];
    steps.told = say(".told", {
      row: at[0],
      column: at[1],
      max: made.max[at[0]][at[1]],
      average: made.average[at[0]][at[1]],
      from: `${source[0]}, ${source[1]}`,
    });
  };
}

/** @param {State} state */
function formula(state) {
  const { input, size, stride } = state;
  const window = windowOf(state);
  const sides = [input.length, input[0].length];
  const along = (/** @type {string} */ name, /** @type {number} */ side) =>
    equation(
      [sup(name, "′"), "=", "⌊", fraction(row(name, "−", "F"), "S"), "⌋", "+", "1"],
      [
        ...["=", "⌊", fraction(row(number(side), "−", number(size)), number(stride)), "⌋"],
        ...["+", "1"],
      ],
      ["=", number(outputSize(side, size, { stride }))],
    );
  if (!window.length) return [];
  const list = window.slice(0, WRITTEN).map(number);
  const more = window.length > WRITTEN;
  const brackets = (/** @type {string} */ text, /** @type {number} */ i) =>
    i && text.startsWith("−") ? ["(", text, ")"] : [text];
  const commas = list.flatMap((text, i) => (i ? [",", text] : [text]));
  const added = list.flatMap((text, i) => [...(i ? ["+"] : []), ...brackets(text, i)]);
  const mean = window.reduce((total, part) => total + part, 0) / window.length;
  return [
    along("H", sides[0]),
    along("W", sides[1]),
    equation(
      ["max", "{", ...commas, ...(more ? [",", "…"] : []), "}"],
      ["=", number(Math.max(...window))],
    ),
    equation(
      [fraction(row(...added, ...(more ? ["+", "…"] : [])), row("F", "·", "F"))],
      ["=", fraction(number(mean * window.length), number(window.length))],
      ["=", number(mean)],
    ),
  ];
}

open({
  start: START,
  fields: {
    input: {
      ...field.matrix("input"),
      read: (text) => {
        const found = field.matrix("input").read(text);
        const { input = [[]] } = found ?? {};
        return Math.max(input.length, input[0].length) <= LARGEST ? found : null;
      },
    },
    f: field.whole("size", 1, LARGEST),
    s: field.whole("stride", 1, LARGEST),
    at: field.wholes("at", 2, 0, LARGEST - 1),
    shift: field.wholes("shift", 2, -FARTHEST, FARTHEST),
    channels: field.whole("channels", 1, MOST_CHANNELS),
  },
  build,
  formula,
  code: ({ input, size, stride }) =>
    [
      "import torch",
      "from torch.nn import functional",
      "",
      `input = torch.tensor(${JSON.stringify(input)}, dtype=torch.float64)[None, None]`,
      "maxima, sources = functional.max_pool2d(",
      `    input, kernel_size=${size}, stride=${stride}, return_indices=True`,
      ")",
      `means = functional.avg_pool2d(input, kernel_size=${size}, stride=${stride})`,
      "print(maxima[0, 0].tolist())",
      "print(means[0, 0].tolist())",
      "print(sources[0, 0].tolist())",
    ].join("\n"),
  predict: { question: predict(), reveal: { ...START, input: STROKE, shift: [0, 1] } },
  exercises,
});
