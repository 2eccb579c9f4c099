/**
 * The space of features: the map of training digits, and the place of what is drawn in it.
 */

import { NewestWins, readFeatureSpace, readNeighbours } from "../api.js";
import { make, on, write } from "../dom.js";
import { FeatureSpace } from "../elements/feature-space.js";
import { NearestDigits } from "../elements/nearest-digits.js";
import { PictureSource } from "../elements/picture-source.js";
import { rich, say } from "../messages.js";
import { digits, SOURCE } from "../pictures.js";
import { PAD_SIDE } from "../strokes.js";
import { PointedDigit } from "./pointed-digit.js";

/**
 * @typedef {import("../api.js").Model} Model
 * @typedef {import("../api.js").Schemas["FeatureSpace"]} Space
 * @typedef {import("../api.js").Schemas["Neighbours"]} Neighbours
 * @typedef {import("../pictures.js").Source} Source
 */

/** @type {Source} */
const START = { ...SOURCE, kind: "digit", digit: 65 };

/**
 * Fill a section with the map. Where a model has none, the section is hidden.
 *
 * @param {HTMLElement} host whose `data-sprite` is the address of the digits' picture
 * @param {Model} model
 * @returns {Promise<void>} settled when the map is there
 */
export async function connectSpace(host, model) {
  /** @type {Space} */
  let space;
  try {
    space = await readFeatureSpace(model.id);
  } catch {
    host.hidden = true;
    return;
  }
  const layer = model.layers.find(({ id }) => id === space.layer_id);
  const values = { units: layer?.activation_size ?? 0, n: space.points.length };
  const source = new PictureSource();
  const told = make("p", { class: "said", role: "status" });
  const nearest = new NearestDigits();
  const plane = new FeatureSpace();
  const pointed = new PointedDigit(space, model.classes, host.dataset.sprite ?? "");
  const credit = say("model.space.credit", { source: space.source, licence: space.licence });
  host.replaceChildren(
    make("h2", {}, say("model.space.title")),
    make("p", {}, ...rich("model.space.idea", values)),
    make(
      "div",
      { class: "space" },
      make("div", { class: "tried" }, source, told, nearest),
      make(
        "figure",
        {},
        plane,
        pointed.element,
        make("figcaption", {}, ...rich("model.space.place", values), " ", credit),
      ),
    ),
  );
  source.setUp({ label: say("model.space.draw"), kinds: ["drawing", "digit"], digits });
  plane.space = {
    points: space.points.map(([x, y]) => [x, y]),
    classIndices: space.class_indices,
    classes: model.classes,
  };
  on(plane, "feature-space:point", (/** @type {number | null} */ index) => pointed.show(index));

  const reader = new NewestWins(
    async (/** @type {Source} */ asked) => readNeighbours(model.id, await toDrawing(asked)),
    { answer: show, fail: (error) => tell(error) },
  );
  on(
    source,
    "picture-source:change",
    (/** @type {import("../elements/picture-source.js").Change} */ change) => read(change.source),
  );
  source.source = START;
  read(START);

  /** @param {Source} chosen */
  function read(chosen) {
    source.source = chosen;
    if (chosen.kind === "digit" || chosen.strokes.length) return reader.ask(chosen);
    reader.drop();
    plane.marker = null;
    nearest.found = null;
    write(told, say("model.space.nothing"));
  }

  /** @param {Neighbours} found */
  function show(found) {
    const { place, neighbours, familiarity } = found;
    nearest.found = found;
    plane.marker = {
      place: [place[0], place[1]],
      neighbours: neighbours.map(({ index }) => index),
      familiar: familiarity.familiar,
    };
    write(told, familiarity.familiar ? "" : say("elements.nearest.unfamiliar"));
  }

  /** @param {unknown} error */
  function tell(error) {
    write(told, error instanceof Error ? error.message : String(error));
  }
}

/**
 * @param {Source} source
 * @returns {Promise<import("../api.js").Drawing>}
 */
async function toDrawing({ kind, digit, strokes, penWidth }) {
  if (kind === "drawing") {
    const pad = { width: PAD_SIDE, height: PAD_SIDE, pen_width: penWidth };
    return { strokes: [...strokes], pad };
  }
  const { list, side } = await digits();
  const { pixels } = list[digit];
  const row = (/** @type {number} */ i) => [...pixels.subarray(i * side, (i + 1) * side)];
  return { pixels: Array.from({ length: side }, (_, i) => row(i)) };
}
