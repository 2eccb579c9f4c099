/**
 * The gallery's digits, cut from one picture.
 */

import { paint, SEQUENTIAL } from "./colormap.js";

/**
 * @typedef {object} Digit
 * @property {number} classIndex the digit that was meant
 * @property {number} mnistIndex its place in the MNIST test set
 * @property {Float32Array} pixels grey values from 0 to 255, row after row, ink bright
 * @property {OffscreenCanvas} picture the same in the colours of the data
 *
 * @typedef {object} Digits
 * @property {readonly Digit[]} list
 * @property {number} side pixels of a digit's side
 */

/**
 * @param {string} indexUrl says where each digit is in the picture
 * @param {string} pictureUrl
 * @returns {Promise<Digits>}
 */
export async function loadDigits(indexUrl, pictureUrl) {
  const picture = new Image();
  picture.src = pictureUrl;
  const [index] = await Promise.all([fetch(indexUrl).then((r) => r.json()), picture.decode()]);
  const { tile, columns, digits } = index;
  const context = draw(picture.width, picture.height);
  context.drawImage(picture, 0, 0);
  /**
   * @param {{class_index: number, mnist_index: number}} entry
   * @param {number} place
   * @returns {Digit}
   */
  const cut = ({ class_index, mnist_index }, place) => {
    const left = (place % columns) * tile;
    const top = Math.floor(place / columns) * tile;
    const image = context.getImageData(left, top, tile, tile);
    const pixels = Float32Array.from({ length: tile * tile }, (_, i) => image.data[i * 4]);
    paint(pixels, [0, 255], SEQUENTIAL, new Uint32Array(image.data.buffer));
    const coloured = draw(tile, tile);
    coloured.putImageData(image, 0, 0);
    return {
      classIndex: class_index,
      mnistIndex: mnist_index,
      pixels,
      picture: coloured.canvas,
    };
  };
  return { list: digits.map(cut), side: tile };
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
