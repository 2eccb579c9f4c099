/**
 * Kinds of fields that a state has in its address; see `address.js`. Each goes without saying
 * where it is as at the start.
 *
 * @template {object} S
 * @typedef {import("./address.js").Fields<S>[string]} Field
 */

const FEWEST = 1;
const MOST = 12;
/** The largest number that a cell may hold, so that every state is a link. */
export const FARTHEST = 1e6;

/**
 * @template {object} S
 * @param {S} start
 * @returns makers of fields for the states that begin with it
 */
export function fieldsOf(start) {
  /**
   * @param {keyof S} key
   * @param {(value: any) => string} write
   * @param {(text: string) => unknown} read null where the text is no value
   * @returns {Field<S>}
   */
  const field = (key, write, read) => ({
    write: (state) => {
      const text = write(state[key]);
      return text === write(start[key]) ? null : text;
    },
    read: (text) => {
      const value = read(text);
      return value === null ? null : /** @type {Partial<S>} */ ({ [key]: value });
    },
  });
  return {
    /**
     * A whole number.
     *
     * @param {keyof S} key
     * @param {number} least
     * @param {number} most
     */
    whole: (key, least, most) => field(key, String, (text) => whole(text, least, most)),

    /**
     * Some whole numbers, such as a place in a matrix.
     *
     * @param {keyof S} key
     * @param {number} count
     * @param {number} least
     * @param {number} most
     */
    wholes: (key, count, least, most) =>
      field(
        key,
        (numbers) => numbers.join(","),
        (text) => {
          const numbers = text.split(",").map((part) => whole(part, least, most));
          return numbers.length === count && !numbers.includes(null) ? numbers : null;
        },
      ),

    /**
     * Any number.
     *
     * @param {keyof S} key
     * @param {number} least
     * @param {number} most
     */
    number: (key, least, most) =>
      field(key, String, (text) => {
        const number = decimal(text);
        return number === null || number < least || number > most ? null : number;
      }),

    /**
     * One of some words.
     *
     * @param {keyof S} key
     * @param {readonly string[]} words
     */
    choice: (key, words) => field(key, String, (text) => (words.includes(text) ? text : null)),

    /**
     * Yes or no.
     *
     * @param {keyof S} key
     */
    flag: (key) =>
      field(
        key,
        (value) => (value ? "1" : "0"),
        (text) => (text === "1" ? true : text === "0" ? false : null),
      ),

    /**
     * A matrix of up to 12 × 12 numbers, or of just this size.
     *
     * @param {keyof S} key
     * @param {number} [rows]
     * @param {number} [columns]
     */
    matrix: (key, rows, columns = rows) =>
      field(key, writeMatrix, (text) => {
        const matrix = readMatrix(text);
        const fits = !rows || (matrix?.length === rows && matrix[0].length === columns);
        return fits ? matrix : null;
      }),

    /**
     * Some matrices of one size, such as the channels of a volume.
     *
     * @param {keyof S} key
     * @param {number} most
     */
    matrices: (key, most) =>
      field(
        key,
        (matrices) => matrices.map(writeMatrix).join("|"),
        (text) => {
          const matrices = text.split("|").map(readMatrix);
          const size = (/** @type {number[][] | null} */ m) => m && `${m.length},${m[0].length}`;
          const alike = matrices.every((matrix) => matrix && size(matrix) === size(matrices[0]));
          return alike && matrices.length <= most ? matrices : null;
        },
      ),
  };
}

/** @param {readonly (readonly number[])[]} rows */
function writeMatrix(rows) {
  return rows.map((row) => row.join(",")).join(";");
}

/**
 * @param {string} text
 * @returns {number[][] | null}
 */
function readMatrix(text) {
  const rows = text.split(";").map((row) => row.split(",").map(decimal));
  const sides = [rows.length, ...rows.map((row) => row.length)];
  if (sides.some((side) => side < FEWEST || side > MOST)) return null;
  const fits = rows.every((row) => row.length === rows[0].length && !row.includes(null));
  return fits ? /** @type {number[][]} */ (rows) : null;
}

/**
 * @param {string} text
 * @returns {number | null}
 */
function decimal(text) {
  const number = /^-?(\d+\.?\d*|\.\d+)(e-?\d+)?$/.test(text) ? Number(text) : Number.NaN;
  return Math.abs(number) <= FARTHEST ? number : null;
}

/**
 * @param {string} text
 * @param {number} least
 * @param {number} most
 * @returns {number | null}
 */
function whole(text, least, most) {
  const number = /^-?\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  return number >= least && number <= most ? number : null;
}
