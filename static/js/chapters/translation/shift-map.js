/**
 * The prediction's confidence at every shift, as a heat map from which a shift is chosen: with
 * the pointer, or with the arrow keys.
 */

import { css, SEQUENTIAL } from "../../colormap.js";
import { make } from "../../dom.js";

/** Pixels of the canvas a cell; it is scaled to its place. */
const CELL = 12;

/** @type {Record<string, readonly [down: number, across: number]>} */
const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

export class ShiftMap {
  #canvas = make("canvas");
  #mark = make("i", { class: "here", "aria-hidden": "true" });
  /** @type {readonly (readonly number[])[]} */
  #probabilities = [];
  #reach = 0;
  /** @type {readonly [number, number]} */
  #at = [0, 0];
  #chosen;
  element;

  /**
   * @param {string} label
   * @param {(rows: number, columns: number) => void} chosen
   */
  constructor(label, chosen) {
    this.#chosen = chosen;
    this.element = make(
      "div",
      {
        class: "shift-map",
        role: "group",
        tabindex: "0",
        "aria-label": label,
        "aria-describedby": "shift-told",
      },
      this.#canvas,
      this.#mark,
    );
    this.element.addEventListener("pointerdown", (event) => this.#point(event));
    this.element.addEventListener("pointermove", (event) => {
      if (event.buttons) this.#point(event);
    });
    this.element.addEventListener("keydown", (event) => {
      const step = ARROWS[event.key];
      if (!step || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      this.#choose(this.#at[0] + step[0], this.#at[1] + step[1]);
    });
  }

  /**
   * @param {object} shown
   * @param {readonly (readonly number[])[]} shown.probabilities by shift, from −reach to reach
   * @param {(row: number, column: number) => boolean} shown.other whether another class is read
   *   there
   * @param {readonly [rows: number, columns: number]} shown.at the shift that is shown
   */
  set shows({ probabilities, other, at }) {
    this.#at = at;
    if (probabilities !== this.#probabilities) this.#paint(probabilities, other);
    const side = 2 * this.#reach + 1;
    const [row, column] = at.map((shift) => shift + this.#reach);
    this.#mark.hidden = [row, column].some((place) => place < 0 || place >= side);
    this.#mark.style.inset = [row, side - column - 1, side - row - 1, column]
      .map((edge) => `${(100 * edge) / side}%`)
      .join(" ");
  }

  /**
   * @param {readonly (readonly number[])[]} probabilities
   * @param {(row: number, column: number) => boolean} other
   */
  #paint(probabilities, other) {
    this.#probabilities = probabilities;
    const side = probabilities.length;
    this.#reach = (side - 1) / 2;
    this.#canvas.width = this.#canvas.height = side * CELL;
    const context = this.#canvas.getContext("2d", { alpha: false });
    if (!context) return;
    for (const [row, shares] of probabilities.entries()) {
      for (const [column, share] of shares.entries()) {
        const [left, top] = [column * CELL, row * CELL];
        context.fillStyle = css(SEQUENTIAL, Math.round(share * 255));
        context.fillRect(left, top, CELL, CELL);
        if (!other(row, column)) continue;
        // A sign as well as a colour: here another class is read.
        context.fillStyle = "white";
        context.fillRect(left + CELL / 2 - 1, top + CELL / 2 - 1, 2, 2);
      }
    }
  }

  /** @param {PointerEvent} event */
  #point(event) {
    const box = this.#canvas.getBoundingClientRect();
    const side = 2 * this.#reach + 1;
    const place = (/** @type {number} */ share) => Math.floor(share * side) - this.#reach;
    this.#choose(
      place((event.clientY - box.top) / box.height),
      place((event.clientX - box.left) / box.width),
    );
  }

  /**
   * @param {number} rows
   * @param {number} columns
   */
  #choose(rows, columns) {
    const within = (/** @type {number} */ shift) =>
      Math.max(-this.#reach, Math.min(this.#reach, shift));
    const [down, across] = [within(rows), within(columns)];
    if (down !== this.#at[0] || across !== this.#at[1]) this.#chosen(down, across);
  }
}
