/**
 * The descent in PyTorch.
 */

import { rowsOf } from "../edge-detection/arrays.js";
import { bright } from "./descent.js";

/**
 * @typedef {readonly (readonly number[])[]} Rows
 *
 * @param {import("../../tensor.js").Tensor} picture from 0 to 1
 * @param {import("../../pictures.js").Kind} kind
 * @param {{target: Rows, from: Rows, rate: string, step: number}} descent
 * @returns {string} prints the loss and the kernel after so many steps
 */
export function codeOf(picture, kind, { target, from, rate, step }) {
  const most = bright(kind);
  const levels = rowsOf(picture).map((row) => row.map((value) => Math.round(value * most)));
  return [
    "import torch",
    "from torch.nn import functional",
    "",
    `picture = torch.tensor(${JSON.stringify(levels).replaceAll("],[", "],\n[")})`,
    `picture = picture[None, None].to(torch.float64) / ${most}`,
    `target_kernel = torch.tensor(${JSON.stringify(target)}, dtype=torch.float64)`,
    `kernel = torch.tensor(${JSON.stringify(from)}, dtype=torch.float64)`,
    "target = functional.conv2d(picture, target_kernel[None, None])",
    "",
    "def loss_of(kernel):",
    "    return functional.mse_loss(functional.conv2d(picture, kernel[None, None]), target)",
    "",
    `for step in range(${step}):`,
    "    kernel.requires_grad_()",
    "    (gradient,) = torch.autograd.grad(loss_of(kernel), kernel)",
    `    kernel = (kernel - ${rate} * gradient).detach()`,
    "",
    "print(loss_of(kernel).item())",
    "print(kernel.tolist())",
  ].join("\n");
}
