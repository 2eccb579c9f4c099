/**
 * The size of what comes out, as a formula and in PyTorch.
 *
 * @typedef {readonly [rows: number, columns: number]} Pair
 */

import { equation, fraction, row, sup } from "../../mathml.js";
import { number } from "../../text.js";

/**
 * @param {number} side of the input
 * @param {number} kernel
 * @param {Pair} padding
 * @returns {Element[][]}
 */
export function sizeFormula(side, kernel, [down, across]) {
  return [
    equation([sup("W", "′"), "=", "W", "−", "F", "+", "2", "P", "+", "1"]),
    sizeLine("H", side, kernel, down),
    sizeLine("W", side, kernel, across),
    equation(
      [sup("W", "′"), "=", "W", "⇔"],
      ["P", "=", fraction(row("F", "−", "1"), "2")],
      ["=", fraction(row(number(kernel), "−", "1"), "2"), "=", number((kernel - 1) / 2)],
    ),
  ];
}

/**
 * @param {string} letter
 * @param {number} side
 * @param {number} kernel
 * @param {number} padding
 */
function sizeLine(letter, side, kernel, padding) {
  const left = side - kernel + 2 * padding + 1;
  return equation(
    [sup(letter, "′"), "="],
    [number(side), "−", number(kernel), "+", "2", "·", number(padding), "+", "1"],
    ["=", number(left), ...(left < 1 ? ["<", "1"] : [])],
  );
}

/**
 * @param {{input: number[][], kernel: number[][], amount: string, fill: string}} state
 * @param {Pair} padding
 */
export function code({ input, kernel, amount, fill }, [down, across]) {
  const option = amount === "own" ? `(${down}, ${across})` : `"${amount}"`;
  const convolution =
    fill === "zeros"
      ? [`output = functional.conv2d(input, kernel, padding=${option})`]
      : [
          `padding = (${across}, ${across}, ${down}, ${down})`,
          `padded = functional.pad(input, padding, mode="${fill}")`,
          "output = functional.conv2d(padded, kernel)",
        ];
  return [
    "import torch",
    "from torch.nn import functional",
    "",
    `input = torch.tensor([[${JSON.stringify(input)}]], dtype=torch.float64)`,
    `kernel = torch.tensor([[${JSON.stringify(kernel)}]], dtype=torch.float64)`,
    ...convolution,
    "print(output[0, 0].tolist())",
  ].join("\n");
}
