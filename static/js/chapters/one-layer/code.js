/**
 * The layer in PyTorch.
 *
 * @typedef {readonly (readonly number[])[]} Rows
 */

/** @type {Record<string, string>} in torch.nn.functional, or in torch itself */
const CALLS = { tanh: "torch.tanh", sigmoid: "torch.sigmoid" };

/**
 * @param {Rows} input
 * @param {{kernel: Rows, bias: number, activation: string}} layer
 * @returns {string} prints the sums and the activations
 */
export function codeOf(input, { kernel, bias, activation }) {
  const call = CALLS[activation] ?? `functional.${activation}`;
  return [
    "import torch",
    "from torch.nn import functional",
    "",
    `input = torch.tensor(${JSON.stringify(input)}, dtype=torch.float64)`,
    `kernel = torch.tensor(${JSON.stringify(kernel)}, dtype=torch.float64)`,
    `bias = torch.tensor([${bias}], dtype=torch.float64)`,
    "sums = functional.conv2d(input[None, None], kernel[None, None], bias)",
    `output = ${activation === "identity" ? "sums" : `${call}(sums)`}`,
    "print(sums[0, 0].tolist())",
    "print(output[0, 0].tolist())",
  ].join("\n");
}
