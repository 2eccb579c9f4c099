/**
 * Whether the drawing looks like what the network knows, and which training digits are nearest.
 */

import { NewestWins, readNeighbours } from "./api.js";
import { find, whenCalm, whileSeen, write } from "./dom.js";
import { NearestDigits } from "./elements/nearest-digits.js";
import { say } from "./messages.js";

/** @param {Pick<import("./bench.js").Desk, "store" | "model" | "ask">} desk */
export function connectFamiliarity({ store, model, ask }) {
  const told = find(document, ".unfamiliar", HTMLElement);
  const nearest = find(document, "nearest-digits", NearestDigits);
  const reader = new NewestWins(
    (/** @type {import("./api.js").Drawing} */ drawing) => readNeighbours(model.id, drawing),
    {
      answer: (found) => {
        nearest.found = found;
      },
      // The page has asked for a trace of the same drawing, and tells what was refused.
      fail: () => {},
    },
  );
  /** @type {import("./api.js").Trace | null} what the digits that are shown are nearest to */
  let shown = null;
  const update = whileSeen(nearest, () => {
    const { trace, edits } = store.state;
    if (trace === shown) return;
    shown = trace;
    // What has been edited since the trace was read has no such digits.
    const drawing = trace?.familiarity && !edits.length ? ask(store.state) : null;
    if (drawing) return reader.ask(drawing);
    reader.drop();
    nearest.found = null;
  });
  const refresh = whenCalm(update);
  const tell = () => {
    const unfamiliar = store.state.trace?.familiarity?.familiar === false;
    write(told, unfamiliar ? say("elements.nearest.unfamiliar") : "");
  };
  store.subscribe((_, changed) => {
    if (!changed.trace) return;
    tell();
    refresh();
  });
  tell();
}
