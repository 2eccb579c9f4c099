/**
 * The rows of the lecture's table, as the page carries the network with it, and its cells.
 *
 * @typedef {import("./count.js").Counted} Counted
 * @typedef {"shapes" | "sizes" | "parameters"} Column
 * @typedef {Record<string, readonly number[]>} Given what was filled in, by the cell's key
 *
 * @typedef {object} Row
 * @property {string} label
 * @property {boolean} isInput
 * @property {string} window "f = 5, s = 1"; empty without one
 * @property {Record<Column, Counted>} cells
 */

import { find } from "../../dom.js";
import { windowText } from "../../formula.js";
import { parameters, shape, size, total } from "./count.js";

/** @type {readonly Column[]} */
export const COLUMNS = ["shapes", "sizes", "parameters"];

/** @type {Record<Column, string>} what a cell's key begins with */
const LETTERS = { shapes: "h", sizes: "s", parameters: "p" };

/** @typedef {Pick<import("../../api.js").Model, "layers" | "table" | "parameter_count">} Model */

/** @returns {Model} */
export function model() {
  return JSON.parse(find(document, "#model", HTMLScriptElement).text);
}

/**
 * @param {Model} model
 * @returns {{rows: Row[], total: Counted}}
 */
export function toTable({ layers, table }) {
  const rows = table.map(({ label, layer_ids, output_shape }, place) => {
    const parts = layers.filter(({ id }) => layer_ids.includes(id));
    // What the row is named after; its activation function changes neither shape nor count.
    const main = parts.find(({ parameter_count }) => parameter_count) ?? parts[0];
    const hyperparameters = /** @type {import("./count.js").Facts["hyperparameters"]} */ (
      main.hyperparameters
    );
    const facts = {
      kind: main.kind,
      // The maps as they are before they are unrolled.
      input: table[place - 1]?.output_shape ?? main.input_shape,
      output: output_shape,
      hyperparameters,
    };
    return {
      label,
      isInput: main.kind === "input",
      window: windowText(main),
      cells: { shapes: shape(facts), sizes: size(facts), parameters: parameters(facts) },
    };
  });
  const counts = rows.map(({ label, cells }) => ({ label, count: cells.parameters.answer[0] }));
  return { rows, total: total(counts) };
}

/**
 * @param {Column} column
 * @param {number} row the one behind the last is the total's
 */
export function keyOf(column, row) {
  return `${LETTERS[column]}${row}`;
}

/**
 * @param {string} key
 * @returns {{column: Column, row: number}}
 */
export function placeOf(key) {
  const column = COLUMNS.find((name) => LETTERS[name] === key[0]) ?? "parameters";
  return { column, row: Number(key.slice(1)) };
}

/**
 * Read what was typed: whole numbers, with or without something between thousands, a shape with
 * anything between its numbers.
 *
 * @param {string} text
 * @param {Column} column
 * @returns {number[] | null} null where it is none
 */
export function readCell(text, column) {
  const trimmed = text.trim();
  if (column === "shapes") {
    const found = trimmed.match(/\d{1,6}/g)?.map(Number) ?? [];
    return found.length > 0 && found.length < 5 ? found : null;
  }
  const whole = /^(\d{1,12}|\d{1,3}([.,\s'’]\d{3}){1,3})$/.test(trimmed);
  return whole ? [Number(trimmed.replaceAll(/\D/g, ""))] : null;
}

/** @param {Given} given */
export function writeGiven(given) {
  return Object.entries(given)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, numbers]) => `${key}.${numbers.join("x")}`)
    .join(",");
}

/**
 * @param {string} text
 * @returns {Given} what of it could be read
 */
export function readGiven(text) {
  const parts = text.split(",").flatMap((part) => {
    const found = /^([hsp])(\d)\.(\d{1,12}(?:x\d{1,6}){0,3})$/.exec(part);
    if (!found) return [];
    return [/** @type {const} */ ([found[1] + found[2], found[3].split("x").map(Number)])];
  });
  return Object.fromEntries(parts);
}
