import { emit, make } from "../dom.js";
import { say } from "../messages.js";
import { median, nearest, toward } from "../plane.js";

/** Pixels from a digit within which it is pointed at. */
const REACH = 14;
/** Share of the picture's side that is left free around the points. */
const MARGIN = 0.03;
/** @type {Record<string, import("../plane.js").Place>} */
const DIRECTIONS = {
  ArrowRight: [1, 0],
  ArrowLeft: [-1, 0],
  ArrowDown: [0, 1],
  ArrowUp: [0, -1],
};

/**
 * A map of digits, each shown as itself, and the place of a drawing among them.
 *
 * Emits `feature-space:point` with the index of the digit that is pointed at, by mouse or by
 * keyboard; null for none.
 *
 * @typedef {import("../plane.js").Place} Place
 *
 * @typedef {object} Space
 * @property {readonly Place[]} points from −1 to 1
 * @property {readonly number[]} classIndices
 * @property {readonly string[]} classes
 *
 * @typedef {object} Marker
 * @property {Place} place
 * @property {readonly number[]} neighbours indices, the nearest first
 * @property {boolean} familiar
 */
export class FeatureSpace extends HTMLElement {
  /** @type {Space} */
  #space = { points: [], classIndices: [], classes: [] };
  /** @type {Marker | null} */
  #marker = null;
  /** @type {number | null} */
  #pointed = null;
  #ground = make("canvas", { "aria-hidden": "true" });
  #marks = make("canvas", { "aria-hidden": "true" });
  #stage = make("div", { class: "plane", role: "application", tabindex: "0" });
  #frame = 0;

  connectedCallback() {
    this.#stage.replaceChildren(this.#ground, this.#marks);
    this.#stage.addEventListener("pointermove", (event) => this.#hover(event));
    this.#stage.addEventListener("pointerdown", (event) => this.#hover(event));
    this.#stage.addEventListener("pointerleave", () => this.#point(null));
    this.#stage.addEventListener("blur", () => this.#point(null));
    this.#stage.addEventListener("keydown", (event) => this.#key(event));
    this.replaceChildren(this.#stage);
    new ResizeObserver(() => this.#fit()).observe(this.#stage);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#redraw());
    new MutationObserver(() => this.#redraw()).observe(document.documentElement, {
      attributeFilter: ["data-theme"],
    });
  }

  /** @param {Space} space */
  set space(space) {
    this.#space = space;
    this.#stage.ariaLabel = say("elements.space.label", { n: space.points.length });
    this.#stage.ariaDescription = say("elements.space.keys");
    this.#redraw();
  }

  /** @param {Marker | null} marker the drawing; null for none */
  set marker(marker) {
    this.#marker = marker;
    this.#mark();
  }

  /** @param {PointerEvent} event */
  #hover({ clientX, clientY }) {
    const { left, top, width } = this.#stage.getBoundingClientRect();
    const back = (/** @type {number} */ at) => (at / width - 0.5) * (2 / (1 - 2 * MARGIN));
    const reach = (REACH / width) * 2;
    const at = /** @type {Place} */ ([back(clientX - left), back(clientY - top)]);
    this.#point(nearest(this.#space.points, at, reach));
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const { points } = this.#space;
    const direction = DIRECTIONS[event.key];
    const start = this.#marker?.neighbours[0] ?? nearest(points, [0, 0]);
    if (event.key === "Escape") this.#point(null);
    else if (event.key === "Home") this.#point(start);
    else if (direction && this.#pointed === null) this.#point(start);
    else if (direction) this.#point(toward(points, this.#pointed ?? 0, direction));
    else return;
    event.preventDefault();
  }

  /** @param {number | null} index */
  #point(index) {
    if (index === this.#pointed) return;
    this.#pointed = index;
    this.#mark();
    emit(this, "point", index);
  }

  #fit() {
    const side = Math.round(this.#stage.clientWidth * devicePixelRatio);
    if (side === this.#ground.width) return;
    for (const canvas of [this.#ground, this.#marks]) canvas.width = canvas.height = side;
    this.#redraw();
  }

  #redraw() {
    const context = this.#ground.getContext("2d");
    if (!context || !this.#ground.width) return;
    const { points, classIndices, classes } = this.#space;
    const { width } = this.#ground;
    const style = getComputedStyle(this);
    context.clearRect(0, 0, width, width);
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.font = `${Math.max(6.5 * devicePixelRatio, width / 68)}px ${style.fontFamily}`;
    context.fillStyle = style.getPropertyValue("--glyph");
    for (const [i, place] of points.entries()) {
      context.fillText(classes[classIndices[i]], ...this.#at(place));
    }
    // Where most of a class are, it is told in large: the small ones cover each other.
    context.font = `600 ${width / 18}px ${style.getPropertyValue("--serif")}`;
    context.fillStyle = style.getPropertyValue("--name");
    context.strokeStyle = style.getPropertyValue("--halo");
    context.lineWidth = width / 110;
    context.lineJoin = "round";
    for (const [index, name] of classes.entries()) {
      const own = points.filter((_, i) => classIndices[i] === index);
      if (!own.length) continue;
      const at = this.#at(median(own));
      context.strokeText(name, ...at);
      context.fillText(name, ...at);
    }
    this.#mark();
  }

  /** Draw what lies on the map, once a frame. */
  #mark() {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      const context = this.#marks.getContext("2d");
      if (!context) return;
      const { width } = this.#marks;
      const style = getComputedStyle(this);
      context.clearRect(0, 0, width, width);
      context.lineWidth = Math.max(1.5 * devicePixelRatio, width / 400);
      context.strokeStyle = style.getPropertyValue("--marker");
      if (this.#marker) this.#drawMarker(context, this.#marker, style);
      if (this.#pointed !== null) {
        context.strokeStyle = style.getPropertyValue("--name");
        ring(context, this.#at(this.#space.points[this.#pointed]), width / 55);
      }
    });
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {Marker} marker
   * @param {CSSStyleDeclaration} style
   */
  #drawMarker(context, { place, neighbours, familiar }, style) {
    const { width } = this.#marks;
    const at = this.#at(place);
    context.globalAlpha = 0.6;
    for (const index of neighbours) {
      context.beginPath();
      context.moveTo(...at);
      context.lineTo(...this.#at(this.#space.points[index]));
      context.stroke();
    }
    context.globalAlpha = 1;
    context.fillStyle = style.getPropertyValue(familiar ? "--marker" : "--halo");
    ring(context, at, width / 70, true);
  }

  /**
   * @param {Place} place
   * @returns {[x: number, y: number]} in the canvas
   */
  #at([x, y]) {
    const scale = (this.#ground.width / 2) * (1 - 2 * MARGIN);
    const middle = this.#ground.width / 2;
    return [middle + x * scale, middle + y * scale];
  }
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {[x: number, y: number]} at
 * @param {number} radius
 * @param {boolean} [filled]
 */
function ring(context, [x, y], radius, filled = false) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  if (filled) context.fill();
  context.stroke();
}

customElements.define("feature-space", FeatureSpace);
