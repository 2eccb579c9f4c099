/**
 * The learning rate: a slider over powers of ten, and a field for any number.
 */

import { make } from "../dom.js";
import { say } from "../messages.js";
import { brief, full, readNumber } from "../numbers.js";
import { ENDS, RATES, rateAt, STEPS } from "./rates.js";

/**
 * @param {(rate: number) => void} chosen
 * @returns {{element: HTMLElement, show: (rate: number) => void}}
 */
export function rateField(chosen) {
  const [low, high] = ENDS;
  const slider = make("input", {
    type: "range",
    min: String(low * STEPS),
    max: String(high * STEPS),
    step: "1",
    "aria-label": say(".rate"),
  });
  const field = make("input", {
    type: "text",
    inputmode: "decimal",
    autocomplete: "off",
    "aria-label": say(".rate_field"),
  });
  let now = 0;
  const show = (/** @type {number} */ rate) => {
    now = rate;
    slider.valueAsNumber = Math.round(Math.log10(rate) * STEPS);
    slider.ariaValueText = `η = ${brief(rate)}`;
    // Not while somebody types in it.
    if (document.activeElement !== field) field.value = full(rate);
  };
  slider.addEventListener("input", () => chosen(rateAt(slider.valueAsNumber)));
  field.addEventListener("change", () => {
    const rate = readNumber(field.value);
    const fits = rate !== null && rate >= RATES.least && rate <= RATES.most;
    field.value = full(fits ? rate : now);
    if (fits) chosen(rate);
  });
  return { element: make("div", { class: "rate" }, make("span", {}, "η"), slider, field), show };
}
