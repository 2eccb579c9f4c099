import { emit, make } from "../dom.js";
import { StepBar } from "./step-bar.js";

/**
 * Steps through the units of a map. Emits `window-slider:step` with a unit's place, and
 * `window-slider:open` to open it, and `window-slider:all` to see all of the map again.
 */
export class WindowSlider extends StepBar {
  connectedCallback() {
    if (this.firstChild) return;
    super.connectedCallback();
    const all = make("button", { type: "button", class: "whole" }, "Whole map");
    const open = make("button", { type: "button", class: "open" }, "Open this unit");
    all.addEventListener("click", () => {
      this.stop();
      emit(this, "all");
    });
    open.addEventListener("click", () => emit(this, "open", this.place));
    this.append(all, open);
  }
}

customElements.define("window-slider", WindowSlider);
