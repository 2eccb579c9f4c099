/**
 * The last volume and the row of numbers that it becomes.
 */

import { make, on, rove } from "../../dom.js";
import { NumberStepper } from "../../elements/number-stepper.js";
import { choice, matrix } from "../../lab.js";
import { say } from "../../messages.js";
import { count, shape as shapeText } from "../../text.js";
import { cellOf, nearestCell, placeOf } from "./order.js";

/**
 * @typedef {import("./order.js").Cell} Cell
 * @typedef {import("./order.js").Shape} Shape
 * @typedef {import("./order.js").Order} Order
 */

/** Rows and columns of a map that are shown at once. */
const SEEN = 9;
/** Numbers of the row before and behind the chosen one. */
const NEAR = 3;

export class Unrolled {
  #title = make("h3", {});
  #map = matrix(".cells", { chooses: true });
  #caption = make("figcaption", {});
  #channel = new NumberStepper();
  #number = new NumberStepper();
  #row = make("ol", { class: "row-of-numbers" });
  #told = make("p", { class: "told", "aria-live": "polite" });
  #order;
  /** @type {Shape} */
  #shape = [1, 1, 1];
  /** @type {Cell} */
  #cell = [0, 0, 0];
  /** @type {Order} */
  #orderNow = "channels_first";
  #first = [0, 0];
  element;

  /**
   * @param {object} listeners
   * @param {(cell: Cell) => void} listeners.chosen
   * @param {(order: Order) => void} listeners.ordered
   */
  constructor({ chosen, ordered }) {
    const orders = { channels_first: ".channels_first", channels_last: ".channels_last" };
    this.#order = choice("order", ".order", orders, (value) =>
      ordered(/** @type {Order} */ (value)),
    );
    this.#channel.setUp({ label: say("page.channel"), min: 0, max: 0 });
    this.#number.setUp({ label: say(".number"), min: 0, max: 0, text: count });
    on(this.#channel, "number-stepper:change", (/** @type {number} */ channel) =>
      chosen([channel, this.#cell[1], this.#cell[2]]),
    );
    on(this.#number, "number-stepper:change", (/** @type {number} */ place) =>
      chosen(cellOf(place, this.#shape, this.#orderNow)),
    );
    on(
      this.#map,
      "number-matrix:choose",
      (/** @type {{row: number, column: number}} */ { row, column }) =>
        chosen([this.#cell[0], row + this.#first[0], column + this.#first[1]]),
    );
    this.#row.addEventListener("click", (event) => {
      const button = event.target instanceof Element && event.target.closest("button");
      if (button instanceof HTMLButtonElement) {
        chosen(cellOf(Number(button.dataset.place), this.#shape, this.#orderNow));
      }
    });
    this.element = make(
      "section",
      { class: "unrolled" },
      this.#title,
      this.#order,
      make(
        "div",
        { class: "both" },
        make("figure", {}, this.#caption, this.#map),
        make("div", { class: "line" }, this.#channel, this.#number, this.#row, this.#told),
      ),
    );
  }

  /** @param {{shape: Shape, cell: Cell, order: Order}} shown the cell is brought into the shape */
  set shows({ shape, cell, order }) {
    const [channels, rows, columns] = shape;
    const all = channels * rows * columns;
    const here = nearestCell(cell, shape);
    const place = placeOf(here, shape, order);
    this.#shape = shape;
    this.#cell = here;
    this.#orderNow = order;
    this.#order.value = order;
    this.#title.textContent = say(".unrolled", { shape: shapeText(shape), n: all });

    // A large map is seen in part, which moves only when the cell leaves it.
    this.#first = [rows, columns].map((length, axis) => {
      const before = Math.min(this.#first[axis], Math.max(0, length - SEEN));
      const at = here[axis + 1];
      return at < before ? at : at >= before + SEEN ? at - SEEN + 1 : before;
    });
    const [top, left] = this.#first;
    const [height, width] = [Math.min(rows, SEEN), Math.min(columns, SEEN)];
    this.#map.shows = {
      rows: Array.from({ length: height }, (_, r) =>
        Array.from({ length: width }, (_, c) =>
          placeOf([here[0], top + r, left + c], shape, order),
        ),
      ),
      mark: [here[1] - top, here[2] - left],
    };
    this.#caption.textContent =
      height < rows || width < columns
        ? say(".cells_part", {
            channel: here[0],
            rows: `${top}–${top + height - 1}`,
            columns: `${left}–${left + width - 1}`,
          })
        : say(".cells_of", { channel: here[0] });
    this.#channel.range = [0, channels - 1];
    this.#channel.value = here[0];
    this.#number.range = [0, all - 1];
    this.#number.value = place;
    this.#near(place, all);
    this.#told.textContent = say(".becomes", {
      row: here[1],
      column: here[2],
      channel: here[0],
      number: place,
    });
  }

  /**
   * @param {number} place
   * @param {number} all
   */
  #near(place, all) {
    const length = Math.min(all, 2 * NEAR + 1);
    const first = Math.max(0, Math.min(place - NEAR, all - length));
    const focused = this.#row.contains(document.activeElement);
    const buttons = Array.from({ length }, (_, i) => {
      const [channel, row, column] = cellOf(first + i, this.#shape, this.#orderNow);
      const button = make(
        "button",
        {
          type: "button",
          "data-place": String(first + i),
          title: say(".becomes", { row, column, channel, number: first + i }),
        },
        make("strong", {}, count(first + i)),
        make("span", {}, say(".cell_short", { row, column })),
        make("span", {}, say(".channel_short", { channel })),
      );
      if (first + i === place) button.setAttribute("aria-current", "true");
      return button;
    });
    this.#row.replaceChildren(...buttons.map((button) => make("li", {}, button)));
    const stop = rove(buttons);
    const current = buttons[place - first];
    stop(current);
    if (focused) current.focus();
  }
}
