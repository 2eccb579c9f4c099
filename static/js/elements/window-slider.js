import { emit, make, write } from "../dom.js";

const STEPS_A_SECOND = 12;

/**
 * Steps through the units of a map, one by one: back, on, anywhere, and by itself only when
 * asked. Emits `window-slider:step` with a unit's place, and `window-slider:open` to open it,
 * and `window-slider:all` to see all of the map again.
 */
export class WindowSlider extends HTMLElement {
  #scrub = make("input", { type: "range", min: "0", step: "1", "aria-label": "Position" });
  #told = make("p", { class: "told", "aria-live": "polite" });
  #play = button("Play", "▶");
  #timer = 0;

  connectedCallback() {
    if (this.firstChild) return;
    const back = button("Step back", "‹");
    const on = button("Step on", "›");
    const all = make("button", { type: "button", class: "whole" }, "Whole map");
    const open = make("button", { type: "button", class: "open" }, "Open this unit");
    all.addEventListener("click", () => {
      this.stop();
      emit(this, "all");
    });
    back.addEventListener("click", () => this.#go(this.place - 1));
    on.addEventListener("click", () => this.#go(this.place + 1));
    this.#scrub.addEventListener("input", () => this.#go(this.place));
    this.#play.addEventListener("click", () => (this.#timer ? this.stop() : this.#start()));
    open.addEventListener("click", () => emit(this, "open", this.place));
    const steps = make("div", { class: "steps" }, back, on, this.#play, this.#scrub);
    this.append(steps, this.#told, all, open);
  }

  disconnectedCallback() {
    this.stop();
  }

  /** @param {number} count of units */
  set count(count) {
    this.#scrub.max = String(count - 1);
    this.#play.hidden = count < 2;
  }

  get place() {
    return this.#scrub.valueAsNumber;
  }

  set place(place) {
    this.#scrub.valueAsNumber = place;
  }

  /** @param {string} text what is at the place */
  set told(text) {
    write(this.#told, text);
    this.#scrub.setAttribute("aria-valuetext", text);
  }

  stop() {
    clearInterval(this.#timer);
    this.#timer = 0;
    this.#show("Play", "▶");
  }

  #start() {
    const last = Number(this.#scrub.max);
    if (this.place >= last) this.#go(0);
    this.#show("Pause", "❚❚");
    this.#timer = window.setInterval(() => {
      if (this.place >= last) this.stop();
      else {
        this.place++;
        emit(this, "step", this.place);
      }
    }, 1000 / STEPS_A_SECOND);
  }

  /**
   * @param {string} name
   * @param {string} sign
   */
  #show(name, sign) {
    this.#play.ariaLabel = this.#play.title = name;
    write(this.#play, sign);
  }

  /** @param {number} place */
  #go(place) {
    this.stop();
    this.place = place;
    emit(this, "step", this.place);
  }
}

/**
 * @param {string} name
 * @param {string} sign
 */
function button(name, sign) {
  return make("button", { type: "button", "aria-label": name, title: name }, sign);
}

customElements.define("window-slider", WindowSlider);
