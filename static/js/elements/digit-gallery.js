import { find, make, rove, write } from "../dom.js";

/**
 * Digits to pick: a strip with one of each class, and a dialog with all of them, which are not
 * fetched before it is opened.
 *
 * Expects in its markup an element of class `strip` and a `<dialog>` with an element of class
 * `all` and one of class `told`, and a button that opens it. Emits `digit-gallery:choose` with the
 * digit's place.
 *
 * @typedef {import("../digits.js").Digits} Digits
 */
export class DigitGallery extends HTMLElement {
  /** @type {() => Promise<Digits>} gives all */
  whole = () => Promise.reject(new Error("the gallery was told of no digits"));
  /** @type {HTMLButtonElement[]} */
  #buttons = [];
  #chosen = -1;

  connectedCallback() {
    const dialog = find(this, "dialog", HTMLDialogElement);
    find(this, "button[data-action=all]", HTMLButtonElement).addEventListener("click", () => {
      dialog.showModal();
      void this.#fill(dialog);
    });
    find(dialog, "button[data-action=close]", HTMLButtonElement).addEventListener("click", () =>
      dialog.close(),
    );
    dialog.addEventListener("click", (event) => {
      if (event.target === dialog) dialog.close();
    });
  }

  /** @param {Digits} digits one of each class; the others' places are empty */
  set strip(digits) {
    this.#show(find(this, ".strip", HTMLElement), digits, 5);
  }

  /** @param {number | null} place of the digit on the pad; null for a drawing */
  set chosen(place) {
    if (this.#chosen === (place ?? -1)) return;
    this.#chosen = place ?? -1;
    for (const button of this.#buttons) this.#mark(button);
  }

  /** @param {HTMLDialogElement} dialog */
  async #fill(dialog) {
    const [home, told] = [find(dialog, ".all", HTMLElement), find(dialog, ".told", HTMLElement)];
    if (home.firstChild) return;
    try {
      const all = await this.whole();
      write(told, "");
      const classes = new Set(all.list.map(({ classIndex }) => classIndex));
      if (!home.firstChild) this.#show(home, all, all.list.length / classes.size);
    } catch (error) {
      write(told, error instanceof Error ? error.message : String(error));
    }
  }

  /**
   * @param {HTMLElement} home
   * @param {Digits} digits
   * @param {number} perRow
   */
  #show(home, { list, side }, perRow) {
    /** @type {HTMLButtonElement[]} */
    const buttons = [];
    for (const place of list.keys()) {
      if (list[place]) buttons.push(this.#button(list[place], place, side));
    }
    rove(buttons, perRow);
    for (const button of buttons) this.#mark(button);
    home.replaceChildren(...buttons);
    this.#buttons.push(...buttons);
  }

  /**
   * @param {import("../digits.js").Digit} digit
   * @param {number} place
   * @param {number} side pixels
   */
  #button({ classIndex, mnistIndex, picture }, place, side) {
    const canvas = make("canvas", { width: String(side), height: String(side) });
    canvas.getContext("2d", { alpha: false })?.drawImage(picture, 0, 0);
    const name = `${classIndex}, MNIST test image ${mnistIndex}`;
    const button = make("button", { type: "button", "aria-label": name, title: name }, canvas);
    button.dataset.place = String(place);
    button.addEventListener("click", () => {
      this.querySelector("dialog")?.close();
      this.dispatchEvent(new CustomEvent("digit-gallery:choose", { bubbles: true, detail: place }));
    });
    return button;
  }

  /** @param {HTMLButtonElement} button */
  #mark(button) {
    const chosen = button.dataset.place === String(this.#chosen);
    button.setAttribute("aria-pressed", String(chosen));
  }
}

customElements.define("digit-gallery", DigitGallery);
