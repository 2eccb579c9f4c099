/**
 * The page's tables: what is a number stands to the right.
 */

import { make } from "../dom.js";

/**
 * @typedef {object} Column
 * @property {string} head
 * @property {"number" | "plot"} [kind]
 * @property {Node} [axis] stands in the head of a plot
 */

/**
 * @param {string} caption
 * @param {readonly Column[]} columns the first names the rows
 * @param {readonly (readonly (Node | string)[])[]} rows
 */
export function table(caption, columns, rows) {
  const kinds = columns.map(({ kind }) => kind ?? "text");
  const heads = columns.map(({ head, axis }, i) =>
    axis
      ? make("th", { scope: "col", class: "plot" }, axis, hidden(head))
      : make("th", { scope: "col", class: kinds[i] }, head),
  );
  const body = rows.map((cells) =>
    make(
      "tr",
      {},
      ...cells.map((cell, i) =>
        i === 0 ? make("th", { scope: "row" }, cell) : make("td", { class: kinds[i] }, cell),
      ),
    ),
  );
  const element = make(
    "table",
    {},
    make("caption", {}, caption),
    make("thead", {}, make("tr", {}, ...heads)),
    make("tbody", {}, ...body),
  );
  // What is wider than a phone moves by itself, and by keyboard.
  return make(
    "div",
    { class: "table", tabindex: "0", role: "region", "aria-label": caption },
    element,
  );
}

/** @param {string} text */
function hidden(text) {
  return make("span", { class: "visually-hidden" }, text);
}
