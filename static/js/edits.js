/**
 * Edits: what has been changed in the network. They go with every request and live in the link;
 * the server's model is never changed.
 *
 * @typedef {{edit: "switch_off" | "flip" | "negate", layer: string, channel: number}} FilterEdit
 * @typedef {"weight" | "bias"} Parameter
 * @typedef {{edit: "set", layer: string, parameter: Parameter, index: number[], value: number}} SetEdit
 * @typedef {{edit: "swap", layer: string, to: string}} SwapEdit
 * @typedef {{edit: "randomise", seed: number}} RandomiseEdit
 * @typedef {FilterEdit | SetEdit | SwapEdit | RandomiseEdit} Edit made in the order of their list
 */

/** The most edits that the server makes in one request. */
export const MOST_EDITS = 64;

/** What can stand in a layer's place, by its kind. */
export const SWAPS = {
  pooling: { max_pool2d: "max pooling", avg_pool2d: "average pooling" },
  activation: {
    relu: "ReLU",
    tanh: "tanh",
    sigmoid: "sigmoid",
    silu: "SiLU",
    leaky_relu: "leaky ReLU",
    elu: "ELU",
    identity: "identity",
  },
};

const DONE = { switch_off: "switched off", flip: "turned by 180°", negate: "negated" };

/**
 * Make one more edit. It takes the place of an earlier one that it makes void, so that a weight
 * that is set a hundred times is one edit.
 *
 * @param {readonly Edit[]} edits
 * @param {Edit} edit
 * @returns {Edit[]} may be longer than {@link MOST_EDITS}
 */
export function add(edits, edit) {
  const before = edits.filter((earlier, place) => !isVoid(earlier, edit, edits.slice(place + 1)));
  // Fresh weights come first, or they would undo all other edits.
  return edit.edit === "randomise" ? [edit, ...before] : [...before, edit];
}

/**
 * Make an edit, or take it back if it has been made.
 *
 * @param {readonly Edit[]} edits
 * @param {Edit} edit
 */
export function toggle(edits, edit) {
  const without = edits.filter((made) => write(made) !== write(edit));
  return without.length < edits.length ? without : add(edits, edit);
}

/**
 * @param {Edit} earlier
 * @param {Edit} edit
 * @param {readonly Edit[]} between
 */
function isVoid(earlier, edit, between) {
  if (earlier.edit === "randomise") return edit.edit === "randomise";
  if (earlier.edit === "swap") return edit.edit === "swap" && earlier.layer === edit.layer;
  if (earlier.edit !== "set" || edit.edit !== "set") return false;
  const same = write({ ...earlier, value: 0 }) === write({ ...edit, value: 0 });
  // A flip has moved the number that was set, so it is another one that is set now.
  const moved = between.some(
    (other) =>
      other.edit === "flip" &&
      other.layer === edit.layer &&
      other.channel === edit.index[0] &&
      edit.parameter === "weight",
  );
  return same && !moved;
}

/**
 * @param {Edit} edit
 * @param {(layerId: string) => string} label names a layer for people
 */
export function describe(edit, label) {
  switch (edit.edit) {
    case "randomise":
      return `All weights random, as before training (seed ${edit.seed})`;
    case "swap": {
      /** @type {Record<string, string>} */
      const names = { ...SWAPS.pooling, ...SWAPS.activation };
      return `${label(edit.layer)} is ${names[edit.to] ?? edit.to} now`;
    }
    case "set": {
      const [filter, kernel, row, column] = edit.index;
      const place =
        edit.parameter === "bias" ? "bias" : `kernel ${kernel}, row ${row}, column ${column}`;
      return `${label(edit.layer)} filter ${filter}, ${place}: ${String(edit.value).replace("-", "−")}`;
    }
    default:
      return `${label(edit.layer)} filter ${edit.channel} ${DONE[edit.edit]}`;
  }
}

/**
 * @param {Edit} edit
 * @returns {string} for the address
 */
function write(edit) {
  switch (edit.edit) {
    case "randomise":
      return `randomise,${edit.seed}`;
    case "swap":
      return `swap,${edit.layer},${edit.to}`;
    case "set":
      return ["set", edit.layer, edit.parameter, edit.index.join("."), edit.value].join(",");
    default:
      return `${edit.edit},${edit.layer},${edit.channel}`;
  }
}

/**
 * @param {string} text
 * @returns {Edit | null} null if it is none
 */
function read(text) {
  const [edit, layer, ...rest] = text.split(",");
  if (edit === "randomise" && isCount(layer) && !rest.length) return { edit, seed: +layer };
  if (!/^\w[\w.]*$/.test(layer ?? "")) return null;
  if (edit === "swap" && rest.length === 1 && /^\w+$/.test(rest[0])) {
    return { edit, layer, to: rest[0] };
  }
  if (edit === "switch_off" || edit === "flip" || edit === "negate") {
    return rest.length === 1 && isCount(rest[0]) ? { edit, layer, channel: +rest[0] } : null;
  }
  const [parameter, place, value] = rest;
  if (edit !== "set" || rest.length !== 3 || value === "" || !Number.isFinite(+value)) return null;
  if (parameter !== "weight" && parameter !== "bias") return null;
  const index = place.split(".");
  if (!index.every(isCount)) return null;
  return { edit, layer, parameter, index: index.map(Number), value: +value };
}

/** @param {string | undefined} text */
function isCount(text) {
  return text !== undefined && /^\d{1,9}$/.test(text);
}

/** @param {readonly Edit[]} edits */
export function encode(edits) {
  // A plus sign in an address means a space; numbers can do without.
  return edits.map(write).join(";").replaceAll("+", "");
}

/**
 * @param {string} text what {@link encode} wrote; a link can come from anywhere
 * @returns {Edit[] | null} null if it is none, or more than the server makes
 */
export function decode(text) {
  const edits = text.split(";").map(read);
  const all = edits.filter((edit) => edit !== null);
  return all.length === edits.length && all.length <= MOST_EDITS ? all : null;
}
