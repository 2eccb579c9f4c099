import { DIVERGING, SEQUENTIAL } from "../colormap.js";
import { make } from "../dom.js";

const LUTS = { sequential: SEQUENTIAL, diverging: DIVERGING };

/**
 * A legend: the colour scale named by the attribute `scale`, as a strip of 256 pixels.
 */
export class ColorScale extends HTMLElement {
  connectedCallback() {
    if (this.firstChild) return;
    const table = LUTS[this.getAttribute("scale") === "diverging" ? "diverging" : "sequential"];
    const canvas = make("canvas", { width: String(table.length), height: "1" });
    const pixels = new Uint8ClampedArray(new Uint32Array(table).buffer);
    canvas.getContext("2d")?.putImageData(new ImageData(pixels, table.length, 1), 0, 0);
    this.setAttribute("aria-hidden", "true");
    this.append(canvas);
  }
}

customElements.define("color-scale", ColorScale);
