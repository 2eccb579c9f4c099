/**
 * Volumes: a kernel for each channel, one sum; several filters stack to several maps.
 */

import { make, on, write } from "../dom.js";
import { StepBar } from "../elements/step-bar.js";
import { fieldsOf } from "../fields.js";
import { around, figure, matrix, nearest, replaced } from "../lab.js";
import { open } from "../lecture.js";
import { sum } from "../mathml.js";
import { say } from "../messages.js";
import { exercises, predict } from "../questions/volumes.js";
import { number } from "../text.js";
import { convolve, convolveVolume, products } from "../windows.js";
import { bank } from "./volumes/bank.js";
import { costs, SIDES } from "./volumes/cost.js";
import { ALL, CHANNELS, FILTERS, IMAGE, kernelsOf, SIDE } from "./volumes/filters.js";
import { formula } from "./volumes/formula.js";
import { light } from "./volumes/light.js";

/**
 * @typedef {import("../lab.js").Cell} Cell
 *
 * @typedef {object} State
 * @property {number[][][]} image three channels
 * @property {number[][][]} kernels of all filters, three for each
 * @property {number[][]} biases one row, a bias for each filter
 * @property {number} count of the filters that there are
 * @property {number} filter that is looked at
 * @property {[row: number, column: number]} at the unit that is looked at
 * @property {number} side rows and columns of the image that the cost is told for
 */

/** @type {State} */
const START = {
  image: IMAGE,
  kernels: ALL,
  biases: [FILTERS.map(() => 0)],
  count: 4,
  filter: 0,
  at: [0, 0],
  side: SIDES[0],
};
const COLOURS = ["red", "green", "blue"];
const LARGEST = 6;
const field = fieldsOf(START);

/**
 * @param {State} state
 * @returns {State & {maps: number[][][], parts: number[][][], own: number[][][], bias: number}}
 *   with every filter's map, and of the one that is looked at its kernels, its bias, and its sums
 *   channel by channel
 */
function computed(state) {
  const filter = Math.min(state.filter, state.count - 1);
  const maps = Array.from({ length: state.count }, (_, i) =>
    convolveVolume(state.image, kernelsOf(state.kernels, i), { bias: state.biases[0][i] }),
  );
  const own = kernelsOf(state.kernels, filter);
  const parts = state.image.map((rows, channel) => convolve(rows, own[channel]));
  const bias = state.biases[0][filter];
  return { ...state, filter, maps, own, parts, bias, at: nearest(state.at, maps[0]) };
}

/**
 * @param {HTMLElement} host
 * @param {(changed: Partial<State>) => void} set
 */
function build(host, set) {
  let now = START;
  const looked = () => Math.min(now.filter, now.count - 1);
  const picture = light(say(".picture"));
  const filters = bank({
    recount: (count) => set({ count, filter: Math.min(now.filter, count - 1) }),
    choose: (filter) => set({ filter }),
  });
  const channels = COLOURS.map((colour, channel) => {
    const lit = light();
    const input = matrix(`.${colour}`, { editable: true });
    const kernel = matrix(`.kernels.${colour}`, { editable: true, scale: "diverging" });
    const taken = matrix(`.products_of.${colour}`, { scale: "diverging" });
    const added = matrix(`.sums.${colour}`, { scale: "diverging" });
    on(input, "number-matrix:edit", (/** @type {Cell} */ cell) =>
      set({ image: now.image.map((rows, i) => (i === channel ? replaced(rows, cell) : rows)) }),
    );
    on(kernel, "number-matrix:edit", (/** @type {Cell} */ cell) => {
      const place = looked() * CHANNELS + channel;
      set({ kernels: now.kernels.map((rows, i) => (i === place ? replaced(rows, cell) : rows)) });
    });
    const element = make(
      "div",
      { class: "channel", role: "group", "aria-label": say(`.${colour}`) },
      make("p", { class: "name" }, lit.canvas, say(`.${colour}`)),
      figure("input", input),
      sign("∗"),
      figure("kernel", kernel),
      sign("="),
      figure("products", taken),
      sign("→"),
      figure("sum", added),
    );
    return { lit, input, kernel, taken, added, element };
  });
  const bias = matrix("bias", { editable: true, scale: "diverging" });
  on(bias, "number-matrix:edit", (/** @type {Cell} */ { value }) =>
    set({ biases: [now.biases[0].map((old, i) => (i === looked() ? value : old))] }),
  );
  const output = matrix(".map", { chooses: true, scale: "diverging" });
  on(output, "number-matrix:choose", (/** @type {Cell} */ { row, column }) =>
    set({ at: [row, column] }),
  );
  const sheets = make("div", { class: "sheets", "aria-hidden": "true" });
  const name = make("p", { class: "filter-name", "aria-live": "polite" });
  const added = make("output", { class: "added" });
  const steps = new StepBar();
  on(steps, "step-bar:step", (/** @type {number} */ place) => {
    const columns = computed(now).maps[0][0].length;
    set({ at: [Math.floor(place / columns), place % columns] });
  });
  const cost = costs((side) => set({ side }));
  host.append(
    make("div", { class: "top" }, figure(".image", picture.canvas), filters.element),
    make(
      "div",
      { class: "volume" },
      make("div", { class: "channels" }, ...channels.map(({ element }) => element)),
      make(
        "div",
        { class: "result" },
        name,
        figure("bias", bias),
        added,
        figure(".map", make("div", { class: "stack" }, sheets, output)),
      ),
    ),
    steps,
    cost.element,
  );

  return (/** @type {State} */ state) => {
    now = state;
    const { image, maps, own, parts, at, filter, ...rest } = computed(state);
    const window = {
      rows: /** @type {const} */ ([at[0], at[0] + SIDE]),
      columns: /** @type {const} */ ([at[1], at[1] + SIDE]),
    };
    picture.show(image);
    const taken = image.map((rows, i) => products(rows, own[i], at));
    const sums = parts.map((part) => part[at[0]][at[1]]);
    const ranges = {
      kernel: around(own.flat()),
      taken: around(taken.flat()),
      sums: around([sums]),
      maps: around(maps.flat()),
    };
    for (const [i, channel] of channels.entries()) {
      channel.lit.show(COLOURS.map((_, other) => (other === i ? image[i] : null)));
      channel.input.shows = { rows: image[i], window };
      channel.kernel.shows = { rows: own[i], range: ranges.kernel };
      channel.taken.shows = { rows: taken[i], range: ranges.taken };
      channel.added.shows = { rows: [[sums[i]]], range: ranges.sums };
    }
    bias.shows = { rows: [[rest.bias]], range: ranges.sums };
    const unit = maps[filter][at[0]][at[1]];
    const told = [...sum(sums.map(number)), ...sum(["0", number(rest.bias)]).slice(1)];
    write(added, `${told.flat().join(" ")} = ${number(unit)}`);
    output.shows = { rows: maps[filter], range: ranges.maps, mark: at };
    while (sheets.childElementCount >= maps.length) sheets.lastChild?.remove();
    while (sheets.childElementCount < maps.length - 1) {
      const sheet = make("i");
      sheet.style.setProperty("--place", String(sheets.childElementCount + 1));
      sheets.append(sheet);
    }
    sheets.parentElement?.style.setProperty("--sheets", String(maps.length - 1));
    filters.show(maps, filter, ranges.maps);
    write(name, nameOf(filter, own));
    steps.count = maps[0].flat().length;
    steps.place = at[0] * maps[0][0].length + at[1];
    steps.told = say(".told", { row: at[0], column: at[1], sum: unit });
    cost.show(state);
  };
}

/** @param {string} text */
function sign(text) {
  return make("span", { class: "sign", "aria-hidden": "true" }, text);
}

/**
 * @param {number} filter
 * @param {readonly (readonly (readonly number[])[])[]} own its kernels as they are
 */
function nameOf(filter, own) {
  const untouched = JSON.stringify(own) === JSON.stringify(kernelsOf(ALL, filter));
  const kind = say(`.names.${untouched ? FILTERS[filter].name : "own"}`);
  return say(".named", { n: filter + 1, kind });
}

/**
 * @param {import("../fields.js").Field<State>} made
 * @param {(changed: Partial<State>) => boolean} fits
 * @returns {import("../fields.js").Field<State>} one that reads only what fits
 */
function only(made, fits) {
  return {
    ...made,
    read: (text) => {
      const found = made.read(text);
      return found && fits(found) ? found : null;
    },
  };
}

/** @param {readonly (readonly (readonly number[])[])[] | undefined} matrices */
const sizes = (matrices) => [matrices?.length, matrices?.[0].length, matrices?.[0][0].length];

open({
  start: START,
  fields: {
    image: only(field.matrices("image", CHANNELS), ({ image }) => {
      const [many, rows = 0, columns = 0] = sizes(image);
      const [least, most] = [Math.min(rows, columns), Math.max(rows, columns)];
      return many === CHANNELS && least >= SIDE && most <= LARGEST;
    }),
    kernels: only(
      field.matrices("kernels", ALL.length),
      ({ kernels }) => String(sizes(kernels)) === String([ALL.length, SIDE, SIDE]),
    ),
    biases: field.matrix("biases", 1, FILTERS.length),
    count: field.whole("count", 1, FILTERS.length),
    filter: field.whole("filter", 0, FILTERS.length - 1),
    at: field.wholes("at", 2, 0, LARGEST - SIDE),
    side: only(field.whole("side", SIDES[0], 4096), ({ side = 0 }) => SIDES.includes(side)),
  },
  build,
  formula: (state) => formula(computed(state)),
  code: (state) => {
    const { image, kernels, biases, count, filter } = computed(state);
    const weights = Array.from({ length: count }, (_, i) => kernelsOf(kernels, i));
    return [
      "import torch",
      "from torch import nn",
      "",
      `image = torch.tensor(${JSON.stringify(image)}, dtype=torch.float64)`,
      `layer = nn.Conv2d(${CHANNELS}, ${count}, kernel_size=${SIDE}, dtype=torch.float64)`,
      "with torch.no_grad():",
      `    layer.weight.copy_(torch.tensor(${JSON.stringify(weights)}))`,
      `    layer.bias.copy_(torch.tensor(${JSON.stringify(biases[0].slice(0, count))}))`,
      "    maps = layer(image[None])[0]",
      "print(tuple(maps.shape))",
      `print(maps[${filter}].tolist())`,
      "print(sum(parameter.numel() for parameter in layer.parameters()))",
    ].join("\n");
  },
  predict: { question: predict(), reveal: { ...START, count: 10, side: 1024 } },
  exercises,
});
