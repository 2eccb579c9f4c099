/**
 * The headline: how well it reads, and how sure that is.
 */

import { end } from "../axis.js";
import { find, make } from "../dom.js";
import { ErrorPlot } from "../elements/error-plot.js";
import { rich, say } from "../messages.js";
import { count, finePercent, percent } from "../text.js";
import { table } from "./table.js";

/**
 * @typedef {import("../api.js").Report} Report
 *
 * @typedef {object} Figure
 * @property {string} key of the messages that say what was read
 * @property {number} accuracy
 * @property {readonly number[]} interval
 * @property {Record<string, string | number>} values of those messages
 */

/**
 * The networks of 1998 on the same test digits.
 *
 * Source: Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, "Gradient-based learning applied to document
 * recognition", Proc. IEEE 86(11), 1998, section III-C: LeNet-5, trained on MNIST as it is and
 * with distorted digits added.
 */
const NETWORKS_OF_1998 = /** @type {const} */ ([
  { key: ".seeds.lenet5_1998", error: 0.0095 },
  { key: ".seeds.lenet5_1998_distorted", error: 0.008 },
]);

/**
 * @param {HTMLElement} section
 * @param {Report} report
 */
export function showFigures(section, report) {
  find(section, ".headline", HTMLElement).replaceChildren(...figuresOf(report).map(headline));
  find(section, ".seeds", HTMLElement).replaceChildren(seeds(report));
}

/**
 * @param {Report} report
 * @returns {Figure[]}
 */
function figuresOf({ test, cross_validation: left }) {
  const { images, accuracy, accuracy_interval: interval } = test;
  const figures = [{ key: "test", accuracy, interval, values: { images } }];
  if (!left) return figures;
  const people = Object.keys(left.writers).length;
  return [
    ...figures,
    {
      key: "as_written",
      accuracy: left.pen_as_written_accuracy,
      interval: left.pen_as_written_accuracy_interval,
      values: { images: left.pen_as_written_images, people },
    },
    {
      key: "placed",
      accuracy: left.pen_placed_accuracy,
      interval: left.pen_placed_accuracy_interval,
      values: { images: left.pen_placed_images, people },
    },
  ];
}

/** @param {Figure} figure */
function headline({ key, accuracy, interval: [low, high], values }) {
  const between = { low: finePercent(low), high: finePercent(high) };
  return make(
    "li",
    { "data-figure": key },
    make("h3", {}, say(`.figures.of_${key}`)),
    make("strong", {}, finePercent(accuracy)),
    make("p", { class: "interval" }, say(".figures.interval", between)),
    make("p", {}, ...rich(`.figures.told_${key}`, values)),
  );
}

/** @param {Report} report */
function seeds({ seeds }) {
  const errors = seeds.map(({ test_accuracy }) => 1 - test_accuracy);
  const intervals = seeds.map(({ test_accuracy_interval: [low, high] }) => [1 - high, 1 - low]);
  const most = end([...intervals.flat(), ...NETWORKS_OF_1998.map(({ error }) => error)]);
  const plot = (/** @type {import("../elements/error-plot.js").Mark} */ mark) => {
    const made = new ErrorPlot();
    made.show([mark], most);
    return made;
  };
  const axis = new ErrorPlot();
  axis.show([], most, percent);
  const rows = seeds.map(({ seed, shipped, test_images, test_correct }, i) => {
    const [low, high] = intervals[i];
    return [
      say(shipped ? ".seeds.shipped" : ".seeds.other", { seed }),
      finePercent(errors[i]),
      plot({ at: errors[i], interval: intervals[i], kind: shipped ? "main" : "other" }),
      say(".seeds.between", { low: finePercent(low), high: finePercent(high) }),
      count(test_images - test_correct),
    ];
  });
  const before = NETWORKS_OF_1998.map(({ key, error }) => [
    say(key),
    finePercent(error),
    plot({ at: error, kind: "second" }),
    "",
    "",
  ]);
  return table(
    say(".seeds.caption"),
    [
      { head: say(".seeds.network") },
      { head: say(".seeds.error"), kind: "number" },
      { head: say(".plot"), kind: "plot", axis },
      { head: say(".seeds.interval"), kind: "number" },
      { head: say(".seeds.misread"), kind: "number" },
    ],
    [...rows, ...before],
  );
}
