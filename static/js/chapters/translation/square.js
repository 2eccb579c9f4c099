/**
 * The two ways around: first move, then the layer; first the layer, then move. Where both give the
 * same maps, the layer is equivariant.
 */

import { make, on, write } from "../../dom.js";
import { FeatureMap } from "../../elements/feature-map.js";
import { NumberStepper } from "../../elements/number-stepper.js";
import { say } from "../../messages.js";
import { range } from "../../tensor.js";
import { number, range as rangeText } from "../../text.js";
import { apart, moveMap } from "./motion.js";
import { run } from "./network.js";

/**
 * @typedef {import("../../api.js").Layer} Layer
 * @typedef {import("../../windows.js").Rows} Rows
 * @typedef {import("./answer.js").Answer} Answer
 */

const PICTURES = /** @type {const} */ (["input", "map", "along", "moved", "map_moved", "apart"]);

export class Square {
  #layers;
  #channel = new NumberStepper();
  #rows;
  #title = make("h3", {});
  #told = make("p", { class: "told", "aria-live": "polite" });
  #colours = make("p", { class: "colours" });
  /** @type {Map<string, {figure: HTMLElement, picture: FeatureMap, size: string}>} */
  #pictures = new Map();
  #grid = make("div", { class: "square" });
  element;

  /**
   * @param {readonly Layer[]} layers that have maps
   * @param {{layer: (id: string) => void, channel: (channel: number) => void}} chosen
   */
  constructor(layers, { layer, channel }) {
    this.#layers = layers;
    this.#title.textContent = title(layers[0]);
    this.#channel.setUp({ label: say("page.channel"), min: 0, max: 0 });
    on(this.#channel, "number-stepper:change", channel);
    this.#rows = layers.map(({ id, label, kind }) => {
      const distance = make("span", { class: "distance" });
      const bar = make("span", { class: "bar", "aria-hidden": "true" }, make("i"));
      const name = kind === "input" ? say("page.input") : label;
      const button = make("button", { type: "button" }, make("span", {}, name), bar, distance);
      button.addEventListener("click", () => layer(id));
      return { id, button, bar, distance };
    });
    for (const name of PICTURES) {
      const picture = new FeatureMap();
      const figure = make(
        "figure",
        { class: name },
        make("figcaption", {}, say(`.${name}`)),
        picture,
      );
      this.#pictures.set(name, { figure, picture, size: "" });
      this.#grid.append(figure);
    }
    this.element = make(
      "section",
      { class: "ways" },
      make(
        "div",
        { class: "layers" },
        make("h3", {}, say(".layers")),
        make("ol", {}, ...this.#rows.map(({ button }) => make("li", {}, button))),
      ),
      make(
        "div",
        { class: "both-ways" },
        make("header", {}, this.#title, this.#channel),
        this.#grid,
        this.#told,
        this.#colours,
      ),
    );
  }

  /** @param {Answer & {layer: string, channel: number}} shown */
  set shows({ before, after, motion, weights, layer: id, channel }) {
    const layer = this.#layers.find((one) => one.id === id) ?? this.#layers[0];
    const field = layer.receptive_field;
    const count = layer.output_shape[0];
    const at = Math.min(channel, count - 1);
    for (const { id: other, button, bar, distance } of this.#rows) {
      const found = after.equivariance.find(({ layer_id }) => layer_id === other)?.distance ?? null;
      button.setAttribute("aria-pressed", String(other === layer.id));
      bar.style.setProperty("--share", String(Math.min(1, (found ?? 0) / 2)));
      write(distance, found === null ? say(".unknown") : number(Math.round(found * 1000) / 1000));
    }
    this.#channel.range = [0, count - 1];
    this.#channel.value = at;
    this.#title.textContent = title(layer);

    const [image, movedImage] = [before.input.data, after.input.data];
    const map = run(this.#layers, weights, image, layer.id)[at];
    const mapOfMoved = run(this.#layers, weights, movedImage, layer.id)[at];
    const still = { size: [1, 1], stride: [1, 1], start: [0, 0] };
    const along = moveMap(map, field ?? still, motion, image[0].length);
    const shared = range(Float32Array.from([...map.flat(), ...mapOfMoved.flat()]));
    write(this.#colours, say(".colours", { range: rangeText(shared) }));
    this.#show("input", image[0], [0, 1]);
    this.#show("moved", movedImage[0], [0, 1]);
    this.#show("map", map, shared);
    this.#show("along", along.map, shared);
    this.#show("map_moved", mapOfMoved, shared);
    const difference = apart(along.map, mapOfMoved, along.known);
    this.#show("apart", difference, [0, Math.max(1e-9, shared[1] - shared[0])]);
    const distance = after.equivariance.find(({ layer_id }) => layer_id === layer.id)?.distance;
    write(
      this.#told,
      typeof distance !== "number"
        ? say(".told_unknown")
        : distance < 1e-4
          ? say(".told_same")
          : say(".told_apart", { distance: Math.round(distance * 1000) / 1000 }),
    );
  }

  /**
   * @param {string} name
   * @param {Rows} rows
   * @param {readonly [number, number]} colours
   */
  #show(name, rows, colours) {
    const shown = this.#pictures.get(name);
    if (!shown) return;
    const size = `${rows.length},${rows[0].length}`;
    if (shown.size !== size) {
      shown.size = size;
      shown.picture.data = null;
      shown.picture.setUp({ rows: rows.length, columns: rows[0].length, label: say(`.${name}`) });
    }
    shown.picture.data = { values: Float32Array.from(rows.flat()), range: colours };
    shown.picture.describe();
  }
}

/** @param {Layer} layer */
function title({ kind, label }) {
  return say(".ways", { layer: kind === "input" ? say("page.input") : label });
}
