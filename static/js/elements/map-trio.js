import { make, rove, write } from "../dom.js";
import { difference, grid, maps, range, rangeOfAll, symmetric } from "../tensor.js";
import { range as rangeText } from "../text.js";
import { FeatureMap } from "./feature-map.js";

/**
 * One layer's maps for A, for B, and their difference, below each other.
 *
 * @typedef {import("../api.js").Layer} Layer
 * @typedef {import("../tensor.js").Tensor} Tensor
 * @typedef {import("../tensor.js").Range} Range
 */
export class MapTrio extends HTMLElement {
  /** @type {{maps: FeatureMap[], range: HTMLElement}[]} */
  #rows = [];
  #layerId = "";

  /**
   * @param {Layer} layer
   * @param {Tensor} a
   * @param {Tensor} b
   */
  show(layer, a, b) {
    if (layer.id !== this.#layerId) this.#setUp(layer);
    const shared = rangeOfAll([a, b]);
    const apart = difference(b, a);
    const shown = /** @type {const} */ ([
      [a, shared],
      [b, shared],
      [apart, symmetric(apart.values)],
    ]);
    for (const [place, [tensor, colours]] of shown.entries()) {
      const row = this.#rows[place];
      const each = maps(tensor);
      for (const [i, map] of row.maps.entries()) {
        map.data = { values: each[i], range: colours };
        map.describe();
      }
      const own = rangeText(range(tensor.values));
      write(row.range, `${own}; colours ${rangeText(colours)}`);
    }
  }

  /** @param {Layer} layer */
  #setUp({ id, label, output_shape }) {
    const { count, rows, columns } = grid(output_shape);
    this.#layerId = id;
    this.dataset.form = columns === 1 ? "strip" : "maps";
    const names = ["A", "B", "B − A"];
    this.#rows = names.map((name, place) => {
      const elements = Array.from({ length: count }, (_, i) => {
        const map = new FeatureMap();
        const title = `${name}, ${label}${count > 1 ? ` feature map ${i}` : ""}`;
        map.setUp({ rows, columns, label: title, scale: place === 2 ? "diverging" : "sequential" });
        return map;
      });
      rove(elements);
      return { maps: elements, range: make("p", { class: "range" }) };
    });
    this.replaceChildren(
      ...this.#rows.map((row, place) =>
        make(
          "div",
          { class: "trio-row", role: "group", "aria-label": `${names[place]}, ${label}` },
          make("h4", {}, names[place]),
          make("div", { class: "maps" }, ...row.maps),
          row.range,
        ),
      ),
    );
    this.style.setProperty("--count", String(count));
  }
}

customElements.define("map-trio", MapTrio);
