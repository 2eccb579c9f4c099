/**
 * Numbers as they stand in a matrix's cells, and as people type and paste them.
 */

import { LOCALE } from "./text.js";

const FORMAT = new Intl.NumberFormat(LOCALE, { maximumSignificantDigits: 4, useGrouping: false });
const WHOLE = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 0, useGrouping: false });
const POWER = new Intl.NumberFormat(LOCALE, { notation: "scientific", maximumFractionDigits: 2 });
/** What sums of float64 leave where there is nothing. */
const DUST = 1e-12;

/**
 * @param {number} number
 * @returns {string} whole numbers whole, others to four digits, without trailing zeros
 */
export function brief(number) {
  const size = Math.abs(number);
  if (size < DUST) return "0";
  const whole = Number.isInteger(number) || size >= 1000;
  const format = size < 1e-4 || size >= 1e7 ? POWER : whole ? WHOLE : FORMAT;
  return format.format(number).replace("E", "e").replaceAll("-", "−");
}

/**
 * @param {number} number
 * @returns {string} all of its digits, as one would type them
 */
export function full(number) {
  return String(Number(number.toPrecision(15)));
}

/**
 * Read a number as it is typed: with a decimal point or comma, with commas between thousands, with
 * a hyphen or a true minus.
 *
 * @param {string} text
 * @returns {number | null} null if it is none, or too large to be one
 */
export function readNumber(text) {
  const plain = text
    .trim()
    .replace(/^[−–]/, "-")
    .replace(/[eE][−–]/, "e-")
    .replace(
      /^([+-]?[1-9]\d{0,2})((?:,\d{3})+)(?=$|\.)/,
      (_, first, rest) => first + rest.replaceAll(",", ""),
    )
    .replace(",", ".");
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain)) return null;
  const number = Number(plain);
  // −0 would be shown as 0 and compared as another number.
  return Number.isFinite(number) ? number + 0 : null;
}

/**
 * Read a matrix as it is pasted: from a spreadsheet, a text or a program. Columns stand apart by
 * tabs, semicolons, commas or spaces, rows by line ends or brackets.
 *
 * @param {string} text
 * @returns {number[][] | null} null unless it is numbers in rows of one length
 */
export function readGrid(text) {
  const lines = text
    .replaceAll(/[\])}]\s*,?/g, "\n")
    .replaceAll(/[[({]/g, "")
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter(Boolean);
  const rows = lines.map((line) => line.split(separator(line)).filter(Boolean).map(readNumber));
  const regular = rows.length > 0 && rows.every((row) => row.length === rows[0].length);
  return regular && rows.flat().every((number) => number !== null)
    ? /** @type {number[][]} */ (rows)
    : null;
}

/**
 * Beside tabs and semicolons a comma is a decimal one.
 *
 * @param {string} line
 */
function separator(line) {
  if (line.includes("\t")) return /\s*\t\s*/;
  if (line.includes(";")) return /\s*;\s*/;
  return /[\s,]+/;
}
