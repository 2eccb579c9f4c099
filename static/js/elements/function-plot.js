import { CURVES } from "../functions.js";
import { fixed } from "../text.js";

const SVG = "http://www.w3.org/2000/svg";
const SIDE = 200;
const SAMPLES = 160;

/**
 * The curve of an activation function with the point on it that the network computed.
 */
export class FunctionPlot extends HTMLElement {
  /**
   * @param {string} name in torch.nn.functional
   * @param {Record<string, any>} hyperparameters
   * @param {number} x
   * @param {number} y as the network computed it
   */
  show(name, hyperparameters, x, y) {
    const curve = CURVES[name];
    this.hidden = !curve;
    if (!curve) return;
    const reach = Math.max(3, Math.abs(x) * 1.25);
    const place = (/** @type {number} */ number) => (SIDE / 2) * (1 + number / reach);
    const ways = Array.from({ length: SAMPLES + 1 }, (_, i) => {
      const at = reach * ((2 * i) / SAMPLES - 1);
      return `${place(at).toFixed(1)} ${(SIDE - place(curve.at(at, hyperparameters))).toFixed(1)}`;
    });
    const [px, py] = [place(x), SIDE - place(y)];
    const svg = draw("svg", { viewBox: `0 0 ${SIDE} ${SIDE}`, role: "img" });
    svg.setAttribute("aria-label", `The curve of ${name}, and the point ${fixed(x)}, ${fixed(y)}`);
    svg.append(
      draw("path", { class: "axis", d: `M0 ${SIDE / 2}H${SIDE}M${SIDE / 2} 0V${SIDE}` }),
      draw("path", { class: "curve", d: `M${ways.join("L")}` }),
      draw("path", { class: "fall", d: `M${px} ${SIDE / 2}V${py}H${SIDE / 2}` }),
      draw("circle", { class: "point", cx: String(px), cy: String(py), r: "5" }),
    );
    this.replaceChildren(svg);
  }
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

customElements.define("function-plot", FunctionPlot);
