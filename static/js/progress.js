/**
 * How far the reader has come in the lecture. It is the reader's own affair: the browser keeps
 * it, and nothing of it is ever sent.
 *
 * @typedef {object} Done
 * @property {boolean} predicted
 * @property {readonly number[]} solved places of the exercises
 * @property {number} exercises how many there are; 0 before the chapter was opened
 */

const KEY = "convlens-progress";

/** @returns {Record<string, Done>} by chapter */
export function progress() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    return typeof kept === "object" && kept !== null ? kept : {};
  } catch {
    return {}; // a private window keeps nothing; what is no JSON is not ours
  }
}

/**
 * @param {string} chapter
 * @returns {Done}
 */
export function done(chapter) {
  const { predicted, solved, exercises } = progress()[chapter] ?? {};
  return {
    predicted: predicted === true,
    solved: Array.isArray(solved) ? solved.filter(Number.isInteger) : [],
    exercises: Number.isInteger(exercises) ? exercises : 0,
  };
}

/**
 * @param {string} chapter
 * @param {Partial<Done>} more
 */
export function note(chapter, more) {
  const now = { ...progress(), [chapter]: { ...done(chapter), ...more } };
  try {
    localStorage.setItem(KEY, JSON.stringify(now));
  } catch {
    // It lasts as long as the page, then.
  }
}

/** Start anew. */
export function forget() {
  try {
    localStorage.removeItem(KEY);
  } catch {
    // There is nothing to forget, then.
  }
}
