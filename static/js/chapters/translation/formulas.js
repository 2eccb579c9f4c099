/**
 * What equivariance and invariance are, with the chosen layer's distance.
 */

import { make } from "../../dom.js";
import { equation, fraction, math, row } from "../../mathml.js";
import { say } from "../../messages.js";
import { number } from "../../text.js";
import { LAYERS } from "./answer.js";
import { motionOf, STILL } from "./motion.js";

/**
 * @param {import("../translation.js").State} state
 * @returns {Element[][]}
 */
export function formula(state) {
  const name = (/** @type {string} */ key) => make("span", { class: "name" }, say(key));
  const moved = () => row("f", "(", "T", "x", ")");
  const along = () => row("T", "f", "(", "x", ")");
  const length = (/** @type {import("../../mathml.js").Piece[]} */ ...parts) =>
    row("‖", ...parts, "‖");
  const lines = [
    [name(".equivariant"), math(moved(), "=", along())],
    [name(".invariant"), math(moved(), "=", "f", "(", "x", ")")],
  ];
  const { layer, answer, columns } = state;
  const found = answer?.after.equivariance.find(({ layer_id }) => layer_id === layer);
  if (typeof found?.distance === "number") {
    const mean = row(fraction("1", "2"), "(", length(moved()), "+", length(along()), ")");
    lines.push([
      name(".distance"),
      math(fraction(length(moved(), "−", along()), mean)),
      math("=", number(found.distance)),
    ]);
  }
  const stride = LAYERS.find(({ id }) => id === layer)?.receptive_field?.stride[1];
  const only = JSON.stringify(motionOf(state)) === JSON.stringify({ ...STILL, columns });
  if (stride && columns && only) {
    lines.push([
      name(".units"),
      ...equation([fraction(number(columns), number(stride))], ["=", number(columns / stride)]),
    ]);
  }
  return lines;
}
