/**
 * Honest scales: what shares a range of colours, and the numbers themselves.
 */

import { copy } from "../clipboard.js";
import { connectDialog, find, make, write } from "../dom.js";
import { FeatureMap } from "../elements/feature-map.js";
import { NumberTable } from "../elements/number-table.js";
import { SCALES } from "../store.js";
import { grid, maps, range, rangeOfAll } from "../tensor.js";
import { range as rangeText, value } from "../text.js";

/** @param {import("../bench.js").Desk} desk */
export function connectScales(desk) {
  const { store, commit } = desk;
  const toolbar = find(document, ".toolbar", HTMLElement);
  const boxes = [...toolbar.querySelectorAll("input")];
  const show = () => {
    const { scale, trace } = store.state;
    for (const box of boxes) box.checked = box.value === scale;
    const whole = scale === "network" && trace ? rangeOfAll(trace.activations.values()) : null;
    write(find(toolbar, ".low", HTMLElement), whole ? value(whole[0]) : "low");
    write(find(toolbar, ".high", HTMLElement), whole ? value(whole[1]) : "high");
  };
  toolbar.addEventListener("change", () => {
    const chosen = boxes.find((box) => box.checked)?.value;
    const scale = SCALES.find((known) => known === chosen);
    if (scale) commit({ scale });
  });
  store.subscribe((_, changed) => {
    if (changed.scale || changed.trace !== undefined) show();
  });
  show();
  connectNumbers(desk);
}

/** @param {import("../bench.js").Desk} desk */
function connectNumbers({ store, model }) {
  const dialog = find(document, "#numbers", HTMLDialogElement);
  const table = find(dialog, "number-table", NumberTable);
  const fields = find(dialog, ".fields", HTMLElement);
  const layers = find(dialog, "select[name=layer]", HTMLSelectElement);
  const channels = find(dialog, "select[name=channel]", HTMLSelectElement);
  /** @param {{label: string, values: Float32Array, columns: number}} map */
  const show = (map) => {
    write(find(dialog, "h2", HTMLElement), map.label);
    write(find(dialog, ".range", HTMLElement), `range ${rangeText(range(map.values))}`);
    table.show(map);
  };
  const showChosen = () => {
    const tensor = store.state.trace?.activations.get(layers.value);
    const layer = model.layers.find(({ id }) => id === layers.value);
    if (!tensor || !layer) return;
    const { count, columns } = grid(tensor.shape);
    const channel = Math.min(Number(channels.value), count - 1);
    channels.replaceChildren(
      ...Array.from({ length: count }, (_, i) => make("option", { value: String(i) }, String(i))),
    );
    channels.value = String(channel);
    find(dialog, ".map", HTMLElement).hidden = count === 1;
    const label = count > 1 ? `${layer.label} feature map ${channel}` : layer.label;
    show({ label, values: maps(tensor)[channel], columns });
  };
  /**
   * @param {string} layer
   * @param {number} channel
   */
  const open = (layer, channel) => {
    layers.value = layer;
    channels.replaceChildren(make("option", { value: String(channel) }));
    fields.hidden = false;
    showChosen();
    dialog.showModal();
  };

  layers.replaceChildren(
    ...model.layers.map(({ id, label }) => make("option", { value: id }, `${label} (${id})`)),
  );
  fields.addEventListener("change", showChosen);
  connectDialog(dialog);
  const button = find(document, "button[data-action=numbers]", HTMLButtonElement);
  button.addEventListener("click", () => {
    const { layer, index } = store.state.view;
    if (store.state.trace) open(layer ?? model.layers[0].id, index[0] ?? 0);
  });
  const copier = find(dialog, "button[data-action=copy]", HTMLButtonElement);
  copier.addEventListener("click", () => copy(table.text, copier));
  addEventListener("keydown", ({ key, target, ctrlKey, metaKey, altKey }) => {
    if (key !== "n" || ctrlKey || metaKey || altKey) return;
    if (!(target instanceof FeatureMap) || !target.data) return;
    if (target.address && store.state.trace) {
      open(target.address.layer, target.address.channel ?? 0);
      return;
    }
    fields.hidden = true;
    const { label, columns } = target;
    show({ label, columns, values: target.data.values });
    dialog.showModal();
  });
}
