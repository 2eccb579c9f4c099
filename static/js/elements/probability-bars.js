import { emit, make, rove, write } from "../dom.js";
import { percent } from "../text.js";

/**
 * One bar a class, the likeliest marked. Emits `probability-bars:open` with the class's index.
 */
export class ProbabilityBars extends HTMLElement {
  /** @type {{row: HTMLElement, text: HTMLElement}[]} */
  #bars = [];

  /** @param {readonly string[]} classes */
  set classes(classes) {
    this.#bars = classes.map((name, i) => {
      const text = make("span", { class: "share" });
      const bar = make("span", { class: "bar", "aria-hidden": "true" });
      const parts = [make("span", { class: "class" }, name), bar, text];
      const button = make("button", { type: "button" }, ...parts);
      button.addEventListener("click", () => emit(this, "open", i));
      return { row: make("li", {}, button), text };
    });
    rove([...this.#bars].map(({ row }) => /** @type {HTMLElement} */ (row.firstChild)));
    this.replaceChildren(make("ol", {}, ...this.#bars.map(({ row }) => row)));
  }

  /** @param {readonly [start: number, stop: number] | null} span of classes to frame */
  set mark(span) {
    for (const [i, { row }] of this.#bars.entries()) {
      row.toggleAttribute("data-marked", span !== null && span[0] <= i && i < span[1]);
    }
  }

  /** @param {readonly number[] | null} probabilities null for none */
  set probabilities(probabilities) {
    const best = probabilities ? Math.max(...probabilities) : Number.NaN;
    for (const [i, { row, text }] of this.#bars.entries()) {
      const share = probabilities?.[i] ?? 0;
      row.style.setProperty("--share", String(share));
      row.toggleAttribute("data-best", share === best);
      write(text, probabilities ? percent(share) : "");
    }
  }
}

customElements.define("probability-bars", ProbabilityBars);
