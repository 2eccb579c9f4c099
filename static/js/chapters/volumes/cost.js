import { make, on, write } from "../../dom.js";
import { NumberStepper } from "../../elements/number-stepper.js";
import { say } from "../../messages.js";
import { count } from "../../text.js";
import { outputSize } from "../../windows.js";
import { CHANNELS, SIDE } from "./filters.js";

/** Rows and columns of the images that the cost is told for. */
export const SIDES = [5, 6, 8, 16, 32, 64, 128, 224, 512, 1024, 2048, 4096];

/**
 * @param {number} filters
 * @param {number} side of the image
 */
export function costOf(filters, side) {
  const rows = outputSize(side, SIDE);
  const weights = SIDE * SIDE * CHANNELS;
  return {
    rows,
    parameters: (weights + 1) * filters,
    multiplications: weights * rows * rows * filters,
  };
}

/**
 * What the filters cost: parameters, which do not ask how large the image is, and
 * multiplications, which do.
 *
 * @param {(side: number) => void} resize
 */
export function costs(resize) {
  const side = new NumberStepper();
  side.setUp({
    label: say(".image_size"),
    min: 0,
    max: SIDES.length - 1,
    text: (place) => `${count(SIDES[place])} × ${count(SIDES[place])}`,
  });
  on(side, "number-stepper:change", (/** @type {number} */ place) => resize(SIDES[place]));
  const facts = ["parameters", "multiplications", "maps"].map((name) => {
    const told = make("dd", { "data-fact": name });
    return { told, line: make("div", {}, make("dt", {}, say(`.${name}`)), told) };
  });
  const element = make(
    "section",
    { class: "cost", "aria-label": say(".cost") },
    make("h3", {}, say(".cost")),
    side,
    make("dl", { "aria-live": "polite" }, ...facts.map(({ line }) => line)),
  );
  /** @param {{count: number, side: number}} state */
  const show = (state) => {
    side.value = SIDES.indexOf(state.side);
    const cost = costOf(state.count, state.side);
    const map = count(cost.rows);
    const texts = [
      count(cost.parameters),
      count(cost.multiplications),
      `${map} × ${map} × ${count(state.count)}`,
    ];
    for (const [i, { told }] of facts.entries()) write(told, texts[i]);
  };
  return { element, show };
}
