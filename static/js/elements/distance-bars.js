import { make, write } from "../dom.js";
import { value } from "../text.js";

/**
 * How far apart two traces are in each layer: a bar a layer, of which one is chosen.
 *
 * Emits `distance-bars:choose` with the layer's id.
 */
export class DistanceBars extends HTMLElement {
  /** @type {Map<string, {box: HTMLInputElement, label: HTMLElement, text: HTMLElement}>} */
  #bars = new Map();

  /** @param {readonly import("../api.js").Layer[]} layers */
  set layers(layers) {
    this.#bars = new Map(
      layers.map(({ id, label: name }) => {
        const box = make("input", { type: "radio", name: "compared", value: id });
        const text = make("span", { class: "distance" });
        const bar = make("span", { class: "bar", "aria-hidden": "true" });
        const label = make("label", {}, box, make("span", {}, name), bar, text);
        box.addEventListener("change", () =>
          this.dispatchEvent(
            new CustomEvent("distance-bars:choose", { bubbles: true, detail: id }),
          ),
        );
        return [id, { box, label, text }];
      }),
    );
    const legend = make("legend", {}, "Relative distance of A and B in each layer");
    const rows = [...this.#bars.values()].map(({ label }) => label);
    this.replaceChildren(make("fieldset", {}, legend, ...rows));
  }

  /** @param {string} id the layer that is looked at */
  set chosen(id) {
    const bar = this.#bars.get(id);
    if (bar) bar.box.checked = true;
  }

  /** @param {ReadonlyMap<string, number>} distances by layer id */
  set distances(distances) {
    // 2 is as far as two activations of one length can be apart; most are nearer.
    const longest = Math.max(1, ...distances.values());
    for (const [id, { label, text }] of this.#bars) {
      const distance = distances.get(id) ?? 0;
      label.style.setProperty("--share", String(distance / longest));
      write(text, distance.toFixed(2));
      text.title = value(distance);
    }
  }
}

customElements.define("distance-bars", DistanceBars);
