/**
 * Whether it is right as often as it says: a diagram and its numbers for each set of digits.
 */

import { find, make } from "../dom.js";
import { ReliabilityDiagram } from "../elements/reliability-diagram.js";
import { say } from "../messages.js";
import { count, finePercent, percent } from "../text.js";
import { table } from "./table.js";

/**
 * @typedef {import("../api.js").Report} Report
 * @typedef {import("../report.js").Schemas["Calibration"]} Calibration
 */

/**
 * @param {HTMLElement} section
 * @param {Report} report
 */
export function showReliability(section, { test, cross_validation: left }) {
  const figures = [figure("test", test.calibration)];
  if (left) {
    figures.push(
      figure("as_written", left.pen_as_written_calibration),
      figure("placed", left.pen_placed_calibration),
    );
  }
  find(section, ".diagrams", HTMLElement).replaceChildren(...figures);
}

/**
 * @param {string} name of what was read
 * @param {Calibration} calibration
 */
function figure(name, { error, even_error, bins }) {
  const what = say(`.figures.of_${name}`);
  const errors = { error: finePercent(error), even: finePercent(even_error) };
  const diagram = new ReliabilityDiagram();
  diagram.show(bins, say(".reliability.diagram", { what, ...errors }));
  return make(
    "figure",
    { "data-figure": name },
    make(
      "figcaption",
      {},
      make("h3", {}, what),
      make("strong", {}, say(".reliability.error", errors)),
      make("span", {}, say(".reliability.even", errors)),
    ),
    diagram,
    make("details", {}, make("summary", {}, say(".reliability.numbers")), numbers(what, bins)),
  );
}

/**
 * @param {string} what
 * @param {Calibration["bins"]} bins
 */
function numbers(what, bins) {
  const rows = bins
    .filter((bin) => bin.count)
    .map((bin) => [
      say(".reliability.range", { from: percent(bin.from), to: percent(bin.to) }),
      count(bin.count),
      finePercent(bin.confidence ?? 0),
      finePercent(bin.accuracy ?? 0),
    ]);
  return table(
    say(".reliability.caption", { what }),
    [
      { head: say(".reliability.said") },
      { head: say(".reliability.digits"), kind: "number" },
      { head: say(".reliability.mean"), kind: "number" },
      { head: say(".reliability.right"), kind: "number" },
    ],
    rows,
  );
}
