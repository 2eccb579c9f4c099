/**
 * Questions and how answers to them are marked. They are pure data: what they say is a key of
 * the message catalogue, so that they can be tested without a page.
 *
 * @typedef {import("./messages.js").Text} Text
 * @typedef {import("./random.js").Random} Random
 *
 * @typedef {object} Field what is to be filled in
 * @property {Text} [label]
 * @property {number} answer a number, or the index of the right choice
 * @property {number} [tolerance] how far from the answer is near enough
 * @property {readonly Text[]} [choices] to choose one of, instead of typing a number
 * @property {readonly {given: number, why: Text}[]} [mistakes] what people answer, and what they
 *   probably thought
 *
 * @typedef {object} Question
 * @property {Text} text
 * @property {readonly {label: Text, rows: readonly (readonly number[])[]}[]} [shows] matrices
 * @property {readonly Field[]} fields
 * @property {number} [columns] so many fields in a row, as in a matrix; else a line each
 * @property {Text} because why the answer is what it is
 * @property {readonly (readonly string[])[]} [working] the same as an equation, part by part, for
 *   {@link import("./mathml.js").equation}
 *
 * @typedef {(random: Random) => Question} Exercise makes one with numbers of its own
 *
 * @typedef {object} Mark
 * @property {boolean} right whether all is
 * @property {readonly boolean[]} fields whether each field is
 * @property {readonly Text[]} whys the explanation of each mistake that is known, each once
 */

/**
 * @param {Question} question
 * @param {readonly number[]} given an answer for each field; NaN for none
 * @returns {Mark}
 */
export function mark({ fields }, given) {
  const rights = fields.map(
    ({ answer, tolerance = 1e-9 }, i) => Math.abs(given[i] - answer) <= tolerance,
  );
  const found = fields.map(({ mistakes = [] }, i) =>
    rights[i] ? [] : mistakes.filter((mistake) => isNear(mistake.given, given[i])),
  );
  return { right: rights.every(Boolean), fields: rights, whys: explained(found) };
}

/**
 * One thought often explains many fields at once, and another some of them by chance.
 *
 * @param {{why: Text}[][]} found for each field the mistakes that fit
 * @returns {Text[]} as few explanations as possible: what explains most fields comes first
 */
function explained(found) {
  /** @type {Map<string, {why: Text, places: number[]}>} */
  const thoughts = new Map();
  for (const [place, mistakes] of found.entries()) {
    for (const { why } of mistakes) {
      const key = JSON.stringify(why);
      const thought = thoughts.get(key) ?? { why, places: [] };
      if (!thought.places.includes(place)) thought.places.push(place);
      thoughts.set(key, thought);
    }
  }
  const told = new Set();
  return [...thoughts.values()]
    .sort((one, other) => other.places.length - one.places.length)
    .filter(({ places }) => {
      const fresh = places.some((place) => !told.has(place));
      for (const place of places) told.add(place);
      return fresh;
    })
    .map(({ why }) => why);
}

/**
 * @param {number} mistake
 * @param {number} given nobody types all digits of a fraction
 */
function isNear(mistake, given) {
  return Math.abs(mistake - given) < (Number.isInteger(mistake) ? 1e-9 : 0.05);
}
