import { paint, SEQUENTIAL } from "../colormap.js";
import { make, write } from "../dom.js";
import { say } from "../messages.js";
import { value } from "../text.js";

const SIDE = 28;

/**
 * The training digits that are nearest to a drawing, and how usual the drawing is.
 *
 * @typedef {import("../api.js").Schemas["Neighbours"]} Neighbours
 */
export class NearestDigits extends HTMLElement {
  #list = make("ol");
  #score = make("p", { class: "score" });

  connectedCallback() {
    const title = make("h2", {}, say("elements.nearest.title"));
    this.#list.ariaLabel = title.textContent;
    this.#score.title = say("elements.nearest.meaning");
    this.replaceChildren(title, this.#list, this.#score);
  }

  /** @param {Neighbours | null} found null where there is nothing, or nothing to compare with */
  set found(found) {
    this.toggleAttribute("data-empty", found === null);
    // What was nearest stays in its place until there is something else: nothing jumps.
    if (!found) return;
    const { neighbours, familiarity } = found;
    this.#list.replaceChildren(...neighbours.map(item));
    const { score, threshold } = familiarity;
    const values = { score: value(score), threshold: value(threshold) };
    write(this.#score, say("elements.nearest.score", values));
  }
}

/** @param {Neighbours["neighbours"][number]} neighbour */
function item({ class_index, mnist_index, distance, pixels }) {
  const label = say("elements.nearest.which", {
    class: class_index,
    index: String(mnist_index),
    distance: value(distance),
  });
  const canvas = make("canvas", { width: String(SIDE), height: String(SIDE), role: "img" });
  canvas.ariaLabel = canvas.title = label;
  const context = canvas.getContext("2d", { alpha: false });
  const image = context?.createImageData(SIDE, SIDE);
  if (context && image) {
    const grey = Float32Array.from(atob(pixels), (letter) => letter.charCodeAt(0));
    paint(grey, [0, 255], SEQUENTIAL, new Uint32Array(image.data.buffer));
    context.putImageData(image, 0, 0);
  }
  const caption = make("span", { "aria-hidden": "true" }, value(distance));
  return make("li", {}, canvas, caption);
}

customElements.define("nearest-digits", NearestDigits);
