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
 * @property {readonly number[]} classes what each of them was meant to be
 * @property {number} side pixels of a digit's side
 *
 * @typedef {object} Index of a gallery, by the places of its digits
 * @property {number} tile pixels of a digit's side
 * @property {number[]} class_indices
 * @property {number[]} mnist_indices
 * @property {number[]} strip places of one of each class
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
  return load(indexUrl, pictureUrl, ({ class_indices }) => [...class_indices.keys()]);
}

/**
 * @param {string} indexUrl
 * @param {string} stripUrl a picture of those that the index calls the strip
 * @returns {Promise<Digits>} one digit of each class; the list has holes where the others belong
 */
export async function loadStrip(indexUrl, stripUrl) {
  return load(indexUrl, stripUrl, ({ strip }) => strip);
}

/**
 * @param {string} indexUrl
 * @param {string} pictureUrl
 * @param {(index: Index) => readonly number[]} shows places of the digits in the picture
 * @returns {Promise<Digits>}
 */
async function load(indexUrl, pictureUrl, shows) {
  const answer = fetch(indexUrl).then((answer) => answer.json());
  // Their side is the index's to say, but the picture need not wait for it.
  new Image().src = pictureUrl;
  /** @type {Index} */
  const index = await answer;
  const { tile, class_indices, mnist_indices } = index;
  const { cut } = await loadSprite(pictureUrl, tile);
  /** @type {Digit[]} */
  const list = Array(class_indices.length);
  for (const [i, place] of shows(index).entries()) {
    list[place] = colour(class_indices[place], mnist_indices[place], cut(i).pixels, tile);
  }
  return { list, classes: class_indices, side: tile };
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
