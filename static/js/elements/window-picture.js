import { DIVERGING, paint, SEQUENTIAL } from "../colormap.js";
import { emit, make, on } from "../dom.js";
import { say } from "../messages.js";
import { brief } from "../numbers.js";
import { NumberMatrix } from "./number-matrix.js";

const LUTS = { sequential: SEQUENTIAL, diverging: DIVERGING };
/** A picture of so many numbers or fewer shows them. */
const MOST_NUMBERS = 64;
const LEAP = 10;

/** @type {Record<string, readonly [down: number, across: number]>} */
const ARROWS = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  PageUp: [-LEAP, 0],
  PageDown: [LEAP, 0],
  Home: [0, -Infinity],
  End: [0, Infinity],
};

/**
 * A picture, or a map of it, on which a window lies: as numbers where there are few, as pixels
 * otherwise. The window is moved by pointing, by a finger, by the arrow keys.
 *
 * Emits `window-picture:point` with the {@link Place} below the pointer, null when it has left, and
 * `window-picture:choose` with one that was clicked, touched or stepped to.
 *
 * @typedef {readonly [row: number, column: number]} Place the window's first cell
 *
 * @typedef {object} Shown
 * @property {import("../tensor.js").Tensor} tensor (1, H, W), or (3, H, W) in red, green, blue
 * @property {readonly [low: number, high: number]} range what the ends of the colours stand for
 * @property {"natural" | "sequential" | "diverging"} scale natural: grey, or the colours that it has
 * @property {readonly [rows: number, columns: number]} window
 * @property {Place | null} at null for a picture without a window
 */
export class WindowPicture extends HTMLElement {
  #label = "";
  #numbers = new NumberMatrix();
  #canvas = make("canvas");
  #frame = make("i", { class: "frame", "aria-hidden": "true" });
  #picture = make("div", { class: "picture", role: "slider", tabindex: "0" });
  /** How the numbers are set up. */
  #ready = "";
  /** @type {Shown | null} */
  #shown = null;

  /**
   * @param {object} options
   * @param {string} options.label names the picture for people
   */
  setUp({ label }) {
    this.label = label;
  }

  /** @param {string} label names the picture for people */
  set label(label) {
    if (label === this.#label) return;
    this.#label = label;
    this.#picture.ariaLabel = label;
    this.#ready = "";
  }

  connectedCallback() {
    if (this.firstChild) return;
    this.#picture.append(this.#canvas, this.#frame);
    this.append(this.#picture, this.#numbers);
    this.#picture.hidden = this.#numbers.hidden = !this.#shown;
    if (this.#shown) this.shows = this.#shown;
    const tell = (/** @type {"point" | "choose"} */ verb, /** @type {PointerEvent} */ event) => {
      if (this.#shown?.at) emit(this, verb, this.#below(event));
    };
    this.#picture.addEventListener("pointerdown", (event) => tell("point", event));
    this.#picture.addEventListener("pointermove", (event) => tell("point", event));
    // Only where a gesture ends: the address takes no hundred changes a second.
    this.#picture.addEventListener("pointerup", (event) => tell("choose", event));
    this.#picture.addEventListener("pointerleave", () => emit(this, "point", null));
    this.#picture.addEventListener("keydown", (event) => this.#key(event));
    on(this.#numbers, "number-matrix:choose", (/** @type {{row: number, column: number}} */ cell) =>
      emit(this, "choose", this.#around(cell.row, cell.column)),
    );
    on(
      this.#numbers,
      "number-matrix:point",
      (/** @type {{row: number, column: number} | null} */ cell) =>
        emit(this, "point", cell && this.#shown?.at ? this.#around(cell.row, cell.column) : null),
    );
  }

  /** @param {Shown} shown painted at once, so set it in an animation frame */
  set shows(shown) {
    const { tensor, scale, range } = shown;
    const before = this.#shown;
    this.#shown = shown;
    const few = tensor.values.length <= MOST_NUMBERS;
    this.#numbers.hidden = !few;
    this.#picture.hidden = few;
    if (few) {
      this.#showNumbers(shown);
      return;
    }
    const same = before?.tensor === tensor && before.scale === scale;
    if (!same || before.range[0] !== range[0] || before.range[1] !== range[1]) this.#paint(shown);
    this.#place(shown);
  }

  /** @param {Shown} shown */
  #showNumbers({ tensor, range, scale, window, at }) {
    const [, height, width] = tensor.shape;
    const colours = scale === "natural" ? "sequential" : scale;
    const chooses = at !== null;
    if (this.#ready !== `${colours} ${chooses}`) {
      this.#numbers.setUp({ label: this.#label, chooses, scale: colours });
      this.#ready = `${colours} ${chooses}`;
    }
    const rows = Array.from({ length: height }, (_, row) => [
      ...tensor.values.subarray(row * width, (row + 1) * width),
    ]);
    this.#numbers.shows = {
      rows,
      range,
      window: at && {
        rows: [at[0], at[0] + window[0]],
        columns: [at[1], at[1] + window[1]],
      },
    };
  }

  /** @param {Shown} shown */
  #paint({ tensor, range, scale }) {
    const [channels, height, width] = tensor.shape;
    const image = new ImageData(width, height);
    if (scale === "natural") light(tensor.values, channels, range, image.data);
    else paint(tensor.values, range, LUTS[scale], new Uint32Array(image.data.buffer));
    [this.#canvas.width, this.#canvas.height] = [width, height];
    this.#canvas.getContext("2d")?.putImageData(image, 0, 0);
    this.#picture.style.aspectRatio = `${width} / ${height}`;
  }

  /** @param {Shown} shown */
  #place({ tensor, window, at }) {
    this.#picture.role = at ? "slider" : "img";
    this.#picture.tabIndex = at ? 0 : -1;
    this.#frame.hidden = !at;
    if (!at) return;
    const [channels, height, width] = tensor.shape;
    const edges = [
      at[0] / height,
      1 - (at[1] + window[1]) / width,
      1 - (at[0] + window[0]) / height,
      at[1] / width,
    ];
    this.#frame.style.inset = edges.map((edge) => `${100 * edge}%`).join(" ");
    // The number in the window's middle, or the colours there.
    const [row, column] = at.map((start, axis) => start + Math.floor(window[axis] / 2));
    const numbers = Array.from({ length: channels }, (_, channel) =>
      brief(tensor.values[(channel * height + row) * width + column]),
    );
    const [rows, columns] = [height - window[0] + 1, width - window[1] + 1];
    this.#picture.ariaValueMin = "0";
    this.#picture.ariaValueMax = String(rows * columns - 1);
    this.#picture.ariaValueNow = String(at[0] * columns + at[1]);
    this.#picture.ariaValueText = say("elements.picture.place", {
      row: at[0],
      column: at[1],
      number: numbers.join(", "),
    });
  }

  /**
   * @param {PointerEvent} event
   * @returns {Place}
   */
  #below(event) {
    const [, height, width] = this.#shown?.tensor.shape ?? [1, 1, 1];
    const box = this.#picture.getBoundingClientRect();
    return this.#around(
      Math.floor(((event.clientY - box.top) / box.height) * height),
      Math.floor(((event.clientX - box.left) / box.width) * width),
    );
  }

  /**
   * @param {number} row
   * @param {number} column
   * @returns {Place} of the window whose middle is there, or as near as it fits
   */
  #around(row, column) {
    const { tensor, window } = /** @type {Shown} */ (this.#shown);
    const [, ...sides] = tensor.shape;
    const [top, left] = [row, column].map((middle, axis) => {
      const start = middle - Math.floor(window[axis] / 2);
      return Math.max(0, Math.min(sides[axis] - window[axis], start));
    });
    return [top, left];
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const step = ARROWS[event.key];
    if (!step || !this.#shown?.at || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const { at, window } = this.#shown;
    const [row, column] = at.map(
      (start, axis) => start + step[axis] + Math.floor(window[axis] / 2),
    );
    emit(this, "choose", this.#around(row, column));
  }
}

/**
 * @param {Float32Array} values
 * @param {number} channels 1 or 3
 * @param {readonly [low: number, high: number]} range
 * @param {Uint8ClampedArray} pixels written
 */
function light(values, channels, [low, high], pixels) {
  const size = pixels.length / 4;
  const factor = high > low ? 255 / (high - low) : 0;
  for (let i = 0; i < size; i++) {
    for (let c = 0; c < 3; c++) {
      pixels[4 * i + c] = (values[channels === 3 ? c * size + i : i] - low) * factor;
    }
    pixels[4 * i + 3] = 255;
  }
}

customElements.define("window-picture", WindowPicture);
