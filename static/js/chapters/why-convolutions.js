/**
 * Why convolutions: few connections, shared weights, and the sparse matrix that they are.
 */

import { fieldsOf } from "../fields.js";
import { open } from "../lecture.js";
import { equation, fraction, row, sub } from "../mathml.js";
import { exercises, predict } from "../questions/why-convolutions.js";
import { count, number } from "../text.js";
import { budget, LIMITS } from "./why-convolutions/budget.js";
import { layersOf } from "./why-convolutions/layers.js";
import { computed, machine, VIEWS } from "./why-convolutions/machine.js";

/**
 * @typedef {import("./why-convolutions/layers.js").Sizes
 *   & import("./why-convolutions/machine.js").Shown} State
 */

/** @type {State} the lecture's layer; a small input, and a kernel of nine weights */
const START = {
  side: 32,
  channels: 3,
  size: 5,
  filters: 6,
  input: [
    [7, 2, 3, 3],
    [4, 5, 3, 8],
    [3, 3, 2, 8],
    [2, 8, 7, 2],
  ],
  kernel: [
    [4, 3, 2],
    [1, 0, -1],
    [-2, -3, -4],
  ],
  view: "shared",
  at: 0,
};
const field = fieldsOf(START);

/**
 * @param {HTMLElement} host
 * @param {(changed: Partial<State>) => void} set
 */
function build(host, set) {
  const compared = budget(set);
  const small = machine(set);
  host.append(compared.element, small.element);
  return (/** @type {State} */ state) => {
    compared.show(state);
    small.show(state, layersOf(state));
  };
}

/** @param {State} state */
function formula(state) {
  const { size, channels, filters, at } = state;
  const layers = layersOf(state);
  const { weights, vector, product } = computed(state);
  const texts = [size, size, channels].map(String);
  const terms = weights[at].flatMap((weight, i) =>
    weight === 0 ? [] : [{ cell: number(vector[i]), weight: number(weight) }],
  );
  const parts = terms.map(({ cell, weight }, i) => [
    ...(i ? ["+"] : ["="]),
    ...(weight.startsWith("−") ? ["(", weight, ")"] : [weight]),
    "·",
    ...(cell.startsWith("−") ? ["(", cell, ")"] : [cell]),
  ]);
  return [
    equation(
      ["(", "F", "·", "F", "·", "C", "+", "1", ")", "·", "N"],
      ["=", "(", texts[0], "·", texts[1], "·", texts[2], "+", "1", ")", "·", number(filters)],
      ["=", count(layers.shared)],
    ),
    equation(
      [
        "(",
        "H",
        "·",
        "W",
        "·",
        "C",
        "+",
        "1",
        ")",
        "·",
        row("H", "′"),
        "·",
        row("W", "′"),
        "·",
        "N",
      ],
      ["=", count(layers.inputs), "·", count(layers.units), "+", count(layers.units)],
      ["=", count(layers.fully)],
    ),
    equation(
      [fraction(count(layers.fully), count(layers.shared))],
      ["≈", count(Math.round(layers.fully / layers.shared))],
    ),
    equation([sub("y", String(at))], ...(parts.length ? parts : [["=", "0"]]), [
      "=",
      number(product[at]),
    ]),
  ];
}

open({
  start: START,
  fields: {
    side: field.whole("side", ...LIMITS.side),
    channels: field.whole("channels", ...LIMITS.channels),
    f: field.whole("size", ...LIMITS.size),
    filters: field.whole("filters", ...LIMITS.filters),
    view: field.choice("view", VIEWS),
    input: field.matrix("input", 4),
    kernel: field.matrix("kernel", 3),
    at: field.whole("at", 0, 3),
  },
  build,
  formula,
  code: (state) => {
    const { channels, size, filters, input, kernel } = state;
    const { inputs, units } = layersOf(state);
    return [
      "import torch",
      "from torch import nn",
      "from torch.nn import functional",
      "",
      "def count(layer):",
      "    return sum(parameter.numel() for parameter in layer.parameters())",
      "",
      "# On the device meta a layer has sizes, but takes no memory.",
      `print(count(nn.Conv2d(${channels}, ${filters}, kernel_size=${size}, device="meta")))`,
      `print(count(nn.Linear(${inputs}, ${units}, device="meta")))`,
      "",
      `input = torch.tensor(${JSON.stringify(input)}, dtype=torch.float64)`,
      `kernel = torch.tensor(${JSON.stringify(kernel)}, dtype=torch.float64)`,
      "# What the convolution makes of each single 1 is a column of its matrix.",
      "ones = torch.eye(16, dtype=torch.float64).reshape(16, 1, 4, 4)",
      "matrix = functional.conv2d(ones, kernel[None, None]).reshape(16, 4).T",
      "print(matrix.int().tolist() if (matrix == matrix.int()).all() else matrix.tolist())",
      "print((matrix @ input.flatten()).tolist())",
      "patches = functional.unfold(input[None, None], kernel_size=3)[0]",
      "print((kernel.flatten() @ patches).tolist())",
    ].join("\n");
  },
  predict: { question: predict(), reveal: { ...START, side: 64 } },
  exercises,
});
