/**
 * Padding: what lies around the input, and how often each of its cells is read.
 */

import { make, on, write } from "../dom.js";
import { NumberStepper } from "../elements/number-stepper.js";
import { fieldsOf } from "../fields.js";
import { around, choice, equationRow, figure, matrix, nearest, replaced } from "../lab.js";
import { open } from "../lecture.js";
import { say } from "../messages.js";
import { LECTURE } from "../questions/convolution.js";
import { exercises, predict } from "../questions/padding.js";
import { number } from "../text.js";
import { convolve, pad } from "../windows.js";
import { AMOUNTS, MOST, paddingOf } from "./padding/amount.js";
import { code, sizeFormula } from "./padding/formula.js";
import { only, readersOf, SIDE, useOfCells } from "./padding/use.js";

/**
 * @typedef {import("../lab.js").Cell} Cell
 * @typedef {import("./padding/amount.js").Amount} Amount
 * @typedef {"zeros" | "reflect" | "replicate"} Fill
 *
 * @typedef {object} State
 * @property {number[][]} input
 * @property {number[][]} kernel square, its side an odd number
 * @property {Amount} amount
 * @property {readonly [rows: number, columns: number]} own cells on each side where the amount is one's own
 * @property {Fill} fill
 * @property {[row: number, column: number]} at the unit of the output that is looked at
 * @property {[row: number, column: number]} cell of the input whose readers are shown
 */

const WIDEST = 7;
/** @type {readonly Fill[]} */
const FILLS = ["zeros", "reflect", "replicate"];
/** @type {State} */
const START = {
  input: LECTURE,
  kernel: edge(3),
  amount: "valid",
  own: [1, 1],
  fill: "zeros",
  at: [0, 0],
  cell: [0, 0],
};
const field = fieldsOf(START);

/** @param {State} state */
const paddingIn = ({ amount, kernel, own }) => paddingOf(amount, kernel.length, own);

/**
 * @param {number} side
 * @returns {number[][]} what is at its left edge minus what is at its right
 */
function edge(side) {
  const line = Array.from({ length: side }, (_, c) => (c === 0 ? 1 : c === side - 1 ? -1 : 0));
  return Array.from({ length: side }, () => [...line]);
}

/**
 * @param {HTMLElement} host
 * @param {(changed: Partial<State>) => void} set
 */
function build(host, set) {
  let now = START;
  const amounts = choice(
    "amount",
    ".amount",
    Object.fromEntries(AMOUNTS.map((name) => [name, `.${name}`])),
    (name) =>
      // One's own amount begins with what there is.
      set(
        name === "own"
          ? { amount: name, own: paddingIn(now) }
          : { amount: /** @type {Amount} */ (name) },
      ),
  );
  const fills = choice(
    "fill",
    ".filled",
    Object.fromEntries(FILLS.map((name) => [name, `.${name}`])),
    (name) => set({ fill: /** @type {Fill} */ (name) }),
  );
  const widths = [0, 1].map((axis) =>
    stepper([".rows", ".columns"][axis], 0, MOST, 1, (cells) => {
      const [rows, columns] = paddingIn(now);
      set({ amount: "own", own: axis === 0 ? [cells, columns] : [rows, cells] });
    }),
  );
  const side = stepper(".side", 1, WIDEST, 2, (cells) => set({ kernel: edge(cells) }));

  const padded = matrix(".padded", { editable: true });
  const kernel = matrix("kernel", { editable: true, scale: "diverging" });
  const output = matrix("output", { chooses: true, scale: "diverging" });
  const impossible = make("p", { class: "impossible", role: "status" });
  const shown = figure("output", output, impossible);
  const slid = equationRow(figure(".padded", padded), "∗", figure("kernel", kernel), "=", shown);
  slid.classList.add("slid");
  const use = useOfCells((cell) => set({ cell }));
  host.append(
    make(
      "div",
      { class: "padding-lab" },
      make("div", { class: "knobs" }, amounts, fills),
      make("div", { class: "knobs" }, ...widths, side),
      slid,
      use.element,
    ),
  );

  on(padded, "number-matrix:edit", (/** @type {Cell} */ cell) => {
    const [down, across] = paddingIn(now);
    const [row, column] = [cell.row - down, cell.column - across];
    set({ input: replaced(now.input, { ...cell, row, column }) });
  });
  on(kernel, "number-matrix:edit", (/** @type {Cell} */ cell) =>
    set({ kernel: replaced(now.kernel, cell) }),
  );
  on(output, "number-matrix:choose", (/** @type {Cell} */ cell) =>
    set({ at: [cell.row, cell.column] }),
  );

  return (/** @type {State} */ state) => {
    now = state;
    const padding = paddingIn(state);
    const { length: f } = state.kernel;
    const sums = convolve(state.input, state.kernel, { padding, mode: state.fill });
    const fits = sums.length > 0;
    const at = fits ? nearest(state.at, sums) : null;
    const copies = pad(only(state.cell), padding, state.fill);
    const readers = readersOf(state.cell, f, { padding, mode: state.fill });

    amounts.value = state.amount;
    fills.value = state.fill;
    for (const [axis, width] of widths.entries()) width.value = padding[axis];
    side.value = f;
    // Padded input, kernel and output share their row in cells of one size.
    slid.style.setProperty("--all", String(2 * SIDE + 2 * padding[1] + 2 * padding[1] + 1));
    slid.style.setProperty("--widest", String(SIDE + 2 * padding[1]));
    padded.shows = {
      rows: pad(state.input, padding, state.fill),
      padding,
      window: at && { rows: [at[0], at[0] + f], columns: [at[1], at[1] + f] },
      flags: (r, c) => (copies[r][c] ? "cell" : null),
    };
    kernel.shows = { rows: state.kernel, range: around(state.kernel) };
    output.hidden = !fits;
    if (at) {
      const flags = (/** @type {number} */ r, /** @type {number} */ c) =>
        readers[r]?.[c] ? "reads" : null;
      output.shows = { rows: sums, range: around(sums), mark: at, flags };
    }
    write(impossible, fits ? "" : say(".impossible", { kernel: f, room: roomOf(padding) }));
    use.show({ kernel: f, padding, fill: state.fill, cell: state.cell });
  };
}

/** @param {readonly [number, number]} padding */
function roomOf(padding) {
  return padding.map((cells) => number(SIDE + 2 * cells)).join(" × ");
}

/**
 * @param {string} label
 * @param {number} min
 * @param {number} max
 * @param {number} step
 * @param {(value: number) => void} changed
 */
function stepper(label, min, max, step, changed) {
  const made = new NumberStepper();
  made.setUp({ label: say(label), min, max, step });
  on(made, "number-stepper:change", changed);
  return made;
}

const kernels = field.matrix("kernel");

open({
  start: START,
  fields: {
    input: field.matrix("input", SIDE),
    kernel: {
      ...kernels,
      // Only an odd kernel has a middle, and can keep the size with as much on either side.
      read: (text) => {
        const read = kernels.read(text);
        const rows = read?.kernel ?? [];
        const fits = rows.length % 2 === 1 && rows.length <= WIDEST;
        return fits && rows[0].length === rows.length ? read : null;
      },
    },
    amount: field.choice("amount", AMOUNTS),
    p: field.wholes("own", 2, 0, MOST),
    fill: field.choice("fill", FILLS),
    at: field.wholes("at", 2, 0, SIDE + 2 * MOST - 1),
    cell: field.wholes("cell", 2, 0, SIDE - 1),
  },
  build,
  formula: (state) => sizeFormula(SIDE, state.kernel.length, paddingIn(state)),
  code: (state) => code(state, paddingIn(state)),
  predict: { question: predict(), reveal: { ...START, amount: "same" } },
  exercises,
});
