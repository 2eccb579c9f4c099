/**
 * Where the windows lie: a bar for each of their places, above the matrix and on its left.
 */

import { make } from "../../dom.js";
import { outputSize } from "../../windows.js";

/**
 * @param {"across" | "down"} direction
 * @returns {{element: HTMLElement, show: (along: {side: number, kernel: number, stride: number, now: number | null}) => void}}
 *   `side` with its padding; `now` the place that is looked at
 */
export function places(direction) {
  const element = make("div", { class: `places ${direction}`, "aria-hidden": "true" });
  return {
    element,
    show: ({ side, kernel, stride, now }) => {
      const count = outputSize(side, kernel, { stride });
      // As many lanes as windows overlap.
      const lanes = Math.max(1, Math.ceil(kernel / stride));
      const bars = Array.from({ length: count }, (_, i) => {
        const made = bar(direction, i * stride, i * stride + kernel, i % lanes);
        made.toggleAttribute("data-now", i === now);
        return made;
      });
      const next = count * stride;
      const dropped = (side - kernel) % stride > 0;
      if (dropped && next < side) {
        const over = bar(direction, next, side, count % lanes);
        over.toggleAttribute("data-over", true);
        bars.push(over);
      }
      element.style.setProperty("--cells", String(side));
      element.replaceChildren(...bars);
    },
  };
}

/**
 * @param {"across" | "down"} direction
 * @param {number} start
 * @param {number} stop
 * @param {number} lane
 */
function bar(direction, start, stop, lane) {
  const made = make("i");
  const [along, beside] = [`${start + 1} / ${stop + 1}`, String(lane + 1)];
  made.style.gridColumn = direction === "across" ? along : beside;
  made.style.gridRow = direction === "across" ? beside : along;
  return made;
}
