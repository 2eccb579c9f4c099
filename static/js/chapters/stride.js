/**
 * Stride: the window leaps, for height and width apart; what the floor drops is shown.
 */

import { make, on, write } from "../dom.js";
import { StepBar } from "../elements/step-bar.js";
import { fieldsOf } from "../fields.js";
import { figure, matrix, nearest, replaced } from "../lab.js";
import { open } from "../lecture.js";
import { say } from "../messages.js";
import { exercises, predict } from "../questions/stride.js";
import { convolve, pad, unread, usage } from "../windows.js";
import { code, sizeFormula } from "./stride/formula.js";
import { knobs } from "./stride/knobs.js";
import { digits, LARGEST, ones, outputShape, resized, shapeOf } from "./stride/layer.js";
import { places } from "./stride/places.js";

/**
 * @typedef {import("../lab.js").Cell} Cell
 * @typedef {import("./stride/layer.js").Pair} Pair
 * @typedef {import("./stride/layer.js").Layer} Layer
 *
 * @typedef {Layer & {at: Pair, alike: boolean}} State `at`: the unit that is looked at; `alike`:
 *   whether height and width are changed together
 */

/** @type {State} the lecture's: 7 × 7, 3 × 3 and stride 2 make 3 × 3 */
const START = {
  input: digits(7, 7),
  kernel: [3, 3],
  padding: [0, 0],
  stride: [2, 2],
  at: [0, 0],
  alike: true,
};
const field = fieldsOf(START);

/**
 * @param {HTMLElement} host
 * @param {(changed: Partial<State>) => void} set
 */
function build(host, set) {
  let now = START;
  const knob = knobs(
    (name, axis, value) => {
      const before = name === "input" ? shapeOf(now.input) : now[name];
      /** @type {Pair} */
      const [rows, columns] = axis === 0 ? [value, before[1]] : [before[0], value];
      /** @type {Pair} */
      const pair = now.alike ? [value, value] : [rows, columns];
      set(name === "input" ? { input: resized(now.input, pair) } : { [name]: pair });
    },
    (alike) => set({ alike }),
  );
  const across = places("across");
  const down = places("down");
  const input = matrix(".with_padding", { editable: true });
  const output = matrix("output", { chooses: true, scale: "sequential" });
  const impossible = make("p", { class: "impossible", role: "status" });
  const steps = new StepBar();
  const told = make("div", { class: "told-of-places", role: "status" });
  const march = make("div", { class: "march" }, across.element, down.element, input);
  const stage = make(
    "div",
    { class: "marching" },
    figure(".with_padding", march),
    figure("output", output, impossible),
  );
  host.append(make("div", { class: "stride-lab" }, knob.element, stage, steps, told));

  on(input, "number-matrix:edit", (/** @type {Cell} */ cell) => {
    const [top, left] = now.padding;
    const [row, column] = [cell.row - top, cell.column - left];
    set({ input: replaced(now.input, { ...cell, row, column }) });
  });
  on(output, "number-matrix:choose", (/** @type {Cell} */ cell) =>
    set({ at: [cell.row, cell.column] }),
  );
  on(steps, "step-bar:step", (/** @type {number} */ place) => {
    const [, columns] = outputShape(now);
    set({ at: [Math.floor(place / columns), place % columns] });
  });

  return (/** @type {State} */ state) => {
    now = state;
    const { kernel, padding, stride } = state;
    const shape = shapeOf(state.input);
    const sums = convolve(state.input, ones(kernel), { padding, stride });
    const fits = sums.length > 0;
    const at = fits ? nearest(state.at, sums) : null;
    const start = at && [at[0] * stride[0], at[1] * stride[1]];
    const padded = pad(state.input, padding);
    const [rows, columns] = shapeOf(padded);

    knob.show({ input: shape, kernel, padding, stride }, state.alike);
    const sides = { cells: columns + (sums[0]?.length ?? 0), widest: columns };
    for (const [name, n] of Object.entries(sides)) stage.style.setProperty(`--${name}`, String(n));
    const along = (/** @type {number} */ axis, /** @type {number} */ side) => ({
      side,
      kernel: kernel[axis],
      stride: stride[axis],
      now: at ? at[axis] : null,
    });
    down.show(along(0, rows));
    across.show(along(1, columns));
    input.shows = {
      rows: padded,
      padding,
      unread: fits ? unread(shape, kernel, { padding, stride }) : undefined,
      window: start && {
        rows: [start[0], start[0] + kernel[0]],
        columns: [start[1], start[1] + kernel[1]],
      },
      flags: fits ? flagsOf(state, shapeOf(sums)) : undefined,
    };
    output.hidden = !fits;
    steps.hidden = !fits;
    if (at) {
      output.shows = { rows: sums, mark: at };
      steps.count = sums.length * sums[0].length;
      steps.place = at[0] * sums[0].length + at[1];
      steps.told = say(".told", { row: at[0], column: at[1], sum: sums[at[0]][at[1]] });
    }
    const sizes = { kernel: kernel.join(" × "), room: `${rows} × ${columns}` };
    write(impossible, fits ? "" : say(".impossible", sizes));
    const texts = consequences(state);
    // What is told anew is read out anew.
    if (texts.join() !== [...told.children].map(({ textContent }) => textContent).join()) {
      told.replaceChildren(...texts.map((text) => make("p", {}, text)));
    }
  };
}

/**
 * @param {Layer} layer
 * @param {Pair} output its shape
 * @returns {(row: number, column: number) => string | null} whether a window starts in a cell, or
 *   none ever reads it because they are too far apart
 */
function flagsOf({ input, kernel, padding, stride }, output) {
  const [rows, columns] = shapeOf(input);
  const read = usage([rows + 2 * padding[0], columns + 2 * padding[1]], kernel, { stride });
  const end = output.map((places, axis) => (places - 1) * stride[axis] + kernel[axis]);
  return (row, column) => {
    const starts =
      row % stride[0] === 0 &&
      column % stride[1] === 0 &&
      row / stride[0] < output[0] &&
      column / stride[1] < output[1];
    if (starts) return "start";
    return row < end[0] && column < end[1] && read[row][column] === 0 ? "skipped" : null;
  };
}

/**
 * @param {Layer} layer
 * @returns {string[]} what the stride does here, in words
 */
function consequences(layer) {
  const { input, kernel, padding, stride } = layer;
  const [rows, columns] = outputShape(layer);
  const units = rows * columns;
  if (units === 0) return [];
  const left = unread(shapeOf(input), kernel, { padding, stride });
  const texts = [];
  if (left.rows === 0 && left.columns === 0) texts.push(say(".nothing_dropped"));
  else {
    const [n, m] = [say(".n_rows", { n: left.rows }), say(".n_columns", { n: left.columns })];
    texts.push(say(".dropped", { rows: n, columns: m }));
    const onlyPadding = left.rows <= padding[0] && left.columns <= padding[1];
    if (onlyPadding) texts.push(say(".only_padding"));
  }
  if (stride[0] > kernel[0] || stride[1] > kernel[1]) texts.push(say(".skipped"));
  const [everyRow, everyColumn] = outputShape({ ...layer, stride: [1, 1] });
  const all = everyRow * everyColumn;
  const terms = kernel[0] * kernel[1];
  if (units < all)
    texts.push(say(".work", { units, all, products: units * terms, most: all * terms }));
  return texts;
}

const sizes = field.wholes("input", 2, 1, LARGEST);
const matrices = field.matrix("input");

/** @param {number[][]} input */
const isTyped = (input) => JSON.stringify(input) !== JSON.stringify(digits(...shapeOf(input)));

open({
  start: START,
  fields: {
    size: {
      write: ({ input }) => {
        const size = shapeOf(input).join(",");
        return isTyped(input) || size === shapeOf(START.input).join(",") ? null : size;
      },
      read: (text) => {
        const [rows, columns] = /** @type {any} */ (sizes.read(text)?.input ?? []);
        return rows ? { input: digits(rows, columns) } : null;
      },
    },
    input: {
      write: (state) => (isTyped(state.input) ? matrices.write(state) : null),
      read: (text) => {
        const read = matrices.read(text);
        const fits = read?.input && Math.max(...shapeOf(read.input)) <= LARGEST;
        return fits ? read : null;
      },
    },
    kernel: field.wholes("kernel", 2, 1, 5),
    padding: field.wholes("padding", 2, 0, 2),
    stride: field.wholes("stride", 2, 1, 9),
    at: field.wholes("at", 2, 0, LARGEST + 3),
    alike: field.flag("alike"),
  },
  build,
  formula: sizeFormula,
  code,
  predict: { question: predict(), reveal: { ...START, input: digits(8, 8) } },
  exercises,
});
