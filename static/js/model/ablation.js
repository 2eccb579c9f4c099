/**
 * What each choice of the recipe gives: trained with one thing changed.
 */

import { end } from "../axis.js";
import { find } from "../dom.js";
import { ErrorPlot } from "../elements/error-plot.js";
import { knows, say } from "../messages.js";
import { summary } from "../report.js";
import { count, finePercent, percent } from "../text.js";
import { table } from "./table.js";

/**
 * @param {HTMLElement} section
 * @param {import("../report.js").Schemas["Ablation"]} ablation
 */
export function showAblation(section, { epochs, rows }) {
  const [first, ...others] = Object.keys(rows[0].errors);
  const most = end(rows.flatMap(({ errors }) => errors[first]));
  const axis = new ErrorPlot();
  axis.show([], most, percent);
  const lines = rows.map(({ change, errors, seconds }, place) => {
    const plot = new ErrorPlot();
    const kind = place ? "other" : "main";
    plot.show(
      errors[first].map((at) => ({ at, kind })),
      most,
    );
    const rest = others.map((set) => told(errors[set]));
    return [name(change), told(errors[first]), plot, ...rest, count(Math.round(seconds))];
  });
  const seeds = rows[0].errors[first].length;
  const columns = [
    { head: say(".ablation.change") },
    head(first),
    { head: say(".plot"), kind: /** @type {const} */ ("plot"), axis },
    ...others.map(head),
    { head: say(".ablation.seconds"), kind: /** @type {const} */ ("number") },
  ];
  const caption = say(".ablation.caption", { epochs, n: seeds });
  find(section, ".changes", HTMLElement).replaceChildren(table(caption, columns, lines));
}

/**
 * @param {string} set what was read
 * @returns {import("./table.js").Column}
 */
function head(set) {
  return { head: say(`.ablation.of_${set}`), kind: "number" };
}

/** @param {readonly number[]} shares */
function told(shares) {
  const { mean, spread } = summary(shares);
  if (spread === null) return finePercent(mean);
  return say(".ablation.spread", { mean: finePercent(mean), spread: finePercent(spread) });
}

/** @param {string} change as the training names it */
function name(change) {
  const key = `.ablation.change_${change.toLowerCase().replaceAll(/\W+/g, "_")}`;
  return knows(key) ? say(key) : change;
}
