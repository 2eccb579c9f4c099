/**
 * People it never saw: each one's digits, read by the network that was trained without them.
 */

import { end } from "../axis.js";
import { find, make } from "../dom.js";
import { ErrorPlot } from "../elements/error-plot.js";
import { say } from "../messages.js";
import { count, finePercent, percent } from "../text.js";
import { table } from "./table.js";

/**
 * @typedef {import("../report.js").Schemas["CrossValidation"]} CrossValidation
 */

/**
 * @param {HTMLElement} section
 * @param {CrossValidation} left
 */
export function showWriters(section, left) {
  find(section, ".folds", HTMLElement).replaceChildren(folds(left));
  find(section, ".people", HTMLElement).replaceChildren(people(left));
}

/** @param {CrossValidation} left */
function folds({ folds, writers }) {
  const figures = Object.values(writers);
  const most = end(
    figures.flatMap((one) => [1 - one.pen_as_written_accuracy, 1 - one.pen_placed_accuracy]),
  );
  const axis = new ErrorPlot();
  axis.show([], most, percent);
  const rows = folds.map((fold, place) => {
    const plot = new ErrorPlot();
    const marks = fold.writers.flatMap((number) => {
      const own = writers[number];
      const told = {
        writer: number,
        written: wrong(own, "as_written"),
        placed: wrong(own, "placed"),
      };
      const title = say(".writers.mark", told);
      return [
        { at: 1 - own.pen_placed_accuracy, kind: /** @type {const} */ ("second"), title },
        { at: 1 - own.pen_as_written_accuracy, kind: /** @type {const} */ ("main"), title },
      ];
    });
    plot.show(marks, most);
    return [
      say(".writers.fold", { n: place + 1 }),
      finePercent(1 - fold.pen_as_written_accuracy),
      finePercent(1 - fold.pen_placed_accuracy),
      plot,
      fold.writers.join(", "),
    ];
  });
  return table(
    say(".writers.caption"),
    [
      { head: say(".writers.group") },
      { head: say(".writers.as_written"), kind: "number" },
      { head: say(".writers.placed"), kind: "number" },
      { head: say(".plot"), kind: "plot", axis },
      { head: say(".writers.people") },
    ],
    rows,
  );
}

/** @param {CrossValidation} left */
function people({ writers }) {
  const rows = Object.entries(writers).map(([number, one]) => [
    say(".writers.writer", { writer: number }),
    count(one.pen_as_written_images),
    count(wrong(one, "as_written")),
    finePercent(1 - one.pen_as_written_accuracy),
    count(wrong(one, "placed")),
    finePercent(1 - one.pen_placed_accuracy),
  ]);
  const heads = ["digits", "as_written_wrong", "as_written", "placed_wrong", "placed"];
  const numbers = table(
    say(".writers.each"),
    [
      { head: say(".writers.person") },
      ...heads.map((key) => ({
        head: say(`.writers.${key}`),
        kind: /** @type {const} */ ("number"),
      })),
    ],
    rows,
  );
  return make("details", {}, make("summary", {}, say(".writers.all")), numbers);
}

/**
 * @param {CrossValidation["writers"][string]} writer
 * @param {"as_written" | "placed"} way
 * @returns {number} how many of their digits were misread
 */
function wrong(writer, way) {
  return writer[`pen_${way}_images`] - writer[`pen_${way}_correct`];
}
