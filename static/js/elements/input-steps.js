import { paint, SEQUENTIAL } from "../colormap.js";
import { find, make, write } from "../dom.js";
import { count } from "../text.js";

/**
 * The way from the drawing to the network's input, a picture a step, each with a switch.
 *
 * Expects in its markup an element with `data-step="drawing"` and one for each step, which hold
 * an element of class `picture`, one of class `shape`, and the steps' a checkbox. Emits
 * `input-steps:switch` with the steps that are left out.
 *
 * @typedef {import("../store.js").Step} Step
 * @typedef {{id: Step, shape: readonly number[], grey: ImageData}} Picture
 * @typedef {import("../schema.d.ts").components["schemas"]["Frame"]} Frame
 */
export class InputSteps extends HTMLElement {
  #drawing = make("canvas", { width: "280", height: "280" });
  #frame = make("div", { class: "frame" });

  connectedCallback() {
    const sheet = make("div", { class: "sheet" }, this.#drawing, this.#frame);
    find(this.#step("drawing"), ".picture", HTMLElement).replaceChildren(sheet);
    this.addEventListener("change", () => {
      const left = this.#switches.filter((box) => !box.checked).map((box) => box.value);
      this.dispatchEvent(new CustomEvent("input-steps:switch", { bubbles: true, detail: left }));
    });
  }

  /** @param {readonly Step[]} steps that are left out */
  set without(steps) {
    for (const box of this.#switches) {
      box.checked = !steps.some((step) => step === box.value);
      box.closest("[data-step]")?.toggleAttribute("data-off", !box.checked);
    }
  }

  /**
   * @param {CanvasImageSource} drawing square
   * @param {Frame} frame where the network's input lies in it
   * @param {readonly Picture[]} pictures
   */
  show(drawing, frame, pictures) {
    const { width } = this.#drawing;
    this.#drawing.getContext("2d", { alpha: false })?.drawImage(drawing, 0, 0, width, width);
    this.#place(frame);
    for (const { id, shape, grey } of pictures) {
      const step = this.#step(id);
      const text = `${shape.map(count).join(" × ")} pixels`;
      write(find(step, ".shape", HTMLElement), text);
      const canvas = make("canvas", {
        width: String(grey.width),
        height: String(grey.height),
        role: "img",
        "aria-label": `The drawing after this step, ${text}`,
      });
      canvas.getContext("2d")?.putImageData(coloured(grey), 0, 0);
      const home = find(step, ".picture", HTMLElement);
      home.style.setProperty("--longer", String(Math.max(...shape)));
      home.style.setProperty("--aspect", String(grey.width / grey.height));
      home.replaceChildren(canvas);
    }
  }

  /**
   * Show the drawing and the frame as one picture, however far the one is outside the other.
   *
   * @param {Frame} frame
   */
  #place({ top, left, bottom, right }) {
    const low = Math.min(0, top, left);
    const size = Math.max(1, bottom, right) - low;
    const set = (/** @type {HTMLElement} */ { style }, /** @type {number[]} */ [x, y, w, h]) => {
      const sides = { left: x - low, top: y - low, width: w, height: h };
      for (const [side, share] of Object.entries(sides)) {
        style.setProperty(side, `${(share / size) * 100}%`);
      }
    };
    set(this.#drawing, [0, 0, 1, 1]);
    set(this.#frame, [left, top, right - left, bottom - top]);
  }

  /** @param {string} id */
  #step(id) {
    return find(this, `[data-step=${id}]`, HTMLElement);
  }

  get #switches() {
    return [...this.querySelectorAll("input")];
  }
}

/** @param {ImageData} grey */
function coloured(grey) {
  const picture = new ImageData(grey.width, grey.height);
  const values = Float32Array.from(
    { length: grey.width * grey.height },
    (_, i) => grey.data[i * 4],
  );
  paint(values, [0, 255], SEQUENTIAL, new Uint32Array(picture.data.buffer));
  return picture;
}

customElements.define("input-steps", InputSteps);
