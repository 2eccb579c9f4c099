/**
 * The code that gives a number on the screen: PyTorch lines, and a curl command.
 *
 * @typedef {object} Asked the number, and all that decides it
 * @property {{id: string}} model
 * @property {string} layer its id
 * @property {readonly number[]} index of the unit
 * @property {import("./store.js").Experiment} experiment
 */

/** The gallery's picture, as its index describes it: digits of this side, so many in a row. */
const TILE = 28;
const COLUMNS = 20;

/**
 * @param {Asked} asked
 * @returns {string} Python for the repository's folder, which prints the number
 */
export function pythonCode({ model, layer, index, experiment }) {
  const { subject, penWidth, without, edits } = experiment;
  const { digit, test, strokes } = subject;
  const made = edits.map(pythonEdit);
  const kinds = [...new Set(made.map((text) => text.split("(")[0]))].sort();
  const steps = without.length ? `, without=${list(without.map(quoted))}` : "";
  const lines = [
    ...(test === undefined ? [] : ["import base64", "import json", ""]),
    ...(test === undefined && digit === null ? [] : ["import numpy as np"]),
    "import torch",
    ...(digit === null ? [] : ["from PIL import Image"]),
    "",
    "from app import ink",
    `from app.inspection import capture${made.length ? ", edited" : ""}`,
    ...(made.length ? [`from app.inspection.edit import ${kinds.join(", ")}`] : []),
    "from app.models import REGISTRY",
    "from app.models.weights import load",
    "from app.settings import ROOT",
    "",
    `model = load(REGISTRY[${quoted(model.id)}], ROOT / "model_weights")`,
    ...(made.length
      ? ["edits = [", ...made.map((text) => `    ${text},`), "]", "model = edited(model, edits)"]
      : []),
    ...(test !== undefined
      ? pythonMisread(model.id, test, steps)
      : digit === null
        ? pythonStrokes(strokes, penWidth, steps)
        : pythonDigit(digit, steps)),
    "image = torch.from_numpy(ink.to_tensor(normalised.input))",
    "trace = capture(model, image).trace(image)",
    `print(trace[${quoted(layer)}][0, ${index.join(", ")}].item())`,
  ];
  return `${lines.join("\n")}\n`;
}

/**
 * @param {readonly import("./strokes.js").Stroke[]} strokes
 * @param {number} penWidth
 * @param {string} steps an argument that leaves out some, or nothing
 */
function pythonStrokes(strokes, penWidth, steps) {
  const points = strokes.map(
    (stroke) => `    [${stroke.map(([x, y]) => `(${x}, ${y})`).join(", ")}],`,
  );
  const pad = `ink.Pad(pen_width=${penWidth})`;
  return ["strokes = [", ...points, "]", `normalised = ink.from_strokes(strokes, ${pad}${steps})`];
}

/**
 * @param {number} digit its place in the gallery
 * @param {string} steps an argument that leaves out some, or nothing
 */
function pythonDigit(digit, steps) {
  const top = Math.floor(digit / COLUMNS) * TILE;
  const left = (digit % COLUMNS) * TILE;
  return [
    'gallery = np.asarray(Image.open(ROOT / "static/digits/mnist.png"))',
    `picture = gallery[${top}:${top + TILE}, ${left}:${left + TILE}]`,
    `normalised = ink.normalise(picture${steps})`,
  ];
}

/**
 * @param {string} id of the model whose report names the digit
 * @param {number} test its place in the test set
 * @param {string} steps an argument that leaves out some, or nothing
 */
function pythonMisread(id, test, steps) {
  return [
    `report = json.loads((ROOT / ${quoted(`model_weights/${id}.report.json`)}).read_text())`,
    `digit = next(d for d in report["misread"] if d["mnist_index"] == ${test})`,
    'pixels = np.frombuffer(base64.b64decode(digit["pixels"]), np.uint8)',
    `normalised = ink.normalise(pixels.reshape(${TILE}, ${TILE})${steps})`,
  ];
}

/** @param {import("./edits.js").Edit} edit */
function pythonEdit(edit) {
  switch (edit.edit) {
    case "randomise":
      return `Randomise(${edit.seed})`;
    case "swap":
      return `Swap(${quoted(edit.layer)}, ${quoted(edit.to)})`;
    case "set": {
      const index = `(${edit.index.join(", ")}${edit.index.length === 1 ? "," : ""})`;
      const { layer, parameter, value } = edit;
      return `Set(${quoted(layer)}, ${quoted(parameter)}, ${index}, ${value})`;
    }
    default: {
      const kind = { switch_off: "SwitchOff", flip: "Flip", negate: "Negate" }[edit.edit];
      return `${kind}(${quoted(edit.layer)}, ${edit.channel})`;
    }
  }
}

/**
 * @param {Asked & {origin: string, drawing: import("./api.js").Drawing}} asked
 * @returns {string} a shell command that prints the number
 */
export function curlCode({ origin, model, layer, index, drawing }) {
  const [channel, row, column] = index;
  const unit = index.length === 3 ? { channel, row, column } : { channel };
  const url = `${origin}/api/models/${model.id}/layers/${layer}/units`;
  return [
    `curl -s --json '${JSON.stringify({ ...drawing, ...unit })}' \\`,
    `  '${url}' \\`,
    `  | python3 -c 'import json, sys; print(json.load(sys.stdin)["result"])'`,
    "",
  ].join("\n");
}

/** @param {string} text an id; it holds nothing that would end the quotes */
function quoted(text) {
  return `"${text}"`;
}

/** @param {readonly string[]} items */
function list(items) {
  return `[${items.join(", ")}]`;
}
