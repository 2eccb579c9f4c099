import { between, equation, row, sub } from "../../mathml.js";
import { workingAt } from "../../questions/convolution.js";
import { number } from "../../text.js";
import { costOf } from "./cost.js";
import { CHANNELS, SIDE } from "./filters.js";

/**
 * One unit of one filter, channel by channel, and the parameters of all filters.
 *
 * @param {object} computed
 * @param {number[][][]} computed.image
 * @param {number[][][]} computed.own kernels of the filter
 * @param {number[][][]} computed.parts its sums, channel by channel
 * @param {number} computed.bias
 * @param {[row: number, column: number]} computed.at the unit
 * @param {number[][][]} computed.maps of all filters
 * @param {number} computed.filter
 * @param {number} computed.side of the image that the cost is told for
 * @returns {Element[][]}
 */
export function formula({ image, own, parts, bias, at, maps, filter, side }) {
  const here = row(String(at[0]), ",", String(at[1]));
  const total = maps[filter][at[0]][at[1]];
  const sums = parts.map((part) => number(part[at[0]][at[1]]));
  const added = sums.map((part, i) => [i ? "+" : "", ...bracketed(part, i > 0)].filter(Boolean));
  const { parameters } = costOf(maps.length, side);
  const tall = String(SIDE);
  return [
    equation(
      [sub("S", row("i", ",", "j")), "=", "b", "+", between("∑", row("c", "=", "0"), "2")],
      [
        ...["m", "n"].map((name) => between("∑", row(name, "=", "0"), "2")),
        sub("I", row("c", ",", "i", "+", "m", ",", "j", "+", "n")),
        "·",
        sub("K", row("c", ",", "m", ",", "n")),
      ],
    ),
    ...image.map((rows, channel) => {
      const [first, ...others] = workingAt(rows, own[channel], at);
      // A kernel of zeros only: one 0 says it.
      const rest = own[channel].flat().some((weight) => weight !== 0) ? others : [];
      return equation([sub("C", String(channel)), "=", ...first], ...rest);
    }),
    equation(
      [sub("S", here), "=", sub("C", "0"), "+", sub("C", "1"), "+", sub("C", "2"), "+", "b"],
      ...added.map((part, i) => (i ? part : ["=", ...part])),
      ["+", ...bracketed(number(bias), true)],
      ["=", number(total)],
    ),
    equation(
      ["P", "=", "(", "F", "·", "F", "·", "C", "+", "1", ")", "·", "N"],
      ["=", "(", tall, "·", tall, "·", String(CHANNELS), "+", "1", ")", "·", number(maps.length)],
      ["=", number(parameters)],
    ),
  ];
}

/**
 * @param {string} text of a number
 * @param {boolean} follows whether a sign stands before it
 */
function bracketed(text, follows) {
  return follows && text.startsWith("−") ? ["(", text, ")"] : [text];
}
