/**
 * Edge detection: what the classic kernels make of any picture, and the nine products behind
 * every pixel.
 */

import { compute, NewestWins } from "../api.js";
import { make, on, write } from "../dom.js";
import { KernelPicker } from "../elements/kernel-picker.js";
import { PictureSource } from "../elements/picture-source.js";
import { fieldsOf } from "../fields.js";
import { KERNELS } from "../kernels.js";
import { around, choice, equationRow, figure, matrix, replaced, trouble } from "../lab.js";
import { open } from "../lecture.js";
import { between, equation, row, sub } from "../mathml.js";
import { say } from "../messages.js";
import { brief } from "../numbers.js";
import { digits, KINDS, load, SOURCE, sourceField, step } from "../pictures.js";
import { workingAt } from "../questions/convolution.js";
import { exercises, predict } from "../questions/edge-detection.js";
import { decode } from "../tensor.js";
import { convolve, products } from "../windows.js";
import {
  channelOf,
  patchOf,
  reachOf,
  rowsOf,
  tensorOf,
  toArray,
  within,
} from "./edge-detection/arrays.js";
import { kernelField } from "./edge-detection/kernel-field.js";
import { pictureFigure } from "./edge-detection/picture-figure.js";

/**
 * @typedef {import("../lab.js").Cell} Cell
 * @typedef {import("../lab.js").Rows} Rows
 * @typedef {import("../tensor.js").Tensor} Tensor
 * @typedef {import("../pictures.js").Source} Source
 * @typedef {readonly [row: number, column: number]} Place
 *
 * @typedef {object} State
 * @property {Source} source
 * @property {Rows} kernel
 * @property {"signed" | "absolute"} sign
 * @property {number} channel that is looked into, where there are three
 * @property {Place} at the unit of the output that is looked at
 * @property {Place | null} hover the one below the pointer
 * @property {Tensor} picture as it was loaded
 * @property {Tensor} output what the kernel makes of it
 * @property {string} problem why there is no newer output
 */

const SIDES = { drawing: 96, picture: 192 };
const CHANNELS = /** @type {const} */ (["red", "green", "blue"]);
const WINDOW = /** @type {const} */ ([3, 3]);
const UNIT = /** @type {const} */ ([1, 1]);

const LECTURE = step("light_dark");

/** @type {State} */
const START = {
  source: { ...SOURCE, kind: "light_dark" },
  kernel: KERNELS.vertical,
  sign: "signed",
  channel: 0,
  at: [0, 1],
  hover: null,
  picture: LECTURE,
  output: tensorOf(convolve(rowsOf(LECTURE), KERNELS.vertical)),
  problem: "",
};
const field = fieldsOf(START);

/** @param {State} state */
const placeOf = ({ hover, at, output }) => within(hover ?? at, output.shape);

/** @param {State} state */
const channelIn = ({ channel, output }) => Math.min(channel, output.shape[0] - 1);

/** @param {State} state the numbers below the window */
const patchIn = (state) => patchOf(state.picture, placeOf(state), WINDOW, channelIn(state));

/**
 * @param {{source: Source, kernel: Rows}} question
 * @returns {Promise<Pick<State, "picture" | "output">>}
 */
async function detect({ source, kernel }) {
  const picture = await load(source, source.kind === "drawing" ? SIDES.drawing : SIDES.picture);
  const { output } = await compute("/api/convolutions?encoding=base64", {
    input: toArray(picture),
    kernel,
    groups: picture.shape[0],
  });
  return { picture, output: decode(output) };
}

/**
 * @param {HTMLElement} host
 * @param {(changed: Partial<State>) => void} set
 */
function build(host, set) {
  /** @type {State} */
  let now = START;
  const names = new KernelPicker();
  names.setUp({ label: say(".kernels") });
  const kernel = matrix("kernel", { editable: true, scale: "diverging" });
  const flat = make("p", { class: "note" });
  const pictures = new PictureSource();
  pictures.setUp({ label: say(".picture"), kinds: KINDS, digits });
  const sign = choice("sign", ".sign", { signed: ".signed", absolute: ".absolute" }, (value) =>
    set({ sign: value === "absolute" ? "absolute" : "signed" }),
  );
  const input = pictureFigure("input");
  const maps = [0, 1, 2].map(() => pictureFigure("output"));
  const legend = make("p", { class: "note" });
  const problem = make("p", { class: "problem", role: "status" });
  const parts = {
    patch: matrix("patch", { scale: "sequential" }),
    weights: matrix(".weights", { scale: "diverging" }),
    products: matrix("products", { scale: "diverging" }),
  };
  const sum = make("output", { class: "total" });
  host.append(
    make("div", { class: "kernels" }, names, make("div", {}, figure("kernel", kernel), flat)),
    make(
      "div",
      { class: "pictures" },
      pictures,
      make("div", { class: "maps" }, input.figure, ...maps.map((map) => map.figure)),
    ),
    make("div", { class: "below" }, sign, legend, problem),
    equationRow(
      figure("patch", parts.patch),
      "·",
      figure(".weights", parts.weights),
      "=",
      figure("products", parts.products),
      "→",
      figure("sum", sum),
    ),
  );

  const detections = new NewestWins(detect, {
    answer: (found) => set({ ...found, problem: "" }),
    fail: (error) => set({ problem: trouble(error) }),
  });
  on(names, "kernel-picker:choose", (/** @type {Rows} */ rows) => set({ kernel: rows }));
  on(kernel, "number-matrix:edit", (/** @type {Cell} */ cell) =>
    set({ kernel: replaced(now.kernel, cell) }),
  );
  on(
    pictures,
    "picture-source:change",
    (/** @type {{source: Source, done: boolean}} */ { source, done }) => {
      // While the pen is down the address keeps still.
      if (done) set({ source });
      else detections.ask({ source, kernel: now.kernel });
    },
  );
  for (const [channel, { picture }] of [input, ...maps].entries()) {
    const looked = channel ? { channel: channel - 1 } : {};
    on(picture, "window-picture:choose", (/** @type {Place} */ at) =>
      set({ at, hover: null, ...(now.output.shape[0] > 1 && looked) }),
    );
    on(picture, "window-picture:point", (/** @type {Place | null} */ hover) => set({ hover }));
  }

  /** @type {Pick<State, "source" | "kernel">} */
  let asked = START;
  return (/** @type {State} */ state, /** @type {Partial<State>} */ changed) => {
    now = state;
    // Not at every change: the pad is ahead of the state while the pen is down.
    if (changed.source) pictures.source = changed.source;
    if (state.source !== asked.source || state.kernel !== asked.kernel) {
      asked = state;
      detections.ask(state);
    }
    const at = placeOf(state);
    const channel = channelIn(state);
    const count = state.output.shape[0];
    names.kernel = state.kernel;
    kernel.shows = { rows: state.kernel, range: around(state.kernel) };
    write(flat, toldFlat(state.kernel));
    sign.value = state.sign;
    write(problem, state.problem);

    const absolute = state.sign === "absolute";
    const [low, high] = reachOf(state.output);
    const signed = absolute ? state.output.values.map(Math.abs) : state.output.values;
    const output = { shape: state.output.shape, values: signed };
    const kind = state.source.kind;
    const photo = kind === "photo" || kind === "upload";
    const step = kind === "light_dark" || kind === "dark_light";
    input.shows = {
      tensor: state.picture,
      range: [0, step ? 10 : 255],
      scale: photo ? "natural" : "sequential",
      window: WINDOW,
      at,
    };
    input.told = say("page.input");
    for (const [i, map] of maps.entries()) {
      map.figure.hidden = i >= count;
      if (i >= count) continue;
      map.figure.toggleAttribute("data-chosen", count > 1 && i === channel);
      map.shows = {
        tensor: count > 1 ? channelOf(output, i) : output,
        range: absolute ? [0, high] : [low, high],
        scale: absolute ? "sequential" : "diverging",
        window: UNIT,
        at,
      };
      map.told = count > 1 ? say(`.${CHANNELS[i]}`) : say("page.output");
    }
    const reach = brief(high);
    write(legend, say(absolute ? ".legend_absolute" : ".legend", { reach }));

    const patch = patchIn(state);
    const multiplied = products(patch, state.kernel, [0, 0]);
    parts.patch.shows = { rows: patch, range: [0, step ? 10 : 255] };
    parts.weights.shows = { rows: state.kernel, range: around(state.kernel) };
    parts.products.shows = { rows: multiplied, range: around(multiplied) };
    write(sum, brief(multiplied.flat().reduce((total, part) => total + part, 0)));
  };
}

/**
 * @param {Rows} kernel
 * @returns {string} what it makes of a part of the picture where nothing changes
 */
function toldFlat(kernel) {
  const sum = kernel.flat().reduce((total, weight) => total + weight, 0);
  if (Math.abs(sum) < 1e-9) return say(".flat_0");
  return Math.abs(sum - 1) < 1e-9 ? say(".flat_1") : say(".flat_other", { sum });
}

open({
  start: START,
  fields: {
    picture: sourceField("source", START),
    kernel: kernelField("kernel", START),
    sign: field.choice("sign", ["signed", "absolute"]),
    channel: field.whole("channel", 0, CHANNELS.length - 1),
    at: field.wholes("at", 2, 0, SIDES.picture - 1),
  },
  build,
  formula: (state) => {
    const at = placeOf(state);
    const general = [
      [sub("S", row("i", ",", "j")), "="],
      [
        between("∑", row("m", "=", "0"), "2"),
        between("∑", row("n", "=", "0"), "2"),
        sub("I", row("i", "+", "m", ",", "j", "+", "n")),
        "·",
        sub("K", row("m", ",", "n")),
      ],
    ];
    const [first, ...rest] = workingAt(patchIn(state), state.kernel, [0, 0]);
    const here = [sub("S", row(String(at[0]), ",", String(at[1]))), "=", ...first];
    return [equation(...general), equation(here, ...rest)];
  },
  code: (state) => {
    // A whole picture would be pages of numbers: then it is the window.
    const small = state.picture.values.length <= 64;
    const input = small ? rowsOf(state.picture) : patchIn(state);
    const absolute = state.sign === "absolute" ? ".abs()" : "";
    return [
      "import torch",
      "from torch.nn import functional",
      "",
      `input = torch.tensor(${JSON.stringify(input)}, dtype=torch.float64)`,
      `kernel = torch.tensor(${JSON.stringify(state.kernel)}, dtype=torch.float64)`,
      `output = functional.conv2d(input[None, None], kernel[None, None])${absolute}`,
      "print(output[0, 0].tolist())",
    ].join("\n");
  },
  predict: {
    question: predict(),
    reveal: {
      source: { ...SOURCE, kind: "dark_light" },
      kernel: KERNELS.vertical,
      sign: "signed",
      at: [0, 1],
    },
  },
  exercises,
});
