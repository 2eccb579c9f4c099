/**
 * Where the levels are shown: a layer, a feature map or a unit, with the way back to the drawing.
 */

import { find, write } from "../dom.js";
import { BreadCrumb } from "../elements/bread-crumb.js";
import { FieldTrail } from "../elements/field-trail.js";
import { LayerLevel } from "../elements/layer-level.js";
import { MapLevel } from "../elements/map-level.js";
import { UnitLevel } from "../elements/unit-level.js";
import { crumbs, levelOf, neighbour } from "../places.js";
import { projective, receptive } from "../regions.js";
import { sentence } from "../sentences.js";
import { activation, picture } from "./facts.js";

/**
 * @typedef {import("../store.js").Place} Place
 * @typedef {import("../store.js").State} State
 * @typedef {import("../api.js").Unit} Unit
 * @typedef {import("../api.js").Layer} Layer
 */

export class Stage {
  #facts;
  #layer = new LayerLevel();
  #map = new MapLevel();
  #unit = new UnitLevel();
  #trail = new FieldTrail();
  #open;
  #home;
  #title;
  #told;
  #crumb;

  /**
   * @param {import("./facts.js").Facts} facts
   * @param {object} page
   * @param {HTMLElement} page.home of the levels
   * @param {HTMLElement} page.where tells which it is, and has the way back
   * @param {HTMLElement} page.title
   * @param {(place: Place) => void} page.open
   */
  constructor(facts, { home, where, title, open }) {
    this.#facts = facts;
    this.#open = open;
    this.#home = home;
    this.#title = title;
    this.#told = find(where, ".told", HTMLElement);
    this.#crumb = find(where, "bread-crumb", BreadCrumb);
  }

  /**
   * Set the stage for a place other than the whole network.
   *
   * @param {Place} place
   * @param {State} state
   */
  set(place, state) {
    const { layers, title, names } = this.#facts;
    const level = levelOf(place, layers);
    const layer = /** @type {Layer} */ (this.#facts.layer(place.layer));
    const source = this.#facts.source(layer);
    const way = (/** @type {Place} */ to) => crumbs(to, layers, title, names);
    const [before, after] = [-1, 1].map((step) => {
      const to = neighbour(place, layers, step);
      return to && (way(to).at(-1) ?? null);
    });
    this.#crumb.show(way(place), { before, after });
    const texts = way(place).slice(1);
    write(this.#title, texts.map(({ text }) => text).join(", "));
    write(this.#told, sentence(this.#facts.current(layer, state.edits), source?.label ?? ""));
    this.#home.dataset.level = level;
    if (level === "layer") {
      this.#layer.setUp(layer, layer.kind === "softmax" ? this.#facts.classes : []);
      this.#home.replaceChildren(this.#layer);
      return;
    }
    if (level === "map") {
      const fields = receptive(layers, layer.id, [place.index[0], 0, 0]);
      const region = source && fields.get(source.id);
      this.#map.setUp(layer, place.index[0], source, region?.channels ?? [0, 0]);
    } else this.#unit.clear();
    this.#home.replaceChildren(level === "map" ? this.#map : this.#unit, this.#trail);
  }

  /** @param {import("../api.js").Weights} weights of the layer that is shown */
  set weights(weights) {
    this.#layer.weights = weights;
    this.#map.weight = weights.weight;
  }

  /**
   * @param {Place} place that is shown
   * @param {State} state
   */
  paint({ layer: id }, state) {
    const layer = this.#facts.layer(id);
    if (!layer) return;
    const own = picture(state, layer.id);
    if (this.#layer.isConnected) this.#layer.paint(own);
    if (this.#map.isConnected) this.#map.paint(picture(state, layer.input_ids[0]), own);
  }

  /**
   * Follow the unit that is looked at.
   *
   * @param {Place} place
   * @param {State} state
   */
  look({ layer: id, index }, state) {
    const { layers } = this.#facts;
    const layer = /** @type {Layer} */ (this.#facts.layer(id));
    const [channel, row = 0, column = 0] = index;
    if (this.#layer.isConnected) this.#layer.place = channel;
    if (this.#map.isConnected) this.#map.place = row * layer.output_shape[2] + column;
    if (!this.#trail.isConnected) return;
    const first = layer === layers[0];
    const title = first ? "What it reaches, layer by layer" : "What it sees, back to the drawing";
    const regions = (first ? projective : receptive)(layers, layer.id, index);
    this.#trail.show(title, layers, regions, (id) => picture(state, id));
  }

  /** @param {import("../regions.js").Regions | null} regions to frame; null for none */
  mark(regions) {
    if (this.#layer.isConnected) this.#layer.mark = regions?.get(this.#layer.layerId) ?? null;
  }

  /**
   * @param {Unit} unit
   * @param {State} state
   */
  explain(unit, state) {
    const layer = /** @type {Layer} */ (this.#facts.layer(unit.layer_id));
    const source = this.#facts.source(layer) ?? layer;
    const { channels } = unit.window ?? { channels: [0] };
    const ranges = picture(state, source.id)?.ranges ?? [];
    const range = ranges[channels[0]] ?? ranges[0] ?? [0, 1];
    if (this.#map.isConnected) this.#map.explain(unit, range);
    if (!this.#unit.isConnected) return;
    const follower = this.#facts.follower(layer);
    const value = follower && activation(state, follower.id, unit.index);
    const next = follower &&
      value !== undefined &&
      value !== null && {
        label: follower.label,
        value,
        open: () => this.#open({ layer: follower.id, index: unit.index }),
      };
    const current = this.#facts.current(layer, state.edits);
    const { classes } = this.#facts;
    this.#unit.explain({ unit, layer: current, source, range, classes }, next || null);
  }

  /** @param {string} reason why there is nothing to explain */
  refuse(reason) {
    this.#unit.refuse(reason);
    this.#map.refuse(reason);
  }
}
