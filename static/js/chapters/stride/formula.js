/**
 * The size of what comes out, as a formula and in PyTorch.
 *
 * @typedef {import("./layer.js").Layer} Layer
 */

import { equation, fraction, row, sup } from "../../mathml.js";
import { number } from "../../text.js";
import { shapeOf } from "./layer.js";

/** @param {Layer} layer */
export function sizeFormula({ input, kernel, padding, stride }) {
  const shape = shapeOf(input);
  const room = row("W", "−", "F", "+", "2", "P");
  return [
    equation([sup("W", "′"), "=", "⌊", fraction(room, "S"), "⌋", "+", "1"]),
    ...["H", "W"].map((letter, axis) =>
      sizeLine(letter, shape[axis], kernel[axis], padding[axis], stride[axis]),
    ),
  ];
}

/**
 * @param {string} letter
 * @param {number} side
 * @param {number} kernel
 * @param {number} padding
 * @param {number} stride
 */
function sizeLine(letter, side, kernel, padding, stride) {
  const room = side - kernel + 2 * padding;
  const over = row(number(side), "−", number(kernel), "+", "2", "·", number(padding));
  if (room < 0) return equation([over, "=", number(room), "<", "0"]);
  const whole = Math.floor(room / stride);
  return equation(
    [sup(letter, "′"), "=", "⌊", fraction(over, number(stride)), "⌋", "+", "1"],
    ["=", "⌊", number(room / stride), "⌋", "+", "1"],
    ["=", number(whole), "+", "1"],
    ["=", number(whole + 1)],
  );
}

/** @param {Layer} layer */
export function code({ input, kernel, padding, stride }) {
  return [
    "import torch",
    "from torch.nn import functional",
    "",
    "input = torch.tensor([[[",
    ...input.map((line) => `    ${JSON.stringify(line).replaceAll(",", ", ")},`),
    "]]], dtype=torch.float64)",
    `kernel = torch.ones(1, 1, ${kernel.join(", ")}, dtype=torch.float64)`,
    "output = functional.conv2d(",
    `    input, kernel, stride=(${stride.join(", ")}), padding=(${padding.join(", ")})`,
    ")",
    "print(output[0, 0].tolist())",
  ].join("\n");
}
