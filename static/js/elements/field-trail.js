import { make, write } from "../dom.js";
import { grid } from "../tensor.js";
import { FeatureMap } from "./feature-map.js";

/**
 * A unit's way through the layers: for each of them one map with what the unit depends on, or
 * reaches, framed. Where that is in several maps, it is the one that is strongest there.
 *
 * @typedef {import("../api.js").Layer} Layer
 * @typedef {import("../regions.js").Regions} Regions
 * @typedef {import("./layer-level.js").Picture} Picture
 */
export class FieldTrail extends HTMLElement {
  /** @type {Map<string, {map: FeatureMap, text: HTMLElement}>} */
  #stops = new Map();

  /**
   * @param {string} title
   * @param {readonly Layer[]} layers in order
   * @param {Regions} regions
   * @param {(id: string) => Picture | null} picture of a layer
   */
  show(title, layers, regions, picture) {
    const shown = layers.filter(({ id }) => regions.has(id));
    const ids = shown.map(({ id }) => id).join();
    if (this.dataset.layers !== ids) this.#build(title, shown, ids);
    for (const layer of shown) {
      const { map, text } = /** @type {{map: FeatureMap, text: HTMLElement}} */ (
        this.#stops.get(layer.id)
      );
      const region = /** @type {import("../regions.js").Region} */ (regions.get(layer.id));
      const shown = picture(layer.id);
      const { channels, rows, columns } = region;
      const channel = rows && shown ? strongest(shown, region, layer.output_shape[2]) : 0;
      map.address = { layer: layer.id, channel: rows ? channel : null };
      map.data = shown && { values: shown.maps[channel], range: shown.ranges[channel] };
      map.mark = rows && columns ? { rows, columns } : { rows: channels, columns: [0, 1] };
      const size =
        rows && columns
          ? [rows, columns].map(([a, b]) => b - a).join(" × ")
          : channels[1] - channels[0];
      const of =
        channels[1] - channels[0] > 1 && rows ? ` in ${channels[1] - channels[0]} maps` : "";
      write(text, `${size}${of}`);
    }
  }

  /**
   * @param {string} title
   * @param {readonly Layer[]} layers
   * @param {string} ids
   */
  #build(title, layers, ids) {
    this.dataset.layers = ids;
    this.#stops = new Map(
      layers.map(({ id, label, output_shape }) => {
        const map = new FeatureMap();
        const { rows, columns } = grid(output_shape);
        map.setUp({ rows, columns, label, address: { layer: id, channel: null } });
        return [id, { map, text: make("span") }];
      }),
    );
    const items = layers.map(({ id, label }) => {
      const stop = this.#stops.get(id);
      return make(
        "li",
        {},
        ...(stop ? [stop.map, make("p", {}, make("b", {}, label), stop.text)] : []),
      );
    });
    this.replaceChildren(make("h3", {}, title), make("ol", {}, ...items));
  }
}

/**
 * @param {Picture} picture
 * @param {import("../regions.js").Region} region
 * @param {number} width of a map
 * @returns {number} the channel with the largest sum in the region
 */
function strongest({ maps }, { channels, rows, columns }, width) {
  let best = channels[0];
  let most = Number.NEGATIVE_INFINITY;
  for (let channel = channels[0]; channel < channels[1]; channel++) {
    let total = 0;
    for (let r = rows?.[0] ?? 0; r < (rows?.[1] ?? 0); r++) {
      for (let c = columns?.[0] ?? 0; c < (columns?.[1] ?? 0); c++)
        total += maps[channel][r * width + c];
    }
    if (total > most) [best, most] = [channel, total];
  }
  return best;
}

customElements.define("field-trail", FieldTrail);
