/**
 * A state of which a part lives in the address: any view is a link.
 */

import { parse, read, texts } from "./address.js";
import { Store } from "./store.js";

/** Milliseconds. */
const RETRY = 1000;

/**
 * Keep a state and the address alike. The same page in the other languages is linked to as it is.
 *
 * @template {object} S
 * @param {S} start all of it is in the address, or as here
 * @param {import("./address.js").Fields<S>} fields
 * @returns {Store<S>}
 */
export function linked(start, fields) {
  const opened = () => ({ ...start, ...read(fields, parse(location.hash)) });
  const store = new Store(/** @type {S} */ (opened()));
  let linking = 0;
  const link = () => {
    const all = texts(fields, store.state);
    const hash = all.length ? `#${all.join("&")}` : "";
    clearTimeout(linking);
    try {
      if (hash !== location.hash)
        history.replaceState(history.state, "", hash || location.pathname);
    } catch {
      // Safari takes a hundred addresses in half a minute: the newest is written later, then.
      linking = window.setTimeout(link, RETRY);
    }
    for (const other of document.querySelectorAll("a[hreflang]")) {
      /** @type {HTMLAnchorElement} */ (other).hash = hash;
    }
  };
  store.subscribe(link);
  addEventListener("hashchange", () => store.set(opened()));
  link();
  return store;
}
