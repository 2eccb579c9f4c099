import { make, on, write } from "../../dom.js";
import { around, choice, figure, matrix, replaced } from "../../lab.js";
import { say } from "../../messages.js";
import { percent } from "../../text.js";
import { convolve } from "../../windows.js";
import { matrixOf, ownWeights, patchesOf, pattern, times } from "./sparse.js";

/**
 * @typedef {"fully" | "local" | "shared" | "patches"} View
 * @typedef {import("../../lab.js").Cell} Cell
 * @typedef {{row: number, column: number} | null} Pointed
 *
 * @typedef {object} Shown
 * @property {number[][]} input
 * @property {number[][]} kernel
 * @property {View} view
 * @property {number} at the output that is looked at, row after row
 */

/** @type {readonly View[]} */
export const VIEWS = ["fully", "local", "shared", "patches"];

/**
 * @param {Shown} state
 * @returns what its view multiplies, and what comes out
 */
export function computed({ input, kernel, view }) {
  const places = pattern([input.length, input[0].length], [kernel.length, kernel[0].length]);
  const own = ownWeights(places.length, places[0].length);
  const local = own.map((row, r) => row.map((w, c) => (places[r][c] === null ? 0 : w)));
  const weights = { fully: own, local, shared: matrixOf(places, kernel) };
  const used = weights[view === "patches" ? "shared" : view];
  return {
    places,
    weights: used,
    vector: input.flat(),
    product: times(used, input.flat()),
    patches: patchesOf(input, places),
    output: view === "shared" || view === "patches" ? convolve(input, kernel) : null,
    columns: input[0].length - kernel[0].length + 1,
  };
}

/**
 * A small layer as the matrix that it is, and a convolution the other way round.
 *
 * @param {(changed: Partial<Shown>) => void} set
 */
export function machine(set) {
  /** @type {Shown | null} */
  let now = null;
  /** @type {{unit?: number, cell?: number}} what the pointer or the focus is on */
  let pointed = {};
  const views = choice(
    "view",
    ".view",
    Object.fromEntries(VIEWS.map((view) => [view, `.views.${view}`])),
    (view) => set({ view: /** @type {View} */ (view) }),
  );
  const input = matrix("input", { editable: true });
  const kernel = matrix("kernel", { editable: true, scale: "diverging" });
  const output = matrix("output", { chooses: true, scale: "diverging" });
  const vector = matrix(".vector");
  const weights = matrix(".matrix", { chooses: true, scale: "diverging" });
  const product = matrix(".product", { chooses: true, scale: "diverging" });
  const upright = matrix(".upright", { scale: "diverging" });
  const patches = matrix(".patches", { chooses: true });
  const across = matrix(".product", { chooses: true, scale: "diverging" });
  const kernelFigure = figure("kernel", kernel);
  const story = make("p", { class: "story", "aria-live": "polite" });
  const above = make("p", { class: "story" });

  on(input, "number-matrix:edit", (/** @type {Cell} */ cell) => {
    if (now) set({ input: replaced(now.input, cell) });
  });
  on(kernel, "number-matrix:edit", (/** @type {Cell} */ cell) => {
    if (now) set({ kernel: replaced(now.kernel, cell) });
  });
  const columns = () => (now ? now.input[0].length - now.kernel[0].length + 1 : 1);
  /** @type {[import("../../elements/number-matrix.js").NumberMatrix, (at: Cell) => number][]} */
  const choosers = [
    [output, ({ row, column }) => row * columns() + column],
    [weights, ({ row }) => row],
    [product, ({ row }) => row],
    [patches, ({ column }) => column],
    [across, ({ column }) => column],
  ];
  for (const [chooser, unitOf] of choosers) {
    on(chooser, "number-matrix:choose", (/** @type {Cell} */ cell) => {
      pointed = {};
      set({ at: unitOf(cell) });
    });
    on(chooser, "number-matrix:point", (/** @type {Cell | null} */ cell) => {
      pointed = cell ? { unit: unitOf(cell) } : {};
      if (now) paint(now);
    });
  }
  on(input, "number-matrix:point", (/** @type {Pointed} */ cell) => {
    pointed = cell && now ? { cell: cell.row * now.input[0].length + cell.column } : {};
    if (now) paint(now);
  });
  on(vector, "number-matrix:point", (/** @type {Pointed} */ cell) => {
    pointed = cell ? { cell: cell.column } : {};
    if (now) paint(now);
  });

  const product2d = make(
    "div",
    { class: "product" },
    figure(".vector", vector),
    figure(".matrix", weights),
    figure(".product", product),
  );
  const columns2d = make(
    "div",
    { class: "columns" },
    figure(".upright", upright),
    figure(".patches", patches),
    figure(".product", across),
  );
  const element = make(
    "section",
    { class: "machine", "aria-label": say(".machine") },
    make("h3", {}, say(".machine")),
    views,
    make(
      "div",
      { class: "side-by-side" },
      figure("input", input),
      kernelFigure,
      figure("output", output),
    ),
    make("div", { class: "stories" }, story, above),
    product2d,
    columns2d,
  );

  /** @param {Shown} state */
  const paint = (state) => {
    const made = computed(state);
    const { places, columns } = made;
    const unit = pointed.unit ?? state.at;
    const [top, left] = [Math.floor(unit / columns), unit % columns];
    const { cell } = pointed;
    const wide = state.input[0].length;
    const whole = state.view === "fully";
    const [rows, across2] = [state.kernel.length, state.kernel[0].length];
    const range = around(made.weights);
    input.shows = {
      rows: state.input,
      window: whole
        ? { rows: [0, state.input.length], columns: [0, wide] }
        : { rows: [top, top + rows], columns: [left, left + across2] },
      mark: cell === undefined ? null : [Math.floor(cell / wide), cell % wide],
    };
    kernel.shows = { rows: state.kernel, range: around(state.kernel) };
    const results = Array.from({ length: made.product.length / columns }, (_, r) =>
      made.product.slice(r * columns, (r + 1) * columns),
    );
    const around0 = around([made.product]);
    output.shows = { rows: made.output ?? results, range: around0, mark: [top, left] };
    const isRead = (/** @type {number} */ column) => whole || places[unit][column] !== null;
    vector.shows = {
      rows: [made.vector],
      flags: (_, column) => (isRead(column) ? "read" : null),
      mark: cell === undefined ? null : [0, cell],
    };
    weights.shows = {
      rows: made.weights,
      range,
      window:
        cell === undefined
          ? { rows: [unit, unit + 1], columns: [0, made.vector.length] }
          : { rows: [0, made.weights.length], columns: [cell, cell + 1] },
      flags: (row, column) => (whole || places[row][column] !== null ? null : "zero"),
    };
    product.shows = { rows: made.product.map((sum) => [sum]), range: around0, mark: [unit, 0] };
    upright.shows = { rows: state.kernel.flat().map((w) => [w]), range: around(state.kernel) };
    patches.shows = {
      rows: made.patches,
      window: { rows: [0, made.patches.length], columns: [unit, unit + 1] },
    };
    across.shows = { rows: [made.product], range: around0, mark: [0, unit] };
  };

  /**
   * @param {Shown} state
   * @param {ReturnType<typeof import("./layers.js").layersOf>} layers of the comparison above
   */
  const show = (state, layers) => {
    now = state;
    views.value = state.view;
    element.dataset.view = state.view;
    const inPatches = state.view === "patches";
    const shared = inPatches || state.view === "shared";
    kernelFigure.hidden = !shared;
    product2d.hidden = inPatches;
    columns2d.hidden = !inPatches;
    const { places, vector: cells } = computed(state);
    const entries = places.flat().length;
    const zeros = places.flat().filter((place) => place === null).length;
    const values = {
      entries,
      zeros,
      used: entries - zeros,
      weights: state.kernel.flat().length,
      cells: cells.length,
      units: places.length,
    };
    write(story, say(`.stories.${state.view}`, values));
    write(
      above,
      say(`.above.${inPatches ? "patches" : "matrix"}`, {
        rows: layers.units,
        columns: layers.inputs,
        zeros: percent(1 - layers.window / layers.inputs),
        window: layers.window,
        places: layers.rows * layers.rows,
      }),
    );
    paint(state);
  };
  return { element, show };
}
