import { DIVERGING, paint, SEQUENTIAL } from "../colormap.js";
import { emit, make } from "../dom.js";
import { say } from "../messages.js";
import { layout } from "../sheet.js";
import { range as rangeText, value } from "../text.js";

const LUTS = { sequential: SEQUENTIAL, diverging: DIVERGING };

/** @type {Record<string, readonly [across: number, down: number]>} */
const ARROWS = {
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
};

/**
 * All maps, or all kernels, of a layer on one picture; a flat layer's numbers as a strip. Each
 * number can be pointed at, and walked to with the arrow keys.
 *
 * Emits `map-sheet:point` with a {@link import("./feature-map.js").Pointed} at the pointer and the
 * focus, `map-sheet:leave`, and `map-sheet:choose` with a number's place in C order where that is
 * set up.
 *
 * @typedef {import("../tensor.js").Tensor} Tensor
 * @typedef {import("../tensor.js").Range} Range
 */
export class MapSheet extends HTMLElement {
  #canvas = make("canvas");
  #mark = make("i", { class: "mark", "aria-hidden": "true", hidden: "" });
  #picture = make("div", { class: "picture", role: "slider", tabindex: "0" }, this.#canvas);
  #label = "";
  #lut = SEQUENTIAL;
  #chooses = false;
  /** @type {(flat: number) => string} */
  #place = String;
  #layout = layout([1]);
  /** @type {{tensor: Tensor, range: Range} | null} */
  #shown = null;
  #at = 0;

  /**
   * @param {object} options
   * @param {readonly number[]} options.shape as {@link layout} takes it
   * @param {string} options.label names the picture for people
   * @param {keyof typeof LUTS} options.scale
   * @param {(flat: number) => string} options.place names a number for people
   * @param {boolean} [options.chooses]
   */
  setUp({ shape, label, scale, place, chooses = false }) {
    [this.#label, this.#lut, this.#place, this.#chooses] = [label, LUTS[scale], place, chooses];
    this.#layout = layout(shape);
    const { width, height } = this.#layout;
    [this.#canvas.width, this.#canvas.height] = [width, height];
    this.style.setProperty("--aspect", String(width / height));
    this.#picture.ariaLabel = label;
    this.toggleAttribute("data-chooses", chooses);
  }

  connectedCallback() {
    if (this.firstChild) return;
    this.#picture.append(this.#mark);
    this.append(this.#picture);
    this.#picture.addEventListener("pointermove", (event) => this.#point(event));
    this.#picture.addEventListener("pointerdown", (event) => this.#point(event));
    this.#picture.addEventListener("pointerleave", () => emit(this, "leave"));
    this.#picture.addEventListener("blur", () => emit(this, "leave"));
    this.#picture.addEventListener("focus", () => {
      if (this.#picture.matches(":focus-visible")) this.#tell(this.#at);
    });
    this.#picture.addEventListener("click", (event) => {
      const flat = this.#below(event);
      if (flat !== null && this.#chooses) emit(this, "choose", flat);
    });
    this.#picture.addEventListener("keydown", (event) => this.#key(event));
  }

  /** @param {{tensor: Tensor, range: Range}} shown painted at once, so set it in an animation frame */
  set shows(shown) {
    this.#shown = shown;
    const { width, height, corner, rows, columns } = this.#layout;
    const image = new ImageData(width, height);
    const pixels = new Uint32Array(image.data.buffer);
    const size = rows * columns;
    const own = new Uint32Array(size);
    for (let map = 0; map * size < shown.tensor.values.length; map++) {
      const [left, top] = corner(map);
      paint(
        shown.tensor.values.subarray(map * size, (map + 1) * size),
        shown.range,
        this.#lut,
        own,
      );
      for (let row = 0; row < rows; row++) {
        const line = own.subarray(row * columns, (row + 1) * columns);
        pixels.set(line, (top + row) * width + left);
      }
    }
    this.#canvas.getContext("2d")?.putImageData(image, 0, 0);
    this.#describe();
  }

  /** @param {number | null} flat the place of the number to frame */
  set mark(flat) {
    this.#mark.hidden = flat === null;
    if (flat === null) return;
    this.#at = flat;
    const [x, y] = this.#layout.pixel(flat);
    const { width, height } = this.#layout;
    const edges = [y / height, 1 - (x + 1) / width, 1 - (y + 1) / height, x / width];
    this.#mark.style.inset = edges.map((edge) => `${100 * edge}%`).join(" ");
    this.#describe();
  }

  #describe() {
    const values = this.#shown?.tensor.values;
    if (!values) return;
    this.#picture.ariaValueMin = "0";
    this.#picture.ariaValueMax = String(values.length - 1);
    this.#picture.ariaValueNow = String(this.#at);
    this.#picture.ariaValueText = `${this.#place(this.#at)}: ${value(values[this.#at])}`;
  }

  /** @param {MouseEvent} event */
  #below(event) {
    const box = this.#canvas.getBoundingClientRect();
    const { width, height, at } = this.#layout;
    return at(
      Math.floor(((event.clientX - box.left) / box.width) * width),
      Math.floor(((event.clientY - box.top) / box.height) * height),
    );
  }

  /** @param {PointerEvent} event */
  #point(event) {
    const flat = this.#below(event);
    if (flat === null) emit(this, "leave");
    else this.#tell(flat);
  }

  /** @param {number} flat */
  #tell(flat) {
    if (!this.#shown) return;
    const { tensor, range } = this.#shown;
    const box = this.#canvas.getBoundingClientRect();
    const { width, height, pixel } = this.#layout;
    const [x, y] = pixel(flat);
    const [wide, high] = [box.width / width, box.height / height];
    emit(this, "point", {
      address: null,
      index: flat,
      value: value(tensor.values[flat]),
      label: this.#label,
      place: this.#place(flat),
      colours: say("elements.feature_map.colours", { range: rangeText(range) }),
      box: new DOMRect(box.left + x * wide, box.top + y * high, wide, high),
    });
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || !this.#shown) return;
    if (this.#chooses && (event.key === "Enter" || event.key === " ")) {
      event.preventDefault();
      emit(this, "choose", this.#at);
      return;
    }
    const arrow = ARROWS[event.key];
    if (!arrow) return;
    event.preventDefault();
    const [x, y] = this.#layout.pixel(this.#at);
    // Over what is between two maps.
    for (const steps of [1, 2]) {
      const next = this.#layout.at(x + steps * arrow[0], y + steps * arrow[1]);
      if (next === null) continue;
      this.#at = next;
      this.#describe();
      this.#tell(next);
      return;
    }
  }
}

customElements.define("map-sheet", MapSheet);
