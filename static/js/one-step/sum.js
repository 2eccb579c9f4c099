/**
 * The sum behind one number's gradient, as pictures: what the weight was multiplied by, times the
 * gradient at each unit, is what each place adds.
 */

import { make, on, write } from "../dom.js";
import { FeatureMap } from "../elements/feature-map.js";
import { WindowPicture } from "../elements/window-picture.js";
import { say } from "../messages.js";
import { brief } from "../numbers.js";
import { maps, range, symmetric } from "../tensor.js";
import { range as rangeText, value } from "../text.js";
import { long } from "./figures.js";
import { LABELS, layerOf } from "./layers.js";
import { largest } from "./terms.js";

/**
 * @typedef {import("./state.js").State} State
 * @typedef {import("./terms.js").Terms} Terms
 * @typedef {import("./answer.js").ParameterGradient} ParameterGradient
 * @typedef {{figure: HTMLElement, picture: WindowPicture, told: HTMLElement}} Shown
 */

const UNIT = /** @type {const} */ ([1, 1]);

export class Sum {
  #source = new FeatureMap();
  #sourceName = make("figcaption");
  #sourceFigure = make("figure", { class: "source" }, this.#sourceName, this.#source);
  /** What the source's picture is set up for. */
  #ready = "";
  #inputs = pictured(".inputs");
  #upstream = pictured(".upstream");
  #products = pictured(".products");
  #pictures;
  #term = make("p", { class: "term", "aria-live": "polite" });
  #check = make("p", { class: "check" });
  element;

  /** @param {(changed: Partial<State>) => void} set */
  constructor(set) {
    const sign = (/** @type {string} */ text) =>
      make("span", { class: "sign", "aria-hidden": "true" }, text);
    this.#pictures = make(
      "div",
      { class: "pictures" },
      this.#sourceFigure,
      sign("→"),
      this.#inputs.figure,
      sign("×"),
      this.#upstream.figure,
      sign("="),
      this.#products.figure,
    );
    this.element = make("div", { class: "sum" }, this.#pictures, this.#term, this.#check);
    for (const { picture } of [this.#inputs, this.#upstream, this.#products]) {
      on(picture, "window-picture:choose", (/** @type {[number, number]} */ term) => set({ term }));
      on(picture, "window-picture:point", (/** @type {[number, number] | null} */ place) =>
        this.#tell(place ?? this.#at),
      );
    }
  }

  /** @type {Terms | null} */
  #terms = null;
  /** @type {readonly [number, number]} */
  #at = [0, 0];

  /**
   * @param {State} state
   * @param {Terms} terms
   * @param {ParameterGradient} sum
   */
  show({ term, reading }, terms, { gradient }) {
    this.#terms = terms;
    const [rows, columns] = terms.size;
    const [best] = largest(terms.products, 1);
    const fits = term?.length === 2 && term[0] < rows && term[1] < columns;
    this.#at = fits ? [term[0], term[1]] : [Math.floor(best / columns), best % columns];
    this.#pictures.hidden = terms.products.length === 1;
    this.#pictures.toggleAttribute("data-bias", terms.inputs === null);
    this.#term.hidden = terms.products.length === 1;
    if (terms.products.length > 1) this.#paint(terms, reading);
    write(
      this.#check,
      say(".check", {
        n: terms.products.length,
        sum: long(terms.total),
        autograd: long(gradient),
        off: value(Math.abs(terms.total - gradient)),
      }),
    );
  }

  /**
   * @param {Terms} terms
   * @param {State["reading"]} reading
   */
  #paint(terms, reading) {
    this.#showSource(terms, reading);
    const shown = /** @type {const} */ ([
      [this.#inputs, terms.inputs, "sequential"],
      [this.#upstream, terms.upstream, "diverging"],
      [this.#products, terms.products, "diverging"],
    ]);
    for (const [{ figure, picture, told }, values, scale] of shown) {
      // A bias is multiplied by nothing: what is summed is the gradient itself.
      figure.hidden = values === null || (terms.inputs === null && values === terms.products);
      if (!values) continue;
      const tensor = { shape: [1, ...terms.size], values: Float32Array.from(values) };
      const colours = scale === "diverging" ? symmetric(tensor.values) : range(tensor.values);
      picture.shows = { tensor, range: colours, scale, window: UNIT, at: this.#at };
      write(told, rangeText(range(tensor.values)));
    }
    this.#tell(this.#at);
  }

  /**
   * @param {Terms} terms
   * @param {State["reading"]} reading
   */
  #showSource({ source, window }, reading) {
    const tensor = reading?.activations.get(source);
    this.#sourceFigure.hidden = !window || !tensor;
    if (!window || !tensor) return;
    const { channel, rows, columns } = window;
    const [count, height, width] = layerOf(source).output_shape;
    const label = LABELS.get(source) ?? source;
    const name = count > 1 ? say(".map_of", { layer: label, n: String(channel) }) : label;
    if (this.#ready !== `${source} ${channel}`) {
      this.#ready = `${source} ${channel}`;
      this.#source.data = null;
      this.#source.setUp({ rows: height, columns: width, label: name });
      write(this.#sourceName, name);
    }
    this.#source.data = { values: maps(tensor)[channel], range: range(tensor.values) };
    this.#source.describe();
    this.#source.mark = { rows, columns };
  }

  /** @param {readonly [row: number, column: number]} place */
  #tell([row, column]) {
    if (!this.#terms) return;
    const { size, inputs, upstream, products } = this.#terms;
    const at = row * size[1] + column;
    const place = { row: String(row), column: String(column), product: brief(products[at]) };
    write(
      this.#term,
      inputs
        ? say(".term", { ...place, input: brief(inputs[at]), upstream: brief(upstream[at]) })
        : say(".term_bias", place),
    );
  }
}

/**
 * @param {string} name of the message that names it
 * @returns {Shown}
 */
function pictured(name) {
  const picture = new WindowPicture();
  picture.setUp({ label: say(name) });
  const told = make("span", { class: "range" });
  const figure = make(
    "figure",
    {},
    make("figcaption", {}, make("b", {}, say(name)), told),
    picture,
  );
  return { figure, picture, told };
}
