/**
 * What can be chosen before a network learns: fields of the page and of its address.
 *
 * @typedef {import("./run.js").Settings} Settings
 *
 * @typedef {object} Recipe
 * @property {string} optimizer
 * @property {number} rate
 * @property {string} momentum
 * @property {string} batch
 * @property {string} activation
 * @property {string} pooling
 * @property {string} epochs
 * @property {number} seed
 */

import { find, make, on } from "../dom.js";
import { NumberStepper } from "../elements/number-stepper.js";
import { fieldsOf } from "../fields.js";
import { choice } from "../lab.js";
import { say } from "../messages.js";
import { full, readNumber } from "../numbers.js";
import { number } from "../text.js";

const OPTIMIZERS = ["sgd", "momentum", "adam"];
const ACTIVATIONS = ["relu", "silu", "gelu", "tanh"];
const POOLINGS = ["max", "average"];
const MOMENTA = ["0", "0.5", "0.8", "0.9", "0.95", "0.99"];
const BATCHES = ["1", "4", "8", "16", "32", "64", "128", "256", "512"];
const EPOCHS = ["1", "2", "3", "5", "10", "15", "20", "30", "50"];
const MOST_SEED = 9999;
const LEAST_RATE = 1e-9;
const MOST_RATE = 1e6;
const TENFOLD = 10;

/** @type {Recipe} */
export const START = {
  optimizer: "adam",
  rate: 0.003,
  momentum: "0.9",
  batch: "32",
  activation: "relu",
  pooling: "max",
  epochs: "10",
  seed: 0,
};

const field = fieldsOf(START);

/** What of it stands in the address. */
export const FIELDS = {
  optimizer: field.choice("optimizer", OPTIMIZERS),
  rate: field.number("rate", LEAST_RATE, MOST_RATE),
  momentum: field.choice("momentum", MOMENTA),
  batch: field.choice("batch", BATCHES),
  activation: field.choice("activation", ACTIVATIONS),
  pooling: field.choice("pooling", POOLINGS),
  epochs: field.choice("epochs", EPOCHS),
  seed: field.whole("seed", 0, MOST_SEED),
};

/**
 * @param {Recipe} recipe
 * @returns {Settings} as the server takes it
 */
export function toSettings(recipe) {
  const { optimizer, rate, momentum, batch, activation, pooling, epochs, seed } = recipe;
  return /** @type {Settings} */ ({
    optimizer,
    activation,
    pooling,
    seed,
    learning_rate: rate,
    momentum: Number(momentum),
    batch_size: Number(batch),
    epochs: Number(epochs),
  });
}

/**
 * @param {Settings} settings of a run, whoever began it
 * @returns {Recipe}
 */
export function toRecipe({ learning_rate, momentum, batch_size, epochs, ...same }) {
  return {
    ...same,
    rate: learning_rate,
    momentum: String(momentum),
    batch: String(batch_size),
    epochs: String(epochs),
  };
}

/**
 * @param {Recipe} recipe
 * @returns {string} in one line
 */
export function named({ optimizer, rate, batch, activation, pooling, seed }) {
  return say(".recipe", {
    optimizer: say(`.optimizer_${optimizer}`),
    rate: rateText(rate),
    batch: Number(batch),
    activation: say(`.activation_${activation}`),
    pooling: say(`.pooling_${pooling}`),
    seed: String(seed),
  });
}

/** @param {number} rate */
export function rateText(rate) {
  return rate >= 1e-4 ? number(rate) : full(rate);
}

/**
 * Fill the form.
 *
 * @param {HTMLElement} form
 * @param {(changed: Partial<Recipe>) => void} set
 * @returns {(recipe: Recipe) => void} shows a recipe there
 */
export function buildForm(form, set) {
  // Enter takes a value over; there is nothing to send.
  form.addEventListener("submit", (event) => event.preventDefault());
  const optimizer = oneOf("optimizer", OPTIMIZERS, (chosen) => set({ optimizer: chosen }));
  const activation = oneOf("activation", ACTIVATIONS, (chosen) => set({ activation: chosen }));
  const pooling = oneOf("pooling", POOLINGS, (chosen) => set({ pooling: chosen }));
  const momentum = stepper(".momentum", MOMENTA, (chosen) => set({ momentum: chosen }));
  const batch = stepper(".batch", BATCHES, (chosen) => set({ batch: chosen }));
  const epochs = stepper(".epochs", EPOCHS, (chosen) => set({ epochs: chosen }));
  const seed = new NumberStepper();
  seed.setUp({ label: say(".seed"), min: 0, max: MOST_SEED, text: String });
  on(seed, "number-stepper:change", (/** @type {number} */ chosen) => set({ seed: chosen }));
  const rate = rateField((chosen) => set({ rate: chosen }));
  const rows = [optimizer, rate.element, momentum.element, batch.element, epochs.element];
  find(form, ".fields", HTMLElement).replaceChildren(...rows, activation, pooling, seed);

  return (recipe) => {
    optimizer.value = recipe.optimizer;
    activation.value = recipe.activation;
    pooling.value = recipe.pooling;
    rate.show(recipe.rate);
    momentum.show(recipe.momentum);
    momentum.element.hidden = recipe.optimizer !== "momentum";
    batch.show(recipe.batch);
    epochs.show(recipe.epochs);
    seed.value = recipe.seed;
  };
}

/**
 * @param {string} name
 * @param {readonly string[]} words
 * @param {(chosen: string) => void} chosen
 */
function oneOf(name, words, chosen) {
  const options = Object.fromEntries(words.map((word) => [word, `.${name}_${word}`]));
  return choice(name, `.${name}`, options, chosen);
}

/**
 * @param {string} label the key of its message
 * @param {readonly string[]} values numbers, in order
 * @param {(chosen: string) => void} chosen
 */
function stepper(label, values, chosen) {
  const element = new NumberStepper();
  // A run that another program began may have a number of its own.
  let all = [...values];
  const setUp = () => {
    const text = (/** @type {number} */ place) => number(Number(all[place]));
    element.setUp({ label: say(label), min: 0, max: all.length - 1, text });
  };
  setUp();
  on(element, "number-stepper:change", (/** @type {number} */ place) => chosen(all[place]));
  return {
    element,
    show: (/** @type {string} */ value) => {
      if (!all.includes(value)) {
        all = [...values, value].sort((a, b) => Number(a) - Number(b));
        setUp();
      }
      element.value = all.indexOf(value);
    },
  };
}

/** @param {(rate: number) => void} chosen */
function rateField(chosen) {
  const input = make("input", { type: "text", inputmode: "decimal", id: "rate", size: "8" });
  const label = make("label", { for: "rate" }, say(".rate"));
  const told = make("p", { class: "told", role: "status" });
  let rate = START.rate;
  const allowed = (/** @type {number | null} */ given) =>
    given !== null && given >= LEAST_RATE && given <= MOST_RATE;
  const take = (/** @type {number | null} */ given) => {
    const fits = allowed(given);
    told.textContent = fits ? "" : say(".rate_refused", { rate: rateText(rate) });
    if (fits) chosen(/** @type {number} */ (given));
    else input.value = rateText(rate);
  };
  input.addEventListener("change", () => take(readNumber(input.value)));
  const factor = (/** @type {string} */ sign, /** @type {number} */ by) => {
    const name = say(by > 1 ? ".rate_more" : ".rate_less");
    const button = make("button", { type: "button", "aria-label": name, title: name }, sign);
    button.addEventListener("click", () => {
      const next = Number((rate * by).toPrecision(6));
      if (allowed(next)) take(next);
    });
    return button;
  };
  const keys = make(
    "span",
    { class: "step" },
    factor(`÷\u00a0${TENFOLD}`, 1 / TENFOLD),
    input,
    factor(`×\u00a0${TENFOLD}`, TENFOLD),
  );
  return {
    element: make("div", { class: "rate" }, label, keys, told),
    show: (/** @type {number} */ given) => {
      if (given !== rate || !input.value) input.value = rateText(given);
      rate = given;
    },
  };
}
