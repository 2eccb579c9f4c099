/**
 * The network as PyTorch code that counts its own parameters.
 *
 * @typedef {import("../../api.js").Layer} Layer
 */

/** @type {Record<string, (h: Record<string, any>) => string>} */
const MODULES = {
  conv2d: ({ in_channels, out_channels, ...window }) =>
    `nn.Conv2d(${in_channels}, ${out_channels}, ${windowOf(window)})`,
  max_pool2d: (window) => `nn.MaxPool2d(${windowOf(window)})`,
  avg_pool2d: (window) => `nn.AvgPool2d(${windowOf(window)})`,
  flatten: () => "nn.Flatten()",
  linear: ({ in_features, out_features }) => `nn.Linear(${in_features}, ${out_features})`,
  softmax: () => "nn.Softmax(dim=1)",
  activation: ({ function: name }) => ACTIVATIONS[name] ?? "nn.Identity()",
};

/** @type {Record<string, string>} */
const ACTIVATIONS = { relu: "nn.ReLU()", tanh: "nn.Tanh()", sigmoid: "nn.Sigmoid()" };

/** @param {Record<string, any>} hyperparameters */
function windowOf({ kernel_size, stride, padding }) {
  const parts = Object.entries({ kernel_size, stride, padding }).map(
    ([name, sides]) => `${name}=(${[sides].flat().join(", ")})`,
  );
  return parts.join(", ");
}

/**
 * @param {readonly Layer[]} layers the input first
 * @returns {string} prints each layer's count, and their sum
 */
export function program(layers) {
  const modules = layers
    .filter(({ kind }) => kind !== "input")
    .map(
      ({ kind, hyperparameters }) => `    ${MODULES[kind]?.(hyperparameters) ?? "nn.Identity()"},`,
    );
  return [
    "from torch import nn",
    "",
    "model = nn.Sequential(",
    ...modules,
    ")",
    "",
    "def count(module):",
    "    return sum(parameter.numel() for parameter in module.parameters())",
    "",
    "for layer in model:",
    "    if count(layer):",
    "        print(count(layer))",
    "print(count(model))",
  ].join("\n");
}
