import { find, make, rove } from "../dom.js";

/**
 * Digits to pick: a strip with one of each class, and a dialog with all of them.
 *
 * Expects in its markup an element of class `strip` and a `<dialog>` with an element of class
 * `all`, and a button that opens it. Emits `digit-gallery:choose` with the digit's place.
 *
 * @typedef {import("../digits.js").Digits} Digits
 */
export class DigitGallery extends HTMLElement {
  /** @type {Digits} */
  #digits = { list: [], side: 1 };
  /** @type {HTMLButtonElement[]} */
  #buttons = [];
  #chosen = -1;

  connectedCallback() {
    const dialog = find(this, "dialog", HTMLDialogElement);
    find(this, "button[data-action=all]", HTMLButtonElement).addEventListener("click", () => {
      this.#fill(find(dialog, ".all", HTMLElement));
      dialog.showModal();
    });
    find(dialog, "button[data-action=close]", HTMLButtonElement).addEventListener("click", () =>
      dialog.close(),
    );
    dialog.addEventListener("click", (event) => {
      if (event.target === dialog) dialog.close();
    });
  }

  /** @param {Digits} digits */
  set digits(digits) {
    this.#digits = digits;
    const { list } = digits;
    const first = list.flatMap(({ classIndex }, place) =>
      place === list.findIndex((digit) => digit.classIndex === classIndex) ? [place] : [],
    );
    this.#show(find(this, ".strip", HTMLElement), first, 5);
  }

  /** @param {number | null} place of the digit on the pad; null for a drawing */
  set chosen(place) {
    if (this.#chosen === (place ?? -1)) return;
    this.#chosen = place ?? -1;
    for (const button of this.#buttons) this.#mark(button);
  }

  /** @param {HTMLElement} all */
  #fill(all) {
    if (all.firstChild) return;
    const places = this.#digits.list.map((_, place) => place);
    const perClass = places.length / new Set(this.#digits.list.map((d) => d.classIndex)).size;
    this.#show(all, places, perClass);
  }

  /**
   * @param {HTMLElement} home
   * @param {readonly number[]} places
   * @param {number} perRow
   */
  #show(home, places, perRow) {
    const buttons = places.map((place) => this.#button(place));
    rove(buttons, perRow);
    for (const button of buttons) this.#mark(button);
    home.replaceChildren(...buttons);
    this.#buttons.push(...buttons);
  }

  /** @param {number} place */
  #button(place) {
    const { classIndex, mnistIndex, picture } = this.#digits.list[place];
    const side = String(this.#digits.side);
    const canvas = make("canvas", { width: side, height: side });
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
