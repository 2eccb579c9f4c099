/**
 * The list of the chapters: beside each, how far the reader has come.
 */

import { make } from "../dom.js";
import { say } from "../messages.js";
import { done } from "../progress.js";

/** Bring what is told beside each chapter up to date. */
export function showProgress() {
  for (const told of document.querySelectorAll("[data-progress]")) {
    if (!(told instanceof HTMLElement)) continue;
    const { predicted, solved, exercises } = done(told.dataset.progress ?? "");
    const all = exercises + 1;
    const so = solved.length + Number(predicted);
    told.dataset.state = so === 0 ? "new" : so < all ? "begun" : "done";
    const text = say(`page.progress.${told.dataset.state}`, { n: so, all });
    told.replaceChildren(
      make("span", { class: "visually-hidden" }, text),
      make("span", { "aria-hidden": "true" }, so === 0 ? "" : so < all ? `${so}/${all}` : "✓"),
    );
    told.title = text;
  }
}
