import { emit, make, write } from "../dom.js";
import { slidingWindow, unitOver, windowAt } from "../regions.js";
import { symmetric } from "../tensor.js";
import { fixed } from "../text.js";
import { FeatureMap } from "./feature-map.js";

/**
 * The maps that a unit reads, each with the window on it, its kernel, and what it adds to the
 * sum. The window can be dragged: emits `window-inputs:step` with the row and column of the unit
 * that has the pointer in the middle of its window.
 *
 * @typedef {import("../api.js").Layer} Layer
 * @typedef {{map: FeatureMap, kernel: FeatureMap, sum: HTMLElement}} Row
 */
export class WindowInputs extends HTMLElement {
  /** @type {Row[]} */
  #rows = [];
  /** @type {Layer | null} */
  #layer = null;
  #first = 0;

  /**
   * @param {Layer} layer
   * @param {Layer | null} source the layer that it reads
   * @param {readonly [start: number, stop: number]} channels of it that are read
   */
  setUp(layer, source, [first, stop]) {
    this.#layer = layer;
    this.#first = first;
    const [rows, columns] = slidingWindow(layer)?.kernel_size ?? [1, 1];
    this.#rows = Array.from({ length: source ? stop - first : 0 }, (_, i) => {
      const [map, kernel] = [new FeatureMap(), new FeatureMap()];
      const [, height, width] = layer.input_shape;
      map.setUp({ rows: height, columns: width, label: nameOf(source, first + i) });
      kernel.setUp({ rows, columns, label: `kernel ${i}`, scale: "diverging" });
      kernel.hidden = true;
      map.addEventListener("pointerdown", (event) => map.setPointerCapture(event.pointerId));
      for (const type of /** @type {const} */ (["pointerdown", "pointermove"])) {
        map.addEventListener(type, (event) => this.#drag(event, map));
      }
      return { map, kernel, sum: make("span", { class: "sum" }) };
    });
    const items = this.#rows.map(({ map, kernel, sum }, i) => {
      const name = make("span", { class: "name" }, nameOf(source, first + i));
      return make("li", {}, name, map, kernel, sum);
    });
    this.replaceChildren(make("ol", {}, ...items));
  }

  /** @returns {Element[]} for each map, where what it adds comes from */
  get ends() {
    const several = this.#rows.length > 1;
    return this.#rows.map(({ map, kernel, sum }) => {
      if (several) return sum;
      return kernel.hidden ? map : kernel;
    });
  }

  /** @param {import("./layer-level.js").Picture | null} picture of the layer that is read */
  paint(picture) {
    for (const [i, { map }] of this.#rows.entries()) {
      const channel = this.#first + i;
      map.data = picture && { values: picture.maps[channel], range: picture.ranges[channel] };
    }
  }

  /**
   * @param {import("../tensor.js").Tensor | null} weight of the whole layer
   * @param {number} filter
   */
  showKernels(weight, filter) {
    if (weight?.shape.length !== 4) return;
    const size = weight.shape[2] * weight.shape[3];
    const range = symmetric(weight.values);
    for (const [i, { kernel }] of this.#rows.entries()) {
      const start = (filter * weight.shape[1] + i) * size;
      kernel.data = { values: weight.values.subarray(start, start + size), range };
      kernel.hidden = false;
    }
  }

  /**
   * Put the window where a unit reads.
   *
   * @param {number} row
   * @param {number} column
   */
  move(row, column) {
    const window = this.#layer && slidingWindow(this.#layer);
    if (!window) return;
    const [rows, columns] = windowAt(window, row, column);
    for (const { map } of this.#rows) map.mark = { rows, columns };
  }

  /** @param {readonly number[] | null} sums what each map adds; null where nothing is added */
  set sums(sums) {
    for (const [i, { sum }] of this.#rows.entries()) write(sum, sums ? fixed(sums[i]) : "");
  }

  /**
   * @param {PointerEvent} event
   * @param {FeatureMap} map
   */
  #drag(event, map) {
    const layer = this.#layer;
    const window = layer && slidingWindow(layer);
    if (!event.buttons || !window) return;
    const { left, top, width, height } = map.getBoundingClientRect();
    const [, rows, columns] = layer.input_shape;
    const row = Math.floor(((event.clientY - top) / height) * rows);
    const column = Math.floor(((event.clientX - left) / width) * columns);
    emit(this, "step", unitOver(layer, window, row, column));
  }
}

/**
 * @param {Layer | null} layer
 * @param {number} channel
 */
function nameOf(layer, channel) {
  if (!layer) return "";
  return layer.output_shape[0] > 1 ? `${layer.label} map ${channel}` : layer.label;
}

customElements.define("window-inputs", WindowInputs);
