/**
 * Input, kernel, padding and stride, for height and width apart or alike.
 *
 * @typedef {import("./layer.js").Pair} Pair
 * @typedef {"input" | "kernel" | "padding" | "stride"} Quantity
 */

import { make, on } from "../../dom.js";
import { NumberStepper } from "../../elements/number-stepper.js";
import { say } from "../../messages.js";
import { LARGEST } from "./layer.js";

/** @type {readonly {name: Quantity, least: number, most: number}[]} */
export const QUANTITIES = [
  { name: "input", least: 1, most: LARGEST },
  { name: "kernel", least: 1, most: 5 },
  { name: "padding", least: 0, most: 2 },
  { name: "stride", least: 1, most: 9 },
];
const AXES = ["height", "width"];

/**
 * @param {(name: Quantity, axis: number, value: number) => void} changed
 * @param {(alike: boolean) => void} bound
 * @returns {{element: HTMLElement, show: (values: Record<Quantity, Pair>, alike: boolean) => void}}
 */
export function knobs(changed, bound) {
  const element = make("div", { class: "axes" });
  const put = (/** @type {HTMLElement} */ part, /** @type {number} */ axis, what = 0) => {
    part.style.setProperty("--axis", String(axis + 1));
    part.style.setProperty("--what", String(what + 1));
    element.append(part);
  };
  for (const [i, { name }] of QUANTITIES.entries()) {
    put(make("span", { class: "what", "aria-hidden": "true" }, say(`.${name}`)), 0, i + 1);
  }
  const steppers = AXES.map((axis, a) => {
    put(make("span", { class: "axis", "aria-hidden": "true" }, say(`.${axis}`)), a + 1);
    return QUANTITIES.map(({ name, least, most }, i) => {
      const made = new NumberStepper();
      const label = say(".knob", { what: say(`.${name}`), axis: say(`.${axis}`) });
      made.setUp({ label, min: least, max: most });
      on(made, "number-stepper:change", (/** @type {number} */ value) => changed(name, a, value));
      put(made, a + 1, i + 1);
      return made;
    });
  });
  const alike = make("input", { type: "checkbox" });
  alike.addEventListener("change", () => bound(alike.checked));
  return {
    element: make(
      "div",
      { class: "set-up" },
      element,
      make("label", { class: "alike" }, alike, say(".alike")),
    ),
    show: (values, isAlike) => {
      for (const [a, line] of steppers.entries()) {
        for (const [i, { name }] of QUANTITIES.entries()) line[i].value = values[name][a];
      }
      alike.checked = isAlike;
    },
  };
}
