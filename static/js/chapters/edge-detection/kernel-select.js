/**
 * The choice of a kernel by its name, where there is no room for its look.
 */

import { make } from "../../dom.js";
import { NAMES, nameOf } from "../../elements/kernel-picker.js";
import { KERNELS } from "../../kernels.js";
import { say } from "../../messages.js";

/**
 * @typedef {readonly (readonly number[])[]} Rows
 *
 * @param {string} label for people
 * @param {(kernel: Rows | null) => void} chosen null where the learner wants one of their own
 */
export function kernelSelect(label, chosen) {
  const options = [...NAMES, "own"].map((name) =>
    make("option", { value: name }, say(`elements.kernels.${name}`)),
  );
  const select = make("select", { "aria-label": label }, ...options);
  select.addEventListener("change", () => {
    const name = NAMES.find((known) => known === select.value);
    chosen(name ? KERNELS[name] : null);
  });
  return {
    element: make("label", { class: "kernel-select" }, label, select),

    /** @param {Rows} kernel the one that is chosen */
    set kernel(kernel) {
      select.value = nameOf(kernel) ?? "own";
    },
  };
}
