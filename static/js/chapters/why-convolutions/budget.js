import { make, on, write } from "../../dom.js";
import { NumberStepper } from "../../elements/number-stepper.js";
import { say } from "../../messages.js";
import { count, number } from "../../text.js";
import { KINDS, layersOf } from "./layers.js";

/** Least and most of each size. */
export const LIMITS = /** @type {const} */ ({
  side: [8, 256],
  channels: [1, 64],
  size: [1, 8],
  filters: [1, 64],
});

/** @typedef {keyof typeof LIMITS} Size */

/**
 * The parameters of three layers between the same volumes, as numbers and as areas.
 *
 * @param {(changed: Partial<Record<Size, number>>) => void} resize
 */
export function budget(resize) {
  const slider = make("input", {
    type: "range",
    min: String(LIMITS.side[0]),
    max: String(LIMITS.side[1]),
    "aria-label": say(".side"),
  });
  const sideTold = make("output");
  slider.addEventListener("input", () => resize({ side: slider.valueAsNumber }));
  const steppers = /** @type {const} */ (["channels", "size", "filters"]).map((name) => {
    const stepper = new NumberStepper();
    stepper.setUp({ label: say(`.${name}`), min: LIMITS[name][0], max: LIMITS[name][1] });
    on(stepper, "number-stepper:change", (/** @type {number} */ value) =>
      resize({ [name]: value }),
    );
    return { name, stepper };
  });
  const shapes = make("p", { class: "shapes", "aria-live": "polite" });
  const lines = KINDS.map((kind) => {
    const parameters = make("td", { class: "count", "data-kind": kind });
    const why = make("p", { class: "why" });
    const factor = make("td", { class: "factor" });
    const key = make("i", { class: "key", "data-kind": kind, "aria-hidden": "true" });
    const name = make("th", { scope: "row" }, key, say(`.kinds.${kind}`), why);
    const row = make("tr", {}, name, parameters, factor);
    return { kind, parameters, why, factor, row };
  });
  const squares = KINDS.map((kind) => make("i", { "data-kind": kind }));
  const ring = make("i", { class: "ring" });
  const saved = make("td", { class: "factor", colspan: "2", "data-kind": "saved" });
  const picture = make("div", { class: "areas", role: "img" }, ...squares, ring);
  const head = ["layer", "parameters", "fewer"].map((name) =>
    make("th", { scope: "col" }, say(`.${name}`)),
  );
  const element = make(
    "section",
    { class: "budget", "aria-label": say(".budget") },
    make(
      "div",
      { class: "knobs" },
      make("label", { class: "slider" }, make("span", {}, say(".side")), slider, sideTold),
      ...steppers.map(({ stepper }) => stepper),
      shapes,
    ),
    make(
      "div",
      { class: "compared" },
      make(
        "table",
        {},
        make("thead", {}, make("tr", {}, ...head)),
        make("tbody", {}, ...lines.map(({ row }) => row)),
        make("tfoot", {}, make("tr", {}, make("th", { scope: "row" }, say(".saved")), saved)),
      ),
      make("figure", {}, picture, make("figcaption", {}, say(".areas"))),
    ),
  );

  /** @param {import("./layers.js").Sizes} state */
  const show = (state) => {
    const layers = layersOf(state);
    slider.valueAsNumber = state.side;
    write(sideTold, `${count(state.side)} × ${count(state.side)}`);
    slider.setAttribute("aria-valuetext", sideTold.value);
    for (const { name, stepper } of steppers) stepper.value = state[name];
    const shape = (/** @type {number} */ side, /** @type {number} */ depth) =>
      `${count(side)} × ${count(side)} × ${count(depth)}`;
    write(shapes, `${shape(state.side, state.channels)} → ${shape(layers.rows, state.filters)}`);
    const whys = [
      say(".whys.fully", { inputs: layers.inputs }),
      say(".whys.local", { window: layers.window }),
      say(".whys.shared", { filters: state.filters }),
    ];
    for (const [i, line] of lines.entries()) {
      const parameters = layers[line.kind];
      write(line.parameters, count(parameters));
      write(line.why, whys[i]);
      const before = i ? layers[lines[i - 1].kind] : parameters;
      write(line.factor, i ? `÷ ${rounded(before / parameters)}` : "");
      squares[i].style.inlineSize = `${100 * Math.sqrt(parameters / layers.fully)}%`;
    }
    write(saved, `÷ ${rounded(layers.fully / layers.shared)}`);
    ring.style.setProperty("--size", String(Math.sqrt(layers.shared / layers.fully)));
    picture.ariaLabel = say(".areas_told", {
      fully: layers.fully,
      local: layers.local,
      shared: layers.shared,
    });
  };
  return { element, show };
}

/** @param {number} ratio */
function rounded(ratio) {
  return ratio >= 100 ? count(Math.round(ratio)) : number(Number(ratio.toPrecision(3)));
}
