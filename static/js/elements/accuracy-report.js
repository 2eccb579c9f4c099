import { make } from "../dom.js";
import { count, percent } from "../text.js";

/**
 * How many digits of each class the network reads right, as it is now and as it was trained.
 *
 * @typedef {import("../schema.d.ts").components["schemas"]["Evaluation"]} Evaluation
 */
export class AccuracyReport extends HTMLElement {
  /**
   * @param {Evaluation} now
   * @param {Evaluation} before of the network without changes
   * @param {readonly string[]} classes
   */
  show(now, before, classes) {
    const each = now.images / classes.length;
    const bars = classes.map((name, i) => {
      const [right, were] = [now.by_class[i], before.by_class[i]];
      const item = make(
        "li",
        {},
        make(
          "span",
          { class: "class" },
          make("span", { class: "visually-hidden" }, "digit "),
          name,
        ),
        make("span", { class: "bar", "aria-hidden": "true" }),
        make("span", { class: "right" }, count(right)),
        make("span", { class: "visually-hidden" }, ` right, ${count(were)} without changes`),
      );
      item.style.setProperty("--share", String(right / each));
      item.style.setProperty("--before", String(were / each));
      item.toggleAttribute("data-fewer", right < were);
      return item;
    });
    this.replaceChildren(
      make(
        "p",
        { class: "total" },
        make("strong", {}, percent(now.accuracy)),
        ` ${count(now.correct)} of ${count(now.images)} test digits read right`,
      ),
      make("p", { class: "change" }, change(now.correct - before.correct, before)),
      make("ol", { "aria-label": "Read right of each digit" }, ...bars),
    );
  }
}

/**
 * @param {number} more
 * @param {Evaluation} before
 */
function change(more, before) {
  const was = `${count(before.correct)} without changes`;
  return more === 0 ? was : `${count(Math.abs(more))} ${more < 0 ? "fewer" : "more"}: ${was}`;
}

customElements.define("accuracy-report", AccuracyReport);
