/**
 * The volumes on the way through a network, drawn as boxes: height and depth to one scale.
 */

import { make } from "../../dom.js";
import { say } from "../../messages.js";
import { shape as shapeText } from "../../text.js";

const SVG = "http://www.w3.org/2000/svg";
const TALLEST = 84;
/** Depth is drawn at an angle, and so shorter. */
const SLANT = 0.35;
const THICKEST = 30;
const THINNEST = 3;

/**
 * @typedef {object} Volume
 * @property {number} at the place of its layer; −1 is the input
 * @property {string} name of the layer
 * @property {readonly number[]} shape channels first
 */

/**
 * @param {readonly Volume[]} volumes
 * @param {number} at the one that is chosen
 * @param {(at: number) => void} chosen
 * @returns {HTMLElement[]} a button each
 */
export function boxes(volumes, at, chosen) {
  const maps = volumes.filter(({ shape }) => shape.length === 3);
  const side = Math.max(1, ...maps.flatMap(({ shape: [, ...sides] }) => sides));
  const channels = Math.max(1, ...maps.map(({ shape }) => shape[0]));
  const row = Math.max(
    1,
    ...volumes.filter(({ shape }) => shape.length === 1).map(({ shape }) => shape[0]),
  );
  return volumes.map(({ at: place, name, shape }) => {
    const drawn =
      shape.length === 3
        ? box(
            shape,
            TALLEST / side,
            THINNEST + (THICKEST - THINNEST) * Math.sqrt(shape[0] / channels),
          )
        : bar(Math.max(4, TALLEST * Math.sqrt(shape[0] / row)));
    const told = shape.length === 3 ? shapeText(shape) : shapeText([shape[0]]);
    const button = make(
      "button",
      { type: "button", "aria-label": say(".volume", { layer: name, shape: told }) },
      /** @type {any} */ (drawn),
      make("span", {}, told),
    );
    if (place === at) button.setAttribute("aria-current", "true");
    button.addEventListener("click", () => chosen(place));
    return button;
  });
}

/**
 * @param {readonly number[]} shape
 * @param {number} scale pixels a cell
 * @param {number} thickness
 */
function box([, rows, columns], scale, thickness) {
  const height = Math.max(2, rows * scale);
  const depth = Math.max(1, columns * scale * SLANT);
  const [width, tall] = [thickness + depth, height + depth];
  const front = `${0},${depth} ${thickness},${depth} ${thickness},${tall} 0,${tall}`;
  const top = `0,${depth} ${depth},0 ${width},0 ${thickness},${depth}`;
  const side = `${thickness},${depth} ${width},0 ${width},${height} ${thickness},${tall}`;
  return picture(width, tall, [
    ["front", front],
    ["top", top],
    ["side", side],
  ]);
}

/** @param {number} height */
function bar(height) {
  return picture(5, height, [["front", `0,0 5,0 5,${height} 0,${height}`]]);
}

/**
 * @param {number} width
 * @param {number} height
 * @param {[name: string, points: string][]} faces
 */
function picture(width, height, faces) {
  const drawn = document.createElementNS(SVG, "svg");
  drawn.setAttribute("viewBox", `-1 -1 ${width + 2} ${height + 2}`);
  drawn.setAttribute("width", String(width + 2));
  drawn.setAttribute("height", String(height + 2));
  drawn.setAttribute("aria-hidden", "true");
  for (const [name, points] of faces) {
    const face = document.createElementNS(SVG, "polygon");
    face.setAttribute("class", name);
    face.setAttribute("points", points);
    drawn.append(face);
  }
  return drawn;
}
