/**
 * The step in PyTorch, for the repository's folder.
 *
 * @typedef {import("../pictures.js").Source} Source
 */

import { PAD_SIDE } from "../strokes.js";

/** The gallery's picture: digits of this side, so many in a row. */
const TILE = 28;
const COLUMNS = 20;

/**
 * @param {object} asked
 * @param {string} asked.model its id
 * @param {Source} asked.source
 * @param {number} asked.target
 * @param {string} asked.layer
 * @param {string} asked.parameter
 * @param {readonly number[]} asked.index
 * @param {number} asked.rate
 * @returns {string} prints the loss, the gradient of the number, the number after its step, and
 *   the loss after that step and after the whole one
 */
export function program({ model, source, target, layer, parameter, index, rate }) {
  const isDigit = source.kind === "digit";
  return [
    ...(isDigit ? ["import numpy as np"] : []),
    "import torch",
    ...(isDigit ? ["from PIL import Image"] : []),
    "",
    "from app import ink",
    "from app.models import REGISTRY",
    "from app.models.weights import load",
    "from app.settings import ROOT",
    "",
    `model = load(REGISTRY["${model}"], ROOT / "model_weights").double().requires_grad_()`,
    ...(isDigit ? digit(source.digit) : drawing(source)),
    "image = torch.from_numpy(ink.to_tensor(seen.input)).double()",
    "",
    "def loss():",
    `    return -model(image)[0, ${target}].log()`,
    "",
    "before = loss()",
    "before.backward()",
    `number = model.get_parameter("${layer}.${parameter}")`,
    `at, eta = (${index.join(", ")}${index.length === 1 ? "," : ""}), ${rate}`,
    "print(before.item())",
    "print(number.grad[at].item())",
    "",
    "with torch.no_grad():",
    "    old = number[at].item()",
    "    number[at] -= eta * number.grad[at]  # this one alone",
    "    print(number[at].item())",
    "    print(loss().item())",
    "    number[at] = old",
    "    for every in model.parameters():  # the whole step",
    "        every -= eta * every.grad",
    "    print(loss().item())",
  ].join("\n");
}

/** @param {number} place in the gallery */
function digit(place) {
  const top = Math.floor(place / COLUMNS) * TILE;
  const left = (place % COLUMNS) * TILE;
  return [
    'gallery = np.asarray(Image.open(ROOT / "static/digits/mnist.png"))',
    `seen = ink.normalise(gallery[${top}:${top + TILE}, ${left}:${left + TILE}])`,
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
    "seen = ink.from_strokes(strokes, pad)",
  ];
}
