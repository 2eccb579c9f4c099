/**
 * What of the page stands in its address: the recipe, the picture, and the run that is looked at.
 *
 * @typedef {import("./recipe.js").Recipe} Recipe
 *
 * @typedef {object} View
 * @property {import("../pictures.js").Source} source
 * @property {string | null} run the id of the run that is looked at
 *
 * @typedef {Recipe & View} State
 */

import { parse, read, texts } from "../address.js";
import { SOURCE, sourceField } from "../pictures.js";
import { START as RECIPE, FIELDS as RECIPE_FIELDS } from "./recipe.js";

/** Milliseconds. */
const RELINK = 1000;

/** @type {State} */
const START = { ...RECIPE, source: { ...SOURCE, kind: "digit" }, run: null };
const FIELDS = /** @type {import("../address.js").Fields<State>} */ ({
  ...RECIPE_FIELDS,
  picture: sourceField("source", START, ["drawing", "digit"]),
  run: {
    write: ({ run }) => run,
    read: (text) => (/^[\w.-]{1,128}$/.test(text) ? { run: text } : null),
  },
});

/** @returns {State} as the address has it */
export function linked() {
  return { ...START, ...read(FIELDS, parse(location.hash)) };
}

let linking = 0;

/** @param {State} state from now on the address leads to it, in every language */
export function link(state) {
  const all = texts(FIELDS, state).join("&");
  const hash = all && `#${all}`;
  clearTimeout(linking);
  try {
    if (hash !== location.hash) history.replaceState(null, "", hash || location.pathname);
  } catch {
    // Safari takes a hundred addresses in half a minute: the newest is written later, then.
    linking = window.setTimeout(() => link(state), RELINK);
  }
  for (const other of document.querySelectorAll("a[hreflang]")) {
    /** @type {HTMLAnchorElement} */ (other).hash = hash;
  }
}
