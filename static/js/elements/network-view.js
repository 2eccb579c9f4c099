import { make } from "../dom.js";
import { grid, rangeOfAll } from "../tensor.js";
import { LayerView } from "./layer-view.js";

/** Milliseconds that a number has to stand to be read. */
const READING = 100;

/**
 * All layers in order, those that share a row of the model's table side by side in one block.
 *
 * @typedef {import("../api.js").Model} Model
 * @typedef {import("../api.js").Trace} Trace
 */
export class NetworkView extends HTMLElement {
  /** @type {Map<string, LayerView>} */
  #layers = new Map();
  #toldAt = Number.NEGATIVE_INFINITY;

  /** @param {Model} model */
  set model({ layers, table, classes, title }) {
    const sides = layers.map(({ output_shape }) => grid(output_shape).columns);
    this.#layers = new Map(
      layers.map((layer) => {
        const view = new LayerView();
        view.setUp(layer, classes, Math.max(...sides));
        return [layer.id, view];
      }),
    );
    const blocks = table.map(({ layer_ids }) => {
      const views = layer_ids.flatMap((id) => this.#layers.get(id) ?? []);
      return make("li", { class: "block" }, ...views);
    });
    this.replaceChildren(
      make("h2", { class: "visually-hidden" }, `The layers of ${title}`),
      make("ol", { class: "blocks" }, ...blocks),
    );
    this.#measure(blocks.length);
  }

  /**
   * @param {Trace | null} trace null for none
   * @param {import("../store.js").Scale} scale of the colours
   */
  show(trace, scale) {
    this.toggleAttribute("data-empty", trace === null);
    const whole = trace ? rangeOfAll(trace.activations.values()) : null;
    for (const [id, view] of this.#layers) {
      view.show(trace?.activations.get(id) ?? null, scale, whole ?? [0, 0]);
    }
    const now = performance.now();
    if (trace && now - this.#toldAt < READING) return;
    this.#toldAt = trace ? now : Number.NEGATIVE_INFINITY;
    for (const view of this.#layers.values()) view.tell();
  }

  /** @param {import("../regions.js").Regions | null} regions to frame; null for none */
  set marks(regions) {
    for (const [id, view] of this.#layers) view.mark = regions?.get(id) ?? null;
  }

  /** Bring the texts up to date. */
  describe() {
    for (const view of this.#layers.values()) view.describe();
  }

  /**
   * Tell the style sheet what has to fit side by side, so that it can size the maps.
   *
   * @param {number} blocks
   */
  #measure(blocks) {
    const sums = { maps: 0, across: 0, strip: 0, bars: 0 };
    for (const { style, dataset } of this.#layers.values()) {
      if (dataset.form === "maps") {
        const across = Number(style.getPropertyValue("--across"));
        sums.maps += across * Number(style.getPropertyValue("--relative-size"));
        sums.across += across - 1;
      } else if (dataset.form === "strip") sums.strip++;
      else sums.bars++;
    }
    const facts = { ...sums, blocks, layers: this.#layers.size };
    for (const [name, sum] of Object.entries(facts)) {
      this.style.setProperty(`--all-${name}`, String(sum));
    }
  }
}

customElements.define("network-view", NetworkView);
