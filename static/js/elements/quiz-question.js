import { emit, make } from "../dom.js";
import { equation } from "../mathml.js";
import { rich, say } from "../messages.js";
import { readNumber } from "../numbers.js";
import { mark } from "../questions.js";
import { number } from "../text.js";
import { NumberMatrix } from "./number-matrix.js";

/**
 * A question that is marked at once, with the reason. Emits `quiz-question:answer` with whether
 * it is right, and `quiz-question:show` when the answer is asked for without trying.
 *
 * @typedef {import("../questions.js").Question} Question
 * @typedef {import("../questions.js").Field} Field
 * @typedef {import("../messages.js").Text} Text
 */
export class QuizQuestion extends HTMLElement {
  /** @type {Question | null} */
  #question = null;
  #text = make("p", { class: "asked" });
  #shows = make("div", { class: "shows" });
  #form = make("form", { novalidate: "" });
  #verdict = make("div", { class: "verdict", role: "status" });

  connectedCallback() {
    if (this.firstChild) return;
    this.append(this.#text, this.#shows, this.#form, this.#verdict);
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#check();
    });
  }

  /** @param {Question} question also takes back what was answered */
  set question(question) {
    this.#question = question;
    this.#text.replaceChildren(...rich(...question.text));
    this.#shows.replaceChildren(...(question.shows ?? []).map(figure));
    this.#shows.hidden = !question.shows?.length;
    const fields = make(
      "div",
      { class: "fields" },
      ...question.fields.map((field, i) => {
        const made = toField(field, `${this.id}-${i}`);
        if (question.columns) named(made, i, question.columns);
        return made;
      }),
    );
    fields.toggleAttribute("data-matrix", question.columns !== undefined);
    if (question.columns) fields.style.setProperty("--columns", String(question.columns));
    const check = make("button", { class: "check" }, say("elements.quiz.check"));
    const show = make("button", { type: "button", class: "show" }, say("elements.quiz.show"));
    show.addEventListener("click", () => this.#show());
    this.#form.replaceChildren(fields, make("div", { class: "actions" }, check, show));
    this.#verdict.replaceChildren();
    delete this.dataset.state;
  }

  /** @returns {number[]} what is filled in, NaN where nothing is */
  get #given() {
    const question = /** @type {Question} */ (this.#question);
    return question.fields.map(({ choices }, i) => {
      if (!choices) return readNumber(this.#controls(i)[0].value) ?? Number.NaN;
      return this.#controls(i).findIndex(({ checked }) => checked);
    });
  }

  /** @param {number} place */
  #controls(place) {
    const found = this.#form.querySelectorAll(`[name="${this.id}-${place}"]`);
    return /** @type {HTMLInputElement[]} */ ([...found]);
  }

  #check() {
    const question = /** @type {Question} */ (this.#question);
    const given = this.#given;
    const empty = given.findIndex(
      (number, i) => Number.isNaN(number) || (question.fields[i].choices && number < 0),
    );
    if (empty >= 0) {
      this.#verdict.replaceChildren(make("p", {}, say("elements.quiz.fill")));
      this.#controls(empty)[0].focus();
      return;
    }
    const { right, fields, whys } = mark(question, given);
    for (const [i, fits] of fields.entries()) {
      for (const control of this.#controls(i)) control.ariaInvalid = String(!fits);
    }
    this.#tell(
      right ? "right" : "wrong",
      make("strong", {}, say(right ? "elements.quiz.right" : "elements.quiz.wrong")),
      ...(right ? [] : this.#gaps(question, given, fields)),
      ...whys.map((why) => make("p", { class: "why" }, ...rich(...why))),
    );
    emit(this, "answer", right);
  }

  #show() {
    const question = /** @type {Question} */ (this.#question);
    for (const [i, { answer, choices }] of question.fields.entries()) {
      const controls = this.#controls(i);
      for (const control of controls) control.ariaInvalid = null;
      if (choices) controls[answer].checked = true;
      else controls[0].value = number(answer);
    }
    this.#tell("shown");
    emit(this, "show");
  }

  /**
   * @param {Question} question
   * @param {readonly number[]} given
   * @param {readonly boolean[]} rights
   */
  #gaps({ fields }, given, rights) {
    const wrong = fields.flatMap((field, i) => (rights[i] ? [] : [{ field, given: given[i] }]));
    if (wrong.length !== 1) {
      return [make("p", {}, say("elements.quiz.count", { n: wrong.length, of: fields.length }))];
    }
    const [{ field, given: said }] = wrong;
    const told = (/** @type {number} */ answer) =>
      field.choices ? say(...field.choices[answer]) : number(answer);
    return [make("p", {}, say("elements.quiz.gap", { said: told(said), is: told(field.answer) }))];
  }

  /**
   * @param {"right" | "wrong" | "shown"} state
   * @param {...Node} first
   */
  #tell(state, ...first) {
    const { because, working = [] } = /** @type {Question} */ (this.#question);
    this.dataset.state = state;
    const lines = working.length ? [make("p", { class: "working" }, ...equation(...working))] : [];
    this.#verdict.replaceChildren(
      ...first,
      make("p", { class: "because" }, ...rich(...because)),
      ...lines,
    );
  }
}

/** @param {{label: Text, rows: readonly (readonly number[])[]}} matrix */
function figure({ label, rows }) {
  const matrix = new NumberMatrix();
  matrix.setUp({ label: say(...label) });
  matrix.shows = { rows: rows.map((row) => [...row]) };
  return make("figure", {}, make("figcaption", {}, say(...label)), matrix);
}

/**
 * Name a field by its place in the matrix that it is part of.
 *
 * @param {HTMLElement} field
 * @param {number} place
 * @param {number} columns
 */
function named(field, place, columns) {
  const [row, column] = [Math.floor(place / columns), place % columns];
  const input = field.querySelector("input");
  if (input) input.ariaLabel = say("elements.matrix.field", { row, column });
}

/**
 * @param {Field} field
 * @param {string} name
 */
function toField({ label, choices }, name) {
  const told = label ? rich(...label) : [];
  if (choices) {
    const options = choices.map((choice, i) =>
      make(
        "label",
        {},
        make("input", { type: "radio", name, value: String(i) }),
        make("span", {}, ...rich(...choice)),
      ),
    );
    return make("fieldset", { class: "choices" }, make("legend", {}, ...told), ...options);
  }
  const input = make("input", { name, type: "text", autocomplete: "off", size: "9" });
  if (!label) input.ariaLabel = say("elements.quiz.answer");
  return make("label", {}, ...(label ? [make("span", {}, ...told)] : []), input);
}

customElements.define("quiz-question", QuizQuestion);
