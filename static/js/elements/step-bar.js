import { emit, make, write } from "../dom.js";
import { say } from "../messages.js";

const STEPS_A_SECOND = 12;

/**
 * Steps through places, one by one: back, on, anywhere, and by itself only when asked. Emits
 * `step-bar:step` with the place, under the name of the element that it is.
 */
export class StepBar extends HTMLElement {
  #scrub = make("input", {
    type: "range",
    min: "0",
    step: "1",
    "aria-label": say("elements.steps.place"),
  });
  #told = make("p", { class: "told", "aria-live": "polite" });
  #play = button("play", "▶");
  #timer = 0;

  connectedCallback() {
    if (this.firstChild) return;
    const back = button("back", "‹");
    const on = button("on", "›");
    back.addEventListener("click", () => this.#go(this.place - 1));
    on.addEventListener("click", () => this.#go(this.place + 1));
    this.#scrub.addEventListener("input", () => this.#go(this.place));
    this.#play.addEventListener("click", () => (this.#timer ? this.stop() : this.#start()));
    const steps = make("div", { class: "steps" }, back, on, this.#play, this.#scrub);
    this.append(steps, this.#told);
  }

  disconnectedCallback() {
    this.stop();
  }

  /** @param {number} count of places */
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
    this.#show("play", "▶");
  }

  #start() {
    const last = Number(this.#scrub.max);
    if (this.place >= last) this.#go(0);
    this.#show("pause", "❚❚");
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
    this.#play.ariaLabel = this.#play.title = say(`elements.steps.${name}`);
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
  const title = say(`elements.steps.${name}`);
  return make("button", { type: "button", "aria-label": title, title }, sign);
}

customElements.define("step-bar", StepBar);
