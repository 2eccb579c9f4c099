import { emit, make, write } from "../dom.js";
import { say } from "../messages.js";
import { brief, full } from "../numbers.js";

const LEAP = 10;

/**
 * A number with a key on each side, one less and one more. Emits `number-stepper:change` with
 * the new number.
 */
export class NumberStepper extends HTMLElement {
  #label = make("span", { class: "label" });
  #shown = make("span", { class: "value", role: "spinbutton", tabindex: "0" });
  #less = make("button", { type: "button", tabindex: "-1" }, "−");
  #more = make("button", { type: "button", tabindex: "-1" }, "+");
  #min = 0;
  #max = 100;
  #step = 1;
  #value = 0;
  /** @type {(value: number) => string} */
  #text = brief;

  /**
   * @param {object} options
   * @param {string} options.label names the number for people
   * @param {number} options.min
   * @param {number} options.max
   * @param {number} [options.step]
   * @param {number} [options.value] the least without it
   * @param {(value: number) => string} [options.text] how a value is written
   */
  setUp({ label, min, max, step = 1, value = min, text = brief }) {
    [this.#min, this.#max, this.#step, this.#text] = [min, max, step, text];
    write(this.#label, label);
    this.#shown.ariaLabel = label;
    this.#less.ariaLabel = this.#less.title = say("elements.stepper.less", { label });
    this.#more.ariaLabel = this.#more.title = say("elements.stepper.more", { label });
    this.value = value;
  }

  connectedCallback() {
    if (this.firstChild) return;
    const step = make("span", { class: "step" }, this.#less, this.#shown, this.#more);
    this.append(this.#label, step);
    this.#less.addEventListener("click", () => this.#go(this.#value - this.#step));
    this.#more.addEventListener("click", () => this.#go(this.#value + this.#step));
    this.#shown.addEventListener("keydown", (event) => this.#key(event));
  }

  get value() {
    return this.#value;
  }

  /** As near to it as the range and the steps allow. */
  set value(value) {
    this.#value = this.#nearest(value);
    write(this.#shown, this.#text(this.#value));
    this.#shown.ariaValueNow = String(this.#value);
    this.#shown.ariaValueText = this.#text(this.#value);
    this.#bound();
  }

  /** @param {readonly [min: number, max: number]} range the value is brought into it */
  set range([min, max]) {
    [this.#min, this.#max] = [min, max];
    this.value = this.#value;
  }

  #bound() {
    this.#shown.ariaValueMin = String(this.#min);
    this.#shown.ariaValueMax = String(this.#max);
    this.#less.disabled = this.#value <= this.#min;
    this.#more.disabled = this.#value >= this.#max;
  }

  /** @param {number} value */
  #nearest(value) {
    const steps = Math.round((value - this.#min) / this.#step);
    const stepped = Number(full(this.#min + steps * this.#step));
    return Math.max(this.#min, Math.min(this.#max, stepped));
  }

  /** @param {number} value */
  #go(value) {
    const before = this.#value;
    this.value = value;
    if (this.#value !== before) emit(this, "change", this.#value);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    /** @type {Record<string, number>} */
    const goals = {
      ArrowUp: this.#value + this.#step,
      ArrowRight: this.#value + this.#step,
      "+": this.#value + this.#step,
      ArrowDown: this.#value - this.#step,
      ArrowLeft: this.#value - this.#step,
      "-": this.#value - this.#step,
      PageUp: this.#value + LEAP * this.#step,
      PageDown: this.#value - LEAP * this.#step,
      Home: this.#min,
      End: this.#max,
    };
    if (goals[event.key] === undefined) return;
    event.preventDefault();
    this.#go(goals[event.key]);
  }
}

customElements.define("number-stepper", NumberStepper);
