/**
 * Building a network: layers in a row, what each makes of the shape before it, and the row of
 * numbers that the last volume becomes.
 */

import { NewestWins } from "../api.js";
import { copy } from "../clipboard.js";
import { download, make } from "../dom.js";
import { fieldsOf } from "../fields.js";
import { choice, figure, trouble } from "../lab.js";
import { open } from "../lecture.js";
import { rich, say } from "../messages.js";
import { exercises, LECTURE, predict } from "../questions/building-a-network.js";
import { describe, lastVolume, toRows, toVolumes } from "./building-a-network/answer.js";
import { fromPreset, read, write } from "./building-a-network/architecture.js";
import { Editor } from "./building-a-network/editor.js";
import { formula } from "./building-a-network/formulas.js";
import { LayerTable } from "./building-a-network/layer-table.js";
import { ORDERS } from "./building-a-network/order.js";
import { Unrolled } from "./building-a-network/unrolled.js";
import { boxes } from "./building-a-network/volumes.js";

/**
 * @typedef {import("./building-a-network/architecture.js").Architecture} Architecture
 * @typedef {import("./building-a-network/order.js").Cell} Cell
 * @typedef {import("./building-a-network/answer.js").Answer} Answer
 *
 * @typedef {object} State
 * @property {Architecture} network
 * @property {number} at the layer that is chosen; −1 is the input
 * @property {Cell} cell of the last volume
 * @property {import("./building-a-network/order.js").Order} order
 * @property {Answer | null} answer
 */

/** @type {State} */
const START = {
  network: /** @type {Architecture} */ (read(LECTURE)),
  at: 0,
  cell: [0, 0, 0],
  order: "channels_first",
  answer: null,
};
const field = fieldsOf(START);
const EMPTY = /** @type {Architecture} */ (read("32x32x1"));

/**
 * @param {HTMLElement} host
 * @param {(changed: Partial<State>) => void} set
 */
function build(host, set) {
  let now = START;
  let asked = /** @type {Architecture | null} */ (null);
  const change = (/** @type {Architecture} */ network, /** @type {number} */ at) =>
    set({ network, at });
  const presets = {
    lenet5: ".lenet5",
    lecture: ".lecture",
    alexnet: ".alexnet",
    vgg16: ".vgg16",
    empty: ".empty",
  };
  const begin = choice("begin", ".begin", presets, (id) => void start(id));
  const strip = make("div", { class: "volumes", role: "group", "aria-label": say(".volumes") });
  const told = make("p", { class: "impossible", role: "status" });
  const editor = new Editor(change);
  const table = new LayerTable({
    chosen: (at) => set({ at }),
    moved: (at, step) => editor.move(at, step),
    removed: (at) => editor.remove(at),
  });
  const unrolled = new Unrolled({
    chosen: (cell) => set({ cell }),
    ordered: (order) => set({ order }),
  });
  const copied = make("button", { type: "button", class: "plain" }, say(".copy"));
  copied.addEventListener("click", () => copy(now.answer?.code ?? "", copied));
  const file = make("button", { type: "button", class: "plain" }, say(".download"));
  file.addEventListener("click", () =>
    download(new Blob([now.answer?.code ?? ""], { type: "text/x-python" }), "network.py"),
  );
  host.append(
    begin,
    figure(".volumes_note", strip),
    editor.element,
    told,
    make("div", { class: "layers-scroll" }, table.element),
    make("div", { class: "actions" }, copied, file),
    unrolled.element,
  );

  /** @param {string} id */
  const start = async (id) => {
    try {
      const network = id === "empty" ? EMPTY : fromPreset(await preset(id));
      names.set(write(network), id);
      set({ network, at: network.layers.length ? 0 : -1, cell: [0, 0, 0] });
    } catch (error) {
      told.textContent = trouble(error);
    }
  };

  const live = new NewestWins(describe, {
    answer: (answer) => set({ answer }),
    fail: (error) => {
      told.textContent = trouble(error);
    },
  });

  return (/** @type {State} */ state) => {
    now = state;
    const { network, answer } = state;
    if (network !== asked || !(answer || live.busy)) {
      asked = network;
      live.ask(network);
    }
    const at = Math.min(state.at, network.layers.length - 1);
    editor.shows = { network, at };
    begin.value = names.get(write(network)) ?? "";
    // What is shown stays until there is more to show.
    if (!answer || answer.of !== network) return;
    const rows = toRows(answer);
    const why = rows.find(({ wrong }) => wrong)?.wrong;
    told.replaceChildren(
      ...(why
        ? [`${say(".layer_number", { n: Number(answer.wrong) + 1 })} `, ...rich(...why)]
        : []),
    );
    table.shows = { rows, at, parameters: answer.parameter_count, work: answer.multiply_adds };
    strip.replaceChildren(...boxes(toVolumes(answer), at, (place) => set({ at: place })));
    const shape = lastVolume(answer);
    unrolled.shows = { shape, cell: state.cell, order: state.order };
  };
}

/** The architectures to start from that are known so far, by how they are written. */
const names = new Map([
  [LECTURE, "lecture"],
  [write(EMPTY), "empty"],
]);

/** @type {Map<string, Promise<any>>} */
const loaded = new Map();

/** @param {string} id */
async function preset(id) {
  if (!loaded.has("all"))
    loaded.set(
      "all",
      fetch("/api/architectures").then((r) => r.json()),
    );
  try {
    const all = await loaded.get("all");
    return all.find((/** @type {{id: string}} */ one) => one.id === id);
  } catch (error) {
    loaded.delete("all");
    throw error;
  }
}

open({
  start: START,
  fields: {
    net: {
      write: ({ network }) => (write(network) === write(START.network) ? null : write(network)),
      read: (text) => {
        const network = read(text);
        return network && { network };
      },
    },
    at: field.whole("at", -1, 59),
    cell: field.wholes("cell", 3, 0, 4095),
    order: field.choice("order", ORDERS),
  },
  build,
  formula,
  code: ({ answer }) => answer?.code ?? "",
  predict: { question: predict(), reveal: { network: START.network, at: 2 } },
  exercises,
});
