/**
 * Changing the network: the controls, the list of what was changed, and what it costs.
 */

import { evaluate, NewestWins } from "../api.js";
import { find, later, on, whileSeen, write } from "../dom.js";
import { add, describe, MOST_EDITS, toggle } from "../edits.js";
import { AccuracyReport } from "../elements/accuracy-report.js";
import { EditList } from "../elements/edit-list.js";
import { LayerSwaps } from "../elements/layer-swaps.js";
import { percent } from "../text.js";
import { tellEffect } from "./effect.js";

/**
 * @typedef {import("../edits.js").Edit} Edit
 * @typedef {import("../api.js").Schemas["Evaluation"]} Evaluation
 */

/** @param {import("../bench.js").Desk} desk */
export function connectEdits(desk) {
  const { store, model, commit } = desk;
  const section = find(document, "#changing", HTMLElement);
  const swaps = find(section, "layer-swaps", LayerSwaps);
  const list = find(section, "edit-list", EditList);
  const sign = find(document, ".changed", HTMLElement);
  const reset = find(section, "button[data-action=reset]", HTMLButtonElement);
  const label = (/** @type {string} */ id) => {
    const name = model.layers.find((layer) => layer.id === id)?.label ?? id;
    const alone = model.layers.filter((layer) => layer.label === name).length < 2;
    return alone ? name : `${name} (${id})`;
  };

  /** @param {readonly Edit[]} edits */
  const change = (edits) => {
    // The list says that it is full; what would not fit any more is not done.
    if (edits.length <= MOST_EDITS) commit({ edits });
    else show();
  };
  const show = () => {
    const { edits, without } = store.state;
    swaps.edits = edits;
    list.show(edits, label);
    reset.disabled = edits.length === 0;
    sign.hidden = !edits.length && !without.length;
    const link = find(sign, "a", HTMLAnchorElement);
    write(find(link, "span", HTMLElement), edits.length ? "Network changed" : "Steps left out");
    link.title = [
      ...edits.map((edit) => describe(edit, label)),
      ...without.map((step) => `Without ${step}`),
    ].join("\n");
    link.hash = edits.length ? "changing-title" : "steps-title";
  };

  swaps.layers = model.layers;
  show();
  store.subscribe((_, changed) => {
    if (changed.edits || changed.without) show();
  });
  on(section, "filter-bank:toggle", (/** @type {Edit} */ edit) =>
    change(toggle(store.state.edits, edit)),
  );
  on(section, "filter-editor:toggle", (/** @type {Edit} */ edit) =>
    change(toggle(store.state.edits, edit)),
  );
  on(section, "filter-editor:set", (/** @type {Edit} */ edit) =>
    change(add(store.state.edits, edit)),
  );
  on(swaps, "layer-swaps:swap", (/** @type {{layer: string, to: string | null}} */ swap) => {
    const { layer, to } = swap;
    const others = store.state.edits.filter((edit) => edit.edit !== "swap" || edit.layer !== layer);
    change(to ? add(others, { edit: "swap", layer, to }) : others);
  });
  on(list, "edit-list:remove", (/** @type {number} */ place) =>
    change(store.state.edits.filter((_, i) => i !== place)),
  );
  find(section, "button[data-action=randomise]", HTMLButtonElement).addEventListener(
    "click",
    () => {
      const before = store.state.edits.find((edit) => edit.edit === "randomise");
      const seed = before?.edit === "randomise" ? before.seed + 1 : 0;
      change(add(store.state.edits, { edit: "randomise", seed }));
    },
  );
  reset.addEventListener("click", () => commit({ edits: [] }));
  find(sign, "button", HTMLButtonElement).addEventListener("click", () =>
    commit({ edits: [], without: [] }),
  );
  tellEffect(desk, find(section, "#edits-effect", HTMLElement), {
    changed: ({ edits }) => edits.length > 0,
    before: (experiment) => ({ ...experiment, edits: [] }),
    words: "Without changes",
  });
  measure(desk, section);
  // They are fetched, with their weights, when they are about to be seen.
  const filters = find(section, "#filters", HTMLElement);
  whileSeen(filters, () => {
    later(() => import("./filters.js"))
      .then(({ showFilters }) => showFilters(desk, filters))
      .catch(desk.report);
  });
}

/**
 * Keep the accuracy up to date with the edits.
 *
 * @param {import("../bench.js").Desk} desk
 * @param {HTMLElement} section
 */
function measure({ store, model, report }, section) {
  const view = find(section, "accuracy-report", AccuracyReport);
  const short = find(section, ".tally .accuracy", HTMLElement);
  /** @type {Promise<Evaluation> | null} */
  let before = null;
  const reader = new NewestWins(
    async (/** @type {readonly Edit[]} */ edits) => {
      before ??= evaluate(model.id, []);
      return Promise.all([edits.length ? evaluate(model.id, edits) : before, before]);
    },
    {
      answer: ([now, was]) => {
        view.show(now, was, model.classes);
        const right = `${percent(now.accuracy)} of the test digits read right`;
        write(short, `${right}, ${percent(was.accuracy)} without changes.`);
      },
      fail: (error) => {
        before = null;
        report(error);
      },
    },
  );
  const refresh = whileSeen(section, () => reader.ask(store.state.edits));
  store.subscribe((_, { edits }) => {
    if (edits) refresh();
  });
}
