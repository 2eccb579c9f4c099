import { make } from "../dom.js";

/**
 * One canvas behind many feature maps of a host: a browser composes every canvas by itself, and of
 * a hundred that costs more than all that is drawn on them.
 *
 * @typedef {import("./feature-map.js").FeatureMap} FeatureMap
 */
export class SharedCanvas {
  #host;
  #maps;
  #canvas = make("canvas", { class: "shared" });
  #context = /** @type {CanvasRenderingContext2D} */ (this.#canvas.getContext("2d"));
  /** @type {readonly (readonly [left: number, top: number, width: number, height: number])[]} */
  #places = [];

  /**
   * @param {HTMLElement} host positioned; the maps lie in it, and move only when its size changes
   * @param {readonly FeatureMap[]} maps whose medium is a shared canvas
   */
  constructor(host, maps) {
    this.#host = host;
    this.#maps = maps;
    host.prepend(this.#canvas);
    new ResizeObserver(() => {
      this.#measure();
      this.draw();
    }).observe(host);
  }

  /** Show the maps as they are now. */
  draw() {
    const { width, height } = this.#canvas;
    this.#context.clearRect(0, 0, width, height);
    for (const [i, [left, top, across, down]] of this.#places.entries()) {
      const { data, picture } = this.#maps[i];
      if (data) this.#context.drawImage(picture, left, top, across, down);
    }
  }

  #measure() {
    const { clientWidth, clientHeight } = this.#host;
    const origin = this.#host.getBoundingClientRect();
    // In the screen's own pixels, so that the numbers' edges are sharp.
    const scale = devicePixelRatio;
    this.#canvas.width = Math.round(clientWidth * scale);
    this.#canvas.height = Math.round(clientHeight * scale);
    this.#context.imageSmoothingEnabled = false;
    this.#places = this.#maps.map((map) => {
      const box = map.getBoundingClientRect();
      const [left, top, right, bottom] = [
        box.left - origin.left,
        box.top - origin.top,
        box.right - origin.left,
        box.bottom - origin.top,
      ].map((edge) => Math.round(edge * scale));
      return [left, top, right - left, bottom - top];
    });
  }
}
