/**
 * One continuous zoom: what is opened grows out of the picture of it, where the browser can.
 */

import { above, isSame } from "./places.js";

/**
 * @typedef {import("./store.js").Place} Place
 */

const STILL = matchMedia("(prefers-reduced-motion: reduce)");

/**
 * @param {Place} from
 * @param {Place} to
 * @param {() => void} update changes the page
 */
export function zoom(from, to, update) {
  if (!document.startViewTransition || STILL.matches) {
    update();
    return;
  }
  const deeper =
    isSame(from, above(to)) || from.layer === null || to.index.length > from.index.length;
  const grown = deeper ? to : from;
  const old = find(grown);
  if (old) old.style.viewTransitionName = "opened";
  const transition = document.startViewTransition(() => {
    if (old) old.style.viewTransitionName = "";
    update();
    const now = find(grown);
    if (now && old) now.style.viewTransitionName = "opened";
    transition.finished.then(() => {
      if (now) now.style.viewTransitionName = "";
    });
  });
  // Another step may come before this one is over.
  transition.ready.catch(() => {});
}

/**
 * @param {Place} place
 * @returns {HTMLElement | null} the picture of it, or of the map that it is in
 */
function find({ layer, index }) {
  const names = [[layer, ...index], [layer, ...index.slice(0, 1)], [layer]].map(String);
  for (const name of names) {
    for (const element of document.querySelectorAll(`[data-place="${name}"]`)) {
      if (element instanceof HTMLElement && element.checkVisibility()) return element;
    }
  }
  return null;
}
