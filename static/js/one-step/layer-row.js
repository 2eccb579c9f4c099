/**
 * A layer on the way back: its activation beside the gradient there; where it has learned
 * something, its weights beside theirs.
 */

import { make, on, write } from "../dom.js";
import { MapSheet } from "../elements/map-sheet.js";
import { say } from "../messages.js";
import { indexAt, steepest } from "../sheet.js";
import { range, symmetric } from "../tensor.js";
import { count, range as rangeText, shape as shapeText, value } from "../text.js";
import { LABELS, layerOf, placeText } from "./layers.js";
import { isSliding, placeText as numberText } from "./parameters.js";

/**
 * @typedef {import("../tensor.js").Tensor} Tensor
 * @typedef {import("./answer.js").Reading} Reading
 * @typedef {import("./answer.js").Weights} Weights
 *
 * @typedef {object} Colours of the gradients
 * @property {"layer" | "network"} scale
 * @property {number} reach the largest gradient at any layer
 * @property {number} slope the largest of any weight or bias
 *
 * @typedef {{sheet: MapSheet, told: HTMLElement}} Picture
 * @typedef {{values: Picture, gradient: Picture}} Pair
 */

export class LayerRow {
  /** @type {Pair} */
  #units;
  /** @type {Pair | null} */
  #weights = null;
  #body = make("div", { class: "pairs" });
  element = make("li", { class: "layer" });

  /** @param {string} id of the layer */
  constructor(id) {
    this.id = id;
    const { output_shape: shape, parameter_count: learned } = layerOf(id);
    const label = LABELS.get(id) ?? id;
    this.#units = this.#pair({
      shape,
      label,
      names: /** @type {const} */ ([".activation", ".gradient_at"]),
      scale: "sequential",
      place: (flat) => placeText(shape, indexAt(shape, flat)),
    });
    const about = make("p", { class: "size" }, make("span", {}, shapeText(shape)));
    if (learned) about.append(make("span", {}, say(".learned", { n: count(learned) })));
    this.element.append(
      make("header", {}, make("h3", {}, ...label.split(/(?= \d+$)/)), about),
      this.#body,
    );
  }

  /**
   * @param {Reading} reading
   * @param {Weights | null} weights
   * @param {Colours} colours
   */
  show({ activations, upstream, slopes }, weights, { scale, reach, slope }) {
    const [tensor, gradient] = [activations.get(this.id), upstream.get(this.id)];
    if (!tensor || !gradient) return;
    paint(this.#units.values, tensor, range(tensor.values));
    paintGradient(this.#units.gradient, gradient, scale === "network" ? reach : null);
    const slopeOf = slopes.get(this.id)?.weight;
    if (!slopeOf || !weights?.weight) return;
    this.#weights ??= this.#addWeights(slopeOf.shape);
    paint(this.#weights.values, weights.weight, symmetric(weights.weight.values));
    paintGradient(this.#weights.gradient, slopeOf, scale === "network" ? slope : null);
  }

  /** @param {{parameter: string, flat: number} | null} chosen the number to frame */
  set mark(chosen) {
    if (!this.#weights) return;
    const flat = chosen?.parameter === "weight" ? chosen.flat : null;
    this.#weights.values.sheet.mark = this.#weights.gradient.sheet.mark = flat;
  }

  /** @param {readonly number[]} shape */
  #addWeights(shape) {
    const maps = isSliding(layerOf(this.id));
    const pair = this.#pair({
      shape,
      label: LABELS.get(this.id) ?? this.id,
      names: maps ? [".kernels", ".gradient_kernels"] : [".weights", ".gradient_weights"],
      scale: "diverging",
      place: (flat) => numberText(shape, maps, indexAt(shape, flat)),
      chooses: true,
    });
    for (const { sheet } of [pair.values, pair.gradient]) {
      on(sheet, "map-sheet:choose", (/** @type {number} */ flat) =>
        this.element.dispatchEvent(
          new CustomEvent("layer-row:choose", {
            detail: { parameter: "weight", index: indexAt(shape, flat) },
          }),
        ),
      );
    }
    return pair;
  }

  /**
   * @param {object} options
   * @param {readonly number[]} options.shape
   * @param {string} options.label the layer's
   * @param {readonly [string, string]} options.names of the two, messages' keys
   * @param {"sequential" | "diverging"} options.scale of the values
   * @param {(flat: number) => string} options.place
   * @param {boolean} [options.chooses]
   * @returns {Pair}
   */
  #pair({ shape, label, names, scale, place, chooses = false }) {
    const form = shape.length === 1 ? "strip" : shape.length === 2 ? "matrix" : "maps";
    const pair = make("div", { class: "pair", "data-form": form });
    const [values, gradient] = names.map((name, i) => {
      const sheet = new MapSheet();
      const told = make("span", { class: "range" });
      sheet.setUp({
        shape,
        label: `${label}: ${say(name)}`,
        scale: i ? "diverging" : scale,
        place,
        chooses,
      });
      const caption = make("figcaption", {}, make("b", {}, say(name)), told);
      pair.append(make("figure", {}, sheet, caption));
      return { sheet, told };
    });
    this.#body.append(pair);
    return { values, gradient };
  }
}

/**
 * @param {Picture} picture
 * @param {Tensor} tensor
 * @param {readonly [number, number]} colours
 */
function paint({ sheet, told }, tensor, colours) {
  sheet.shows = { tensor, range: colours };
  write(told, rangeText(range(tensor.values)));
}

/**
 * @param {Picture} picture
 * @param {Tensor} tensor
 * @param {number | null} shared the number at the colours' ends; null for the layer's largest
 */
function paintGradient({ sheet, told }, tensor, shared) {
  const largest = Math.abs(tensor.values[steepest(tensor.values)]);
  const reach = shared ?? largest;
  sheet.shows = { tensor, range: [-reach, reach] };
  write(told, say(".largest", { largest: value(largest), reach: value(reach) }));
}
