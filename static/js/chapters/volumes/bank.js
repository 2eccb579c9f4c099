import { make, on } from "../../dom.js";
import { FeatureMap } from "../../elements/feature-map.js";
import { NumberStepper } from "../../elements/number-stepper.js";
import { say } from "../../messages.js";
import { FILTERS } from "./filters.js";

/**
 * How many filters there are, and which one is looked at: each with the map that it makes.
 *
 * @param {object} told
 * @param {(count: number) => void} told.recount
 * @param {(filter: number) => void} told.choose
 */
export function bank({ recount, choose }) {
  const many = new NumberStepper();
  many.setUp({ label: say(".filters"), min: 1, max: FILTERS.length });
  on(many, "number-stepper:change", recount);
  const choices = FILTERS.map((_, filter) => {
    const label = say(".filter", { n: filter + 1 });
    const input = make("input", {
      type: "radio",
      name: "filter",
      value: String(filter),
      "aria-label": label,
    });
    input.addEventListener("change", () => choose(filter));
    const map = new FeatureMap();
    const box = make("label", { title: label }, input, map);
    return { input, map, box, size: "" };
  });
  const element = make(
    "div",
    { class: "bank" },
    many,
    make(
      "fieldset",
      { class: "maps" },
      make("legend", { class: "visually-hidden" }, say(".look")),
      ...choices.map(({ box }) => box),
    ),
  );

  /**
   * @param {readonly (readonly (readonly number[])[])[]} maps of the filters that there are
   * @param {number} filter that is looked at
   * @param {readonly [low: number, high: number]} range
   */
  const show = (maps, filter, range) => {
    many.value = maps.length;
    for (const [i, choice] of choices.entries()) {
      choice.box.hidden = i >= maps.length;
      choice.input.checked = i === filter;
      if (i >= maps.length) continue;
      const [rows, columns] = [maps[i].length, maps[i][0].length];
      if (choice.size !== `${rows},${columns}`) {
        choice.size = `${rows},${columns}`;
        choice.map.setUp({
          rows,
          columns,
          label: say(".filter", { n: i + 1 }),
          scale: "diverging",
          flat: false,
        });
      }
      choice.map.data = { values: Float32Array.from(maps[i].flat()), range };
      choice.map.ariaHidden = "true";
    }
  };
  return { element, show };
}
