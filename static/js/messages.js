/**
 * What the page says, in the reader's language: the messages of one catalogue in `locales/`,
 * which the page carries with it.
 *
 * A message may hold `{names}` of values, `*emphasis*` and `` `code` ``. One that depends on a
 * number has a form for each plural category of its language, chosen by the value `n`.
 *
 * @typedef {string | Record<string, string>} Message
 * @typedef {Record<string, string | number>} Values numbers are written as people read them
 * @typedef {readonly [key: string, values?: Values]} Text a key that begins with a dot is one of
 *   the chapter or study that the page shows
 */

import { LOCALE, number } from "./text.js";

const source = globalThis.document?.getElementById("messages");
const messages = source ? JSON.parse(source.textContent ?? "") : {};
const page = globalThis.document?.body.dataset;
const chapter = page?.chapter ?? page?.study;
const plurals = new Intl.PluralRules(LOCALE);

/**
 * @param {string} key the names that lead to the message, with dots between them
 * @param {Values} [values]
 * @returns {string}
 * @throws {RangeError} where the catalogue has no such message, or a value is missing
 */
export function say(key, values = {}) {
  return fill(find(key, values), values, key);
}

/**
 * @param {string} key
 * @param {Values} [values] taken as they are: what is in them is never emphasis
 * @returns {(Node | string)[]} the message with its emphasis and its code
 */
export function rich(key, values = {}) {
  return split(find(key, values)).map(({ tag, text }) => {
    const told = fill(text, values, key);
    if (!tag) return told;
    const element = document.createElement(tag);
    element.textContent = told;
    return element;
  });
}

/**
 * @param {string} key
 * @returns {boolean} whether there is such a message
 */
export function knows(key) {
  return lookUp(key) !== undefined;
}

/**
 * @param {string} message
 * @returns {{tag: "em" | "code" | null, text: string}[]}
 */
export function split(message) {
  return message
    .split(/(\*[^*]+\*|`[^`]+`)/)
    .filter(Boolean)
    .map((part) => {
      if (!/^([*`]).+\1$/s.test(part)) return { tag: null, text: part };
      return { tag: part[0] === "*" ? "em" : "code", text: part.slice(1, -1) };
    });
}

/** @param {string} key */
function lookUp(key) {
  return (key.startsWith(".") ? chapter + key : key)
    .split(".")
    .reduce((/** @type {any} */ part, name) => part?.[name], messages);
}

/**
 * @param {string} key
 * @param {Values} values
 * @returns {string}
 */
function find(key, values) {
  const message = lookUp(key);
  if (typeof message === "string") return message;
  const form = message?.[plurals.select(Number(values.n))] ?? message?.other;
  if (typeof form !== "string") throw new RangeError(`there is no message ${key}`);
  return form;
}

/**
 * @param {string} message
 * @param {Values} values
 * @param {string} key
 */
function fill(message, values, key) {
  const filled = message.replace(/\{(\w+)\}/g, (_, name) => {
    const value = values[name];
    if (value === undefined) throw new RangeError(`${key} says nothing for {${name}}`);
    return typeof value === "number" ? number(value) : value;
  });
  // A size does not break over two lines.
  return filled.replace(/(?<=\d) × (?=\d)/g, "\u00a0×\u00a0");
}
