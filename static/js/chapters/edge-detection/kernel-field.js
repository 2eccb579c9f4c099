/**
 * The field of a kernel in the address: by its name where it has one.
 */

import { NAMES, nameOf } from "../../elements/kernel-picker.js";
import { fieldsOf } from "../../fields.js";
import { KERNELS } from "../../kernels.js";

/**
 * @template {object} S
 * @param {keyof S} key of a 3 × 3 kernel in the state
 * @param {S} start
 * @returns {import("../../address.js").Fields<S>[string]}
 */
export function kernelField(key, start) {
  const typed = fieldsOf(start).matrix(key, 3);
  return {
    write: (state) => {
      const text = typed.write(state);
      return text && (nameOf(/** @type {any} */ (state[key])) ?? text);
    },
    read: (text) => {
      const name = NAMES.find((known) => known === text);
      return name ? /** @type {Partial<S>} */ ({ [key]: KERNELS[name] }) : typed.read(text);
    },
  };
}
