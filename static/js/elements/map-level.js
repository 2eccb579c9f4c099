import { emit, make } from "../dom.js";
import { grid } from "../tensor.js";
import { fixed, value } from "../text.js";
import { ConnectionLines } from "./connection-lines.js";
import { FunctionPlot } from "./function-plot.js";
import { NumberGrid } from "./number-grid.js";
import { UnitPicker } from "./unit-picker.js";
import { WindowInputs } from "./window-inputs.js";
import { WindowSlider } from "./window-slider.js";

/**
 * One feature map and what makes it: the maps it reads with the window on them, its filter's
 * kernels, what each of them adds, the bias. The window can be dragged over a map that is read,
 * or stepped; then the map appears unit by unit. Emits `map-level:look` with the index of the
 * unit that is looked at, and `map-level:open` with a place.
 *
 * @typedef {import("../api.js").Layer} Layer
 * @typedef {import("../api.js").Unit} Unit
 * @typedef {import("../tensor.js").Tensor} Tensor
 * @typedef {import("./layer-level.js").Picture} Picture
 */
export class MapLevel extends HTMLElement {
  /** @type {Layer | null} */
  #layer = null;
  #channel = 0;
  #inputs = new WindowInputs();
  #picker = new UnitPicker();
  #slider = new WindowSlider();
  #lines = new ConnectionLines();
  #sum = make("div", { class: "node" });
  #middle = make("div", { class: "middle" });
  #patch = new NumberGrid();
  #plot = new FunctionPlot();

  /**
   * @param {Layer} layer
   * @param {number} channel
   * @param {Layer | null} source
   * @param {readonly [number, number]} channels that are read
   */
  setUp(layer, channel, source, channels) {
    const { rows, columns } = grid(layer.output_shape);
    this.#layer = layer;
    this.#channel = channel;
    this.#inputs = new WindowInputs();
    this.#picker = new UnitPicker();
    this.#slider = new WindowSlider();
    this.#lines = new ConnectionLines();
    const address = { layer: layer.id, channel };
    const label = `${layer.label} feature map ${channel}`;
    this.#picker.setUp({ rows, columns, flat: false, label, address });
    this.#slider.count = rows * columns;
    this.#inputs.setUp(layer, source, channels);
    this.dataset.inputs = this.#inputs.ends.length > 1 ? "many" : "one";
    this.#patch.setUp({ label: "Patch", scale: "sequential" });
    this.#patch.hidden = this.#plot.hidden = true;
    this.#middle.replaceChildren(this.#patch, this.#plot, this.#sum);
    const machine = make(
      "div",
      { class: "machine" },
      this.#inputs,
      this.#middle,
      make("div", { class: "output" }, this.#picker),
      this.#lines,
    );
    this.#listen();
    this.replaceChildren(machine, this.#slider);
  }

  /**
   * @param {Picture | null} input of the layer that is read
   * @param {Picture | null} output
   */
  paint(input, output) {
    this.#inputs.paint(input);
    const channel = this.#channel;
    this.#picker.data = output && { values: output.maps[channel], range: output.ranges[channel] };
    this.#tell();
  }

  /** @param {Tensor | null} weight of the whole layer */
  set weight(weight) {
    this.#inputs.showKernels(weight, this.#channel);
  }

  get place() {
    return this.#picker.place;
  }

  /** The place of the unit that is looked at. */
  set place(place) {
    this.#picker.place = place;
    this.#slider.place = place;
    const { columns } = this.#picker.map;
    this.#inputs.move(Math.floor(place / columns), place % columns);
    this.#tell();
  }

  /**
   * @param {Unit} unit the arithmetic of the unit that is looked at
   * @param {readonly [number, number]} read range of the layer that is read
   */
  explain(unit, read) {
    const { sums, bias, operation } = unit;
    this.#inputs.sums = sums;
    this.#patch.hidden = operation !== "maximum" && unit.kind !== "avg_pool2d";
    if (!this.#patch.hidden) this.#showPatch(unit, read);
    this.#plot.hidden = operation !== "function";
    const [x] = /** @type {number[]} */ ([unit.patch].flat(3));
    if (operation === "function") {
      this.#plot.show(unit.function ?? "", this.#layer?.hyperparameters ?? {}, x, unit.result);
    }
    const lines =
      operation === "weighted_sum" && sums && unit.kind !== "avg_pool2d"
        ? [
            ["sum", fixed(sums.reduce((a, b) => a + b, 0))],
            ...(bias === null ? [] : [["bias", fixed(bias)]]),
          ]
        : operation === "function"
          ? [["x", fixed(x)]]
          : [];
    const all = [...lines, [NAMES[unit.kind] ?? "result", fixed(unit.result)]];
    this.#sum.replaceChildren(
      ...all.map(([name, text]) => make("p", {}, make("span", {}, name), make("strong", {}, text))),
    );
    this.#connect(sums ?? []);
  }

  /** @param {string} reason why there is nothing to explain */
  refuse(reason) {
    this.#inputs.sums = null;
    this.#patch.hidden = this.#plot.hidden = true;
    this.#sum.replaceChildren(make("p", {}, reason));
  }

  /** @param {readonly number[]} sums what each map adds */
  #connect(sums) {
    const { ends } = this.#inputs;
    const several = ends.length > 1;
    const to = several ? this.#sum : this.#middle;
    const most = Math.max(...sums.map(Math.abs));
    const edges = ends.map((from, i) => {
      return { from, to, strength: several && most > 0 ? sums[i] / most : 0 };
    });
    const { rows, columns } = this.#picker.map;
    const into = (Math.floor(this.place / columns) + 0.5) / rows;
    this.#lines.edges = [...edges, { from: to, to: this.#picker, strength: 0, into }];
  }

  /**
   * @param {Unit} unit
   * @param {readonly [number, number]} read
   */
  #showPatch({ patch, winner, window }, read) {
    const [rows] = /** @type {(number | null)[][][]} */ (patch);
    const [, row, column] = winner ?? [];
    const best =
      winner && window?.rows && window.columns
        ? window.rows.indexOf(row) * window.columns.length + window.columns.indexOf(column)
        : null;
    this.#patch.numbers = { rows, range: read, best };
  }

  #listen() {
    const detail = (/** @type {Event} */ event) =>
      /** @type {CustomEvent<number>} */ (event).detail;
    this.#inputs.addEventListener("window-inputs:step", (event) => {
      const [row, column] = /** @type {CustomEvent<[number, number]>} */ (event).detail;
      this.#step(row * this.#picker.map.columns + column, true);
    });
    this.#picker.addEventListener("unit-picker:open", (event) => this.#open(detail(event)));
    this.#picker.addEventListener("unit-picker:step", (event) => this.#step(detail(event), false));
    this.#slider.addEventListener("window-slider:step", (event) => this.#step(detail(event), true));
    this.#slider.addEventListener("window-slider:open", (event) => this.#open(detail(event)));
    this.#slider.addEventListener("window-slider:all", () => this.#step(this.place, false));
  }

  /**
   * @param {number} place
   * @param {boolean} sliding whether the map appears unit by unit
   */
  #step(place, sliding) {
    this.toggleAttribute("data-sliding", sliding);
    this.#picker.map.shown = sliding ? place + 1 : Number.POSITIVE_INFINITY;
    this.place = place;
    emit(this, "look", this.#index(place));
  }

  /** @param {number} place */
  #open(place) {
    emit(this, "open", { layer: this.#layer?.id, index: this.#index(place) });
  }

  /** @param {number} place */
  #index(place) {
    const { columns } = this.#picker.map;
    return [this.#channel, Math.floor(place / columns), place % columns];
  }

  #tell() {
    const { map, place } = this.#picker;
    const number = map.data?.values[place];
    this.#slider.told = number === undefined ? "" : `${value(number)} at ${map.place(place)}`;
  }
}

/** @type {Record<string, string>} */
const NAMES = { max_pool2d: "largest", avg_pool2d: "mean", activation: "f(x)" };

customElements.define("map-level", MapLevel);
