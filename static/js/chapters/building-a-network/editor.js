/**
 * What is done with the chosen layer, and what is put in behind it.
 */

import { make, on } from "../../dom.js";
import { NumberStepper } from "../../elements/number-stepper.js";
import { say } from "../../messages.js";
import { count } from "../../text.js";
import * as architecture from "./architecture.js";
import { nameOf } from "./layer-table.js";

/**
 * @typedef {import("./architecture.js").Architecture} Architecture
 * @typedef {import("./architecture.js").Knob} Knob
 */

/** What a row of numbers is doubled and halved in, rather than counted. */
const LARGE = ["out_channels", "out_features"];

export class Editor {
  #title = make("h3", {});
  #knobs = make("div", { class: "knobs" });
  #up = button("↑", ".up");
  #down = button("↓", ".down");
  #remove = button("✕", ".remove");
  #move = make("div", { class: "move" }, this.#up, this.#down, this.#remove);
  #kinds = Object.keys(architecture.FRESH).map((kind) => {
    const made = make("button", { type: "button" }, say(`.${kind}`));
    made.addEventListener("click", () => this.#add(kind));
    return made;
  });
  #set;
  /** @type {Architecture} */
  #now = { input: [1, 1, 1], layers: [] };
  #at = -1;
  /** The kind and place that the steppers are for. */
  #made = "";
  /** @type {Map<string, NumberStepper>} */
  #steppers = new Map();
  element;

  /** @param {(network: Architecture, at: number) => void} set */
  constructor(set) {
    this.#set = set;
    this.#up.addEventListener("click", () => this.move(this.#at, -1));
    this.#down.addEventListener("click", () => this.move(this.#at, 1));
    this.#remove.addEventListener("click", () => this.remove(this.#at));
    this.element = make(
      "section",
      { class: "editor" },
      make("header", {}, this.#title, this.#move),
      this.#knobs,
      make(
        "div",
        { class: "add", role: "group", "aria-label": say(".add") },
        make("span", { class: "label" }, say(".add")),
        ...this.#kinds,
      ),
    );
  }

  /** @param {{network: Architecture, at: number}} shown */
  set shows({ network, at }) {
    this.#now = network;
    this.#at = at;
    const { layers, input } = network;
    const layer = at < 0 ? null : layers[at];
    this.#title.textContent = layer
      ? say(".chosen", { n: at + 1, of: layers.length, layer: nameOf(layer) })
      : say("page.input");
    this.#move.hidden = layer === null;
    this.#up.disabled = at <= 0;
    this.#down.disabled = at >= layers.length - 1;
    for (const kind of this.#kinds) kind.disabled = layers.length >= architecture.MOST_LAYERS;
    const made = layer ? `${at},${layer.kind}` : "input";
    if (made !== this.#made) this.#build(made);
    const values = layer ?? { channels: input[0], height: input[1], width: input[2] };
    for (const [name, stepper] of this.#steppers) {
      stepper.value = /** @type {Record<string, any>} */ (values)[name];
    }
  }

  /** @param {string} made */
  #build(made) {
    this.#made = made;
    const layer = this.#at < 0 ? null : this.#now.layers[this.#at];
    const { CHANNELS, RANGES, SIDES } = architecture;
    const names = layer
      ? Object.keys(layer).filter((name) => name !== "kind")
      : ["height", "width", "channels"];
    this.#steppers = new Map(names.map((name) => [name, new NumberStepper()]));
    const parts = [...this.#steppers].map(([name, stepper]) => {
      const [min, max] = layer
        ? RANGES[/** @type {Knob} */ (name)]
        : name === "channels"
          ? CHANNELS
          : SIDES;
      stepper.setUp({ label: say(`.${name}`), min, max, text: count });
      on(stepper, "number-stepper:change", (/** @type {number} */ number) =>
        this.#change(name, number),
      );
      if (!LARGE.includes(name)) return stepper;
      const times = [
        { sign: "÷ 2", key: ".half", of: (/** @type {number} */ n) => Math.ceil(n / 2) },
        { sign: "× 2", key: ".double", of: (/** @type {number} */ n) => Math.min(max, 2 * n) },
      ].map(({ sign, key, of }) => {
        const made = button(sign, key);
        made.ariaLabel = `${sign} (${say(key)})`;
        made.addEventListener("click", () => this.#change(name, of(stepper.value)));
        return made;
      });
      return make("div", { class: "large" }, stepper, ...times);
    });
    this.#knobs.replaceChildren(...parts);
    this.#knobs.hidden = parts.length === 0;
  }

  /**
   * @param {string} name
   * @param {number} number
   */
  #change(name, number) {
    const { input, layers } = this.#now;
    if (this.#at >= 0) {
      const knob = /** @type {Knob} */ (name);
      this.#set(architecture.changed(this.#now, this.#at, knob, number), this.#at);
      return;
    }
    const axis = ["channels", "height", "width"].indexOf(name);
    const [channels, height, width] = input.with(axis, number);
    this.#set({ input: [channels, height, width], layers }, -1);
  }

  /** @param {string} kind */
  #add(kind) {
    this.#set(architecture.added(this.#now, this.#at, kind), this.#at + 1);
  }

  /**
   * @param {number} at
   * @param {-1 | 1} step
   */
  move(at, step) {
    const to = at + step;
    if (to < 0 || to >= this.#now.layers.length) return;
    this.#set(architecture.moved(this.#now, at, to), to);
  }

  /** @param {number} at */
  remove(at) {
    const network = architecture.removed(this.#now, at);
    this.#set(network, Math.min(at, network.layers.length - 1));
  }
}

/**
 * @param {string} sign
 * @param {string} key
 */
function button(sign, key) {
  const title = say(key);
  return make("button", { type: "button", "aria-label": title, title }, sign);
}
