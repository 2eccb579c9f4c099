import { logShare } from "../axis.js";
import { emit, make, rove } from "../dom.js";
import { say } from "../messages.js";
import { mostOften } from "../report.js";
import { count } from "../text.js";

/**
 * How often each class was read as each other: a table whose mistakes can be chosen.
 *
 * Emits `confusion-matrix:choose` with a {@link Pair}.
 *
 * @typedef {{of: number | null, as: number | null}} Pair what the digits are, and what they are
 *   read as; null for anything
 */
export class ConfusionMatrix extends HTMLElement {
  /** @type {{button: HTMLButtonElement, of: number, as: number}[]} */
  #cells = [];

  /**
   * @param {readonly (readonly number[])[]} matrix how often row's class was read as column's
   * @param {readonly string[]} classes
   */
  show(matrix, classes) {
    const most = mostOften(matrix);
    this.#cells = [];
    const rows = matrix.map((row, of) =>
      make(
        "tr",
        {},
        make("th", { scope: "row" }, classes[of]),
        ...row.map((often, as) => this.#cell(often, of, as, most, classes)),
      ),
    );
    const heads = classes.map((name) => make("th", { scope: "col" }, name));
    const corner = make("th", { scope: "col" });
    corner.append(make("span", { class: "visually-hidden" }, say(".confusion.corner")));
    const table = make(
      "table",
      {},
      make("caption", {}, say(".confusion.caption")),
      make("thead", {}, make("tr", {}, corner, ...heads)),
      make("tbody", {}, ...rows),
    );
    rove(
      this.#cells.map(({ button }) => button),
      classes.length,
    );
    this.replaceChildren(table);
  }

  /** @param {Pair} pair */
  set chosen(pair) {
    for (const { button, of, as } of this.#cells) {
      const is = of !== as && pair.of === of && pair.as === as;
      button.ariaPressed = String(is);
    }
  }

  /**
   * @param {number} often
   * @param {number} of
   * @param {number} as
   * @param {number} most
   * @param {readonly string[]} classes
   */
  #cell(often, of, as, most, classes) {
    const right = of === as;
    const says = say(`.confusion.${right ? "right" : "wrong"}`, {
      n: often,
      of: classes[of],
      as: classes[as],
    });
    const button = make("button", { type: "button", "aria-label": says, title: says });
    button.append(often ? count(often) : "");
    if (right || !often) button.ariaDisabled = "true";
    else button.addEventListener("click", () => this.#choose(button, { of, as }));
    this.#cells.push({ button, of, as });
    const cell = make("td", {}, button);
    cell.toggleAttribute("data-right", right);
    if (!right && often) cell.style.setProperty("--share", String(logShare(often, most)));
    return cell;
  }

  /**
   * @param {HTMLButtonElement} button
   * @param {Pair} pair
   */
  #choose(button, pair) {
    const again = button.ariaPressed === "true";
    emit(this, "choose", again ? { of: null, as: null } : pair);
  }
}

customElements.define("confusion-matrix", ConfusionMatrix);
