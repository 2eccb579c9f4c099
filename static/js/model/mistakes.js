/**
 * What is taken for what, and every digit that is: a link into the explorer.
 */

import { fromReport } from "../digits.js";
import { find, on, write } from "../dom.js";
import { ConfusionMatrix } from "../elements/confusion-matrix.js";
import { MisreadDigits } from "../elements/misread-digits.js";
import { choice } from "../lab.js";
import { say } from "../messages.js";
import { chosen, ORDERS } from "../report.js";
import { START, toHash } from "../store.js";

/**
 * @typedef {import("../report.js").Choice} Choice
 */

/**
 * @param {HTMLElement} section
 * @param {import("../api.js").Report} report
 * @param {readonly string[]} classes
 * @param {(changed: Partial<Choice>) => void} set
 * @returns {(choice: Choice) => void} shows a choice
 */
export function showMistakes(section, report, classes, set) {
  const matrix = find(section, "confusion-matrix", ConfusionMatrix);
  const gallery = find(section, "misread-digits", MisreadDigits);
  const told = find(section, ".told", HTMLElement);
  const all = find(section, "button[data-action=all]", HTMLButtonElement);
  const digits = new Map(fromReport(report.misread).map((digit) => [digit.mnistIndex, digit]));
  const options = Object.fromEntries(ORDERS.map((name) => [name, `.misread.order_${name}`]));
  const orders = choice("order", ".misread.order", options, (order) =>
    set({ order: /** @type {Choice["order"]} */ (order) }),
  );
  find(section, ".orders", HTMLElement).append(orders);
  matrix.show(report.test.confusion_matrix, classes);
  on(matrix, "confusion-matrix:choose", set);
  all.addEventListener("click", () => set({ of: null, as: null }));

  return (choice) => {
    const mistakes = chosen(report.misread, choice).flatMap((misread) => {
      const digit = digits.get(misread.mnist_index);
      return digit ? [{ ...misread, digit, href: opened(misread.mnist_index) }] : [];
    });
    matrix.chosen = choice;
    orders.value = choice.order;
    gallery.show(mistakes, classes);
    const { of, as } = choice;
    const some = of !== null || as !== null;
    all.hidden = !some;
    const values = { n: mistakes.length, all: report.misread.length };
    const name = (/** @type {number | null} */ of) =>
      of === null ? say(".misread.any") : classes[of];
    write(
      told,
      some
        ? say(".misread.some", { ...values, of: name(of), as: name(as) })
        : say(".misread.all", values),
    );
  };
}

/** @param {number} test the digit's place in MNIST's test set */
function opened(test) {
  return `/${toHash({ ...START, subject: { digit: null, test, strokes: [] } })}`;
}
