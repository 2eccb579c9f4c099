/**
 * Digits of the MNIST test set: the gallery's, cut from one picture, and those of a report.
 */

import { paint, SEQUENTIAL } from "./colormap.js";

/**
 * @typedef {object} Digit
 * @property {number} classIndex the digit that was meant
 * @property {number} mnistIndex its place in the MNIST test set
 * @property {Float32Array} pixels grey values from 0 to 255, row after row, ink bright
 * @property {OffscreenCanvas} picture the same in the colours of the data
 *
 * @typedef {import("./schema.d.ts").components["schemas"]["Misread"]} Misread
 *
 * @typedef {object} Digits
 * @property {readonly Digit[]} list
 * @property {number} side pixels of a digit's side
 *
 * @typedef {object} Strip one digit of each class
 * @property {number} count how many digits the gallery has
 * @property {number[]} places of these in it
 * @property {Misread[]} digits
 */

/**
 * @typedef {object} Tile a digit cut from a sprite
 * @property {Float32Array} pixels grey values from 0 to 255
 * @property {ImageData} image the same in the colours of the data
 *
 * @typedef {object} Sprite digits side by side in one picture
 * @property {number} side pixels of a digit's side
 * @property {(place: number) => Tile} cut
 */

/**
 * @param {string} url
 * @param {number} side pixels of a digit's side
 * @returns {Promise<Sprite>}
 */
export async function loadSprite(url, side) {
  const picture = new Image();
  picture.src = url;
  await picture.decode();
  const context = draw(picture.width, picture.height);
  context.drawImage(picture, 0, 0);
  const columns = picture.width / side;
  const cut = (/** @type {number} */ place) => {
    const [left, top] = [(place % columns) * side, Math.floor(place / columns) * side];
    const image = context.getImageData(left, top, side, side);
    const pixels = Float32Array.from({ length: side * side }, (_, i) => image.data[i * 4]);
    paint(pixels, [0, 255], SEQUENTIAL, new Uint32Array(image.data.buffer));
    return { pixels, image };
  };
  return { side, cut };
}

/**
 * @param {string} indexUrl says where each digit is in the picture
 * @param {string} pictureUrl
 * @returns {Promise<Digits>}
 */
export async function loadDigits(indexUrl, pictureUrl) {
  const index = fetch(indexUrl).then((answer) => answer.json());
  // Their side is the index's to say, but the picture need not wait for it.
  new Image().src = pictureUrl;
  /** @type {{tile: number, class_indices: number[], mnist_indices: number[]}} */
  const { tile, class_indices, mnist_indices } = await index;
  const { cut } = await loadSprite(pictureUrl, tile);
  const list = class_indices.map((class_index, place) =>
    colour(class_index, mnist_indices[place], cut(place).pixels, tile),
  );
  return { list, side: tile };
}

/**
 * @param {Strip} strip as the page carries it
 * @returns {Digits} the list is as long as the gallery's, with holes where other digits belong
 */
export function fromStrip({ count, places, digits }) {
  const shown = fromReport(digits);
  /** @type {Digit[]} */
  const list = Array(count);
  for (const [i, place] of places.entries()) list[place] = shown[i];
  return { list, side: Math.sqrt(shown[0].pixels.length) };
}

/**
 * @param {readonly Misread[]} misread as a model's report has them
 * @returns {Digit[]}
 */
export function fromReport(misread) {
  return misread.map(({ class_index, mnist_index, pixels }) => {
    const grey = Float32Array.from(atob(pixels), (byte) => byte.charCodeAt(0));
    return colour(class_index, mnist_index, grey, Math.sqrt(grey.length));
  });
}

/**
 * @param {number} classIndex
 * @param {number} mnistIndex
 * @param {Float32Array} pixels
 * @param {number} side
 * @returns {Digit}
 */
function colour(classIndex, mnistIndex, pixels, side) {
  const context = draw(side, side);
  const image = context.createImageData(side, side);
  paint(pixels, [0, 255], SEQUENTIAL, new Uint32Array(image.data.buffer));
  context.putImageData(image, 0, 0);
  return { classIndex, mnistIndex, pixels, picture: context.canvas };
}

/**
 * @param {number} width
 * @param {number} height
 */
function draw(width, height) {
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  if (!context) throw new Error("the browser gives no canvas to cut the digits out of");
  return context;
}
