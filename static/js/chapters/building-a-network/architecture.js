/**
 * An architecture: the input's shape and layers in a row, as the address, the API and the
 * learner's hand have it.
 *
 * In the address it is `39x39x3~c10k3~relu~m2~flatten~l10`: height, width and channels of the
 * input; filters, kernel, stride and padding of a convolution; window, stride and padding of a
 * pooling (m is max, a is average); units of a fully connected layer. What is not there is as
 * torch has it.
 *
 * @typedef {import("../../messages.js").Text} Text
 *
 * @typedef {"out_channels" | "kernel_size" | "stride" | "padding" | "out_features"} Knob
 * @typedef {{kind: string} & Partial<Record<Knob, number>>} Layer windows are square
 *
 * @typedef {object} Architecture
 * @property {readonly [channels: number, height: number, width: number]} input
 * @property {readonly Layer[]} layers
 */

/** @type {Record<Knob, readonly [least: number, most: number]>} */
export const RANGES = {
  out_channels: [1, 4096],
  kernel_size: [1, 31],
  stride: [1, 16],
  padding: [0, 15],
  out_features: [1, 4096],
};
export const SIDES = /** @type {const} */ ([1, 1024]);
export const CHANNELS = /** @type {const} */ ([1, 512]);
export const MOST_LAYERS = 60;

/**
 * What can be put in, with the numbers that it begins with.
 *
 * @type {Record<string, Layer>}
 */
export const FRESH = {
  conv2d: { kind: "conv2d", out_channels: 16, kernel_size: 3, stride: 1, padding: 0 },
  max_pool2d: { kind: "max_pool2d", kernel_size: 2, stride: 2, padding: 0 },
  avg_pool2d: { kind: "avg_pool2d", kernel_size: 2, stride: 2, padding: 0 },
  relu: { kind: "relu" },
  tanh: { kind: "tanh" },
  sigmoid: { kind: "sigmoid" },
  flatten: { kind: "flatten" },
  linear: { kind: "linear", out_features: 10 },
  softmax: { kind: "softmax" },
  dropout: { kind: "dropout" },
};

/** @type {Record<string, {kind: string, first: Knob}>} kinds with numbers, by their letter */
const LETTERS = {
  c: { kind: "conv2d", first: "out_channels" },
  m: { kind: "max_pool2d", first: "kernel_size" },
  a: { kind: "avg_pool2d", first: "kernel_size" },
  l: { kind: "linear", first: "out_features" },
};
/** @type {Record<string, Knob>} */
const KNOBS = { k: "kernel_size", s: "stride", p: "padding" };

/**
 * @param {number} number
 * @param {readonly [least: number, most: number]} range
 */
const within = (number, [least, most]) => Math.max(least, Math.min(most, number));

/** @param {Architecture} architecture */
export function write({ input: [channels, height, width], layers }) {
  return [`${height}x${width}x${channels}`, ...layers.map(writeLayer)].join("~");
}

/** @param {Layer} layer */
function writeLayer(layer) {
  const found = Object.entries(LETTERS).find(([, { kind }]) => kind === layer.kind);
  if (!found) return layer.kind;
  const [letter, { first }] = found;
  const usual = defaults(layer);
  const rest = Object.entries(KNOBS).map(([short, knob]) =>
    knob === first || layer[knob] === usual[knob] ? "" : short + layer[knob],
  );
  return `${letter}${layer[first]}${rest.join("")}`;
}

/**
 * @param {Layer} layer
 * @returns {Partial<Record<Knob, number>>} what it has where nothing else is said
 */
function defaults({ kind, kernel_size }) {
  if (kind === "conv2d") return { stride: 1, padding: 0 };
  return kind.includes("pool") ? { stride: kernel_size, padding: 0 } : {};
}

/**
 * Read what {@link write} wrote, or somebody typed. What is no layer is left out, and a number
 * out of its range is brought into it.
 *
 * @param {string} text
 * @returns {Architecture | null} null unless it begins with an input
 */
export function read(text) {
  const [first, ...parts] = text.toLowerCase().split("~");
  const sides = /^(\d{1,6})[x×,](\d{1,6})(?:[x×,](\d{1,6}))?$/.exec(first.trim());
  if (!sides) return null;
  const [height, width, channels] = sides.slice(1).map((side) => Number(side ?? 1));
  return {
    input: [within(channels, CHANNELS), within(height, SIDES), within(width, SIDES)],
    layers: parts.flatMap((part) => readLayer(part.trim()) ?? []).slice(0, MOST_LAYERS),
  };
}

/**
 * @param {string} text
 * @returns {Layer | null}
 */
function readLayer(text) {
  const word = Object.hasOwn(FRESH, text) ? FRESH[text] : null;
  if (word) return word;
  const found = /^([cmal])(\d{1,6})((?:[ksp]\d{1,6})*)$/.exec(text);
  if (!found) return null;
  const { kind, first } = LETTERS[found[1]];
  const said = [
    [first, found[2]],
    ...[...found[3].matchAll(/([ksp])(\d+)/g)].map(([, short, number]) => [KNOBS[short], number]),
  ].map(([knob, number]) => {
    const range = RANGES[/** @type {Knob} */ (knob)];
    return [knob, within(Number(number), range)];
  });
  const layer = { ...FRESH[kind], ...Object.fromEntries(said) };
  const told = new Set(said.map(([knob]) => knob));
  const rest = Object.entries(defaults(layer)).filter(([knob]) => !told.has(knob));
  const whole = { ...layer, ...Object.fromEntries(rest) };
  // What the kind does not have, such as a stride of a fully connected layer, is left out.
  return /** @type {Layer} */ (
    Object.fromEntries(Object.entries(whole).filter(([knob]) => knob in FRESH[kind]))
  );
}

/** @param {Architecture} architecture */
export function toRequest({ input, layers }) {
  return { input_shape: input, layers };
}

/**
 * @param {{input_shape: readonly number[], layers: readonly Record<string, any>[]}} preset as the
 *   API has it
 * @returns {Architecture}
 */
export function fromPreset({ input_shape: [channels, height, width], layers }) {
  const square = (/** @type {number | number[]} */ size) => [size].flat()[0];
  return {
    input: [channels, height, width],
    layers: layers.map((layer) => {
      const fresh = FRESH[layer.kind] ?? { kind: layer.kind };
      const knobs = Object.keys(fresh).filter((knob) => knob !== "kind");
      const numbers = knobs.map((knob) => [knob, square(layer[knob])]);
      return { kind: layer.kind, ...Object.fromEntries(numbers) };
    }),
  };
}

/**
 * @param {Architecture} architecture
 * @param {number} place behind which it goes; −1 puts it first
 * @param {string} kind
 * @returns {Architecture}
 */
export function added({ input, layers }, place, kind) {
  return { input, layers: layers.toSpliced(place + 1, 0, FRESH[kind]) };
}

/**
 * @param {Architecture} architecture
 * @param {number} place
 * @returns {Architecture}
 */
export function removed({ input, layers }, place) {
  return { input, layers: layers.toSpliced(place, 1) };
}

/**
 * @param {Architecture} architecture
 * @param {number} from
 * @param {number} to both are places of layers
 * @returns {Architecture}
 */
export function moved({ input, layers }, from, to) {
  return { input, layers: layers.toSpliced(from, 1).toSpliced(to, 0, layers[from]) };
}

/**
 * @param {Architecture} architecture
 * @param {number} place
 * @param {Knob} knob
 * @param {number} number
 * @returns {Architecture}
 */
export function changed({ input, layers }, place, knob, number) {
  return { input, layers: layers.with(place, { ...layers[place], [knob]: number }) };
}

/**
 * @param {Layer} layer
 * @param {readonly number[]} shape that it would read, channels first
 * @returns {Text} why that is impossible, and what to do
 */
export function reason({ kernel_size = 0, padding = 0, kind }, shape) {
  if (!kernel_size) return [".too_many"];
  if (shape.length !== 3) return [".no_maps", { n: shape[0] }];
  if (kind.includes("pool") && padding > kernel_size / 2) {
    return [".padding_wide", { kernel: kernel_size, most: Math.floor(kernel_size / 2) }];
  }
  const [, height, width] = shape;
  const room = Math.min(height, width) + 2 * padding;
  if (kernel_size > room) {
    return [
      padding ? ".no_room_padded" : ".no_room",
      { kernel: kernel_size, height, width, padding, most: room },
    ];
  }
  return [".too_many"];
}
