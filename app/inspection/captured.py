"""A module that shows what happens inside it."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from app.errors import BadInput, NoParameter, NotExplained, OutsideParameter
from app.inspection.backpropagation import (
    GradientExplanation,
    Gradients,
    Replaced,
    backpropagate,
    cross_entropy,
    layer_terms,
    parameters_of,
)
from app.inspection.description import Description
from app.inspection.edit import Set
from app.inspection.layer import Layer
from app.inspection.snapshot import Snapshot
from app.inspection.unit import Index

Trace = dict[str, Tensor]
"""The activation of each layer by its id, with the batch dimension."""


class CapturedModule(Snapshot):
    """A snapshot of a module that torch can run, forwards and back."""

    def __init__(
        self,
        described: Sequence[tuple[Layer, Description]],
        run: nn.Module,
    ) -> None:
        super().__init__(described)
        self._run = run

    @property
    def traced(self) -> nn.Module:
        """What gives every layer's activation, to be exported. It is not to be changed."""
        return self._run

    def trace(self, x: Tensor) -> Trace:
        """Run the module once and return every layer's activation.

        Args:
            x: The input, with the batch dimension.

        Raises:
            BadInput: The shape or the type of the numbers does not fit.

        """
        with torch.inference_mode():
            return self._activations(x)

    def gradients(self, x: Tensor, target: int) -> Gradients:
        """Run the module once on one input, and back: the gradients of the cross-entropy.

        The logits are what the final softmax is given; without one, the output itself.

        Args:
            x: The input, a batch of one.
            target: The class that is taken for the right one.

        Raises:
            BadInput: The shape or the type of the numbers does not fit, there is more than one
                input, or no such class.
            NotExplained: What should be the logits is no vector of numbers, or torch does not
                know the derivative of an operation.

        """
        logits_id = self._check_target(x, target)
        return backpropagate(self._activations, x, target, logits_id, self._parameters())

    def loss(self, x: Tensor, target: int, change: Set | None = None) -> float:
        """Return the cross-entropy alone, as :meth:`gradients` does, with a number changed or not.

        Args:
            x: The input, a batch of one.
            target: The class that is taken for the right one.
            change: Gives one number of a weight or bias another value, for this call alone.

        Raises:
            BadInput: As of :meth:`gradients`.
            NotExplained: As of :meth:`gradients` and :meth:`explain_gradient`.
            UnknownLayer: There is no layer of this id.
            NoParameter: The layer has no such parameter.
            OutsideParameter: The parameter has no such number.

        """
        logits_id = self._check_target(x, target)
        replacements = {}
        with torch.inference_mode():
            if change is not None:
                own = self._parameter(change.layer, change.parameter, change.index)
                replacements[id(own)] = own.clone()
                replacements[id(own)][change.index] = own.new_tensor(change.value)
            with Replaced(replacements):
                activations = self._activations(x)
            return cross_entropy(activations[logits_id], target).item()

    def step(self, x: Tensor, gradients: Gradients, learning_rate: float) -> tuple[float, Tensor]:
        """Try one step of gradient descent with every weight and bias: w − η · ∂L/∂w.

        Args:
            x: The input that the gradients are of, a batch of one.
            gradients: What :meth:`gradients` returned.
            learning_rate: η.

        Returns:
            The loss after the step, and the (classes,) probabilities. The module stays as it is.

        """
        logits_id = self._check_target(x, gradients.target)
        with torch.inference_mode(), self.stepped(gradients, learning_rate):
            logits = self._activations(x)[logits_id]
        return cross_entropy(logits, gradients.target).item(), logits[0].softmax(0)

    def stepped(self, gradients: Gradients, learning_rate: float) -> Replaced:
        """Return what, while it is entered, lets every weight and bias be one step on.

        Args:
            gradients: Of a module of the same layers; the numbers may be of another type.
            learning_rate: η.

        """
        with torch.inference_mode():
            moved = {
                id(own): own - learning_rate * gradients.weights[id_][name].to(own.dtype)
                for id_, named in self._parameters().items()
                for name, own in named.items()
            }
        return Replaced(moved)

    def explain_gradient(
        self, layer_id: str, gradients: Gradients, parameter: str, index: Index
    ) -> GradientExplanation:
        """Return the sum that gives the gradient of one number of a layer's weight or bias.

        Args:
            layer_id: The layer that has it.
            gradients: What :meth:`gradients` returned.
            parameter: ``weight`` or ``bias``.
            index: Of the number: of a convolution's weight (filter, channel, row, column), of a
                linear layer's (unit, input), of a bias (filter or unit,).

        Raises:
            UnknownLayer: There is no layer of this id.
            NoParameter: The layer has no such parameter.
            OutsideParameter: The parameter has no such number.
            NotExplained: How the layer's operation uses it is not in the table.

        """
        layer = self.layer(layer_id)
        own = self._parameter(layer_id, parameter, index)
        with torch.inference_mode():
            return GradientExplanation(
                layer_id=layer.id,
                kind=layer.kind,
                parameter=parameter,
                index=index,
                value=own[index].item(),
                gradient=gradients.weights[layer.id][parameter][index].item(),
                terms=tuple(layer_terms(self._described, own, gradients, index)),
            )

    def _parameters(self) -> dict[str, dict[str, nn.Parameter]]:
        """Return the parameters of the layers that have some, by their names."""
        named = {id_: parameters_of(found) for id_, found in self._descriptions.items()}
        return {id_: found for id_, found in named.items() if found}

    def _parameter(self, layer_id: str, name: str, index: Index) -> nn.Parameter:
        """Return a parameter of a layer, if it is one and has such a number."""
        layer = self.layer(layer_id)
        description = self._descriptions[layer.id]
        if name not in description.weights:
            own = " and ".join(description.weights) or "no parameters"
            raise NoParameter(f"{layer.id} ({layer.label}) has no {name}.", f"It has {own}.")
        shape = tuple(description.weights[name].shape)
        fits = len(index) == len(shape)
        if not fits or any(not 0 <= i < n for i, n in zip(index, shape, strict=True)):
            raise OutsideParameter(
                f"{name}{list(index)} is not in {layer.id}.",
                f"Its {name} has shape {shape}: send as many indices, counted from 0.",
            )
        if name not in parameters_of(description):
            raise NotExplained(
                f"The {name} of {layer.id} is computed from other parameters.",
                "Capture the module with its parametrization removed.",
            )
        return parameters_of(description)[name]

    def _check_target(self, x: Tensor, target: int) -> str:
        """Return the layer that gives the logits, if there is a loss for this input."""
        last = self.layer(self.logits_id or self.layers[-1].id)
        if len(last.output_shape) != 1:
            raise NotExplained(
                f"The loss is not known: {last.id} gives {last.output_shape}, no logits.",
                "Capture a module that ends in one number for each class.",
            )
        if len(x) != 1:
            raise BadInput(f"There are {len(x)} inputs.", "Send a batch of one.")
        if not 0 <= target < last.activation_size:
            raise BadInput(
                f"There is no class {target}.",
                f"The classes are counted from 0 to {last.activation_size - 1}.",
            )
        return last.id

    def _activations(self, x: Tensor) -> Trace:
        expected = self.layers[0].output_shape
        if x.shape[1:] != expected:
            raise BadInput(
                f"The input has shape {tuple(x.shape)}.",
                f"Send (N, {', '.join(map(str, expected))}), N being the number of samples.",
            )
        try:
            activations = self._run(x)
        except RuntimeError as error:
            raise BadInput(
                f"The module cannot run on {x.dtype} of shape {tuple(x.shape)}: {error}",
                "Send numbers of the type of the example, and one sample at a time.",
            ) from error
        return {layer.id: value for layer, value in zip(self.layers, activations, strict=True)}
