/**
 * The colours of the data: the same on a light and on a dark page.
 *
 * A scale is given by a few colours in OKLCH and runs between them on straight lines in OKLab,
 * B. Ottosson's space in which equal steps look equal ("A perceptual color space for image
 * processing", 2020). Lightness is what the eye reads values from, so it is stepped evenly.
 *
 * @typedef {readonly [lightness: number, chroma: number, hue: number]} Oklch hue in degrees
 * @typedef {readonly [lightness: number, a: number, b: number]} Oklab
 * @typedef {Uint32Array} Lut 256 pixels, as ImageData holds them
 */

const STEPS = 256;

/**
 * Activations: from deep ink to pale light, through blue and green.
 *
 * @type {readonly Oklch[]}
 */
export const SEQUENTIAL_COLOURS = [
  [0.19, 0.05, 278],
  [0.345, 0.095, 264],
  [0.5, 0.105, 240],
  [0.655, 0.095, 205],
  [0.81, 0.095, 155],
  [0.965, 0.065, 105],
];

/**
 * Weights: violet for negative, pale grey for zero, amber for positive, equally dark at equal
 * distance.
 *
 * @type {readonly Oklch[]}
 */
export const DIVERGING_COLOURS = [
  [0.38, 0.15, 290],
  [0.65, 0.11, 290],
  [0.92, 0.004, 90],
  [0.65, 0.125, 62],
  [0.38, 0.085, 50],
];

export const SEQUENTIAL = lut(SEQUENTIAL_COLOURS);
export const DIVERGING = lut(DIVERGING_COLOURS);

/**
 * Sample a scale at 256 places.
 *
 * @param {readonly Oklch[]} colours at equal distances along the scale
 * @returns {Lut}
 */
export function lut(colours) {
  const stops = colours.map(toOklab);
  const table = new Uint32Array(STEPS);
  const bytes = new Uint8ClampedArray(table.buffer);
  for (let i = 0; i < STEPS; i++) {
    const place = (i / (STEPS - 1)) * (stops.length - 1);
    const left = Math.min(Math.floor(place), stops.length - 2);
    bytes.set([...toSrgb(between(stops[left], stops[left + 1], place - left)), 255], i * 4);
  }
  return table;
}

/**
 * Write the colours of values as pixels.
 *
 * @param {Float32Array} values
 * @param {readonly [low: number, high: number]} range the values at the scale's ends
 * @param {Lut} table
 * @param {Uint32Array} pixels written; as long as `values`
 */
export function paint(values, [low, high], table, pixels) {
  const factor = high > low ? (STEPS - 1) / (high - low) : 0;
  for (let i = 0; i < values.length; i++) {
    const step = Math.round((values[i] - low) * factor);
    pixels[i] = table[step < 0 ? 0 : step >= STEPS ? STEPS - 1 : step];
  }
}

/**
 * @param {Lut} table
 * @param {number} step 0 to 255
 * @returns {string} the colour for CSS and for a canvas's context
 */
export function css(table, step) {
  const [red, green, blue] = new Uint8Array(table.buffer, step * 4, 3);
  return `rgb(${red} ${green} ${blue})`;
}

/**
 * @param {Oklch} colour
 * @returns {Oklab}
 */
export function toOklab([lightness, chroma, hue]) {
  const angle = (hue * Math.PI) / 180;
  return [lightness, chroma * Math.cos(angle), chroma * Math.sin(angle)];
}

/**
 * @param {Oklab} colour
 * @returns {number[]} red, green, blue in 0..255; outside it where sRGB lacks the colour
 */
export function toSrgb([lightness, a, b]) {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ].map((light) => 255 * encodeGamma(light));
}

/** @param {number} light linear */
function encodeGamma(light) {
  return light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055;
}

/**
 * @param {Oklab} from
 * @param {Oklab} to
 * @param {number} share 0 to 1
 * @returns {Oklab}
 */
function between(from, to, share) {
  const mix = (/** @type {number} */ i) => from[i] + (to[i] - from[i]) * share;
  return [mix(0), mix(1), mix(2)];
}

/**
 * @param {Lut} table
 * @param {number} step 0 to 255
 * @returns {boolean} whether white stands out from the colour more than black does
 */
export function isDeep(table, step) {
  const [red, green, blue] = [...new Uint8Array(table.buffer, step * 4, 3)].map((byte) =>
    byte / 255 <= 0.04045 ? byte / 255 / 12.92 : ((byte / 255 + 0.055) / 1.055) ** 2.4,
  );
  // Luminance by WCAG 2; black and white stand out equally from 0.179.
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue < 0.179;
}
