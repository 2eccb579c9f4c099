import { make } from "../dom.js";
import { formula, windowText } from "../formula.js";
import { count } from "../text.js";

/**
 * The lecture's table: for each row its activation and how its parameters are counted.
 *
 * @typedef {import("../api.js").Model} Model
 */
export class ParameterTable extends HTMLElement {
  /** @param {Model} model */
  set model({ layers, table, parameter_count, title }) {
    const rows = table.map(({ label, layer_ids, output_shape, activation_size, ...row }) => {
      const parts = layers.filter(({ id }) => layer_ids.includes(id));
      const windows = parts.map(windowText).filter(Boolean);
      const [channels, ...sides] = output_shape;
      return make(
        "tr",
        {},
        make(
          "th",
          { scope: "row" },
          `${label} `,
          make("span", { class: "window" }, windows.join("; ")),
        ),
        number(`(${[...sides, channels].map(count).join(", ")})`),
        number(count(activation_size)),
        make("td", { class: "formula" }, parts.map(formula).filter(Boolean).join(" + ")),
        number(count(row.parameter_count)),
      );
    });
    const names = [
      "Layer",
      "Activation shape",
      "Activation size",
      "How they are counted",
      "Parameters",
    ];
    const head = names.map((name, i) => {
      const numbers = i === 1 || i === 2 || i === 4;
      return make("th", { scope: "col", class: numbers ? "number" : "" }, name);
    });
    const total = make(
      "tr",
      {},
      make("th", { scope: "row", colspan: "4" }, "Total"),
      number(count(parameter_count)),
    );
    this.replaceChildren(
      make(
        "table",
        {},
        make("caption", {}, `The layers of ${title}; shapes are height, width, channels`),
        make("thead", {}, make("tr", {}, ...head)),
        make("tbody", {}, ...rows),
        make("tfoot", {}, total),
      ),
    );
  }
}

/** @param {string} text */
function number(text) {
  return make("td", { class: "number" }, text);
}

customElements.define("parameter-table", ParameterTable);
