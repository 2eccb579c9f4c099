import { emit, make, rove, write } from "../dom.js";
import { colourRanges, grid, maps, range } from "../tensor.js";
import { count, range as rangeText, shape } from "../text.js";
import { FeatureMap } from "./feature-map.js";
import { ProbabilityBars } from "./probability-bars.js";
import { SharedCanvas } from "./shared-canvas.js";

/** Most feature maps one under the other before a layer takes another column. */
const MOST_ROWS = 8;

/**
 * One layer: its label, shape and parameter count, what it makes of the input, and the range
 * of that. Emits `layer-view:open` when its label is chosen.
 *
 * @typedef {import("../api.js").Layer} Layer
 * @typedef {import("../regions.js").Region} Region
 * @typedef {import("../tensor.js").Tensor} Tensor
 */
export class LayerView extends HTMLElement {
  /** @type {FeatureMap[]} */
  #maps = [];
  /** @type {SharedCanvas | null} */
  #shared = null;
  /** @type {ProbabilityBars | null} */
  #bars = null;
  #range = make("p", { class: "range" });
  #flat = false;
  /** @type {Tensor["values"] | null} */
  #values = null;

  /**
   * @param {Layer} layer
   * @param {readonly string[]} classes the model's, for a layer that tells their probabilities
   * @param {number} largest the longest side of any of the model's maps
   */
  setUp(layer, classes, largest) {
    const { count: mapCount, rows, columns } = grid(layer.output_shape);
    const flat = columns === 1;
    this.#flat = flat;
    this.dataset.layer = layer.id;
    this.dataset.form = layer.kind === "softmax" ? "bars" : flat ? "strip" : "maps";
    const acrossCount = Math.ceil(mapCount / MOST_ROWS);
    this.style.setProperty("--across", String(acrossCount));
    this.style.setProperty("--down", String(Math.ceil(mapCount / acrossCount)));
    // Smaller maps are drawn smaller, but never as much as they are: they stay readable.
    this.style.setProperty("--relative-size", String(Math.cbrt(Math.max(rows, columns) / largest)));
    this.replaceChildren(this.#head(layer), this.#body(layer, classes), this.#range);
    this.show(null, "layer", [0, 0]);
    this.tell();
  }

  /**
   * @param {Tensor | null} activation null for none
   * @param {import("../store.js").Scale} scale of the colours
   * @param {import("../tensor.js").Range} network the network's range
   */
  show(activation, scale, network) {
    if (this.#bars) {
      this.#bars.probabilities = activation && Array.from(activation.values);
      return;
    }
    const colours = activation && colourRanges(activation, scale, network);
    const views = activation && maps(activation);
    for (const [i, map] of this.#maps.entries()) {
      map.data = views && colours && { values: views[i], range: colours[i] };
    }
    this.#shared?.draw();
    this.#values = activation?.values ?? null;
  }

  /** Say the range of what is shown. Not done for every frame: each text costs a layout. */
  tell() {
    if (!this.#bars) write(this.#range, this.#values ? rangeText(range(this.#values)) : "–");
  }

  /** @param {Region | null} region to frame; null for none */
  set mark(region) {
    if (this.#bars) this.#bars.mark = region?.channels ?? null;
    for (const [i, map] of this.#maps.entries()) map.mark = region && this.#block(region, i);
  }

  /**
   * @param {Region} region
   * @param {number} i of the map
   */
  #block({ channels, rows, columns }, i) {
    if (this.#flat) return { rows: channels, columns: /** @type {const} */ ([0, 1]) };
    const within = channels[0] <= i && i < channels[1];
    return within && rows && columns ? { rows, columns } : null;
  }

  /** Bring the texts up to date. */
  describe() {
    this.tell();
    for (const map of this.#maps) map.describe();
  }

  /** @param {Layer} layer */
  #head({ label, output_shape, parameter_count }) {
    const open = make("button", { type: "button", title: `Open ${label}` }, label);
    open.addEventListener("click", () => emit(this, "open"));
    return make(
      "header",
      {},
      make("h3", {}, open),
      make("p", { class: "shape" }, shape(output_shape)),
      make(
        "p",
        { class: "parameters" },
        count(parameter_count),
        make("span", {}, parameter_count === 1 ? " parameter" : " parameters"),
      ),
    );
  }

  /**
   * @param {Layer} layer
   * @param {readonly string[]} classes
   */
  #body({ id, label, kind, output_shape }, classes) {
    if (kind === "softmax") {
      this.#bars = new ProbabilityBars();
      this.#bars.classes = classes;
      return this.#bars;
    }
    const { count: mapCount, rows, columns } = grid(output_shape);
    const medium = mapCount > 1 ? "shared" : "canvas";
    this.#maps = Array.from({ length: mapCount }, (_, i) => {
      const map = new FeatureMap();
      const name = mapCount > 1 ? `${label} feature map ${i}` : label;
      const address = { layer: id, channel: this.#flat ? null : i };
      map.setUp({ rows, columns, label: name, address, medium });
      return map;
    });
    rove(this.#maps);
    const body = make("div", { class: "maps", role: "group", "aria-label": label }, ...this.#maps);
    if (mapCount > 1) this.#shared = new SharedCanvas(body, this.#maps);
    return body;
  }
}

customElements.define("layer-view", LayerView);
