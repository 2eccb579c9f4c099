import { DIVERGING, paint } from "../colormap.js";
import { emit, make, write } from "../dom.js";
import { KERNELS } from "../kernels.js";
import { say } from "../messages.js";

/**
 * @typedef {import("../kernels.js").KernelName} KernelName
 * @typedef {readonly (readonly number[])[]} Rows
 */

/**
 * The kernels that can be chosen, each under one name: Prewitt's are the lecture's own.
 *
 * @type {readonly KernelName[]}
 */
export const NAMES = [
  "vertical",
  "horizontal",
  "diagonal",
  "antidiagonal",
  "laplacian",
  "sobel_vertical",
  "sobel_horizontal",
  "scharr_vertical",
  "scharr_horizontal",
  "sharpen",
  "blur",
  "gaussian",
  "identity",
];

/** Bright from the top left: what a learner's own kernel begins with. */
const RELIEF = [
  [2, 1, 0],
  [1, 1, -1],
  [0, -1, -2],
];

/**
 * @param {Rows} kernel
 * @returns {KernelName | null} the name that it is known by
 */
export function nameOf(kernel) {
  const text = JSON.stringify(kernel);
  return NAMES.find((name) => JSON.stringify(KERNELS[name]) === text) ?? null;
}

/**
 * The choice of a kernel by its name and its look, the last one being the learner's own. Emits
 * `kernel-picker:choose` with its rows.
 */
export class KernelPicker extends HTMLElement {
  static #count = 0;

  /** @type {Map<KernelName | "own", HTMLInputElement>} */
  #radios = new Map();
  /** @type {Rows} */
  #own = RELIEF;
  #picture = thumbnail(RELIEF);

  /**
   * @param {object} options
   * @param {string} options.label names the choice for people
   */
  setUp({ label }) {
    const group = `kernels-${KernelPicker.#count++}`;
    const choices = [...NAMES, /** @type {const} */ ("own")].map((name) => {
      const radio = make("input", { type: "radio", name: group, value: name });
      radio.addEventListener("change", () =>
        emit(this, "choose", name === "own" ? this.#own : KERNELS[name]),
      );
      this.#radios.set(name, radio);
      const picture = name === "own" ? this.#picture : thumbnail(KERNELS[name]);
      return make("label", {}, radio, picture, make("span", {}, say(`elements.kernels.${name}`)));
    });
    const legend = make("legend", {});
    write(legend, label);
    this.replaceChildren(make("fieldset", {}, legend, make("div", {}, ...choices)));
  }

  /** @param {Rows} kernel the one that is chosen */
  set kernel(kernel) {
    const name = nameOf(kernel) ?? "own";
    if (name === "own" && kernel !== this.#own) {
      this.#own = kernel;
      drawKernel(this.#picture, kernel);
    }
    const radio = this.#radios.get(name);
    if (radio) radio.checked = true;
  }
}

/** @param {Rows} kernel */
function thumbnail(kernel) {
  const canvas = make("canvas", { "aria-hidden": "true" });
  drawKernel(canvas, kernel);
  return canvas;
}

/**
 * Draw a kernel a pixel a weight, zero in the middle of the colours.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {Rows} kernel
 */
export function drawKernel(canvas, kernel) {
  [canvas.height, canvas.width] = [kernel.length, kernel[0].length];
  const image = new ImageData(canvas.width, canvas.height);
  const values = Float32Array.from(kernel.flat());
  const reach = Math.max(1e-9, ...values.map(Math.abs));
  paint(values, [-reach, reach], DIVERGING, new Uint32Array(image.data.buffer));
  canvas.getContext("2d")?.putImageData(image, 0, 0);
}

customElements.define("kernel-picker", KernelPicker);
