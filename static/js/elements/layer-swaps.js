import { make } from "../dom.js";
import { SWAPS } from "../edits.js";

/**
 * What can be put in the place of each pooling and each activation function.
 *
 * Emits `layer-swaps:swap` with `{layer, to}`, where `to` is null for what the layer was.
 *
 * @typedef {import("../api.js").Layer} Layer
 */
export class LayerSwaps extends HTMLElement {
  /** @type {Map<string, {select: HTMLSelectElement, own: string}>} */
  #selects = new Map();

  /** @param {readonly Layer[]} layers the model's */
  set layers(layers) {
    const fields = layers.flatMap((layer, place) => {
      const own = String(layer.hyperparameters.function ?? layer.kind);
      const names = Object.values(SWAPS).find((kinds) => own in kinds);
      if (!names) return [];
      const options = Object.entries(names).map(([to, name]) =>
        make("option", { value: to }, name),
      );
      const select = make("select", { name: layer.id }, ...options);
      select.addEventListener("change", () => {
        const detail = { layer: layer.id, to: select.value === own ? null : select.value };
        this.dispatchEvent(new CustomEvent("layer-swaps:swap", { bubbles: true, detail }));
      });
      this.#selects.set(layer.id, { select, own });
      const before =
        own in SWAPS.activation ? `${layer.id}, after ${layers[place - 1].label}` : layer.label;
      return [make("label", {}, before, select)];
    });
    this.replaceChildren(...fields);
    this.edits = [];
  }

  /** @param {readonly import("../edits.js").Edit[]} edits */
  set edits(edits) {
    for (const [layer, { select, own }] of this.#selects) {
      const swap = edits.find((edit) => edit.edit === "swap" && edit.layer === layer);
      select.value = swap?.edit === "swap" ? swap.to : own;
    }
  }
}

customElements.define("layer-swaps", LayerSwaps);
