/**
 * A layer as the server computed it, map by map and unit by unit.
 *
 * @typedef {import("../../tensor.js").Tensor} Tensor
 * @typedef {readonly [row: number, column: number]} Place
 *
 * @typedef {object} Layer what the server made
 * @property {Tensor} picture (1, H, W), from 0 to 1
 * @property {Tensor} sums before the bias
 * @property {Tensor} biased after it
 * @property {Tensor} output after the activation
 * @property {string} activation the one that made it
 */

import { compute } from "../../api.js";
import { load } from "../../pictures.js";
import { decode } from "../../tensor.js";
import { normalised, toArray } from "../edge-detection/arrays.js";

export const SIDES = { drawing: 64, picture: 96 };

/**
 * @param {object} question
 * @param {import("../../pictures.js").Source} question.source
 * @param {import("../../lab.js").Rows} question.kernel
 * @param {number} question.bias
 * @param {string} question.activation
 * @returns {Promise<Layer>}
 */
export async function run({ source, kernel, bias, activation }) {
  const side = source.kind === "drawing" ? SIDES.drawing : SIDES.picture;
  const picture = normalised(await load({ ...source, grey: true }, side), source.kind);
  const found = await compute("/api/convolutions?encoding=base64", {
    input: toArray(picture),
    kernel,
    bias,
    activation: activation === "identity" ? null : activation,
  });
  const output = decode(found.output);
  const biased = found.sums ? decode(found.sums) : output;
  const sums = { shape: biased.shape, values: biased.values.map((value) => value - bias) };
  return { picture, sums, biased, output, activation };
}

/**
 * @param {Layer} layer
 * @param {Place} at
 */
export function unitOf({ sums, biased, output }, at) {
  const [sum, with_, activation] = [sums, biased, output].map((map) => valueAt(map, at));
  return { sum, bias: Number((with_ - sum).toPrecision(5)), biased: with_, activation };
}

/**
 * @param {Tensor} map
 * @param {Place} at
 */
const valueAt = ({ shape, values }, [row, column]) => values[row * shape[2] + column];
