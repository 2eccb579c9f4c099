/**
 * The network's own filters beside the kernels that they are most like.
 */

import { make, write } from "../../dom.js";
import { drawKernel } from "../../elements/kernel-picker.js";
import { NumberMatrix } from "../../elements/number-matrix.js";
import { KERNELS } from "../../kernels.js";
import { around } from "../../lab.js";
import { equation, fraction, row } from "../../mathml.js";
import { say } from "../../messages.js";
import { number } from "../../text.js";
import { matches } from "./similarity.js";

const TOLD = 5;

/** @typedef {readonly (readonly number[])[]} Rows */

/**
 * @param {(filter: number) => void} choose
 * @returns {{element: HTMLElement, show: (filters: readonly Rows[], chosen: number) => void}}
 */
export function filterCards(choose) {
  const cards = make("div", { class: "cards", role: "group", "aria-label": say(".filters") });
  const filter = new NumberMatrix();
  const kernel = new NumberMatrix();
  filter.setUp({ label: say(".filter_numbers"), scale: "diverging" });
  kernel.setUp({ label: say(".best"), scale: "diverging" });
  const [filterCaption, kernelCaption] = [make("figcaption"), make("figcaption")];
  const list = make("ol", { class: "ranking", "aria-label": say(".ranking") });
  const formula = make("p", { class: "cosine" });
  const element = make(
    "section",
    { class: "filters" },
    make("h3", {}, say(".filters")),
    make("p", { class: "note" }, say(".filters_told")),
    cards,
    make(
      "div",
      { class: "chosen" },
      make("figure", {}, filterCaption, filter),
      make("figure", {}, kernelCaption, kernel),
      list,
    ),
    formula,
  );
  /** @type {readonly Rows[]} */
  let shown = [];

  const card = (/** @type {Rows} */ rows, /** @type {number} */ place) => {
    const [{ name, cosine, at }] = matches(rows);
    const picture = make("canvas", { "aria-hidden": "true" });
    drawKernel(picture, rows);
    const frame = make("i", { class: "frame" });
    const sides = [at[0], 2 - at[1], 2 - at[0], at[1]];
    frame.style.inset = sides.map((side) => `${side * 20}%`).join(" ");
    const classic = make("canvas", { "aria-hidden": "true" });
    drawKernel(classic, cosine < 0 ? negated(KERNELS[name]) : KERNELS[name]);
    const known = say(`elements.kernels.${name}`);
    const button = make(
      "button",
      { type: "button" },
      make("span", { class: "pair" }, make("span", { class: "filter" }, picture, frame), classic),
      make("strong", {}, say(".filter", { n: place })),
      make("span", {}, say(cosine < 0 ? ".turned" : ".like", { kernel: known })),
      make("span", { class: "value" }, number(rounded(cosine))),
    );
    button.addEventListener("click", () => choose(place));
    return button;
  };

  return {
    element,
    show: (filters, chosen) => {
      element.hidden = filters.length === 0;
      if (!filters.length) return;
      if (filters !== shown) cards.replaceChildren(...filters.map(card));
      shown = filters;
      for (const [place, button] of [...cards.children].entries()) {
        button.setAttribute("aria-pressed", String(place === chosen));
      }
      const rows = filters[chosen];
      const all = matches(rows);
      const [best] = all;
      const [top, left] = best.at;
      write(filterCaption, say(".filter", { n: chosen }));
      write(kernelCaption, say(`elements.kernels.${best.name}`));
      filter.shows = {
        rows: rows.map((weights) => weights.map((weight) => Number(weight.toFixed(2)))),
        range: around(rows),
        window: { rows: [top, top + 3], columns: [left, left + 3] },
      };
      kernel.shows = { rows: KERNELS[best.name], range: around(KERNELS[best.name]) };
      list.replaceChildren(
        ...all.slice(0, TOLD).map(({ name, cosine }) => {
          const bar = make("i", { "aria-hidden": "true" });
          bar.style.inlineSize = `${Math.abs(cosine) * 100}%`;
          bar.toggleAttribute("data-negative", cosine < 0);
          return make(
            "li",
            {},
            make("span", {}, say(`elements.kernels.${name}`)),
            make("span", { class: "bar" }, bar),
            make("span", { class: "value" }, number(rounded(cosine))),
          );
        }),
      );
      const [product, ...lengths] = [best.product, ...best.lengths].map((x) => number(rounded(x)));
      formula.replaceChildren(
        ...equation(
          ["cos", "="],
          [fraction(row("f", "·", "k"), row("‖", "f", "‖", "·", "‖", "k", "‖")), "="],
          [fraction(product, row(lengths[0], "·", lengths[1]))],
          ["=", number(rounded(best.cosine))],
        ),
        say(".energy", { percent: number(Math.round(100 * best.cosine ** 2)) }),
      );
    },
  };
}

/** @param {number} value */
function rounded(value) {
  return Number(value.toFixed(3));
}

/** @param {Rows} rows */
function negated(rows) {
  return rows.map((weights) => weights.map((weight) => -weight));
}
