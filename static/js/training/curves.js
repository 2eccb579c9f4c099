/**
 * The curves of a run: the loss of its batches, and how it does on digits that it does not learn
 * from; behind them, faint, those of the run before.
 *
 * @typedef {import("./run.js").Progress} Progress
 *
 * @typedef {object} Course of a run
 * @property {Progress} progress
 * @property {number} epochs that it was to take
 * @property {string} name
 */

import { find, make, write } from "../dom.js";
import { LineChart, swatch } from "../elements/line-chart.js";
import { say } from "../messages.js";
import { brief } from "../numbers.js";
import { percent, value } from "../text.js";

/** @param {HTMLElement} host */
export function buildCurves(host) {
  const loss = chart(host, "loss", "logarithmic");
  const accuracy = chart(host, "accuracy", "share");
  return {
    /**
     * @param {Course | null} course
     * @param {Course | null} before the run before
     * @param {number} most epochs that there is room for
     */
    show: (course, before, most) => {
      const [now, then] = [linesOf(course), linesOf(before, " before")];
      loss.shows = { lines: [...then.loss, ...now.loss], most };
      accuracy.shows = { lines: [...then.accuracy, ...now.accuracy], most };
      const judged = course?.progress.judgements.at(-1);
      write(find(host, "#loss output", HTMLElement), judged ? value(judged.loss) : "–");
      write(find(host, "#accuracy output", HTMLElement), judged ? percent(judged.accuracy) : "–");
      for (const entry of host.querySelectorAll(".legend [data-before]")) {
        entry.toggleAttribute("hidden", !before);
        if (before) write(find(entry, "span:last-child", HTMLElement), beforeText(before));
      }
    },
    /** @param {Course | null} course told in the pictures' texts, not in every frame */
    describe: (course) => {
      const judged = course?.progress.judgements ?? [];
      const [first, last] = [judged[0], judged.at(-1)];
      if (!first || !last) {
        loss.label = accuracy.label = say(".no_curve");
        return;
      }
      const numbers = { from: brief(first.loss), to: brief(last.loss), n: last.batch };
      loss.label = say(".loss_curve", numbers);
      const shares = { from: percent(first.accuracy), to: percent(last.accuracy), n: last.batch };
      accuracy.label = say(".accuracy_curve", shares);
    },
  };
}

/** @param {Course} before */
function beforeText({ name }) {
  return say(".before", { name });
}

/**
 * @param {HTMLElement} host
 * @param {"loss" | "accuracy"} name
 * @param {"logarithmic" | "share"} scale
 */
function chart(host, name, scale) {
  const figure = find(host, `#${name}`, HTMLElement);
  const element = new LineChart();
  const entry = (/** @type {string} */ look, /** @type {string} */ text) =>
    make("span", {}, swatch(look), make("span", {}, text));
  const before = entry("judged before", "");
  before.dataset.before = "";
  before.hidden = true;
  const legend = make("p", { class: "legend" });
  if (name === "loss") legend.append(entry("learned", say(".learned")));
  legend.append(entry("judged", say(".judged")), before);
  figure.append(element, legend);
  element.setUp({ axis: say(".axis"), scale });
  element.label = say(".no_curve");
  return element;
}

/**
 * @param {Course | null} course
 * @param {string} [look] added to each line's
 */
function linesOf(course, look = "") {
  if (!course) return { loss: [], accuracy: [] };
  const { progress, epochs } = course;
  const { batches, curve, judgements } = progress;
  /** @typedef {readonly [x: number, y: number]} Point */
  const at = (/** @type {number} */ batch, /** @type {number} */ y) =>
    /** @type {Point} */ ([(batch / batches) * epochs, y]);
  const learned = curve.batches.map((batch, i) => at(batch, curve.losses[i]));
  const losses = judgements.map(({ batch, loss }) => at(batch, loss));
  const shares = judgements.map(({ batch, accuracy }) => at(batch, accuracy));
  return {
    loss: [
      { look: `learned${look}`, points: learned },
      { look: `judged${look}`, points: losses, dots: !look },
    ],
    accuracy: [{ look: `judged${look}`, points: shares, dots: !look }],
  };
}
