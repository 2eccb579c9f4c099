/**
 * Building a network: layers in a row, what each makes of the shape before it, and the row of
 * numbers that the last volume becomes.
 */

import { compute, NewestWins, Problem } from "../api.js";
import { copy, download, make } from "../dom.js";
import { fieldsOf } from "../fields.js";
import { choice, figure, trouble } from "../lab.js";
import { open } from "../lecture.js";
import { equation, math } from "../mathml.js";
import { rich, say } from "../messages.js";
import { exercises, LECTURE, predict } from "../questions/building-a-network.js";
import { number } from "../text.js";
import { fromPreset, read, reason, toRequest, write } from "./building-a-network/architecture.js";
import { Editor } from "./building-a-network/editor.js";
import { LayerTable, nameOf } from "./building-a-network/layer-table.js";
import { nearestCell, ORDERS, placeOf } from "./building-a-network/order.js";
import { Unrolled } from "./building-a-network/unrolled.js";
import { boxes } from "./building-a-network/volumes.js";
import { parameters } from "./counting-parameters/count.js";

/**
 * @typedef {import("./building-a-network/architecture.js").Architecture} Architecture
 * @typedef {import("./building-a-network/order.js").Cell} Cell
 * @typedef {import("./building-a-network/order.js").Shape} Shape
 * @typedef {import("../api.js").Layer} Described
 *
 * @typedef {object} Answer what the API makes of the network, as far as it is possible
 * @property {Architecture} of
 * @property {readonly Described[]} layers the input first
 * @property {readonly (number | null)[]} indices
 * @property {number} parameter_count
 * @property {number} multiply_adds
 * @property {string} code
 * @property {number | null} wrong the place of the first layer that is impossible
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

/** Layers that give what they get another shape or other channels. */
const SHAPING = ["input", "conv2d", "max_pool2d", "avg_pool2d", "adaptive_avg_pool2d", "linear"];

/**
 * @param {Architecture} network
 * @returns {Promise<Answer>}
 */
async function describe(network) {
  const ask = (/** @type {number} */ count) =>
    compute("/api/architectures", {
      ...toRequest(network),
      layers: network.layers.slice(0, count),
    });
  try {
    return { of: network, wrong: null, ...(await ask(network.layers.length)) };
  } catch (error) {
    if (!(error instanceof Problem) || error.body.code !== "impossible_layer") throw error;
    // The layers before it stay.
    const wrong = Number(error.body.layer);
    return { of: network, wrong, ...(await ask(wrong)) };
  }
}

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

/**
 * @param {Answer} answer
 * @returns {import("./building-a-network/layer-table.js").Row[]}
 */
function toRows({ of, layers, indices, wrong }) {
  const rows = layers.map((described, i) => {
    const at = i === 0 ? -1 : indices[i];
    return { at, layer: at === null || at < 0 ? null : of.layers[at], described, wrong: null };
  });
  if (wrong === null) return rows;
  const shape = layers[layers.length - 1].output_shape;
  const rest = of.layers.slice(wrong).map((layer, i) => ({
    at: wrong + i,
    layer,
    described: null,
    wrong: i === 0 ? reason(layer, shape) : null,
  }));
  return [...rows, ...rest];
}

/** @param {Answer} answer */
function toVolumes({ of, layers, indices }) {
  return layers.flatMap(({ kind, output_shape }, i) => {
    if (!SHAPING.includes(kind)) return [];
    const at = indices[i] ?? -1;
    const name = i === 0 ? say("page.input") : nameOf(of.layers[at]);
    return [{ at, name, shape: output_shape }];
  });
}

/**
 * @param {Answer} answer
 * @returns {Shape} what is unrolled: the last that has height and width
 */
function lastVolume({ layers }) {
  const last = layers.findLast(({ output_shape }) => output_shape.length === 3);
  const [channels, rows, columns] = last?.output_shape ?? [1, 1, 1];
  return [channels, rows, columns];
}

/** @param {State} state */
function formula({ network, at, answer, cell, order }) {
  const name = (/** @type {string} */ key) => make("span", { class: "name" }, say(key));
  const letters = (/** @type {string} */ key, /** @type {Element[]} */ ...parts) => [
    name(key),
    ...parts,
  ];
  const lines = [
    letters(
      ".output_side",
      math("⌊", "(", "n", "+", "2", "p", "−", "f", ")", "/", "s", "⌋", "+", "1"),
    ),
  ];
  if (!answer || answer.of !== network) return lines;
  const here = answer.layers.find((_, i) => at >= 0 && answer.indices[i] === at);
  const layer = network.layers[at];
  if (here && layer?.kernel_size) {
    const { kernel_size, stride = 1, padding = 0 } = layer;
    const before = here.input_shape[1];
    lines.push([
      name(".height"),
      ...equation(
        [
          "⌊",
          "(",
          number(before),
          "+",
          "2",
          "·",
          number(padding),
          "−",
          number(kernel_size),
          ")",
          "/",
          number(stride),
          "⌋",
          "+",
          "1",
        ],
        ["=", number(here.output_shape[1])],
      ),
    ]);
  }
  if (here?.parameter_count) {
    const { working } = parameters({
      kind: here.kind,
      input: here.input_shape,
      output: here.output_shape,
      hyperparameters: layer.kernel_size
        ? { kernel_size: [layer.kernel_size, layer.kernel_size] }
        : {},
    });
    lines.push([name(".parameters"), ...equation(...working)]);
  }
  const shape = lastVolume(answer);
  const [channels, rows, columns] = shape;
  const near = nearestCell(cell, shape);
  const [c, r, k] = near.map(number);
  const first = order === "channels_first";
  lines.push(
    letters(
      ".number",
      first
        ? math("(", "c", "·", "H", "+", "i", ")", "·", "W", "+", "j")
        : math("(", "i", "·", "W", "+", "j", ")", "·", "C", "+", "c"),
    ),
    [
      name(".of_this_cell"),
      ...equation(
        first
          ? ["(", c, "·", number(rows), "+", r, ")", "·", number(columns), "+", k]
          : ["(", r, "·", number(columns), "+", k, ")", "·", number(channels), "+", c],
        ["=", number(placeOf(near, shape, order))],
      ),
    ],
  );
  return lines;
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
