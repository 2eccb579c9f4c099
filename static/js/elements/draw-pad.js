import { css, SEQUENTIAL } from "../colormap.js";
import { find, write } from "../dom.js";
import { erase, PAD_SIDE, point } from "../strokes.js";

const ERASER_RADIUS = 10;
const PRIMARY_BUTTON = 0;
const ERASER_BUTTON = 5;

/**
 * The pad: a canvas to draw on, and its tools.
 *
 * Expects in its markup a `<canvas>`, buttons with `data-tool` or `data-action`, and an input
 * named `pen`. Emits `draw-pad:change` with {@link Change} at most once a frame while the pen
 * is down, `draw-pad:cancel` when that gesture came to nothing, `draw-pad:pen` with a new width,
 * `draw-pad:undo`, `draw-pad:redo`, `draw-pad:hold` to compare; `draw-pad:point` with the place under a mouse that does
 * not draw, as shares of the pad's sides, or null when it has left.
 *
 * @typedef {import("../strokes.js").Point} Point
 * @typedef {import("../strokes.js").Stroke} Stroke
 * @typedef {"pen" | "eraser"} Tool
 *
 * @typedef {object} Sheet what is on the pad
 * @property {readonly Stroke[]} strokes
 * @property {CanvasImageSource | null} picture lies there instead of strokes; drawing replaces it
 * @property {number} penWidth pad units
 *
 * @typedef {object} Lens a block of the network's input, to be framed
 * @property {readonly [start: number, stop: number]} rows
 * @property {readonly [start: number, stop: number]} columns
 * @property {readonly number[]} of rows and columns of the input
 * @property {{top: number, left: number, bottom: number, right: number}} frame where the input
 *   lies in the drawing, as shares of its sides
 *
 * @typedef {object} Change
 * @property {readonly Stroke[]} strokes
 * @property {boolean} done whether the pen has been lifted
 *
 * @typedef {object} Gesture what the pen does between down and up
 * @property {number} pointerId
 * @property {Tool} tool
 * @property {readonly Stroke[]} before
 * @property {Point[]} path
 * @property {number} erased points of the path that the eraser has dealt with
 */
export class DrawPad extends HTMLElement {
  /** @type {Tool} */
  #tool = "pen";
  /** @type {Sheet} */
  #sheet = { strokes: [], picture: null, penWidth: 20 };
  /** @type {Gesture | null} */
  #gesture = null;
  #frame = 0;
  /** @type {HTMLCanvasElement} */
  #canvas = document.createElement("canvas");

  connectedCallback() {
    this.#canvas = find(this, "canvas", HTMLCanvasElement);
    this.#canvas.addEventListener("pointerdown", (event) => this.#down(event));
    this.#canvas.addEventListener("pointermove", (event) => this.#move(event));
    this.#canvas.addEventListener("pointerup", (event) => this.#up(event));
    this.#canvas.addEventListener("pointercancel", (event) => this.#cancel(event));
    this.#canvas.addEventListener("pointerleave", () => this.#emit("draw-pad:point", null));
    for (const button of this.querySelectorAll("button")) {
      const { tool, action } = button.dataset;
      button.addEventListener("click", () => {
        if (tool === "pen" || tool === "eraser") this.tool = tool;
        else if (action === "clear") this.clear();
        else this.#emit(`draw-pad:${action}`);
      });
    }
    const pen = find(this, "input[name=pen]", HTMLInputElement);
    pen.addEventListener("input", () => this.#emit("draw-pad:pen", pen.valueAsNumber));
    new ResizeObserver(() => this.#fit()).observe(this.#canvas);
    this.tool = "pen";
  }

  /** @param {Tool} tool */
  set tool(tool) {
    this.#tool = tool;
    this.dataset.tool = tool;
    for (const button of this.querySelectorAll("button[data-tool]")) {
      const chosen = button instanceof HTMLElement && button.dataset.tool === tool;
      button.setAttribute("aria-pressed", String(chosen));
    }
  }

  /** @param {Sheet} sheet */
  set sheet(sheet) {
    // Somebody else changed the strokes: what the pen was doing to them is over.
    if (sheet.strokes !== this.#sheet.strokes) this.#gesture = null;
    this.#sheet = sheet;
    find(this, "input[name=pen]", HTMLInputElement).valueAsNumber = sheet.penWidth;
    this.#redraw();
  }

  /** @param {{undo: boolean, redo: boolean, clear: boolean, hold: boolean}} possible */
  set possible(possible) {
    for (const [action, can] of Object.entries(possible)) {
      find(this, `button[data-action=${action}]`, HTMLButtonElement).disabled = !can;
    }
  }

  /** @param {boolean} held whether there is a drawing to compare with */
  set held(held) {
    write(
      find(this, "button[data-action=hold]", HTMLButtonElement),
      held ? "Compare" : "Hold as A",
    );
  }

  clear() {
    this.#gesture = null;
    this.#change([], true);
  }

  /** @param {PointerEvent} event */
  #down(event) {
    const { button, pointerId } = event;
    // A second finger, or another mouse button, changes nothing.
    if (this.#gesture || (button !== PRIMARY_BUTTON && button !== ERASER_BUTTON)) return;
    event.preventDefault();
    this.#canvas.setPointerCapture(pointerId);
    this.#gesture = {
      pointerId,
      tool: button === ERASER_BUTTON ? "eraser" : this.#tool,
      before: this.#sheet.strokes,
      path: [],
      erased: 0,
    };
    this.#extend([event]);
  }

  /** @param {Lens | null} lens what to frame of the drawing; null for nothing */
  set mark(lens) {
    const frame = find(this, ".lens", HTMLElement);
    frame.hidden = lens === null;
    if (!lens) return;
    const {
      rows,
      columns,
      of,
      frame: { top, left, bottom, right },
    } = lens;
    const down = (/** @type {number} */ row) => top + ((bottom - top) * row) / of[0];
    const across = (/** @type {number} */ column) => left + ((right - left) * column) / of[1];
    const edges = [down(rows[0]), 1 - across(columns[1]), 1 - down(rows[1]), across(columns[0])];
    frame.style.inset = edges.map((edge) => `${100 * edge}%`).join(" ");
  }

  /** @param {PointerEvent} event */
  #hover({ clientX, clientY }) {
    const { left, top, width, height } = this.#canvas.getBoundingClientRect();
    this.#emit("draw-pad:point", { x: (clientX - left) / width, y: (clientY - top) / height });
  }

  /** @param {PointerEvent} event */
  #move(event) {
    if (!this.#gesture && event.pointerType === "mouse") this.#hover(event);
    if (this.#gesture?.pointerId !== event.pointerId) return;
    const coalesced = event.getCoalescedEvents();
    this.#extend(coalesced.length ? coalesced : [event]);
  }

  /** @param {PointerEvent} event */
  #up(event) {
    if (this.#gesture?.pointerId !== event.pointerId) return;
    this.#extend([event]);
    this.#apply(true);
    this.#gesture = null;
  }

  /** @param {PointerEvent} event */
  #cancel(event) {
    if (this.#gesture?.pointerId !== event.pointerId) return;
    this.#gesture = null;
    this.#emit("draw-pad:cancel");
  }

  /** @param {PointerEvent[]} events */
  #extend(events) {
    if (!this.#gesture) return;
    const { path } = this.#gesture;
    const box = this.#canvas.getBoundingClientRect();
    const scale = PAD_SIDE / box.width;
    for (const { clientX, clientY } of events) {
      const next = point((clientX - box.left) * scale, (clientY - box.top) * scale);
      const last = path.at(-1);
      if (last?.[0] !== next[0] || last?.[1] !== next[1]) path.push(next);
    }
    this.#frame ||= requestAnimationFrame(() => this.#apply(false));
  }

  /** @param {boolean} done */
  #apply(done) {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    const gesture = this.#gesture;
    if (!gesture) return;
    if (gesture.tool === "pen") {
      this.#change([...gesture.before, [...gesture.path]], done);
      return;
    }
    let { strokes } = this.#sheet;
    const reach = ERASER_RADIUS + this.#sheet.penWidth / 2;
    for (; gesture.erased < gesture.path.length; gesture.erased++) {
      const to = gesture.path[gesture.erased];
      strokes = erase(strokes, gesture.path[gesture.erased - 1] ?? to, to, reach);
    }
    if (strokes !== gesture.before) this.#change(strokes, done);
  }

  /**
   * @param {readonly Stroke[]} strokes
   * @param {boolean} done
   */
  #change(strokes, done) {
    this.#sheet = { ...this.#sheet, strokes };
    this.#emit("draw-pad:change", { strokes, done });
  }

  /**
   * @param {string} name
   * @param {unknown} [detail]
   */
  #emit(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));
  }

  #fit() {
    const side = Math.round(this.#canvas.clientWidth * devicePixelRatio);
    if (side === this.#canvas.width) return;
    this.#canvas.width = side;
    this.#canvas.height = side;
    this.#redraw();
  }

  #redraw() {
    const context = this.#canvas.getContext("2d", { alpha: false });
    if (!context) return;
    const { width } = this.#canvas;
    context.fillStyle = css(SEQUENTIAL, 0);
    context.fillRect(0, 0, width, width);
    const { strokes, picture, penWidth } = this.#sheet;
    context.imageSmoothingEnabled = false;
    if (picture) context.drawImage(picture, 0, 0, width, width);
    context.save();
    context.scale(width / PAD_SIDE, width / PAD_SIDE);
    context.fillStyle = context.strokeStyle = css(SEQUENTIAL, 255);
    context.lineWidth = penWidth;
    context.lineCap = context.lineJoin = "round";
    for (const stroke of strokes) drawStroke(context, stroke);
    context.restore();
  }
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Stroke} stroke
 */
function drawStroke(context, stroke) {
  context.beginPath();
  if (stroke.length === 1) {
    context.arc(stroke[0][0], stroke[0][1], context.lineWidth / 2, 0, 2 * Math.PI);
    context.fill();
    return;
  }
  for (const [x, y] of stroke) context.lineTo(x, y);
  context.stroke();
}

customElements.define("draw-pad", DrawPad);
