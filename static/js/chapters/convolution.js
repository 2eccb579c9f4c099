/**
 * The convolution operation: a window steps over a matrix, and every product is shown.
 */

import { make, on, write } from "../dom.js";
import { StepBar } from "../elements/step-bar.js";
import { fieldsOf } from "../fields.js";
import { KERNELS } from "../kernels.js";
import { around, equationRow, figure, matrix, nearest, replaced } from "../lab.js";
import { open } from "../lecture.js";
import { between, equation, row, sub } from "../mathml.js";
import { say } from "../messages.js";
import { exercises, LECTURE, predict, workingAt } from "../questions/convolution.js";
import { number } from "../text.js";
import { convolve, products } from "../windows.js";

/**
 * @typedef {import("../lab.js").Cell} Cell
 *
 * @typedef {object} State
 * @property {number[][]} input
 * @property {number[][]} kernel
 * @property {[row: number, column: number]} at the unit of the output that is looked at
 */

/** @type {State} */
const START = { input: LECTURE, kernel: KERNELS.vertical, at: [0, 0] };
const field = fieldsOf(START);

/**
 * @param {HTMLElement} host
 * @param {(changed: Partial<State>) => void} set
 */
function build(host, set) {
  /** @type {State} */
  let now = START;
  const input = matrix("input", { editable: true });
  const kernel = matrix("kernel", { editable: true, scale: "diverging" });
  const patch = matrix("patch");
  const weights = matrix("kernel", { scale: "diverging" });
  const taken = matrix("products", { scale: "diverging" });
  const sum = make("output", { class: "sum" });
  const output = matrix("output", { chooses: true, scale: "diverging" });
  const steps = new StepBar();
  host.append(
    equationRow(
      figure("input", input),
      "∗",
      figure("kernel", kernel),
      "=",
      figure("output", output),
    ),
    steps,
    equationRow(
      figure("patch", patch),
      "×",
      figure("kernel", weights),
      "=",
      figure("products", taken),
      "Σ =",
      figure("sum", sum),
    ),
  );

  on(input, "number-matrix:edit", (/** @type {Cell} */ cell) =>
    set({ input: replaced(now.input, cell) }),
  );
  on(kernel, "number-matrix:edit", (/** @type {Cell} */ cell) =>
    set({ kernel: replaced(now.kernel, cell) }),
  );
  on(output, "number-matrix:choose", (/** @type {Cell} */ cell) =>
    set({ at: [cell.row, cell.column] }),
  );
  on(steps, "step-bar:step", (/** @type {number} */ place) => {
    const columns = convolve(now.input, now.kernel)[0].length;
    set({ at: [Math.floor(place / columns), place % columns] });
  });

  return (/** @type {State} */ state) => {
    const sums = convolve(state.input, state.kernel);
    const at = nearest(state.at, sums);
    now = state;
    const [rows, columns] = [state.kernel.length, state.kernel[0].length];
    const window = {
      rows: /** @type {const} */ ([at[0], at[0] + rows]),
      columns: /** @type {const} */ ([at[1], at[1] + columns]),
    };
    const multiplied = products(state.input, state.kernel, at);
    input.shows = { rows: state.input, window };
    kernel.shows = { rows: state.kernel, range: around(state.kernel) };
    patch.shows = {
      rows: state.input.slice(...window.rows).map((row) => row.slice(...window.columns)),
    };
    weights.shows = kernel.shows;
    taken.shows = { rows: multiplied, range: around(multiplied) };
    write(sum, number(sums[at[0]][at[1]]));
    output.shows = { rows: sums, range: around(sums), mark: at };
    steps.count = sums.length * sums[0].length;
    steps.place = at[0] * sums[0].length + at[1];
    steps.told = say(".told", { row: at[0], column: at[1], sum: sums[at[0]][at[1]] });
  };
}

open({
  start: START,
  fields: {
    input: field.matrix("input", 5),
    kernel: field.matrix("kernel", 3),
    at: field.wholes("at", 2, 0, 2),
  },
  build,
  formula: ({ input, kernel, at }) => {
    const place = nearest(at, convolve(input, kernel));
    const side = String(kernel.length - 1);
    const general = [
      [sub("S", row("i", ",", "j")), "="],
      [
        between("∑", row("m", "=", "0"), side),
        between("∑", row("n", "=", "0"), side),
        sub("I", row("i", "+", "m", ",", "j", "+", "n")),
        "·",
        sub("K", row("m", ",", "n")),
      ],
    ];
    const [first, ...rest] = workingAt(input, kernel, place);
    const here = [sub("S", row(String(place[0]), ",", String(place[1]))), "=", ...first];
    return [equation(...general), equation(here, ...rest)];
  },
  code: ({ input, kernel }) =>
    [
      "import torch",
      "from torch.nn import functional",
      "",
      `input = torch.tensor(${JSON.stringify(input)}, dtype=torch.float64)`,
      `kernel = torch.tensor(${JSON.stringify(kernel)}, dtype=torch.float64)`,
      "output = functional.conv2d(input[None, None], kernel[None, None])",
      "print(output[0, 0].tolist())",
    ].join("\n"),
  predict: { question: predict(), reveal: { ...START, at: [0, 1] } },
  exercises,
});
