import { loadSprite } from "../digits.js";
import { make, once, write } from "../dom.js";
import { say } from "../messages.js";

const SIDE = 28;

/**
 * The training digit that is pointed at on the map. The sprite with all of them is half a
 * megabyte, and comes when the first is asked for.
 */
export class PointedDigit {
  #text = make("span", {}, say("elements.space.idle"));
  #canvas = make("canvas", { "aria-hidden": "true" });
  element = make("p", { class: "pointed", role: "status" }, this.#canvas, this.#text);
  #sprite = once(() => loadSprite(this.address, SIDE));
  /** @type {number | null} */
  #index = null;

  /**
   * @param {import("../api.js").Schemas["FeatureSpace"]} space
   * @param {readonly string[]} classes
   * @param {string} address of the sprite
   */
  constructor(space, classes, address) {
    this.space = space;
    this.classes = classes;
    this.address = address;
    this.#canvas.hidden = true;
  }

  /** @param {number | null} index null for none */
  async show(index) {
    this.#index = index;
    if (index === null) {
      this.#canvas.hidden = true;
      write(this.#text, say("elements.space.idle"));
      return;
    }
    const sprite = await this.#sprite().catch(() => null);
    if (index !== this.#index) return;
    const name = this.classes[this.space.class_indices[index]];
    if (!sprite) {
      write(this.#text, name); // it is asked for again with the next digit
      return;
    }
    const place = String(this.space.mnist_indices[index]);
    write(this.#text, say("elements.space.point", { class: name, index: place }));
    this.#canvas.width = this.#canvas.height = SIDE;
    this.#canvas.getContext("2d")?.putImageData(sprite.cut(index).image, 0, 0);
    this.#canvas.hidden = false;
  }
}
