/**
 * What is not a digit: how often it is told apart, kind by kind.
 */

import { find } from "../dom.js";
import { say } from "../messages.js";
import { count, finePercent, number, percent } from "../text.js";
import { table } from "./table.js";

/**
 * @typedef {object} Familiarity
 * @property {readonly {kind: string, count: number, flagged: number, auroc: number}[]} kinds of
 *   drawings that are no digits; the share that is flagged, and the area under the ROC curve
 * @property {readonly {name: string, count: number, passed: number}[]} positives digits, and the
 *   share that is not flagged
 */

/**
 * @param {HTMLElement} section
 * @param {Familiarity} familiarity
 */
export function showFamiliarity(section, { kinds, positives }) {
  const rows = [
    ...kinds.map((one) => [
      say(`.familiarity.kind_${one.kind}`),
      count(one.count),
      percent(one.flagged),
      number(one.auroc),
    ]),
    ...positives.map((one) => [
      say(`.familiarity.digits_${one.name}`),
      count(one.count),
      finePercent(1 - one.passed),
      "",
    ]),
  ];
  const heads = ["drawings", "flagged", "auroc"];
  const columns = [
    { head: say(".familiarity.kind") },
    ...heads.map((key) => ({
      head: say(`.familiarity.${key}`),
      kind: /** @type {const} */ ("number"),
    })),
  ];
  find(section, ".kinds", HTMLElement).replaceChildren(
    table(say(".familiarity.caption"), columns, rows),
  );
}
