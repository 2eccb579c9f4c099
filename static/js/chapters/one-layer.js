/**
 * One layer: a convolution, plus its bias, then the activation, on a whole map and on one unit.
 */

import { NewestWins } from "../api.js";
import { make, on, write } from "../dom.js";
import { PictureSource } from "../elements/picture-source.js";
import { fieldsOf } from "../fields.js";
import { KERNELS } from "../kernels.js";
import { around, choice, equationRow, figure, matrix, replaced, trouble } from "../lab.js";
import { open } from "../lecture.js";
import { equation, row, sub } from "../mathml.js";
import { say } from "../messages.js";
import { brief } from "../numbers.js";
import { digits, KINDS, SOURCE, sourceField } from "../pictures.js";
import { workingAt } from "../questions/convolution.js";
import { exercises, predict } from "../questions/one-layer.js";
import { range } from "../tensor.js";
import { number } from "../text.js";
import { products } from "../windows.js";
import { patchOf, reachOf, rowsOf, within } from "./edge-detection/arrays.js";
import { kernelField } from "./edge-detection/kernel-field.js";
import { kernelSelect } from "./edge-detection/kernel-select.js";
import { pictureFigure } from "./edge-detection/picture-figure.js";
import { codeOf } from "./one-layer/code.js";
import { activationCurve } from "./one-layer/curve.js";
import { run, SIDES, unitOf } from "./one-layer/layer.js";

/**
 * @typedef {import("../lab.js").Cell} Cell
 * @typedef {import("../lab.js").Rows} Rows
 * @typedef {import("./one-layer/layer.js").Layer} Layer
 * @typedef {import("../pictures.js").Source} Source
 * @typedef {readonly [row: number, column: number]} Place
 *
 * @typedef {object} State
 * @property {Source} source
 * @property {Rows} kernel
 * @property {number} bias
 * @property {string} activation
 * @property {Place} at the unit that is looked at
 * @property {Place | null} hover the one below the pointer
 * @property {Layer} [layer] the newest; starting over keeps it until there is another
 * @property {string} [problem] why there is no newer one
 */

const FUNCTIONS = [
  "identity",
  "relu",
  "leaky_relu",
  "tanh",
  "sigmoid",
  "elu",
  "silu",
  "softplus",
  "softsign",
];
const WINDOW = /** @type {const} */ ([3, 3]);
const UNIT = /** @type {const} */ ([1, 1]);
const BIAS = { slider: 4, most: 1000, step: 0.1 };

/** @type {State} */
const START = {
  source: { ...SOURCE, kind: "digit" },
  kernel: KERNELS.sobel_vertical,
  bias: -1,
  activation: "relu",
  at: [7, 17],
  hover: null,
};
const field = fieldsOf(START);

/**
 * @param {State} state
 * @param {Layer} layer
 * @returns {Place}
 */
const placeOf = ({ hover, at }, { output }) => within(hover ?? at, output.shape);

/**
 * @param {HTMLElement} host
 * @param {(changed: Partial<State>) => void} set
 */
function build(host, set) {
  /** @type {State} */
  let now = START;
  const kernel = matrix("kernel", { editable: true, scale: "diverging" });
  const names = kernelSelect(say("page.kernel"), (rows) => {
    if (rows) set({ kernel: rows });
    else kernel.querySelector(".cell")?.dispatchEvent(new MouseEvent("click", { bubbles: true }));
  });
  const [slider, typed] = ["range", "number"].map((type) =>
    make("input", { type, step: String(BIAS.step), "aria-label": say("page.bias") }),
  );
  [slider.min, slider.max] = [String(-BIAS.slider), String(BIAS.slider)];
  slider.ariaLabel = say(".bias_slider");
  const functions = choice(
    "activation",
    ".activation",
    Object.fromEntries(FUNCTIONS.map((name) => [name, `.functions.${name}`])),
    (activation) => set({ activation }),
  );
  const pictures = new PictureSource();
  pictures.setUp({ label: say(".picture"), kinds: KINDS, digits });
  const maps = {
    picture: pictureFigure(".seen"),
    sums: pictureFigure(".sums"),
    biased: pictureFigure(".biased"),
    output: pictureFigure("output"),
  };
  const patch = matrix("patch", { scale: "sequential" });
  const taken = matrix("products", { scale: "diverging" });
  const steps = {
    sum: make("output", { class: "total" }),
    bias: make("output", { class: "total" }),
    biased: make("output", { class: "total" }),
    activation: make("output", { class: "total" }),
  };
  const curve = activationCurve();
  const rule = make("p", { class: "rule" });
  const told = make("p", { class: "note" });
  const problem = make("p", { class: "problem", role: "status" });
  host.append(
    make(
      "div",
      { class: "knobs" },
      names.element,
      make("label", { class: "bias" }, say("page.bias"), slider, typed),
    ),
    functions,
    make(
      "div",
      { class: "pictures" },
      pictures,
      make("div", { class: "maps" }, ...Object.values(maps).map((map) => map.figure)),
    ),
    problem,
    equationRow(
      figure("patch", patch),
      "·",
      figure("kernel", kernel),
      "=",
      figure("products", taken),
      "→",
      make(
        "dl",
        { class: "unit" },
        ...[
          ["", "page.sum", steps.sum],
          ["+", "page.bias", steps.bias],
          ["=", ".biased_short", steps.biased],
          ["→", ".after", steps.activation],
        ].flatMap(([sign, name, value]) => [
          make("dt", {}, `${sign} ${say(String(name))}`),
          make("dd", {}, value),
        ]),
      ),
    ),
    make(
      "div",
      { class: "function" },
      curve.element,
      make("div", {}, rule, told, make("p", { class: "note" }, say(".curve_told"))),
    ),
  );

  const layers = new NewestWins(run, {
    answer: (layer) => set({ layer, problem: "" }),
    fail: (error) => set({ problem: trouble(error) }),
  });
  on(kernel, "number-matrix:edit", (/** @type {Cell} */ cell) =>
    set({ kernel: replaced(now.kernel, cell) }),
  );
  on(
    pictures,
    "picture-source:change",
    (/** @type {{source: Source, done: boolean}} */ { source, done }) => {
      if (done) set({ source });
      else layers.ask({ ...now, source });
    },
  );
  // While it slides the address keeps still.
  slider.addEventListener("input", () => layers.ask({ ...now, bias: slider.valueAsNumber }));
  slider.addEventListener("change", () => set({ bias: slider.valueAsNumber }));
  typed.addEventListener("change", () => {
    const bias = typed.valueAsNumber;
    if (Math.abs(bias) <= BIAS.most) set({ bias });
    else typed.value = String(now.bias);
  });
  for (const { picture } of Object.values(maps)) {
    on(picture, "window-picture:choose", (/** @type {Place} */ at) => set({ at, hover: null }));
    on(picture, "window-picture:point", (/** @type {Place | null} */ hover) => set({ hover }));
  }

  /** @type {Partial<State>} */
  let asked = {};
  return (/** @type {State} */ state, /** @type {Partial<State>} */ changed) => {
    now = state;
    // Not at every change: the pad is ahead of the state while the pen is down.
    if (changed.source) pictures.source = changed.source;
    const { source, bias, activation } = state;
    if (
      source !== asked.source ||
      state.kernel !== asked.kernel ||
      bias !== asked.bias ||
      activation !== asked.activation
    ) {
      asked = state;
      layers.ask(state);
      slider.valueAsNumber = bias;
      typed.value = String(bias);
    }
    names.kernel = state.kernel;
    kernel.shows = { rows: state.kernel, range: around(state.kernel) };
    functions.value = activation;
    write(problem, state.problem ?? "");
    const { layer } = state;
    if (!layer) return;

    const at = placeOf(state, layer);
    const photo = source.kind === "photo" || source.kind === "upload";
    maps.picture.shows = {
      tensor: layer.picture,
      range: [0, 1],
      scale: photo ? "natural" : "sequential",
      window: WINDOW,
      at,
    };
    const shared = { scale: /** @type {const} */ ("diverging"), window: UNIT, at };
    // One scale before and after the bias, so that it is seen to shift all units alike.
    const reach = Math.max(reachOf(layer.sums)[1], reachOf(layer.biased)[1]);
    maps.sums.shows = { ...shared, tensor: layer.sums, range: [-reach, reach] };
    maps.biased.shows = { ...shared, tensor: layer.biased, range: [-reach, reach] };
    maps.output.shows = { ...shared, tensor: layer.output, range: reachOf(layer.output) };
    maps.output.told = say(".output", { function: say(`.functions.${layer.activation}`) });

    const pixels = patchOf(layer.picture, at, WINDOW);
    const multiplied = products(pixels, state.kernel, [0, 0]);
    patch.shows = { rows: short(pixels), range: [0, 1] };
    taken.shows = { rows: short(multiplied), range: around(multiplied) };
    const unit = unitOf(layer, at);
    write(steps.sum, brief(unit.sum));
    write(steps.bias, brief(unit.bias));
    write(steps.biased, brief(unit.biased));
    write(steps.activation, brief(unit.activation));
    curve.show({
      name: layer.activation,
      before: layer.biased.values,
      after: layer.output.values,
      unit: [unit.biased, unit.activation],
    });
    write(rule, say(`.rules.${layer.activation}`));
    write(told, toldOf(layer));
  };
}

/**
 * @param {Layer} layer
 * @returns {string} what the activation did to the whole map
 */
function toldOf({ output, activation }) {
  const [low, high] = range(output.values).map(brief);
  if (activation === "identity") return say(".told_identity", { low, high });
  if (activation !== "relu") return say(".told", { low, high });
  const none = output.values.filter((value) => value === 0).length / output.values.length;
  if (none === 1) return say(".told_dead");
  return say(".told_relu", { percent: number(Math.round(1000 * none) / 10), high });
}

/**
 * @param {Rows} rows
 * @returns {number[][]} as exactly as there is room for in a cell
 */
function short(rows) {
  const shortened = (/** @type {number} */ value) =>
    Number(Math.abs(value) < 10 ? value.toFixed(2) : value.toPrecision(3)) + 0;
  return rows.map((numbers) => numbers.map(shortened));
}

open({
  start: START,
  fields: {
    picture: sourceField("source", START),
    kernel: kernelField("kernel", START),
    bias: field.number("bias", -BIAS.most, BIAS.most),
    activation: field.choice("activation", FUNCTIONS),
    at: field.wholes("at", 2, 0, SIDES.picture - 1),
  },
  build,
  formula: (state) => {
    const { layer } = state;
    const general = [
      [sub("a", row("i", ",", "j")), "="],
      ["g", "(", sub(row("(", "w", "∗", "x", ")"), row("i", ",", "j")), "+", "b", ")"],
    ];
    if (!layer) return [equation(...general)];
    const at = placeOf(state, layer);
    const { bias, biased, activation } = unitOf(layer, at);
    const pixels = patchOf(layer.picture, at, WINDOW);
    const [first, ...rest] = workingAt(pixels, state.kernel, [0, 0]);
    const place = () => row(String(at[0]), ",", String(at[1]));
    const name = layer.activation === "identity" ? "g" : say(`.functions.${layer.activation}`);
    const plus = bias < 0 ? ["−", brief(-bias)] : ["+", brief(bias)];
    return [
      equation(...general),
      equation([sub(row("(", "w", "∗", "x", ")"), place()), "=", ...first], ...rest),
      equation(
        [sub("a", place()), "=", name, "(", ...(rest.at(-1) ?? ["", "0"]).slice(1), ...plus, ")"],
        ["=", name, "(", brief(biased), ")"],
        ["=", brief(activation)],
      ),
    ];
  },
  code: ({ layer, kernel, bias, activation, ...state }) => {
    if (!layer) return "";
    // A whole picture would be pages of numbers: then it is the window.
    const small = layer.picture.values.length <= 64;
    const at = placeOf({ ...state, kernel, bias, activation }, layer);
    const input = small ? rowsOf(layer.picture) : patchOf(layer.picture, at, WINDOW);
    return codeOf(input, { kernel, bias, activation });
  },
  predict: {
    question: predict(),
    reveal: {
      source: { ...SOURCE, kind: "dark_light" },
      kernel: KERNELS.vertical,
      bias: 1,
      activation: "relu",
      at: [0, 1],
    },
  },
  exercises,
});
