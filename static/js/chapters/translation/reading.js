/**
 * What the network reads in the input, before and after it was moved.
 */

import { make, write } from "../../dom.js";
import { say } from "../../messages.js";
import { percent } from "../../text.js";

export class Reading {
  #told = make("p", { class: "verdict", "aria-live": "polite" });
  #bars;
  element;

  /** @param {readonly string[]} classes */
  constructor(classes) {
    this.#bars = classes.map((name) => {
      const share = make("span", { class: "share" });
      const bars = make("span", { class: "bars", "aria-hidden": "true" }, make("i"), make("i"));
      return { row: make("li", {}, make("span", { class: "class" }, name), bars, share), share };
    });
    this.element = make(
      "figure",
      { class: "reading" },
      make("figcaption", {}, say(".probabilities")),
      this.#told,
      make("ol", {}, ...this.#bars.map(({ row }) => row)),
    );
  }

  /** @param {{before: import("./answer.js").Moved, after: import("./answer.js").Moved}} answer */
  set shows({ before, after }) {
    const [was, is] = [before, after].map(({ label, probabilities, prediction }) => ({
      label,
      share: percent(probabilities[prediction]),
    }));
    const key = was.label === is.label ? ".still_read" : ".other_read";
    write(
      this.#told,
      say(key, { was: was.label, is: is.label, share: is.share, before: was.share }),
    );
    this.#told.toggleAttribute("data-other", was.label !== is.label);
    for (const [i, { row, share }] of this.#bars.entries()) {
      row.style.setProperty("--before", String(before.probabilities[i]));
      row.style.setProperty("--after", String(after.probabilities[i]));
      row.toggleAttribute("data-best", i === after.prediction);
      write(share, percent(after.probabilities[i]));
    }
  }
}
