/**
 * The same two operations in PyTorch and in SciPy, whose names for them differ.
 */

import { copy } from "../../clipboard.js";
import { make, write } from "../../dom.js";
import { say } from "../../messages.js";

/** @typedef {readonly (readonly number[])[]} Rows */

/** @type {Record<string, (input: Rows, kernel: Rows) => string[]>} */
const LIBRARIES = {
  pytorch: (input, kernel) => [
    "import torch",
    "from torch.nn import functional",
    "",
    ...assigned("input", "torch.tensor", input, "dtype=torch.float64"),
    ...assigned("kernel", "torch.tensor", kernel, "dtype=torch.float64"),
    "turned = kernel.flip(0, 1)",
    "correlated = functional.conv2d(",
    "    input[None, None], kernel[None, None]",
    ")",
    "convolved = functional.conv2d(",
    "    input[None, None], turned[None, None]",
    ")",
    "print(correlated[0, 0].tolist())",
    "print(convolved[0, 0].tolist())",
  ],
  scipy: (input, kernel) => [
    "import numpy",
    "from scipy import signal",
    "",
    ...assigned("input", "numpy.array", input, "dtype=float"),
    ...assigned("kernel", "numpy.array", kernel, "dtype=float"),
    "",
    "correlated = signal.correlate2d(",
    '    input, kernel, mode="valid"',
    ")",
    "convolved = signal.convolve2d(",
    '    input, kernel, mode="valid"',
    ")",
    "print(correlated.tolist())",
    "print(convolved.tolist())",
  ],
};

/** @returns {{element: HTMLElement, show: (input: Rows, kernel: Rows) => void}} */
export function snippets() {
  const made = Object.entries(LIBRARIES).map(([name, write_]) => {
    const code = make("code");
    const label = say(`.code.${name}`);
    const button = make("button", { type: "button" }, say("page.copy"));
    button.addEventListener("click", () => copy(code.textContent ?? "", button));
    const element = make(
      "figure",
      { "data-library": name },
      make("figcaption", {}, label),
      make("pre", { tabindex: "0", role: "region", "aria-label": label }, code),
      make("div", { class: "actions screen" }, button),
    );
    return { element, code, write: write_ };
  });
  return {
    element: make("div", { class: "snippets" }, ...made.map(({ element }) => element)),
    show: (input, kernel) => {
      for (const part of made) write(part.code, part.write(input, kernel).join("\n"));
    },
  };
}

/**
 * @param {string} name
 * @param {string} maker
 * @param {Rows} rows
 * @param {string} type
 */
function assigned(name, maker, rows, type) {
  return [
    `${name} = ${maker}([`,
    ...rows.map((row) => `    ${JSON.stringify(row).replaceAll(",", ", ")},`),
    `], ${type})`,
  ];
}
