import { byStrength } from "../arithmetic.js";
import { emit, make, rove, write } from "../dom.js";
import { formula } from "../formula.js";
import { grid, rangeOfAll, strongest, symmetric } from "../tensor.js";
import { count, range as rangeText, shape, value } from "../text.js";
import { FeatureMap } from "./feature-map.js";
import { UnitPicker } from "./unit-picker.js";

/** Units of a flat layer that are listed beside it. */
const LISTED = 12;

/** Maps that are few enough to be shown larger. */
const FEW = 6;

/**
 * A layer, large: all its maps, with their filters and biases where it has them; of a flat layer
 * all its units, folded into lines. Emits `layer-level:open` with a place.
 *
 * @typedef {import("../api.js").Layer} Layer
 * @typedef {import("../tensor.js").Tensor} Tensor
 *
 * @typedef {object} Picture a layer's activation, ready to be painted
 * @property {Float32Array[]} maps
 * @property {import("../tensor.js").Range[]} ranges of each map's colours
 */
export class LayerLevel extends HTMLElement {
  #id = "";
  /** @type {FeatureMap[]} */
  #maps = [];
  /** @type {HTMLElement[]} */
  #texts = [];
  #picker = new UnitPicker();
  #range = make("dd");
  #list = make("ol", { class: "units" });
  /** @type {readonly string[]} */
  #classes = [];

  /**
   * @param {Layer} layer
   * @param {readonly string[]} classes names of the units, where the layer tells them
   */
  setUp(layer, classes) {
    this.#id = layer.id;
    this.#classes = classes;
    this.#maps = [];
    const { rows } = grid(layer.output_shape);
    const flat = layer.output_shape.length !== 3;
    this.toggleAttribute("data-flat", flat);
    this.replaceChildren(this.#facts(layer), flat ? this.#units(layer, rows) : this.#cards(layer));
  }

  get layerId() {
    return this.#id;
  }

  /**
   * The filters, once they are there.
   *
   * @param {{weight: Tensor | null, bias: Tensor | null}} weights
   */
  set weights({ weight, bias }) {
    if (weight?.shape.length !== 4) return;
    const [, inputs, rows, columns] = weight.shape;
    const size = rows * columns;
    const scale = symmetric(weight.values);
    for (const [filter, map] of this.#maps.entries()) {
      const kernels = Array.from({ length: inputs }, (_, input) => {
        const kernel = new FeatureMap();
        const label = `filter ${filter}, kernel ${input}`;
        kernel.setUp({ rows, columns, label, scale: "diverging" });
        const start = (filter * inputs + input) * size;
        kernel.data = { values: weight.values.subarray(start, start + size), range: scale };
        return kernel;
      });
      const told = bias ? `bias ${value(bias.values[filter])}` : "no bias";
      const home = /** @type {HTMLElement} */ (map.parentElement?.querySelector(".filter"));
      const stack = make("div", { class: "kernels" }, ...kernels);
      stack.style.setProperty("--inputs", String(inputs));
      home.replaceChildren(stack, make("p", {}, told));
    }
  }

  /** @param {Picture | null} picture of the layer; null for none */
  paint(picture) {
    const whole = picture && rangeOfAll(picture.maps.map((values) => ({ shape: [], values })));
    write(this.#range, whole ? rangeText(whole) : "–");
    if (this.hasAttribute("data-flat")) {
      this.#picker.data = picture && { values: picture.maps[0], range: picture.ranges[0] };
      if (picture) this.#rank(picture.maps[0]);
      return;
    }
    for (const [i, map] of this.#maps.entries()) {
      map.data = picture && { values: picture.maps[i], range: picture.ranges[i] };
      map.describe();
      const best = picture ? strongest(picture.maps[i]) : 0;
      const number = picture?.maps[i][best];
      write(
        this.#texts[i],
        number === undefined ? "" : `strongest ${value(number)} at ${map.place(best)}`,
      );
    }
  }

  /** @param {import("../regions.js").Region | null} region to frame; null for none */
  set mark(region) {
    for (const [i, map] of this.#maps.entries()) {
      const within = region && region.channels[0] <= i && i < region.channels[1];
      map.mark =
        within && region.rows && region.columns
          ? { rows: region.rows, columns: region.columns }
          : null;
    }
  }

  /** @param {number} place of the unit of a flat layer that is framed */
  set place(place) {
    this.#picker.place = place;
  }

  /** @param {Layer} layer */
  #facts(layer) {
    const facts = [
      ["Shape", shape(layer.output_shape)],
      ["Parameters", [count(layer.parameter_count), formula(layer)].filter(Boolean).join(" = ")],
      ["Multiply-adds", count(layer.multiply_adds)],
    ].map(([term, told]) => make("div", {}, make("dt", {}, term), make("dd", {}, told)));
    return make(
      "dl",
      { class: "facts" },
      ...facts,
      make("div", {}, make("dt", {}, "Range"), this.#range),
    );
  }

  /** @param {Layer} layer */
  #cards({ id, label, output_shape }) {
    const { count: mapCount, rows, columns } = grid(output_shape);
    const cards = Array.from({ length: mapCount }, (_, i) => {
      const map = new FeatureMap();
      const address = { layer: id, channel: i };
      map.setUp({ rows, columns, label: `${label} feature map ${i}`, address });
      this.#maps.push(map);
      const text = make("span");
      this.#texts.push(text);
      const caption = make("p", {}, make("b", {}, `map ${i}`), text);
      return make("li", {}, map, make("div", { class: "filter" }), caption);
    });
    rove(this.#maps, 1);
    const few = mapCount <= FEW ? " few" : "";
    return make("ol", { class: `cards${few}` }, ...cards);
  }

  /**
   * @param {Layer} layer
   * @param {number} units
   */
  #units({ id, label }, units) {
    const columns = fold(units);
    this.#picker = new UnitPicker();
    const address = { layer: id, channel: null };
    this.#picker.setUp({ rows: units / columns, columns, flat: true, label, address });
    const open = (/** @type {number} */ place) => emit(this, "open", { layer: id, index: [place] });
    const detail = (/** @type {Event} */ event) =>
      /** @type {CustomEvent<number>} */ (event).detail;
    this.#picker.addEventListener("unit-picker:open", (event) => open(detail(event)));
    this.#picker.addEventListener("unit-picker:step", (event) => {
      this.place = detail(event);
      emit(this, "look", [detail(event)]);
    });
    const buttons = Array.from({ length: Math.min(units, LISTED) }, () => {
      const parts = [
        make("span", { class: "name" }),
        make("span", { class: "signed-bar" }),
        make("strong"),
      ];
      const button = make("button", { type: "button" }, ...parts);
      button.addEventListener("click", () => open(Number(button.dataset.unit)));
      return button;
    });
    this.#list.replaceChildren(...buttons.map((button) => make("li", {}, button)));
    const told = units > LISTED ? `The ${LISTED} strongest of ${count(units)}` : "All units";
    return make(
      "div",
      { class: "folded" },
      make("div", {}, this.#picker),
      make("div", {}, make("h3", {}, told), this.#list),
    );
  }

  /** @param {Float32Array} values */
  #rank(values) {
    const all = values.length <= LISTED;
    const order = byStrength(Array.from(values));
    const largest = Math.abs(values[order[0]]) || 1;
    for (const [i, item] of [...this.#list.children].entries()) {
      const button = /** @type {HTMLElement} */ (item.firstChild);
      const unit = all ? i : order[i];
      const [name, bar, number] = /** @type {Iterable<HTMLElement>} */ (button.children);
      button.dataset.unit = String(unit);
      write(name, this.#classes[unit] ?? `unit ${unit}`);
      bar.style.setProperty("--share", String(values[unit] / largest));
      bar.toggleAttribute("data-negative", values[unit] < 0);
      write(number, value(values[unit]));
    }
  }
}

/**
 * @param {number} units
 * @returns {number} units to a line, so that the lines are full and the block is somewhat wide
 */
function fold(units) {
  const wanted = Math.sqrt(units * 1.5);
  const divisors = Array.from({ length: units }, (_, i) => i + 1).filter((n) => units % n === 0);
  return divisors.reduce((best, n) => (Math.abs(n - wanted) < Math.abs(best - wanted) ? n : best));
}

customElements.define("layer-level", LayerLevel);
