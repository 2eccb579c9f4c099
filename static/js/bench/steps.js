/**
 * The steps before the network: shown, switched, and what that does to the reading.
 */

import { NewestWins, readInput } from "../api.js";
import { find, on, whenCalm, whileSeen } from "../dom.js";
import { DrawPad } from "../elements/draw-pad.js";
import { InputSteps } from "../elements/input-steps.js";
import { tellEffect } from "./effect.js";

/**
 * @typedef {import("../api.js").Drawing} Drawing
 * @typedef {import("../store.js").Step} Step
 */

/** @param {import("../bench.js").Desk} desk */
export function connectSteps(desk) {
  const { store, model, ask, commit } = desk;
  const view = find(document, "input-steps", InputSteps);
  const sheet = find(find(document, "draw-pad", DrawPad), "canvas", HTMLCanvasElement);
  const reader = new NewestWins(
    async (/** @type {Drawing} */ drawing) => {
      const { frame, steps } = await readInput(model.id, drawing);
      const pictures = await Promise.all(
        steps.map(async ({ id, shape, png }) => ({ id, shape, grey: await pixels(png) })),
      );
      return { frame, pictures };
    },
    {
      answer: ({ frame, pictures }) => view.show(sheet, frame, pictures),
      // The page has asked for a trace of the same drawing, and tells what was refused.
      fail: () => {},
    },
  );
  /** @type {import("../api.js").Trace | null} whose steps are shown */
  let shown = null;
  const update = whileSeen(view, () => {
    const { trace } = store.state;
    if (trace === shown) return;
    shown = trace;
    const drawing = trace && ask(store.state);
    if (drawing) reader.ask(drawing);
    else reader.drop();
  });
  const refresh = whenCalm(update);
  view.without = store.state.without;
  store.subscribe(({ without }, changed) => {
    if (changed.without) view.without = without;
    if (changed.trace) refresh();
  });
  on(view, "input-steps:switch", (/** @type {Step[]} */ without) => commit({ without }));
  tellEffect(desk, find(document, "#steps-effect", HTMLElement), {
    changed: ({ without }) => without.length > 0,
    before: (experiment) => ({ ...experiment, without: [] }),
    words: "With all steps on",
  });
}

/** @param {string} png base64 of a picture */
async function pixels(png) {
  const bytes = Uint8Array.from(atob(png), (letter) => letter.charCodeAt(0));
  const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
  const { width, height } = bitmap;
  const context = new OffscreenCanvas(width, height).getContext("2d", {
    willReadFrequently: true,
  });
  if (!context) throw new Error("the browser gives no canvas to read a picture with");
  context.drawImage(bitmap, 0, 0);
  return context.getImageData(0, 0, width, height);
}
