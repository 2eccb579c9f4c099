/**
 * The formulas with the chosen layer's numbers in them, and those of the chosen cell.
 */

import { make } from "../../dom.js";
import { equation, math } from "../../mathml.js";
import { say } from "../../messages.js";
import { number } from "../../text.js";
import { parameters } from "../counting-parameters/count.js";
import { lastVolume } from "./answer.js";
import { nearestCell, placeOf } from "./order.js";

/**
 * @param {import("../building-a-network.js").State} state
 * @returns {Element[][]}
 */
export function formula({ network, at, answer, cell, order }) {
  const name = (/** @type {string} */ key) => make("span", { class: "name" }, say(key));
  const letters = (/** @type {string} */ key, /** @type {Element[]} */ ...parts) => [
    name(key),
    ...parts,
  ];
  const lines = [
    letters(
      ".output_side",
      math("⌊", "(", "n", "+", "2", "p", "−", "f", ")", "/", "s", "⌋", "+", "1"),
    ),
  ];
  if (!answer || answer.of !== network) return lines;
  const here = answer.layers.find((_, i) => at >= 0 && answer.indices[i] === at);
  const layer = network.layers[at];
  if (here && layer?.kernel_size) {
    const { kernel_size, stride = 1, padding = 0 } = layer;
    const before = here.input_shape[1];
    lines.push([
      name(".height"),
      ...equation(
        [
          "⌊",
          "(",
          number(before),
          "+",
          "2",
          "·",
          number(padding),
          "−",
          number(kernel_size),
          ")",
          "/",
          number(stride),
          "⌋",
          "+",
          "1",
        ],
        ["=", number(here.output_shape[1])],
      ),
    ]);
  }
  if (here?.parameter_count) {
    const { working } = parameters({
      kind: here.kind,
      input: here.input_shape,
      output: here.output_shape,
      hyperparameters: layer.kernel_size
        ? { kernel_size: [layer.kernel_size, layer.kernel_size] }
        : {},
    });
    lines.push([name(".parameters"), ...equation(...working)]);
  }
  const shape = lastVolume(answer);
  const [channels, rows, columns] = shape;
  const near = nearestCell(cell, shape);
  const [c, r, k] = near.map(number);
  const first = order === "channels_first";
  lines.push(
    letters(
      ".number",
      first
        ? math("(", "c", "·", "H", "+", "i", ")", "·", "W", "+", "j")
        : math("(", "i", "·", "W", "+", "j", ")", "·", "C", "+", "c"),
    ),
    [
      name(".of_this_cell"),
      ...equation(
        first
          ? ["(", c, "·", number(rows), "+", r, ")", "·", number(columns), "+", k]
          : ["(", r, "·", number(columns), "+", k, ")", "·", number(channels), "+", c],
        ["=", number(placeOf(near, shape, order))],
      ),
    ],
  );
  return lines;
}
