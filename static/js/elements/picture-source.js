import { emit, find, make, on, rove, write } from "../dom.js";
import { History } from "../history.js";
import { say } from "../messages.js";
import { DrawPad } from "./draw-pad.js";

/**
 * The choice of a picture: draw one, take one that is there, or bring one.
 *
 * Takes the pad from the page's `<template id="pad">`. Emits `picture-source:change` with
 * {@link Change}, while the pen is down at most once a frame.
 *
 * @typedef {import("../pictures.js").Source} Source
 * @typedef {import("../pictures.js").Kind} Kind
 * @typedef {import("../strokes.js").Stroke} Stroke
 *
 * @typedef {object} Change
 * @property {Source} source
 * @property {boolean} done false while the pen is down
 */
export class PictureSource extends HTMLElement {
  static #count = 0;

  /** @type {Source} */
  #source = { kind: "drawing", strokes: [], penWidth: 20, digit: 0, grey: false, file: null };
  /** @type {Map<Kind, HTMLInputElement>} */
  #radios = new Map();
  /** @type {DrawPad | null} */
  #pad = null;
  /** @type {History<readonly Stroke[]>} */
  #history = new History(/** @type {readonly Stroke[]} */ ([]));
  /** @type {HTMLButtonElement[]} */
  #digits = [];
  /** @type {(() => Promise<import("../digits.js").Digits>) | null} not called before they are needed */
  #loadDigits = null;
  #strip = make("div", { class: "digits", role: "group" });
  #file = make("input", { type: "file", accept: "image/*" });
  #grey = make("input", { type: "checkbox", role: "switch" });
  /** @type {Record<string, HTMLElement>} what is shown below the choice, by name */
  #parts = {};
  #told = make("p", { class: "told", role: "status" });
  #leaving = new AbortController();

  /**
   * @param {object} options
   * @param {string} options.label names the choice for people
   * @param {readonly Kind[]} options.kinds to choose from
   * @param {() => Promise<import("../digits.js").Digits>} [options.digits] gives the digits;
   *   needed where a digit can be chosen
   */
  setUp({ label, kinds, digits }) {
    this.#loadDigits = digits ?? null;
    const name = `picture-${PictureSource.#count++}`;
    const labels = kinds.map((kind) => {
      const radio = make("input", { type: "radio", name, value: kind });
      radio.addEventListener("change", () => this.#choose(kind));
      this.#radios.set(kind, radio);
      return make("label", {}, radio, make("span", {}, say(`elements.source.${kind}`)));
    });
    const choice = make("fieldset", { class: "segments" }, make("legend", {}, label), ...labels);

    if (kinds.includes("drawing")) this.#pad = this.#makePad();
    this.#strip.ariaLabel = say("elements.source.digits");
    this.#file.addEventListener("change", () => void this.#bring());
    this.#grey.addEventListener("change", () => this.#change({ grey: this.#grey.checked }));
    this.#parts = {
      ...(this.#pad && { drawing: this.#pad }),
      digit: this.#strip,
      upload: make("label", { class: "upload" }, say("elements.source.file"), this.#file),
      grey: make("label", { class: "switch" }, this.#grey, say("elements.source.grey")),
    };
    const several = kinds.length > 1 ? [choice] : [];
    this.replaceChildren(...several, ...Object.values(this.#parts), this.#told);
    this.#show();
  }

  connectedCallback() {
    this.#leaving = new AbortController();
    const { signal } = this.#leaving;
    document.addEventListener("keydown", (event) => this.#key(event), { signal });
  }

  disconnectedCallback() {
    this.#leaving.abort();
  }

  get source() {
    return this.#source;
  }

  set source(source) {
    if (source === this.#source) return;
    const { present } = this.#history;
    const blank = !source.strokes.length && !present.length;
    if (source.strokes !== present && !blank) this.#history.push(source.strokes);
    this.#source = source;
    write(this.#told, "");
    this.#show();
  }

  #show() {
    const { kind, digit, grey, strokes, penWidth } = this.#source;
    const radio = this.#radios.get(kind);
    if (radio) radio.checked = true;
    this.#open(kind);
    this.#grey.checked = grey;
    for (const button of this.#digits) {
      button.setAttribute("aria-pressed", String(button.dataset.place === String(digit)));
    }
    if (!this.#pad) return;
    this.#pad.sheet = { strokes, picture: null, penWidth };
    this.#allow({
      undo: this.#history.canUndo,
      redo: this.#history.canRedo,
      clear: strokes.length > 0,
    });
  }

  /** @param {Kind} kind the parts of which are seen */
  #open(kind) {
    const coloured = kind === "photo" || (kind === "upload" && this.#source.file !== null);
    for (const [name, part] of Object.entries(this.#parts)) {
      part.hidden = name === "grey" ? !coloured : name !== kind;
    }
    if (kind === "digit") void this.#fill();
  }

  /** @param {Kind} kind */
  #choose(kind) {
    write(this.#told, "");
    // Until there is a file, the picture before it stays.
    if (kind === "upload" && !this.#source.file) this.#open(kind);
    else this.#change({ kind });
  }

  /**
   * @param {Partial<Source>} changed
   * @param {boolean} [done]
   */
  #change(changed, done = true) {
    this.#source = { ...this.#source, ...changed };
    this.#show();
    emit(this, "change", { source: this.#source, done });
  }

  async #bring() {
    const file = this.#file.files?.[0];
    if (!file) return;
    write(this.#told, "");
    try {
      (await createImageBitmap(file)).close();
    } catch {
      write(this.#told, say("elements.source.unreadable", { name: file.name }));
      return;
    }
    this.#change({ kind: "upload", file });
  }

  async #fill() {
    const load = this.#loadDigits;
    this.#loadDigits = null;
    if (!load) return;
    try {
      const { list, side } = await load();
      const first = list.flatMap(({ classIndex }, place) =>
        place === list.findIndex((digit) => digit.classIndex === classIndex) ? [place] : [],
      );
      // The one that is chosen stands for its class.
      const chosen = this.#source.digit;
      const places = first.map((place) =>
        list[chosen]?.classIndex === list[place].classIndex ? chosen : place,
      );
      this.#digits = places.map((place) => this.#button(list[place], place, String(side)));
    } catch {
      this.#loadDigits = load;
      write(this.#told, say("elements.source.no_digits"));
      return;
    }
    rove(this.#digits, 5);
    this.#strip.replaceChildren(...this.#digits);
    this.#show();
  }

  /**
   * @param {import("../digits.js").Digit} digit
   * @param {number} place
   * @param {string} side
   */
  #button({ classIndex, mnistIndex, picture }, place, side) {
    const canvas = make("canvas", { width: side, height: side });
    canvas.getContext("2d", { alpha: false })?.drawImage(picture, 0, 0);
    const name = say("elements.source.which", { class: classIndex, index: String(mnistIndex) });
    const button = make("button", { type: "button", "aria-label": name, title: name }, canvas);
    button.dataset.place = String(place);
    button.addEventListener("click", () => this.#change({ kind: "digit", digit: place }));
    return button;
  }

  #makePad() {
    const { content } = find(document, "template#pad", HTMLTemplateElement);
    const pad = find(document.importNode(content, true), "draw-pad", DrawPad);
    on(
      pad,
      "draw-pad:change",
      (/** @type {import("./draw-pad.js").Change} */ { strokes, done }) => {
        if (done) this.#history.push(strokes);
        this.#change({ kind: "drawing", strokes }, done);
      },
    );
    on(pad, "draw-pad:pen", (/** @type {number} */ penWidth) => this.#change({ penWidth }));
    on(pad, "draw-pad:undo", () => this.#change({ strokes: this.#history.undo() }));
    on(pad, "draw-pad:redo", () => this.#change({ strokes: this.#history.redo() }));
    on(pad, "draw-pad:cancel", () => this.#change({ strokes: this.#history.present }));
    return pad;
  }

  /** @param {Record<string, boolean>} possible what the pad's buttons can do now */
  #allow(possible) {
    for (const [action, can] of Object.entries(possible)) {
      const button = this.#pad?.querySelector(`button[data-action=${action}]`);
      if (button instanceof HTMLButtonElement) button.disabled = !can;
    }
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z") return;
    if (!this.#pad || this.#source.kind !== "drawing" || event.defaultPrevented) return;
    if (
      event.target instanceof Element &&
      event.target.closest("input:not([type=range]), textarea")
    )
      return;
    event.preventDefault();
    const strokes = event.shiftKey ? this.#history.redo() : this.#history.undo();
    if (strokes !== this.#source.strokes) this.#change({ strokes });
  }
}

customElements.define("picture-source", PictureSource);
