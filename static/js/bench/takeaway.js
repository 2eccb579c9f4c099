/**
 * Take it away: the link, pictures, numbers, and the code that gives a number on the screen.
 */

import { readLayerFile } from "../api.js";
import { copy } from "../clipboard.js";
import { curlCode, pythonCode } from "../code.js";
import { connectDialog, download, find, make, write } from "../dom.js";
import { grid, maps, strongest } from "../tensor.js";
import { asPng, asSvg, picturesOf } from "./pictures.js";

/**
 * @typedef {import("../api.js").Layer} Layer
 * @typedef {import("../api.js").Trace} Trace
 */

/** @param {import("../bench.js").Desk} desk */
export function connectTakeaway(desk) {
  const { store, model, ask, report } = desk;
  const dialog = find(document, "#take", HTMLDialogElement);
  const layers = find(dialog, "select[name=layer]", HTMLSelectElement);
  const places = [...dialog.querySelectorAll("input")];
  const number = find(dialog, "output[name=number]", HTMLOutputElement);
  const codes = {
    python: find(dialog, "[data-code=python]", HTMLElement),
    curl: find(dialog, "[data-code=curl]", HTMLElement),
  };
  const layer = () => model.layers.find(({ id }) => id === layers.value) ?? model.layers[0];

  /** @param {readonly number[]} index the unit that is chosen */
  const choose = (index) => {
    const { output_shape } = layer();
    for (const [axis, input] of places.entries()) {
      const side = output_shape[axis];
      const label = input.closest("label");
      if (label) label.hidden = side === undefined;
      input.max = String((side ?? 1) - 1);
      input.value = String(Math.min(index[axis] ?? 0, (side ?? 1) - 1));
    }
    const name = output_shape.length === 3 ? "Channel" : "Unit";
    write(find(dialog, ".axis", HTMLElement), name);
    show();
  };
  const show = () => {
    const { state } = store;
    const drawing = ask(state);
    const { id, label, output_shape } = layer();
    const index = output_shape.map((_, axis) => places[axis].valueAsNumber);
    const tensor = state.trace?.activations.get(id);
    const fits = output_shape.every(
      (side, i) => Number.isInteger(index[i]) && index[i] < side && index[i] >= 0,
    );
    if (!drawing || !tensor || !fits) return;
    const place = index.reduce((sum, at, axis) => sum * output_shape[axis] + at, 0);
    write(number, String(tensor.values[place]));
    const asked = { model, layer: id, index, experiment: state };
    write(codes.python, pythonCode(asked));
    write(codes.curl, curlCode({ ...asked, origin: location.origin, drawing }));
    for (const name of dialog.querySelectorAll(".of-layer")) write(name, label);
    const [map] = index;
    const isMap = output_shape.length === 3 && output_shape[0] > 1;
    write(find(dialog, ".of-map", HTMLElement), `${label} feature map ${map}`);
    find(dialog, ".of-map", HTMLElement).parentElement?.toggleAttribute("hidden", !isMap);
  };

  layers.replaceChildren(
    ...model.layers.map(({ id, label }) => make("option", { value: id }, `${label} (${id})`)),
  );
  layers.addEventListener("change", () => choose(best(store.state.trace, layer().id)));
  for (const input of places) input.addEventListener("input", show);
  connectDialog(dialog);
  find(document, "button[data-action=take]", HTMLButtonElement).addEventListener("click", () => {
    const { view, trace } = store.state;
    if (!trace) return;
    layers.value = view.layer ?? model.layers[model.layers.length - 1].id;
    choose(complete(view.index, layer(), trace));
    dialog.showModal();
  });
  for (const button of document.querySelectorAll("button[data-action=link]")) {
    if (!(button instanceof HTMLButtonElement)) continue;
    button.addEventListener("click", () => copy(location.href, button));
  }
  for (const button of dialog.querySelectorAll("button[data-copy]")) {
    if (!(button instanceof HTMLButtonElement)) continue;
    const code = button.dataset.copy === "curl" ? codes.curl : codes.python;
    button.addEventListener("click", () => copy(code.textContent ?? "", button));
  }
  for (const button of dialog.querySelectorAll("button[data-file]")) {
    if (!(button instanceof HTMLButtonElement)) continue;
    const { file, of } = button.dataset;
    button.addEventListener("click", () => {
      const saved = of ? savePicture(of, file) : saveNumbers(file);
      saved.catch(report);
    });
  }

  /** @param {string | undefined} file */
  async function saveNumbers(file) {
    const drawing = ask(store.state);
    const { id } = layer();
    if (!drawing) return;
    const blob = await readLayerFile(model.id, id, drawing, file === "npy" ? "npy" : "lists");
    download(blob, `${model.id}-${id}.${file}`);
  }

  /**
   * @param {string} of network, layer or map
   * @param {string | undefined} file
   */
  async function savePicture(of, file) {
    const { trace } = store.state;
    if (!trace) return;
    const shown = of === "network" ? model.layers : [layer()];
    const channel = of === "map" ? places[0].valueAsNumber : null;
    const name = of === "network" ? model.id : `${model.id}-${shown[0].id}`;
    const picture = picturesOf(model, { ...store.state, trace }, shown, channel);
    const blob = file === "svg" ? asSvg(picture) : await asPng(picture);
    download(blob, `${name}.${file}`);
  }
}

/**
 * @param {Trace | null} trace
 * @param {string} layerId
 * @returns {number[]} the index of its strongest unit
 */
function best(trace, layerId) {
  const tensor = trace?.activations.get(layerId);
  if (!tensor) return [];
  let place = strongest(tensor.values);
  return tensor.shape
    .toReversed()
    .map((side) => {
      const at = place % side;
      place = Math.floor(place / side);
      return at;
    })
    .toReversed();
}

/**
 * @param {readonly number[]} index as far as it is given
 * @param {Layer} layer
 * @param {Trace} trace
 * @returns {readonly number[]} that unit, or the strongest of the map or of the layer
 */
function complete(index, { id, output_shape }, trace) {
  const tensor = trace.activations.get(id);
  if (!tensor || index.length === output_shape.length) return index;
  if (index.length === 0) return best(trace, id);
  const { columns } = grid(tensor.shape);
  const place = strongest(maps(tensor)[index[0]]);
  return [index[0], Math.floor(place / columns), place % columns];
}
