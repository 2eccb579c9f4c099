import { emit, make } from "../dom.js";

/**
 * Where one is: from the whole network down, each step a way back up, and the neighbours on the
 * same level. Emits `bread-crumb:go` with a place.
 *
 * @typedef {import("../store.js").Place} Place
 *
 * @typedef {object} Crumb
 * @property {string} text
 * @property {Place} place
 */
export class BreadCrumb extends HTMLElement {
  /**
   * @param {readonly Crumb[]} crumbs
   * @param {{before: Crumb | null, after: Crumb | null}} neighbours
   */
  show(crumbs, { before, after }) {
    const focused = /** @type {HTMLElement | null} */ (this.querySelector(":focus"))?.dataset.to;
    const items = crumbs.map(({ text, place }, i) => {
      if (i === crumbs.length - 1) return make("li", { "aria-current": "page" }, text);
      const up = i === crumbs.length - 2;
      return make("li", {}, this.#button(text, place, up ? "up" : ""));
    });
    const ways = [
      this.#neighbour("before", "‹", "Previous", before),
      this.#neighbour("after", "›", "Next", after),
    ];
    this.replaceChildren(
      make("nav", { "aria-label": "Level" }, make("ol", {}, ...items)),
      make("div", { class: "neighbours" }, ...ways),
    );
    if (focused)
      /** @type {HTMLElement | null} */ (this.querySelector(`[data-to=${focused}]`))?.focus();
  }

  /**
   * @param {string} to
   * @param {string} sign
   * @param {string} word
   * @param {Crumb | null} crumb
   */
  #neighbour(to, sign, word, crumb) {
    const button = this.#button(sign, crumb?.place ?? null, to);
    button.title = button.ariaLabel = crumb ? `${word}: ${crumb.text}` : `${word}: none`;
    return button;
  }

  /**
   * @param {string} text
   * @param {Place | null} place
   * @param {string} to
   */
  #button(text, place, to) {
    const button = make("button", { type: "button" }, text);
    if (to) button.dataset.to = to;
    button.disabled = place === null;
    button.addEventListener("click", () => emit(this, "go", place));
    return button;
  }
}

customElements.define("bread-crumb", BreadCrumb);
