/**
 * Cross-correlation and convolution, side by side: what turning the kernel changes, and when
 * nothing.
 */

import { make, on, write } from "../dom.js";
import { fieldsOf } from "../fields.js";
import { KERNELS } from "../kernels.js";
import { around, choice, figure, matrix, nearest, replaced } from "../lab.js";
import { open } from "../lecture.js";
import { between, equation, row, sub } from "../mathml.js";
import { say } from "../messages.js";
import { LECTURE, workingAt } from "../questions/convolution.js";
import { exercises, IMPULSE, NUMBERS, predict } from "../questions/cross-correlation.js";
import { convolve, flip } from "../windows.js";
import { snippets } from "./cross-correlation/snippets.js";
import { BONDS, bondOf, bound } from "./cross-correlation/symmetry.js";

/**
 * @typedef {import("../lab.js").Cell} Cell
 * @typedef {import("../lab.js").Rows} Rows
 * @typedef {import("./cross-correlation/symmetry.js").Bond} Bond
 *
 * @typedef {object} State
 * @property {number[][]} input
 * @property {number[][]} kernel as it was typed; see {@link bound}
 * @property {Bond} bond of the kernel's opposite weights
 * @property {[row: number, column: number]} at the unit of both outputs that is looked at
 */

/** @type {State} */
const START = { input: LECTURE, kernel: KERNELS.vertical, bond: "free", at: [0, 0] };
const field = fieldsOf(START);

/** @type {Record<string, number[][]>} */
const INPUTS = { lecture: LECTURE, impulse: IMPULSE };
/** @type {Record<string, number[][]>} */
const PRESETS = { vertical: KERNELS.vertical, numbers: NUMBERS, laplacian: KERNELS.laplacian };

/** @param {State} state */
const kernelOf = ({ kernel, bond }) => bound(kernel, bond);

/**
 * @param {HTMLElement} host
 * @param {(changed: Partial<State>) => void} set
 */
function build(host, set) {
  let now = START;
  const inputs = choice("inputs", "page.input", labels(INPUTS), (name) =>
    set({ input: INPUTS[name] }),
  );
  const presets = choice("kernels", "page.kernel", labels(PRESETS), (name) =>
    set({ kernel: PRESETS[name], bond: "free" }),
  );
  const bonds = choice(
    "bonds",
    ".bond",
    Object.fromEntries(BONDS.map((bond) => [bond, `.${bond}`])),
    (bond) => set({ bond: /** @type {Bond} */ (bond) }),
  );
  const turn = make("button", { type: "button" }, say(".turn_kernel"));
  turn.addEventListener("click", () => set({ kernel: flip(kernelOf(now)) }));

  const input = matrix("input", { editable: true });
  const kernel = matrix(".kernel", { editable: true, scale: "diverging" });
  const turned = matrix(".turned", { scale: "diverging" });
  const correlated = matrix(".correlated", { chooses: true, scale: "diverging" });
  const convolved = matrix(".convolved", { chooses: true, scale: "diverging" });
  const difference = matrix(".difference", { chooses: true, scale: "diverging" });
  const verdict = make("p", { class: "verdict", role: "status" });
  const code = snippets();
  const lane = (/** @type {string} */ name, /** @type {(Node | string)[]} */ ...parts) =>
    make("div", { class: `lane ${name}` }, ...parts.map(part));
  host.append(
    make("div", { class: "knobs" }, inputs, presets, bonds),
    make(
      "div",
      { class: "compared" },
      figure("input", input),
      lane("as-it-is", "⋆", figure(".kernel", kernel), "=", figure(".correlated", correlated)),
      lane("turned", "∗", figure(".turned", turned), "=", figure(".convolved", convolved)),
      lane("less", "−", figure(".difference", difference)),
    ),
    make("div", { class: "told-and-turn" }, verdict, make("div", { class: "actions" }, turn)),
    code.element,
  );

  on(input, "number-matrix:edit", (/** @type {Cell} */ cell) =>
    set({ input: replaced(now.input, cell) }),
  );
  on(kernel, "number-matrix:edit", (/** @type {Cell} */ cell) =>
    set({ kernel: withOpposite(now, cell) }),
  );
  for (const output of [correlated, convolved, difference]) {
    on(output, "number-matrix:choose", (/** @type {Cell} */ cell) =>
      set({ at: [cell.row, cell.column] }),
    );
  }
  // A weight and the place that it is turned to are shown together.
  for (const [from, to] of [
    [kernel, turned],
    [turned, kernel],
  ]) {
    on(from, "number-matrix:point", (/** @type {Cell | null} */ cell) => {
      from.shows = { ...from.shows, mark: cell && [cell.row, cell.column] };
      to.shows = { ...to.shows, mark: cell && [2 - cell.row, 2 - cell.column] };
    });
  }

  return (/** @type {State} */ state) => {
    now = state;
    const weights = kernelOf(state);
    const { first, second, apart } = outputs(state);
    const at = nearest(state.at, first);
    const window = {
      rows: /** @type {const} */ ([at[0], at[0] + 3]),
      columns: /** @type {const} */ ([at[1], at[1] + 3]),
    };
    inputs.value = nameOf(INPUTS, state.input);
    presets.value = nameOf(PRESETS, weights);
    bonds.value = state.bond;
    input.shows = { rows: state.input, window };
    kernel.shows = { ...kernel.shows, rows: weights, range: around(weights) };
    turned.shows = { ...turned.shows, rows: flip(weights), range: around(weights) };
    // One scale, so that colours can be compared.
    const range = around([...first, ...second, ...apart]);
    correlated.shows = { rows: first, range, mark: at };
    convolved.shows = { rows: second, range, mark: at };
    difference.shows = { rows: apart, range, mark: at };
    write(verdict, verdictOn(weights, apart));
    code.show(state.input, weights);
  };
}

/** @param {State} state */
function outputs(state) {
  const first = convolve(state.input, kernelOf(state));
  const second = convolve(state.input, kernelOf(state), { flip: true });
  return { first, second, apart: first.map((sums, r) => sums.map((sum, c) => sum - second[r][c])) };
}

/**
 * @param {Rows} kernel
 * @param {Rows} difference of the outputs
 */
function verdictOn(kernel, difference) {
  const n = difference.flat().filter((number) => number !== 0).length;
  const bond = bondOf(kernel);
  return bond === "free" && n === 0 ? say(".verdict.by_chance") : say(`.verdict.${bond}`, { n });
}

/**
 * @param {State} state
 * @param {Cell} cell
 * @returns {number[][]} the kernel with the new weight, which its opposite follows
 */
function withOpposite(state, cell) {
  const changed = replaced(kernelOf(state), cell);
  if (state.bond === "free") return changed;
  const sign = state.bond === "symmetric" ? 1 : -1;
  const opposite = { row: 2 - cell.row, column: 2 - cell.column, value: sign * cell.value + 0 };
  const own = opposite.row === cell.row && opposite.column === cell.column;
  return own ? changed : replaced(changed, opposite);
}

/** @param {Record<string, unknown>} table */
function labels(table) {
  return Object.fromEntries(Object.keys(table).map((name) => [name, `.preset.${name}`]));
}

/**
 * @param {Record<string, Rows>} table
 * @param {Rows} rows
 */
function nameOf(table, rows) {
  const text = JSON.stringify(rows);
  return Object.keys(table).find((name) => JSON.stringify(table[name]) === text) ?? "";
}

/** @param {Node | string} part */
function part(part) {
  if (typeof part !== "string") return part;
  return make("span", { class: "sign", "aria-hidden": "true" }, part);
}

/**
 * @param {string} sign of the operation
 * @param {Element} weight that a number is multiplied by
 */
function general(sign, weight) {
  return equation(
    [sub(row("(", "I", sign, "K", ")"), row("i", ",", "j")), "="],
    [
      between("∑", row("m", "=", "0"), "2"),
      between("∑", row("n", "=", "0"), "2"),
      sub("I", row("i", "+", "m", ",", "j", "+", "n")),
      "·",
      weight,
    ],
  );
}

/**
 * @param {string} sign
 * @param {Rows} input
 * @param {Rows} kernel as it lies on the input
 * @param {[number, number]} at
 */
function here(sign, input, kernel, at) {
  const [r, c] = at.map(String);
  const unit = sub(row("(", "I", sign, "K", ")"), row(r, ",", c));
  return equation([unit, "="], ...workingAt(input, kernel, at));
}

open({
  start: START,
  fields: {
    input: field.matrix("input", 5),
    kernel: field.matrix("kernel", 3),
    bond: field.choice("bond", BONDS),
    at: field.wholes("at", 2, 0, 2),
  },
  build,
  formula: (state) => {
    const kernel = kernelOf(state);
    return [
      general("⋆", sub("K", row("m", ",", "n"))),
      here("⋆", state.input, kernel, state.at),
      general("∗", sub("K", row("2", "−", "m", ",", "2", "−", "n"))),
      here("∗", state.input, flip(kernel), state.at),
    ];
  },
  predict: {
    question: predict(),
    reveal: { input: IMPULSE, kernel: NUMBERS, bond: "free", at: [0, 0] },
  },
  exercises,
});
