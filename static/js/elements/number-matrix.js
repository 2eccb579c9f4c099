import { css, DIVERGING, isDeep, SEQUENTIAL } from "../colormap.js";
import { emit, make, write } from "../dom.js";
import { FARTHEST } from "../fields.js";
import { say } from "../messages.js";
import { brief, full, readGrid, readNumber } from "../numbers.js";

const LUTS = { sequential: SEQUENTIAL, diverging: DIVERGING };

/** @type {Record<string, readonly [down: number, across: number]>} */
const ARROWS = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  Home: [0, -Infinity],
  End: [0, Infinity],
};

/**
 * A matrix of numbers, which may be changed number by number, or chosen from.
 *
 * Emits `number-matrix:edit` with {@link Edit}, `number-matrix:choose` with a {@link Place} where
 * that is set up, and `number-matrix:point` with the place under the pointer or the focus, or
 * null. It shows what it is given: an edit is seen when whoever listens sets
 * {@link NumberMatrix#shows} again.
 *
 * @typedef {readonly [start: number, stop: number]} Span
 *
 * @typedef {object} Shown
 * @property {readonly (readonly number[])[]} rows
 * @property {readonly [low: number, high: number]} [range] of the colours; that of the numbers
 *   without it, with zero in the middle on the diverging scale
 * @property {{rows: Span, columns: Span} | null} [window] is framed
 * @property {readonly [row: number, column: number] | null} [mark] the one number to frame
 * @property {readonly [rows: number, columns: number]} [padding] outer cells on each side that
 *   are padding
 * @property {{rows: number, columns: number}} [unread] the last rows and columns, never read
 * @property {(row: number, column: number) => boolean} [hidden] whether ? stands for the number
 * @property {(row: number, column: number) => string | null} [flags] becomes `data-flag`
 *
 * @typedef {{row: number, column: number}} Place
 * @typedef {Place & {value: number, rows?: number[][]}} Edit `rows`: all that was pasted, from that
 *   place on, where it was more than one number
 *
 * @typedef {object} Cell
 * @property {HTMLElement} element
 * @property {number} row
 * @property {number} column
 * @property {string} state all that it shows, so that only a change is written
 *
 * @typedef {object} Editing
 * @property {Cell} cell
 * @property {HTMLInputElement} input
 */
export class NumberMatrix extends HTMLElement {
  #grid = make("div", { class: "cells" });
  #frame = make("i", { class: "frame", "aria-hidden": "true", hidden: "" });
  #told = make("p", { class: "told", role: "status" });
  /** @type {Cell[]} row after row */
  #cells = [];
  #columns = 0;
  /** @type {Shown} */
  #shown = { rows: [] };
  #editable = false;
  #chooses = false;
  /** @type {keyof typeof LUTS | "none"} */
  #scale = "none";
  /** @type {Editing | null} */
  #editing = null;
  /** @type {Cell | undefined} the tab stop */
  #stop;

  /**
   * @param {object} options
   * @param {string} options.label names the matrix for people
   * @param {boolean} [options.editable]
   * @param {boolean} [options.chooses] whether a number can be chosen
   * @param {keyof typeof LUTS | "none"} [options.scale] of the colours behind the numbers
   */
  setUp({ label, editable = false, chooses = false, scale = "none" }) {
    this.#editable = editable;
    this.#chooses = chooses;
    this.#scale = scale;
    this.dataset.scale = scale;
    this.toggleAttribute("data-live", this.#live);
    this.#grid.setAttribute("role", this.#live ? "grid" : "table");
    this.#grid.setAttribute("aria-label", label);
    if (editable) this.#grid.removeAttribute("aria-readonly");
    else if (chooses) this.#grid.setAttribute("aria-readonly", "true");
    this.#cells = [];
    this.#columns = 0;
    if (this.#shown.rows.length) this.shows = this.#shown;
  }

  connectedCallback() {
    if (this.firstChild) return;
    this.append(this.#grid, this.#told);
    this.addEventListener("keydown", (event) => this.#key(event));
    this.addEventListener("click", (event) => this.#click(event));
    this.addEventListener("paste", (event) => this.#paste(event));
    this.addEventListener("focusin", (event) => this.#point(event, true));
    this.addEventListener("focusout", (event) => {
      if (!this.contains(/** @type {Node | null} */ (event.relatedTarget)))
        emit(this, "point", null);
    });
    this.addEventListener("pointerover", (event) => this.#point(event));
    this.addEventListener("pointerleave", () => emit(this, "point", null));
  }

  /** @returns {Shown} */
  get shows() {
    return this.#shown;
  }

  set shows(shown) {
    this.#shown = shown;
    const columns = shown.rows[0]?.length ?? 0;
    if (this.#columns !== columns || this.#cells.length !== shown.rows.length * columns) {
      this.#build(shown.rows.length, columns);
    }
    const colour = this.#colours();
    let longest = 1;
    for (const cell of this.#cells) longest = Math.max(longest, this.#patch(cell, colour));
    // In steps, so that the numbers do not change their size with every digit.
    this.style.setProperty("--characters", String(longest <= 3 ? 3 : longest <= 5 ? 5 : 7));
    this.#place(shown.window ?? null);
  }

  get #live() {
    return this.#editable || this.#chooses;
  }

  /**
   * @param {number} row
   * @param {number} column
   */
  #at(row, column) {
    const inside = row >= 0 && column >= 0 && column < this.#columns;
    return inside ? this.#cells[row * this.#columns + column] : undefined;
  }

  /**
   * @param {number} rows
   * @param {number} columns
   */
  #build(rows, columns) {
    const focused = this.#grid.contains(document.activeElement);
    const { row: lastRow = 0, column: lastColumn = 0 } = this.#stop ?? {};
    this.#editing = null;
    this.#columns = columns;
    this.style.setProperty("--columns", String(columns));
    this.style.setProperty("--rows", String(rows));
    const role = this.#live ? "gridcell" : "cell";
    this.#cells = Array.from({ length: rows * columns }, (_, place) => {
      const [row, column] = [Math.floor(place / columns), place % columns];
      const element = make("div", { class: "cell", role });
      element.dataset.at = `${row},${column}`;
      return { element, row, column, state: "" };
    });
    const lines = Array.from({ length: rows }, (_, row) => {
      const cells = this.#cells.slice(row * columns, (row + 1) * columns);
      return make("div", { class: "row", role: "row" }, ...cells.map(({ element }) => element));
    });
    this.#grid.replaceChildren(...lines, this.#frame);
    if (!this.#live) return;
    for (const { element } of this.#cells) element.tabIndex = -1;
    const near = this.#at(Math.min(lastRow, rows - 1), Math.min(lastColumn, columns - 1));
    const [down, across] = this.#shown.padding ?? [0, 0];
    const first = this.#stop ? near : (this.#at(down, across) ?? near);
    if (!first) return;
    this.#stopAt(first);
    if (focused) first.element.focus();
  }

  /** @returns {(number: number) => number | null} the step on the scale */
  #colours() {
    if (this.#scale === "none") return () => null;
    const [low, high] = this.#shown.range ?? rangeOf(this.#shown.rows.flat(), this.#scale);
    const middle = this.#scale === "diverging" ? 128 : 0;
    return (number) => {
      const step = high > low ? Math.round(((number - low) / (high - low)) * 255) : middle;
      return Math.max(0, Math.min(255, step));
    };
  }

  /**
   * Show what there is in one cell.
   *
   * @param {Cell} cell
   * @param {(number: number) => number | null} colour
   * @returns {number} characters of its text
   */
  #patch(cell, colour) {
    const { element, row, column } = cell;
    const { rows, mark = null, window = null, hidden, flags } = this.#shown;
    const number = rows[row][column];
    const covered = hidden?.(row, column) ?? false;
    const text = covered ? "?" : brief(number);
    const padding = this.#isPadding(row, column);
    const unread = this.#isUnread(row, column);
    const marked = mark?.[0] === row && mark[1] === column;
    const inWindow = window !== null && within(window.rows, row) && within(window.columns, column);
    const flag = flags?.(row, column) ?? null;
    const step = covered || padding ? null : colour(number);
    const state = [text, padding, unread, marked, inWindow, flag, step].join("|");
    if (state === cell.state) return text.length;
    cell.state = state;

    element.toggleAttribute("data-hidden", covered);
    element.toggleAttribute("data-padding", padding);
    element.toggleAttribute("data-unread", unread);
    element.toggleAttribute("data-mark", marked);
    element.toggleAttribute("data-window", inWindow);
    if (flag === null) delete element.dataset.flag;
    else element.dataset.flag = flag;
    if (step === null || this.#scale === "none") {
      element.style.removeProperty("--cell-colour");
      delete element.dataset.ground;
    } else {
      const lut = LUTS[this.#scale];
      element.style.setProperty("--cell-colour", css(lut, step));
      element.dataset.ground = isDeep(lut, step) ? "dark" : "light";
    }
    if (this.#chooses) element.setAttribute("aria-selected", String(marked));
    if (this.#editable) element.ariaReadOnly = String(padding);
    const note = covered ? "hidden" : padding ? "padding" : unread ? "unread" : null;
    if (note) element.ariaLabel = say(`elements.matrix.${note}`, { number: text });
    else element.ariaLabel = null;
    if (this.#editing?.cell !== cell) write(element, text);
    return text.length;
  }

  /**
   * @param {number} row
   * @param {number} column
   */
  #isPadding(row, column) {
    const [down, across] = this.#shown.padding ?? [0, 0];
    const { length } = this.#shown.rows;
    return (
      row < down || row >= length - down || column < across || column >= this.#columns - across
    );
  }

  /**
   * @param {number} row
   * @param {number} column
   */
  #isUnread(row, column) {
    const { unread, rows } = this.#shown;
    if (!unread) return false;
    return row >= rows.length - unread.rows || column >= this.#columns - unread.columns;
  }

  /** @param {{rows: Span, columns: Span} | null} window */
  #place(window) {
    this.#frame.hidden = window === null;
    if (!window) return;
    const [rows, columns] = [this.#shown.rows.length, this.#columns];
    const edges = [
      window.rows[0] / rows,
      1 - window.columns[1] / columns,
      1 - window.rows[1] / rows,
      window.columns[0] / columns,
    ];
    this.#frame.style.inset = edges.map((edge) => `${100 * edge}%`).join(" ");
  }

  /**
   * @param {Event} event
   * @returns {Cell | undefined} the cell that it happened in
   */
  #cellOf(event) {
    const element = event.target instanceof Element && event.target.closest("[data-at]");
    if (!(element instanceof HTMLElement)) return undefined;
    const [row, column] = (element.dataset.at ?? "").split(",").map(Number);
    return this.#at(row, column);
  }

  /**
   * @param {Event} event
   * @param {boolean} [focused]
   */
  #point(event, focused = false) {
    const cell = this.#cellOf(event);
    if (!cell) return;
    if (focused && this.#live) this.#stopAt(cell);
    emit(this, "point", { row: cell.row, column: cell.column });
  }

  /** @param {Cell} cell */
  #stopAt(cell) {
    if (this.#stop) this.#stop.element.tabIndex = -1;
    this.#stop = cell;
    cell.element.tabIndex = 0;
  }

  /** @param {Cell} cell */
  #focus(cell) {
    this.#stopAt(cell);
    cell.element.focus();
  }

  /** @param {Cell} cell */
  #mayEdit({ row, column }) {
    return this.#editable && !this.#isPadding(row, column);
  }

  /** @param {MouseEvent} event */
  #click(event) {
    const cell = this.#cellOf(event);
    if (!cell || !this.#live || this.#editing?.cell === cell) return;
    if (this.#chooses) this.#choose(cell);
    if (this.#mayEdit(cell)) this.#edit(cell);
    else this.#focus(cell);
  }

  /** @param {Cell} cell */
  #choose({ row, column }) {
    emit(this, "choose", { row, column });
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const cell = this.#cellOf(event);
    if (!cell || !this.#live) return;
    if (this.#editing) {
      this.#keyInField(event, this.#editing);
      return;
    }
    const { key } = event;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (ARROWS[key]) {
      event.preventDefault();
      const [down, across] = ARROWS[key];
      const row = clamp(cell.row + down, this.#shown.rows.length);
      const next = this.#at(row, clamp(cell.column + across, this.#columns));
      if (!next || next === cell) return;
      this.#focus(next);
      if (this.#chooses) this.#choose(next);
    } else if (key === "Enter" || key === "F2" || key === " ") {
      event.preventDefault();
      if (this.#mayEdit(cell)) this.#edit(cell);
      else if (this.#chooses && key !== "F2") this.#choose(cell);
    } else if (this.#mayEdit(cell) && /^[-−+\d.,]$/.test(key)) {
      event.preventDefault();
      this.#edit(cell, key);
    } else if (this.#mayEdit(cell) && (key === "Delete" || key === "Backspace")) {
      event.preventDefault();
      this.#edit(cell, "");
    }
  }

  /**
   * @param {KeyboardEvent} event
   * @param {Editing} editing
   */
  #keyInField(event, { cell }) {
    const { key, shiftKey } = event;
    // What is typed here is no command of the page.
    event.stopPropagation();
    if (key === "Escape") {
      event.preventDefault();
      this.#leave();
      this.#focus(cell);
    } else if (key === "Enter") {
      event.preventDefault();
      const next = this.#at(cell.row + (shiftKey ? -1 : 1), cell.column);
      this.#commit(next && this.#mayEdit(next) ? next : cell);
    } else if (key === "Tab") {
      const place = this.#cells.indexOf(cell);
      const rest = shiftKey ? this.#cells.slice(0, place).reverse() : this.#cells.slice(place + 1);
      const next = rest.find((other) => this.#mayEdit(other));
      // From the last one Tab goes on to what comes after the matrix.
      if (next) event.preventDefault();
      this.#commit(next ?? cell);
    }
  }

  /**
   * Open a cell's number for editing, in its place.
   *
   * @param {Cell} cell
   * @param {string} [typed] stands for the number; without it, the number is there, selected
   */
  #edit(cell, typed) {
    if (this.#editing) this.#commit();
    write(this.#told, "");
    this.#stopAt(cell);
    const input = make("input", {
      type: "text",
      // A pad of digits. Phones disagree on whether it has a minus: the key beside it always does.
      inputmode: "decimal",
      enterkeyhint: "next",
      autocomplete: "off",
      spellcheck: "false",
      "aria-label": say("elements.matrix.field", { row: cell.row, column: cell.column }),
    });
    input.value = typed ?? full(this.#shown.rows[cell.row][cell.column]);
    const sign = make("button", {
      type: "button",
      class: "sign",
      tabindex: "-1",
      "aria-label": say("elements.matrix.sign"),
    });
    sign.append("±");
    // The field keeps the focus, and with it the keyboard.
    sign.addEventListener("pointerdown", (event) => event.preventDefault());
    sign.addEventListener("click", () => {
      input.value = turned(input.value);
      input.focus();
    });
    this.#editing = { cell, input };
    input.addEventListener("blur", () => {
      // Also when the window loses the focus: then the field is still where one left it.
      if (this.#editing?.input === input && document.activeElement !== input) this.#commit();
    });
    cell.element.replaceChildren(input, sign);
    cell.element.toggleAttribute("data-editing", true);
    input.focus();
    if (typed === undefined) input.select();
  }

  /**
   * Take what was typed, if it is a number.
   *
   * @param {Cell} [next] gets the focus
   */
  #commit(next) {
    if (!this.#editing) return;
    const { cell, input } = this.#editing;
    const { row, column } = cell;
    const before = this.#shown.rows[row][column];
    const text = input.value;
    this.#leave();
    const value = readNumber(text);
    if (value === null) {
      const told = text.trim() ? "not_a_number" : "empty";
      write(
        this.#told,
        say(`elements.matrix.${told}`, { text: text.trim().slice(0, 24), number: brief(before) }),
      );
      if (next) this.#focus(cell);
      return;
    }
    if (this.#isTooFar(value)) {
      if (next) this.#focus(cell);
      return;
    }
    if (next) this.#focus(next);
    if (text !== full(before)) emit(this, "edit", { row, column, value });
  }

  /** Close the field; the number is as it was. */
  #leave() {
    if (!this.#editing) return;
    const { cell } = this.#editing;
    this.#editing = null;
    cell.element.toggleAttribute("data-editing", false);
    cell.element.replaceChildren(cell.state.split("|")[0]);
  }

  /** @param {ClipboardEvent} event */
  #paste(event) {
    const cell = this.#cellOf(event);
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (!cell || !this.#mayEdit(cell) || !text.trim()) return;
    if (readNumber(text) !== null) {
      if (this.#editing) return;
      event.preventDefault();
      this.#edit(cell, text.trim());
      return;
    }
    event.preventDefault();
    const rows = readGrid(text);
    if (!rows) {
      write(this.#told, say("elements.matrix.not_a_grid"));
      return;
    }
    if (rows.flat().some((value) => this.#isTooFar(value))) return;
    write(this.#told, "");
    this.#leave();
    this.#focus(cell);
    emit(this, "edit", { row: cell.row, column: cell.column, value: rows[0][0], rows });
  }

  /** @param {number} value it is told if it is */
  #isTooFar(value) {
    if (Math.abs(value) <= FARTHEST) return false;
    write(this.#told, say("elements.matrix.too_far", { most: FARTHEST }));
    return true;
  }
}

/**
 * @param {number[]} numbers
 * @param {"sequential" | "diverging"} scale
 * @returns {readonly [low: number, high: number]}
 */
function rangeOf(numbers, scale) {
  const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
  const reach = Math.max(-low, high);
  return scale === "diverging" ? [-reach, reach] : [low, high];
}

/**
 * @param {Span} span
 * @param {number} place
 */
function within([start, stop], place) {
  return place >= start && place < stop;
}

/**
 * @param {number} place
 * @param {number} length
 */
function clamp(place, length) {
  return Math.max(0, Math.min(length - 1, place));
}

/** @param {string} text of a number, with or without a minus */
function turned(text) {
  const trimmed = text.trim();
  return /^[-−–]/.test(trimmed) ? trimmed.slice(1) : `-${trimmed.replace(/^\+/, "")}`;
}

customElements.define("number-matrix", NumberMatrix);
