import { DIVERGING, paint, SEQUENTIAL } from "../colormap.js";
import { make } from "../dom.js";
import { say } from "../messages.js";
import { strongest } from "../tensor.js";
import { range as rangeText, value } from "../text.js";

const LUTS = { sequential: SEQUENTIAL, diverging: DIVERGING };

/**
 * A grid of numbers as a picture of the data's own size, scaled by CSS: a canvas; or an image,
 * where there are many that seldom change; or what a {@link SharedCanvas} shows of it.
 *
 * Numbers in one column (a flat layer) lie down wherever the element is wider than high.
 * Emits `feature-map:point` with a {@link Pointed} where the pointer or the focus is, and
 * `feature-map:leave`; one with an address also `feature-map:open` when it is chosen.
 *
 * @typedef {import("./shared-canvas.js").SharedCanvas} SharedCanvas
 * @typedef {"canvas" | "image" | "shared"} Medium
 * @typedef {readonly [start: number, stop: number]} Span
 *
 * @typedef {object} Address the map's place in the network
 * @property {string} layer its id
 * @property {number | null} channel null for the strip of a flat layer
 *
 * @typedef {object} Pointed
 * @property {Address | null} address null where it shows no activation
 * @property {number} index of the number in the map
 * @property {string} value
 * @property {string} label of the map
 * @property {string} place in the map
 * @property {string} colours the range that they stand for
 * @property {DOMRect} box beside which there is room to tell it
 */
export class FeatureMap extends HTMLElement {
  #canvas = make("canvas");
  #context = /** @type {CanvasRenderingContext2D} */ (
    this.#canvas.getContext("2d", { alpha: false, willReadFrequently: true })
  );
  #mark = make("i", { class: "mark" });
  #marked = "";
  /** @type {ImageData | null} */
  #image = null;
  /** @type {HTMLImageElement | null} */
  #still = null;
  /** @type {Medium} */
  #medium = "canvas";
  #built = false;
  #pixels = new Uint32Array();
  #lut = SEQUENTIAL;
  #rows = 1;
  #columns = 1;
  /** @type {{values: Float32Array, range: readonly [number, number]} | null} */
  #data = null;
  #label = "";
  #flat = false;
  /** @type {Address | null} */
  #address = null;

  /**
   * @param {object} options
   * @param {number} options.rows
   * @param {number} options.columns
   * @param {string} options.label names the map for people
   * @param {keyof typeof LUTS} [options.scale]
   * @param {Address} [options.address]
   * @param {boolean} [options.flat] whether the numbers are those of a flat layer
   * @param {Medium} [options.medium]
   */
  setUp({
    rows,
    columns,
    label,
    scale = "sequential",
    address,
    flat = columns === 1,
    medium = "canvas",
  }) {
    this.#medium = medium;
    if (medium === "image") this.#still = make("img", { alt: "" });
    this.#rows = rows;
    this.#columns = columns;
    this.#label = label;
    this.#flat = flat;
    if (address) this.address = address;
    this.#lut = LUTS[scale];
    if (columns > 1) this.style.setProperty("--aspect", String(columns / rows));
    this.#resize(columns, rows);
  }

  connectedCallback() {
    if (this.#built) return;
    this.#built = true;
    if (this.#medium === "canvas") this.append(this.#canvas);
    if (this.#still) this.append(this.#still);
    this.setAttribute("role", this.#address ? "button" : "img");
    this.describe();
    this.addEventListener("pointermove", (event) => this.#point(event));
    this.addEventListener("pointerdown", (event) => this.#point(event));
    this.addEventListener("pointerleave", () => this.#emit("feature-map:leave"));
    this.addEventListener("focus", () => this.#focus());
    this.addEventListener("blur", () => this.#emit("feature-map:leave"));
    if (this.#address) this.#openable();
    if (this.#columns === 1) new ResizeObserver(() => this.#lie()).observe(this);
  }

  /**
   * The numbers and what the ends of the colour scale stand for; null for none. Painted at
   * once, so set it in an animation frame.
   */
  get data() {
    return this.#data;
  }

  set data(data) {
    this.#data = data;
    this.toggleAttribute("data-empty", data === null);
    if (data) this.#paint(data);
  }

  /** What shows the numbers, one pixel each. */
  get picture() {
    return this.#canvas;
  }

  get address() {
    return this.#address;
  }

  set address(address) {
    this.#address = address;
    if (address) this.dataset.place = [address.layer, address.channel ?? []].flat().join(",");
  }

  get label() {
    return this.#label;
  }

  get rows() {
    return this.#rows;
  }

  get columns() {
    return this.#columns;
  }

  /**
   * Frame a block of the map; null for none.
   *
   * @param {{rows: Span, columns: Span} | null} block in the map's own rows and columns
   */
  set mark(block) {
    const inset = block ? this.#inset(block) : "";
    if (inset === this.#marked) return;
    this.#marked = inset;
    this.toggleAttribute("data-marked", block !== null);
    this.#mark.style.inset = inset;
    if (this.#mark.parentNode !== this) this.append(this.#mark);
  }

  /** @param {{rows: Span, columns: Span}} block */
  #inset(block) {
    const lying = this.#canvas.width !== this.#columns;
    const [down, across] = lying ? [block.columns, block.rows] : [block.rows, block.columns];
    const { width, height } = this.#canvas;
    const edges = [
      down[0] / height,
      1 - across[1] / width,
      1 - down[1] / height,
      across[0] / width,
    ];
    return edges.map((edge) => `${100 * edge}%`).join(" ");
  }

  /**
   * Show only so many of the numbers, in the order of the windows that make them.
   *
   * @param {number} count Infinity for all
   */
  set shown(count) {
    const { style } = this.#canvas;
    if (count >= this.#rows * this.#columns) {
      style.clipPath = "";
      return;
    }
    const row = Math.floor(count / this.#columns);
    const [top, next] = [row, row + 1].map((r) => `${(100 * r) / this.#rows}%`);
    const right = `${(100 * (count - row * this.#columns)) / this.#columns}%`;
    style.clipPath = `polygon(0 0, 100% 0, 100% ${top}, ${right} ${top}, ${right} ${next}, 0 ${next})`;
  }

  /** Bring the text alternative up to date. Not done for every frame: nobody reads that fast. */
  describe() {
    this.setAttribute("aria-label", this.#text());
  }

  /** @param {{values: Float32Array, range: readonly [number, number]}} data */
  #paint({ values, range }) {
    if (!this.#image) return;
    paint(values, range, this.#lut, this.#pixels);
    this.#context.putImageData(this.#image, 0, 0);
    if (this.#still) this.#still.src = this.#canvas.toDataURL();
  }

  /**
   * @param {number} width
   * @param {number} height
   */
  #resize(width, height) {
    this.#canvas.width = width;
    this.#canvas.height = height;
    this.#image = this.#context.createImageData(width, height);
    this.#pixels = new Uint32Array(this.#image.data.buffer);
    if (this.#data) this.#paint(this.#data);
  }

  #lie() {
    const lying = this.clientWidth > this.clientHeight;
    if (lying === this.#canvas.width > this.#canvas.height) return;
    this.#resize(lying ? this.#rows : 1, lying ? 1 : this.#rows);
  }

  #text() {
    if (!this.#data) return say("elements.feature_map.empty", { label: this.#label });
    const { values } = this.#data;
    const best = strongest(values);
    return say("elements.feature_map.strongest", {
      label: this.#label,
      value: value(values[best]),
      place: this.place(best),
    });
  }

  /**
   * @param {number} index of a number
   * @returns {string} its place for people
   */
  place(index) {
    if (this.#flat) return say("elements.feature_map.unit", { n: index });
    return say("elements.feature_map.place", {
      row: Math.floor(index / this.#columns),
      column: index % this.#columns,
    });
  }

  #openable() {
    const open = (/** @type {number} */ index) =>
      this.#emit("feature-map:open", { address: this.#address, index });
    this.addEventListener("click", (event) => open(this.#at(event)?.index ?? 0));
    this.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      open(this.#data ? strongest(this.#data.values) : 0);
    });
  }

  /** @param {PointerEvent} event */
  #point(event) {
    const found = this.#at(event);
    if (found) this.#tell(found.index, found.band);
  }

  /**
   * @param {MouseEvent} event
   * @returns {{index: number, band: DOMRect} | null} the number there, and its row on the screen
   */
  #at(event) {
    if (!this.#data) return null;
    const box = this.getBoundingClientRect();
    const { width, height } = this.#canvas;
    const column = Math.floor(((event.clientX - box.left) / box.width) * width);
    const row = Math.floor(((event.clientY - box.top) / box.height) * height);
    if (column < 0 || row < 0 || column >= width || row >= height) return null;
    const cellHeight = box.height / height;
    const band = new DOMRect(box.left, box.top + row * cellHeight, box.width, cellHeight);
    return { index: row * width + column, band };
  }

  /**
   * @param {number} index
   * @param {DOMRect} box
   */
  #tell(index, box) {
    if (!this.#data) return;
    this.#emit("feature-map:point", {
      address: this.#address,
      index,
      value: value(this.#data.values[index]),
      label: this.#label,
      place: this.place(index),
      colours: say("elements.feature_map.colours", { range: rangeText(this.#data.range) }),
      box,
    });
  }

  #focus() {
    this.describe();
    if (!this.matches(":focus-visible")) return;
    if (this.#data) this.#tell(strongest(this.#data.values), this.getBoundingClientRect());
  }

  /**
   * @param {string} name
   * @param {Pointed | {address: Address | null, index: number}} [detail]
   */
  #emit(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));
  }
}

customElements.define("feature-map", FeatureMap);
