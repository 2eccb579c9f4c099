/**
 * The lecture's table of contents, and its cheat sheet.
 */

import { showProgress } from "./lecture/contents.js";
import { forget } from "./progress.js";

/** @type {Record<string, () => void>} */
const ACTIONS = {
  forget: () => {
    forget();
    showProgress();
  },
  print: () => print(),
};

for (const [name, action] of Object.entries(ACTIONS)) {
  document.querySelector(`[data-action=${name}]`)?.addEventListener("click", action);
}
showProgress();
