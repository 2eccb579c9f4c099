/**
 * The same in PyTorch, for the repository's folder.
 *
 * @typedef {import("../../pictures.js").Source} Source
 * @typedef {import("./motion.js").Motion} Motion
 */

import { PAD_SIDE } from "../../strokes.js";

/** The gallery's picture: digits of this side, so many in a row. */
const TILE = 28;
const COLUMNS = 20;

/**
 * @param {string} model its id
 * @param {Source} source
 * @param {Motion} motion
 * @returns {string} prints the prediction before and after, and each layer's distance
 */
export function program(model, source, { rows, columns, degrees, scale, mirror }) {
  const isDigit = source.kind === "digit";
  return [
    ...(isDigit ? ["import numpy as np"] : []),
    "import torch",
    ...(isDigit ? ["from PIL import Image"] : []),
    "",
    "from app import ink",
    "from app.inspection import capture",
    "from app.laboratory.transformation import Transformation, equivariances",
    "from app.models import REGISTRY",
    "from app.models.weights import load",
    "from app.settings import ROOT",
    "",
    `model = load(REGISTRY["${model}"], ROOT / "model_weights")`,
    ...(isDigit ? digit(source.digit) : drawing(source)),
    "image = torch.from_numpy(ink.to_tensor(normalised.input))",
    "captured = capture(model, image)",
    `motion = Transformation(${rows}, ${columns}, ${degrees}, ${scale}, ${mirror ? "True" : "False"})`,
    "before, after = captured.trace(image), captured.trace(motion.apply(image))",
    "output = captured.layers[-1].id",
    "print(before[output][0].argmax().item(), after[output][0].argmax().item())",
    "for found in equivariances(captured.layers, motion, before, after):",
    "    print(found.layer_id, found.distance)",
  ].join("\n");
}

/** @param {number} place in the gallery */
function digit(place) {
  const top = Math.floor(place / COLUMNS) * TILE;
  const left = (place % COLUMNS) * TILE;
  return [
    'gallery = np.asarray(Image.open(ROOT / "static/digits/mnist.png"))',
    `picture = gallery[${top}:${top + TILE}, ${left}:${left + TILE}]`,
    "normalised = ink.normalise(picture)",
  ];
}

/** @param {Source} source */
function drawing({ strokes, penWidth }) {
  const points = strokes.map(
    (stroke) => `    [${stroke.map(([x, y]) => `(${x}, ${y})`).join(", ")}],`,
  );
  return [
    "strokes = [",
    ...points,
    "]",
    `pad = ink.Pad(width=${PAD_SIDE}, height=${PAD_SIDE}, pen_width=${penWidth})`,
    "normalised = ink.from_strokes(strokes, pad)",
  ];
}
