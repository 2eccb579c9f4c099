/**
 * The choice of one weight or bias: by its layer, by its index, by its place in the kernel, or the
 * one with the largest gradient.
 */

import { make, on } from "../dom.js";
import { NumberStepper } from "../elements/number-stepper.js";
import { around, choice, figure, matrix } from "../lab.js";
import { say } from "../messages.js";
import { LEARNED } from "./answer.js";
import { LABELS, layerOf } from "./layers.js";
import { axes, isSliding } from "./parameters.js";

/**
 * @typedef {import("./state.js").State} State
 * @typedef {import("./answer.js").Weights} Weights
 * @typedef {import("../tensor.js").Tensor} Tensor
 */

export class Chooser {
  #layer;
  #parameter;
  #index = make("div", { class: "index" });
  #largest = make("button", { type: "button", class: "plain" }, say(".largest_one"));
  #kernel = matrix(".kernel_here", { chooses: true, scale: "diverging" });
  #gradient = matrix(".gradient_here", { chooses: true, scale: "diverging" });
  #matrices = make("div", { class: "matrices" });
  /** @type {NumberStepper[]} */
  #steppers = [];
  /** What the steppers are for. */
  #ready = "";
  /** @type {readonly number[]} */
  #at = [];
  #set;
  element;

  /** @param {(changed: Partial<State>) => void} set */
  constructor(set) {
    this.#set = set;
    const layers = LEARNED.map(({ id }) => [id, LABELS.get(id) ?? id]);
    this.#layer = named("layer", say(".layer"), layers, (layer) =>
      set({ layer, index: null, term: null }),
    );
    this.#parameter = choice(
      "parameter",
      ".parameter",
      { weight: ".weight", bias: ".bias" },
      (parameter) =>
        set({ parameter: /** @type {State["parameter"]} */ (parameter), index: null, term: null }),
    );
    this.#largest.addEventListener("click", () => set({ index: null, term: null }));
    this.#matrices.append(
      figure(".kernel_here", this.#kernel),
      figure(".gradient_here", this.#gradient),
    );
    for (const kernel of [this.#kernel, this.#gradient]) {
      on(
        kernel,
        "number-matrix:choose",
        (/** @type {{row: number, column: number}} */ { row, column }) =>
          set({ index: [...this.#at.slice(0, 2), row, column], term: null }),
      );
    }
    this.element = make(
      "div",
      { class: "chooser" },
      make("div", { class: "toolbar" }, this.#layer, this.#parameter, this.#largest),
      this.#index,
      this.#matrices,
    );
  }

  /**
   * @param {State} state
   * @param {Weights} weights of the layer
   * @param {Weights} slopes
   * @param {readonly number[]} index of the number
   */
  show({ layer, parameter, index: chosen }, weights, slopes, index) {
    this.#layer.value = layer;
    this.#parameter.value = parameter;
    this.#largest.disabled = chosen === null;
    const [own, slope] = [weights[parameter], slopes[parameter]];
    if (!own || !slope) return;
    this.#at = index;
    const key = `${layer} ${parameter}`;
    if (this.#ready !== key) {
      this.#ready = key;
      this.#build(own.shape, isSliding(layerOf(layer)));
    }
    for (const [axis, stepper] of this.#steppers.entries()) stepper.value = index[axis];
    this.#matrices.hidden = own.shape.length !== 4;
    if (own.shape.length !== 4) return;
    const mark = /** @type {[number, number]} */ ([index[2], index[3]]);
    const [rows, slopesHere] = [kernelAt(own, index), kernelAt(slope, index)];
    this.#kernel.shows = { rows, range: around(rows), mark };
    this.#gradient.shows = { rows: slopesHere, range: around(slopesHere), mark };
  }

  /**
   * @param {readonly number[]} shape
   * @param {boolean} maps
   */
  #build(shape, maps) {
    this.#steppers = axes(shape, maps).map((name, axis) => {
      const stepper = new NumberStepper();
      stepper.setUp({ label: say(`.axes.${name}`), min: 0, max: shape[axis] - 1 });
      on(stepper, "number-stepper:change", (/** @type {number} */ value) =>
        this.#set({ index: this.#at.map((i, at) => (at === axis ? value : i)), term: null }),
      );
      return stepper;
    });
    this.#index.replaceChildren(...this.#steppers);
  }
}

/**
 * @param {Tensor} tensor (N, C, H, W)
 * @param {readonly number[]} index
 * @returns {number[][]} the kernel that the number is in, to as many digits as there is room for
 */
function kernelAt({ shape: [, channels, rows, columns], values }, [filter, channel]) {
  const first = (filter * channels + channel) * rows * columns;
  return Array.from({ length: rows }, (_, row) =>
    Array.from({ length: columns }, (_, column) =>
      Number(values[first + row * columns + column].toPrecision(2)),
    ),
  );
}

/**
 * @param {string} name of the radio buttons
 * @param {string} legend
 * @param {readonly (readonly string[])[]} options value and label
 * @param {(value: string) => void} chosen
 * @returns {HTMLFieldSetElement & {value: string}}
 */
function named(name, legend, options, chosen) {
  const inputs = options.map(([value]) => {
    const input = make("input", { type: "radio", name, value });
    input.addEventListener("change", () => chosen(value));
    return input;
  });
  const labels = inputs.map((input, i) => make("label", {}, input, options[i][1]));
  const made = make("fieldset", { class: "segments" }, make("legend", {}, legend), ...labels);
  Object.defineProperty(made, "value", {
    set: (value) => {
      for (const input of inputs) input.checked = input.value === value;
    },
  });
  return /** @type {any} */ (made);
}
