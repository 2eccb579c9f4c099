/**
 * The layers in a row, each with its shape, parameters, multiply-adds and receptive field.
 */

import { make, rove } from "../../dom.js";
import { rich, say } from "../../messages.js";
import { count, shape as shapeText } from "../../text.js";

/**
 * @typedef {import("./architecture.js").Layer} Layer
 * @typedef {import("../../messages.js").Text} Text
 *
 * @typedef {object} Described the part of the API's layer that is shown
 * @property {string} kind
 * @property {readonly number[]} output_shape
 * @property {number} parameter_count
 * @property {number} multiply_adds
 * @property {{size: readonly number[]} | null} receptive_field
 *
 * @typedef {object} Row
 * @property {number | null} at the layer's place; −1 is the input, null what was put in by itself
 * @property {Layer | null} layer null for the input
 * @property {Described | null} described null for a layer that nothing reaches
 * @property {Text | null} wrong why it is impossible
 */

export class LayerTable {
  #body = make("tbody");
  #parameters = make("td", { class: "number" });
  #work = make("td", { class: "number work" });
  #at = Number.NaN;
  #chosen;
  #moved;
  #removed;
  element;

  /**
   * @param {object} listeners
   * @param {(at: number) => void} listeners.chosen
   * @param {(at: number, step: -1 | 1) => void} listeners.moved
   * @param {(at: number) => void} listeners.removed
   */
  constructor({ chosen, moved, removed }) {
    this.#chosen = chosen;
    this.#moved = moved;
    this.#removed = removed;
    const head = [".layer", ".output", ".parameters", ".work", ".sees"].map((key, i) =>
      make("th", { scope: "col", class: `${i ? "number " : ""}${key.slice(1)}` }, say(key)),
    );
    this.element = make(
      "table",
      { class: "layers" },
      make("thead", {}, make("tr", {}, ...head)),
      this.#body,
      make(
        "tfoot",
        {},
        make(
          "tr",
          {},
          make("th", { scope: "row", colspan: "2" }, say(".total")),
          this.#parameters,
          this.#work,
          make("td", { class: "sees" }),
        ),
      ),
    );
    this.#body.addEventListener("keydown", (event) => this.#key(event));
  }

  /** @param {{rows: readonly Row[], at: number, parameters: number, work: number}} shown */
  set shows({ rows, at, parameters, work }) {
    const focused = this.#body.contains(document.activeElement);
    const most = (/** @type {"parameter_count" | "multiply_adds"} */ what) =>
      Math.max(1, ...rows.map(({ described }) => described?.[what] ?? 0));
    const mosts = { parameters: most("parameter_count"), work: most("multiply_adds") };
    this.#body.replaceChildren(...rows.map((row) => this.#row(row, at, mosts)));
    this.#parameters.textContent = count(parameters);
    this.#work.textContent = count(work);
    const buttons = [...this.#body.querySelectorAll("button")];
    const stop = rove(buttons);
    const current = buttons.find(({ dataset }) => dataset.at === String(at));
    if (!current) return;
    stop(current);
    if (focused) current.focus();
    if (at !== this.#at) this.#bringIntoSight(current);
    this.#at = at;
  }

  /**
   * Scroll the table alone, not the page.
   *
   * @param {HTMLElement} button of the row
   */
  #bringIntoSight(button) {
    const frame = this.element.parentElement;
    const row = button.closest("tr");
    if (!frame || !row) return;
    const [seen, wanted] = [frame, row].map((element) => element.getBoundingClientRect());
    const edges = 2 * wanted.height;
    if (wanted.top < seen.top + edges) frame.scrollTop += wanted.top - seen.top - edges;
    else if (wanted.bottom > seen.bottom - edges) {
      frame.scrollTop += wanted.bottom - seen.bottom + edges;
    }
  }

  /**
   * @param {Row} row
   * @param {number} at
   * @param {{parameters: number, work: number}} mosts
   */
  #row({ at: place, layer, described, wrong }, at, mosts) {
    const name = layer ? nameOf(layer) : say(place === null ? ".flatten" : "page.input");
    const told = make("span", { class: "knobs-told" }, layer ? summary(layer) : "");
    const number = make(
      "span",
      { class: "n" },
      place === null || place < 0 ? "" : count(place + 1),
    );
    const head =
      place === null
        ? make(
            "span",
            { class: "by-itself" },
            number,
            `${name} `,
            make("em", {}, say(".by_itself")),
          )
        : this.#button(place, at, number, `${name} `, told);
    const cells = described
      ? [
          make("td", { class: "number" }, shapeText(described.output_shape)),
          share(described.parameter_count, mosts.parameters, "number"),
          share(described.multiply_adds, mosts.work, "number work"),
          make("td", { class: "number sees" }, seen(described)),
        ]
      : [make("td", { colspan: "4", class: "why" }, ...(wrong ? rich(...wrong) : ["–"]))];
    const row = make("tr", {}, make("th", { scope: "row" }, head), ...cells);
    row.toggleAttribute("data-wrong", wrong !== null);
    row.toggleAttribute("data-unreached", !described && !wrong);
    row.toggleAttribute("data-at", place === at);
    return row;
  }

  /**
   * @param {number} place
   * @param {number} at
   * @param {...(Node | string)} content
   */
  #button(place, at, ...content) {
    const button = make("button", { type: "button", "data-at": String(place) }, ...content);
    button.setAttribute("aria-pressed", String(place === at));
    button.addEventListener("click", () => this.#chosen(place));
    return button;
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const at = Number(/** @type {HTMLElement} */ (event.target).dataset.at);
    if (Number.isNaN(at) || at < 0) return;
    if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
      event.preventDefault();
      this.#moved(at, event.key === "ArrowUp" ? -1 : 1);
    } else if (event.key === "Delete" || event.key === "Backspace") {
      event.preventDefault();
      this.#removed(at);
    }
  }
}

/** @param {Layer} layer */
export function nameOf({ kind }) {
  return say(`.${kind}`);
}

/**
 * @param {Layer} layer
 * @returns {string} its numbers as the lecture writes them
 */
function summary({ out_channels, kernel_size, stride, padding, out_features }) {
  if (out_features !== undefined) return count(out_features);
  if (kernel_size === undefined) return "";
  const parts = [`f = ${kernel_size}`, `s = ${stride}`, ...(padding ? [`p = ${padding}`] : [])];
  return `${out_channels === undefined ? "" : `${count(out_channels)} · `}${parts.join(", ")}`;
}

/** @param {Described} described */
function seen({ receptive_field }) {
  return receptive_field ? receptive_field.size.map(count).join(" × ") : "–";
}

/**
 * @param {number} number
 * @param {number} most
 * @param {string} name
 */
function share(number, most, name) {
  const cell = make("td", { class: `${name} share` }, count(number));
  cell.style.setProperty("--share", String(number / most));
  return cell;
}
