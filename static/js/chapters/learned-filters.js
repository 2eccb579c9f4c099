/**
 * Learned filters: gradient descent finds the kernel behind a picture, and the filters that the
 * network has found stand beside the classic ones.
 */

import { NewestWins, readWeights } from "../api.js";
import { find, make, on, write } from "../dom.js";
import { NumberStepper } from "../elements/number-stepper.js";
import { PictureSource } from "../elements/picture-source.js";
import { StepBar } from "../elements/step-bar.js";
import { fieldsOf } from "../fields.js";
import { KERNELS } from "../kernels.js";
import { around, figure, matrix, replaced, trouble } from "../lab.js";
import { open } from "../lecture.js";
import { equation } from "../mathml.js";
import { say } from "../messages.js";
import { brief } from "../numbers.js";
import { digits, SOURCE, sourceField } from "../pictures.js";
import { exercises, predict } from "../questions/learned-filters.js";
import { number } from "../text.js";
import { convolve } from "../windows.js";
import { patchOf, reachOf, rowsOf, tensorOf } from "./edge-detection/arrays.js";
import { kernelField } from "./edge-detection/kernel-field.js";
import { kernelSelect } from "./edge-detection/kernel-select.js";
import { pictureFigure } from "./edge-detection/picture-figure.js";
import { codeOf } from "./learned-filters/code.js";
import { descend, gradientOf, kernelAt, STEPS } from "./learned-filters/descent.js";
import { filterCards } from "./learned-filters/filter-cards.js";
import { lossCurve } from "./learned-filters/loss-curve.js";
import { stepByHand } from "./learned-filters/step-by-hand.js";

/**
 * @typedef {import("../lab.js").Cell} Cell
 * @typedef {import("../lab.js").Rows} Rows
 * @typedef {import("../pictures.js").Source} Source
 * @typedef {import("./learned-filters/descent.js").Descent} Descent
 *
 * @typedef {object} State
 * @property {Source} source
 * @property {Rows} target the kernel whose output is wanted
 * @property {Rows} from the kernel at the start
 * @property {string} rate of learning
 * @property {number} step
 * @property {readonly [row: number, column: number]} weight that is followed by hand
 * @property {number} filter of the network that is looked at
 * @property {Descent} [descent] the newest; starting over keeps it until there is another
 * @property {readonly Rows[]} [filters] the network's own
 * @property {string} [problem] why there is no newer descent
 */

const RATES = ["0.01", "0.05", "0.1", "0.2", "0.5", "1", "1.5", "2", "3", "5", "10", "15"];
const LEAP = 10;
const LAYER = "conv1";
const UNIT = /** @type {const} */ ([1, 1]);
const NOTHING = [0, 0, 0].map(() => [0, 0, 0]);
/** A loss of which so small a share is left is as good as none. */
const SOLVED = 1e-6;
const OFF = 0.05;

/** @type {State} */
const START = {
  source: { ...SOURCE, kind: "digit" },
  target: KERNELS.sobel_vertical,
  from: NOTHING,
  rate: "1.5",
  step: 0,
  weight: [1, 0],
  filter: 0,
};
const field = fieldsOf(START);

/** @param {State} state the step, as far as the descent goes */
const stepOf = ({ step, descent }) => Math.min(step, (descent?.losses.length ?? 1) - 1);

/** @param {State} state the kernel at this step */
const kernelIn = (state) =>
  state.descent ? kernelAt(state.descent.kernels, stepOf(state)) : state.from;

/**
 * @param {HTMLElement} host
 * @param {(changed: Partial<State>) => void} set
 */
function build(host, set) {
  /** @type {State} */
  let now = START;
  const pictures = new PictureSource();
  pictures.setUp({
    label: say(".picture"),
    kinds: ["drawing", "digit", "photo", "light_dark", "upload"],
    digits,
  });
  const names = kernelSelect(say(".target"), (rows) => {
    if (rows) set({ target: rows });
    else target.querySelector(".cell")?.dispatchEvent(new MouseEvent("click", { bubbles: true }));
  });
  const rate = new NumberStepper();
  rate.setUp({
    label: say(".rate"),
    min: 0,
    max: RATES.length - 1,
    text: (place) => number(Number(RATES[place])),
  });
  const zeros = make("button", { type: "button", class: "plain" }, say(".zeros"));
  const random = make("button", { type: "button", class: "plain" }, say(".random"));
  const maps = {
    input: pictureFigure(".seen"),
    target: pictureFigure(".wanted"),
    output: pictureFigure(".made"),
    error: pictureFigure(".error"),
    product: pictureFigure(".product"),
  };
  const kernel = matrix(".kernel_now", { chooses: true, scale: "diverging" });
  const gradient = matrix(".gradient_now", { chooses: true, scale: "diverging" });
  const target = matrix(".kernel_target", { editable: true, scale: "diverging" });
  const curve = lossCurve();
  const steps = new StepBar();
  const leap = make("button", { type: "button", class: "plain" }, say(".ten"));
  const told = make("p", { class: "note", role: "status" });
  const problem = make("p", { class: "problem", role: "status" });
  const cards = filterCards((filter) => set({ filter }));
  host.append(
    make(
      "div",
      { class: "knobs" },
      names.element,
      rate,
      make("span", { class: "starts" }, say(".start"), zeros, random),
    ),
    make(
      "div",
      { class: "kernels" },
      figure(".kernel_now", kernel),
      figure(".gradient_now", gradient),
      figure(".kernel_target", target),
      curve.element,
    ),
    make("div", { class: "run" }, steps, leap),
    told,
    problem,
    make(
      "div",
      { class: "pictures" },
      pictures,
      make("div", { class: "maps" }, ...Object.values(maps).map((map) => map.figure)),
    ),
    make("p", { class: "note" }, say(".colours")),
    cards.element,
  );

  const descents = new NewestWins(descend, {
    answer: (descent) => set({ descent, problem: "" }),
    fail: (error) => set({ problem: trouble(error) }),
  });
  const modelId = JSON.parse(find(document, "#model", HTMLElement).textContent ?? "").id;
  readWeights(modelId, LAYER).then(
    ({ weight }) => {
      if (!weight) return;
      const [count, , rows, columns] = weight.shape;
      const stack = { shape: [count, rows, columns], values: weight.values };
      const filters = Array.from({ length: count }, (_, i) =>
        patchOf(stack, [0, 0], [rows, columns], i),
      );
      set({ filters });
    },
    (error) => set({ problem: trouble(error) }),
  );

  on(
    pictures,
    "picture-source:change",
    (/** @type {{source: Source, done: boolean}} */ { source, done }) => {
      if (done) set({ source });
      else descents.ask({ ...now, source });
    },
  );
  on(target, "number-matrix:edit", (/** @type {Cell} */ cell) =>
    set({ target: replaced(now.target, cell) }),
  );
  on(rate, "number-stepper:change", (/** @type {number} */ place) => set({ rate: RATES[place] }));
  zeros.addEventListener("click", () => set({ from: NOTHING, step: 0 }));
  random.addEventListener("click", () => {
    const weight = () => Math.round(40 * Math.random() - 20) / 10;
    set({ from: NOTHING.map((row) => row.map(weight)), step: 0 });
  });
  for (const chooser of [kernel, gradient]) {
    on(chooser, "number-matrix:choose", (/** @type {Cell} */ { row, column }) =>
      set({ weight: [row, column] }),
    );
  }
  on(maps.input.picture, "window-picture:choose", (/** @type {[number, number]} */ weight) =>
    set({ weight }),
  );
  on(steps, "step-bar:step", (/** @type {number} */ step) => set({ step }));
  leap.addEventListener("click", () => {
    steps.stop();
    set({ step: stepOf(now) + LEAP });
  });

  /** @type {Partial<State>} */
  let asked = {};
  return (/** @type {State} */ state, /** @type {Partial<State>} */ changed) => {
    now = state;
    // Not at every change: the pad is ahead of the state while the pen is down.
    if (changed.source) pictures.source = changed.source;
    const { source, from, rate: eta } = state;
    if (
      source !== asked.source ||
      state.target !== asked.target ||
      from !== asked.from ||
      eta !== asked.rate
    ) {
      asked = state;
      descents.ask(state);
    }
    names.kernel = state.target;
    rate.value = RATES.indexOf(state.rate);
    write(problem, state.problem ?? "");
    target.shows = { rows: state.target, range: around(state.target) };
    cards.show(state.filters ?? [], state.filter);
    const { descent } = state;
    if (!descent) return;

    const step = stepOf(state);
    const weights = kernelIn(state);
    const slopes = kernelAt(descent.gradients, step);
    const { losses } = descent;
    kernel.shows = { rows: rounded(weights), range: around(state.target), mark: state.weight };
    gradient.shows = { rows: rounded(slopes, 0.01), range: around(slopes), mark: state.weight };
    curve.show(losses, step, STEPS);
    steps.count = losses.length;
    steps.place = step;
    steps.told = say(".told", { step, of: STEPS, loss: brief(losses[step]) });
    leap.disabled = step >= losses.length - 1;
    write(told, toldOf(state, descent, weights));

    const output = tensorOf(convolve(rowsOf(descent.picture), weights));
    const { errors, products } = gradientOf(descent, output, state.weight);
    const range = reachOf(descent.target);
    const shared = { window: UNIT, at: null, scale: /** @type {const} */ ("diverging") };
    maps.input.shows = {
      tensor: descent.picture,
      range: [0, 1],
      scale: source.kind === "photo" || source.kind === "upload" ? "natural" : "sequential",
      window: [errors.shape[1], errors.shape[2]],
      at: state.weight,
    };
    maps.target.shows = { ...shared, tensor: descent.target, range };
    maps.output.shows = { ...shared, tensor: output, range };
    maps.error.shows = { ...shared, tensor: errors, range };
    maps.product.shows = { ...shared, tensor: products, range: reachOf(products) };
  };
}

/**
 * @param {State} state
 * @param {Descent} descent
 * @param {Rows} weights
 * @returns {string} where the descent stands, and why
 */
function toldOf({ target, step, rate }, { losses, limit, diverged }, weights) {
  if (limit === Number.POSITIVE_INFINITY) return say(".empty");
  const told = { rate: Number(rate), limit: Number(limit.toPrecision(3)) };
  const last = losses.length - 1;
  if (diverged && step >= last) return say(".overflow", { ...told, step: last });
  if (told.rate > limit) return say(".diverges", told);
  const left = losses[Math.min(step, last)] <= SOLVED * losses[0] || losses[0] === 0;
  if (!left) return say(".converges", told);
  const off = weights.some((row, r) => row.some((w, c) => Math.abs(w - target[r][c]) > OFF));
  return say(off ? ".alike" : ".found");
}

/**
 * @param {Rows} rows
 * @param {number} [least] what is smaller keeps its digits
 * @returns {number[][]} as exactly as there is room for in a cell
 */
function rounded(rows, least = 0) {
  const short = (/** @type {number} */ weight) => {
    const size = Math.abs(weight);
    return size < 100 && size >= least ? weight.toFixed(2) : weight.toPrecision(2);
  };
  return rows.map((row) => row.map((weight) => Number(short(weight)) + 0));
}

open({
  start: START,
  fields: {
    picture: sourceField("source", START, ["drawing", "digit", "photo", "light_dark", "upload"]),
    target: kernelField("target", START),
    from: field.matrix("from", 3),
    rate: field.choice("rate", RATES),
    step: field.whole("step", 0, STEPS),
    weight: field.wholes("weight", 2, 0, 2),
    filter: field.whole("filter", 0, 5),
  },
  build,
  formula: (state) => {
    const { descent, weight, rate } = state;
    if (!descent) return [];
    const kernel = kernelIn(state);
    const output = tensorOf(convolve(rowsOf(descent.picture), kernel));
    const lines = stepByHand({
      loss: descent.losses[stepOf(state)],
      rate: Number(rate),
      weight: kernel[weight[0]][weight[1]],
      place: weight,
      ...gradientOf(descent, output, weight),
    }).map((parts) => equation(...parts));
    // Brackets that close in another part must not grow beside a fraction.
    for (const sign of lines.flat().flatMap((part) => [...part.querySelectorAll("mo")])) {
      sign.setAttribute("stretchy", "false");
    }
    return lines;
  },
  code: (state) => {
    const { descent, source } = state;
    return descent ? codeOf(descent.picture, source.kind, { ...state, step: stepOf(state) }) : "";
  },
  predict: {
    question: predict(),
    reveal: { source: START.source, target: START.target, from: NOTHING, rate: "5", step: 20 },
  },
  exercises,
});
