/**
 * The curve of the loss over the steps, on a logarithmic scale.
 */

import { make } from "../../dom.js";
import { say } from "../../messages.js";
import { brief } from "../../numbers.js";

const SVG = "http://www.w3.org/2000/svg";
const [WIDTH, HEIGHT] = [400, 190];
const MARGIN = { left: 52, right: 10, top: 22, bottom: 32 };
const LEAST = 1e-16;
const MOST_TICKS = 5;

/** @returns {{element: HTMLElement, show: (losses: readonly number[], step: number, last: number) => void}} */
export function lossCurve() {
  const svg = draw("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img" });
  const element = make("div", { class: "curve" }, svg);
  const across = (/** @type {number} */ step, /** @type {number} */ last) =>
    MARGIN.left + (step / last) * (WIDTH - MARGIN.left - MARGIN.right);

  return {
    element,
    show: (losses, step, last) => {
      const powers = losses.map((loss) => Math.log10(Math.max(loss, LEAST)));
      const [low, high] = [Math.floor(Math.min(...powers)), Math.ceil(Math.max(...powers))];
      const reach = Math.max(1, high - low);
      const down = (/** @type {number} */ power) =>
        MARGIN.top + ((high - power) / reach) * (HEIGHT - MARGIN.top - MARGIN.bottom);
      const every = Math.ceil(reach / MOST_TICKS);
      const ticks = Array.from(
        { length: Math.floor(reach / every) + 1 },
        (_, i) => low + i * every,
      );
      const points = powers.map(
        (power, i) => `${across(i, last).toFixed(1)} ${down(power).toFixed(1)}`,
      );
      svg.setAttribute(
        "aria-label",
        say(".curve", { first: brief(losses[0]), step, loss: brief(losses[step]) }),
      );
      svg.replaceChildren(
        ...ticks.flatMap((power) => {
          const y = down(power);
          return [
            draw("path", { class: "grid", d: `M${MARGIN.left} ${y}H${WIDTH - MARGIN.right}` }),
            text(MARGIN.left - 8, y + 4, brief(10 ** power), "end"),
          ];
        }),
        ...[0, 1, 2, 3, 4].map((quarter) => {
          const at = (quarter * last) / 4;
          return text(across(at, last), HEIGHT - MARGIN.bottom + 16, String(at), "middle");
        }),
        text(0, 11, say(".axis_loss"), "start"),
        text(WIDTH - MARGIN.right, HEIGHT - 2, say(".axis_step"), "end"),
        draw("path", { class: "line", d: `M${points.join("L")}` }),
        draw("path", {
          class: "now",
          d: `M${across(step, last)} ${MARGIN.top}V${HEIGHT - MARGIN.bottom}`,
        }),
        draw("circle", {
          class: "point",
          cx: String(across(step, last)),
          cy: String(down(powers[step])),
          r: "5",
        }),
      );
    },
  };
}

/**
 * @param {number} x
 * @param {number} y
 * @param {string} content
 * @param {string} anchor
 */
function text(x, y, content, anchor) {
  const made = draw("text", { x: String(x), y: String(y), "text-anchor": anchor });
  made.textContent = content;
  return made;
}

/**
 * @param {string} name
 * @param {Record<string, string>} attributes
 */
function draw(name, attributes) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}
