import { emit, make, write } from "../dom.js";

/**
 * A number for each class as columns beside each other, up or, where it is negative, down; below
 * each what is to be said of it. One class can be chosen: emits `class-columns:choose` with its
 * index.
 *
 * @typedef {object} Shown
 * @property {readonly number[]} values
 * @property {readonly number[]} [before] paler columns to compare with
 * @property {number} reach what a whole column stands for
 * @property {readonly (readonly string[])[]} texts lines for each class
 * @property {number | null} chosen
 */
export class ClassColumns extends HTMLElement {
  static #count = 0;

  /** @type {{item: HTMLElement, lines: HTMLElement[], input: HTMLInputElement | null}[]} */
  #columns = [];

  /**
   * @param {object} options
   * @param {string} options.label names the numbers for people
   * @param {readonly string[]} options.classes
   * @param {number} options.lines of text for each class
   * @param {boolean} [options.chooses]
   * @param {boolean} [options.signed] whether some are negative
   */
  setUp({ label, classes, lines, chooses = false, signed = false }) {
    const group = `classes-${ClassColumns.#count++}`;
    this.toggleAttribute("data-signed", signed);
    this.#columns = classes.map((name, i) => {
      const texts = Array.from({ length: lines }, () => make("span", { class: "line" }));
      const bars = make("span", { class: "bars", "aria-hidden": "true" }, make("i"), make("i"));
      const parts = [bars, make("strong", {}, name), ...texts];
      if (!chooses) return { item: make("li", {}, ...parts), lines: texts, input: null };
      const input = make("input", { type: "radio", name: group, value: String(i) });
      input.addEventListener("change", () => emit(this, "choose", i));
      return { item: make("label", {}, input, ...parts), lines: texts, input };
    });
    const items = this.#columns.map(({ item }) => item);
    if (chooses) {
      this.replaceChildren(make("fieldset", {}, make("legend", {}, label), ...items));
    } else this.replaceChildren(make("ol", { "aria-label": label }, ...items));
  }

  /** @param {Shown} shown */
  set shows({ values, before, reach, texts, chosen }) {
    this.toggleAttribute("data-compares", before !== undefined);
    for (const [i, { item, lines, input }] of this.#columns.entries()) {
      const share = (/** @type {number} */ number) => String(reach ? number / reach : 0);
      item.style.setProperty("--share", share(Math.abs(values[i])));
      item.style.setProperty("--before", share(before?.[i] ?? 0));
      item.toggleAttribute("data-negative", values[i] < 0);
      item.toggleAttribute("data-chosen", i === chosen);
      if (input) input.checked = i === chosen;
      for (const [line, part] of lines.entries()) write(part, texts[i][line] ?? "");
    }
  }
}

customElements.define("class-columns", ClassColumns);
