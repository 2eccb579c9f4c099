/**
 * What the chapters put together: figures with matrices, and what is done to their numbers.
 *
 * @typedef {readonly (readonly number[])[]} Rows
 * @typedef {{row: number, column: number, value: number, rows?: number[][]}} Cell what a matrix
 *   tells of one of its cells; the value where it was edited, the rows where they were pasted
 */

import { Problem } from "./api.js";
import { make } from "./dom.js";
import { NumberMatrix } from "./elements/number-matrix.js";
import { knows, say } from "./messages.js";

/**
 * @param {string} name of the message that names it, in `page` or, with a dot before it, in the
 *   chapter's own section
 * @param {{editable?: boolean, chooses?: boolean, scale?: "none" | "sequential" | "diverging"}} [options]
 */
export function matrix(name, options = {}) {
  const made = new NumberMatrix();
  made.setUp({ label: named(name), ...options });
  return made;
}

/**
 * @param {string} name as in {@link matrix}
 * @param {...Node} content
 */
export function figure(name, ...content) {
  return make("figure", {}, make("figcaption", {}, named(name)), ...content);
}

/** @param {...(HTMLElement | string)} parts a string is a sign between two figures */
export function equationRow(...parts) {
  const signs = parts.map((part) =>
    typeof part === "string" ? make("span", { class: "sign", "aria-hidden": "true" }, part) : part,
  );
  return make("div", { class: "equation" }, ...signs);
}

/**
 * @param {string} name of the radio buttons, unique on the page
 * @param {string} label the key of the message that names the choice
 * @param {Record<string, string>} options the key of a message for each value
 * @param {(value: string) => void} chosen
 * @returns {HTMLFieldSetElement & {value: string}} set its `value` to show the state's
 */
export function choice(name, label, options, chosen) {
  const inputs = Object.entries(options).map(([value, key]) => {
    const input = make("input", { type: "radio", name, value });
    input.addEventListener("change", () => chosen(value));
    return { input, label: make("label", {}, input, say(key)) };
  });
  const made = make(
    "fieldset",
    { class: "segments" },
    make("legend", {}, say(label)),
    ...inputs.map(({ label }) => label),
  );
  Object.defineProperty(made, "value", {
    set: (value) => {
      for (const { input } of inputs) input.checked = input.value === value;
    },
  });
  return /** @type {any} */ (made);
}

/**
 * @param {unknown} error
 * @returns {string} what to do about it, in the reader's language
 */
export function trouble(error) {
  const code = error instanceof Problem ? error.body.code : "unreachable";
  const key = `page.trouble.${code}`;
  return say(knows(key) ? key : "page.trouble.other");
}

/** @param {string} name */
function named(name) {
  return say(name.startsWith(".") ? name : `page.${name}`);
}

/**
 * @param {Rows} rows
 * @param {Cell} cell
 * @returns {number[][]} the rows with the cell's new value, or with as much as there is room for of
 *   what was pasted
 */
export function replaced(rows, { row, column, value, rows: pasted = [[value]] }) {
  return rows.map((numbers, r) =>
    numbers.map((number, c) => pasted[r - row]?.[c - column] ?? number),
  );
}

/**
 * @param {readonly [row: number, column: number]} at
 * @param {Rows} rows at least one
 * @returns {[row: number, column: number]} the nearest place that there is
 */
export function nearest(at, rows) {
  return [Math.min(at[0], rows.length - 1), Math.min(at[1], rows[0].length - 1)];
}

/**
 * @param {Rows} rows
 * @returns {[low: number, high: number]} the range with 0 in its middle that holds every number
 */
export function around(rows) {
  const reach = Math.max(1e-9, ...rows.flat().map(Math.abs));
  return [-reach, reach];
}
