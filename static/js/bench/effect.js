/**
 * What a change does to the reading of the drawing on the pad: before and now.
 */

import { NewestWins, readPrediction } from "../api.js";
import { find, whileSeen, write } from "../dom.js";
import { percent } from "../text.js";

/**
 * Keep an element up to date that tells it. Its markup holds an `<output>` and a button that
 * compares the maps of both.
 *
 * @typedef {import("../store.js").Experiment} Experiment
 * @param {import("../bench.js").Desk} desk
 * @param {HTMLElement} element
 * @param {{
 *   changed: (experiment: Experiment) => boolean,
 *   before: (experiment: Experiment) => Experiment,
 *   words: string,
 * }} change `words` say when it was read as it is told first
 */
export function tellEffect({ store, model, ask, commit }, element, { changed, before, words }) {
  const output = find(element, "output", HTMLOutputElement);
  const reader = new NewestWins(
    (/** @type {import("../api.js").Drawing} */ drawing) => readPrediction(model.id, drawing),
    {
      answer: (was) => {
        const { trace } = store.state;
        if (trace) write(output, `${words}: ${reading(was)}. As it is now: ${reading(trace)}.`);
      },
      fail: () => write(output, ""),
    },
  );
  const refresh = whileSeen(element.parentElement ?? element, () => {
    const { state } = store;
    const drawing = changed(state) ? ask(before(state)) : null;
    element.hidden = drawing === null;
    if (drawing) reader.ask(drawing);
    else reader.drop();
  });
  store.subscribe((_, { trace }) => {
    if (trace !== undefined) refresh();
  });
  find(element, "button", HTMLButtonElement).addEventListener("click", () => {
    const { subject, penWidth, without, edits } = store.state;
    commit({ held: before({ subject, penWidth, without, edits }) });
    find(document, "#comparing-title", HTMLElement).scrollIntoView();
  });
}

/** @param {{label: string, prediction: number, probabilities: readonly number[]}} read */
export function reading({ label, prediction, probabilities }) {
  return `${label} (${percent(probabilities[prediction])})`;
}
