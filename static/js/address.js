/**
 * The part of a state that lives in the address' fragment, as a table of fields: any view is a
 * link.
 *
 * `write` gives null where the field goes without saying, `read` null where the text is none of
 * its values.
 *
 * @template T
 * @typedef {Record<string, {
 *   write: (from: T) => string | null,
 *   read: (text: string) => Partial<T> | null,
 * }>} Fields
 */

/**
 * @template T
 * @param {Fields<T>} fields
 * @param {T} from
 * @returns {string[]} `name=text` of each field that does not go without saying
 */
export function texts(fields, from) {
  return Object.entries(fields).flatMap(([name, { write }]) => {
    const text = write(from);
    return text === null ? [] : `${name}=${text}`;
  });
}

/**
 * @template T
 * @param {Fields<T>} fields
 * @param {(name: string) => string | null} textOf
 * @returns {Partial<T>} what could be read
 */
export function read(fields, textOf) {
  /** @type {Partial<T>} */
  const found = {};
  for (const [name, { read }] of Object.entries(fields)) {
    const text = textOf(name);
    if (text !== null) Object.assign(found, read(text));
  }
  return found;
}

/**
 * @param {string} hash an address' fragment
 * @returns {(name: string) => string | null} gives a field's text
 */
export function parse(hash) {
  const params = new URLSearchParams(hash.replace(/^#/, ""));
  return (name) => params.get(name);
}
