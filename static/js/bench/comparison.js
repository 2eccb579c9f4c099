/**
 * Comparing: one drawing is held as A, the one on the pad is B.
 */

import { NewestWins, readTrace } from "../api.js";
import { find, make, on, whileSeen, write } from "../dom.js";
import { DistanceBars } from "../elements/distance-bars.js";
import { DrawPad } from "../elements/draw-pad.js";
import { FeatureMap } from "../elements/feature-map.js";
import { MapTrio } from "../elements/map-trio.js";
import { PAIRS } from "../pairs.js";
import { relativeDistance } from "../tensor.js";
import { reading } from "./effect.js";

/**
 * @typedef {import("../api.js").Trace} Trace
 */

/** @param {import("../bench.js").Desk} desk */
export function connectComparison(desk) {
  const { store, model, ask, commit, report } = desk;
  const section = find(document, "#comparing", HTMLElement);
  const pad = find(document, "draw-pad", DrawPad);
  const holder = find(section, "button[data-action=hold]", HTMLButtonElement);
  const release = find(section, "button[data-action=release]", HTMLButtonElement);
  const home = find(section, ".comparison", HTMLElement);
  const bars = find(section, "distance-bars", DistanceBars);
  const trio = find(section, "map-trio", MapTrio);
  const sides = { a: showSide(section, "a"), b: showSide(section, "b") };
  /** @type {Trace | null} */
  let traceOfA = null;
  const firstWithMaps = model.layers.find(({ kind }) => kind !== "input") ?? model.layers[0];
  let chosen = firstWithMaps.id;

  const reader = new NewestWins(
    (/** @type {import("../api.js").Drawing} */ drawing) => readTrace(model.id, drawing),
    {
      answer: (trace) => {
        traceOfA = trace;
        refresh();
      },
      fail: report,
    },
  );
  const refresh = whileSeen(section, () => {
    const b = store.state.trace;
    holder.disabled = b === null;
    sides.a(traceOfA);
    sides.b(b);
    home.toggleAttribute("data-empty", !traceOfA || !b);
    if (!traceOfA || !b) return;
    /** @type {Map<string, number>} */
    const distances = new Map();
    for (const [id, tensor] of traceOfA.activations) {
      const other = b.activations.get(id);
      if (other) distances.set(id, relativeDistance(tensor.values, other.values));
    }
    bars.distances = distances;
    bars.chosen = chosen;
    const layer = model.layers.find(({ id }) => id === chosen);
    const [one, other] = [traceOfA.activations.get(chosen), b.activations.get(chosen)];
    if (layer && one && other) trio.show(layer, one, other);
  });
  const hold = () => {
    const { held } = store.state;
    const drawing = held && ask(held);
    if (drawing) reader.ask(drawing);
    else {
      reader.drop();
      traceOfA = null;
    }
    home.hidden = held === null;
    pad.held = held !== null;
    release.disabled = held === null;
    refresh();
  };

  bars.layers = model.layers;
  store.subscribe((_, changed) => {
    if (changed.held !== undefined) hold();
    if (changed.trace !== undefined) refresh();
  });
  hold();
  on(bars, "distance-bars:choose", (/** @type {string} */ id) => {
    chosen = id;
    refresh();
  });
  const holdThis = () => {
    const { subject, penWidth, without, edits } = store.state;
    commit({ held: { subject, penWidth, without, edits } });
  };
  on(pad, "draw-pad:hold", () => {
    if (store.state.held) section.scrollIntoView();
    else holdThis();
  });
  holder.addEventListener("click", holdThis);
  release.addEventListener("click", () => commit({ held: null }));
  offerPairs(desk, section);
}

/**
 * @param {import("../bench.js").Desk} desk
 * @param {HTMLElement} section
 */
function offerPairs({ store, strip, commit }, section) {
  const lesson = find(section, ".lesson", HTMLElement);
  const buttons = PAIRS.map((pair) => {
    const button = make("button", { type: "button", "data-pair": pair.id }, pair.name);
    button.addEventListener("click", () => {
      const { a, b } = pair.make(store.state, strip);
      commit({ ...b, held: a });
      write(lesson, pair.lesson);
    });
    return make("li", {}, button);
  });
  find(section, ".pairs", HTMLElement).replaceChildren(...buttons);
}

/**
 * Show one side's input and what it was read as.
 *
 * @param {HTMLElement} section
 * @param {"a" | "b"} side
 */
function showSide(section, side) {
  const element = find(section, `[data-side=${side}]`, HTMLElement);
  const output = find(element, "output", HTMLOutputElement);
  const map = find(element, "feature-map", FeatureMap);
  let ready = false;
  return (/** @type {Trace | null} */ trace) => {
    const [first] = trace?.activations.values() ?? [];
    write(output, trace ? reading(trace) : "nothing yet");
    if (first && !ready) {
      const [, rows, columns] = first.shape;
      map.setUp({ rows, columns, label: `Input of ${side.toUpperCase()}` });
      ready = true;
    }
    map.data = first ? { values: first.values, range: [0, 1] } : null;
    map.describe();
  };
}
