import { make } from "../dom.js";
import { say } from "../messages.js";
import { percent } from "../text.js";

/**
 * Digits that were read wrong, each a picture that leads to where its maps are.
 *
 * @typedef {object} Mistake
 * @property {import("../digits.js").Digit} digit
 * @property {number} prediction
 * @property {number} probability of the prediction
 * @property {string} href
 */
export class MisreadDigits extends HTMLElement {
  /**
   * @param {readonly Mistake[]} mistakes in the order in which to show them
   * @param {readonly string[]} classes
   */
  show(mistakes, classes) {
    const items = mistakes.map((mistake) => make("li", {}, link(mistake, classes)));
    this.replaceChildren(make("ul", {}, ...items));
  }
}

/**
 * @param {Mistake} mistake
 * @param {readonly string[]} classes
 */
function link({ digit, prediction, probability, href }, classes) {
  const { picture, classIndex, mnistIndex } = digit;
  const canvas = make("canvas", { width: `${picture.width}`, height: `${picture.height}` });
  canvas.getContext("2d", { alpha: false })?.drawImage(picture, 0, 0);
  const [of, as] = [classes[classIndex], classes[prediction]];
  const share = percent(probability);
  const says = say(".misread.digit", { of, as, share, index: String(mnistIndex) });
  const told = make("span", { "aria-hidden": "true" });
  told.append(make("span", { class: "reading" }, `${of} → ${as}`), make("span", {}, share));
  return make("a", { href, title: says }, canvas, told, hidden(says));
}

/** @param {string} text what is read out in the place of the signs */
function hidden(text) {
  return make("span", { class: "visually-hidden" }, text);
}

customElements.define("misread-digits", MisreadDigits);
