"""How the loss changes with every number of a module: autograd's answer, and the sum behind it.

The loss is the cross-entropy of the logits, −log(softmax(logits)[target]). What makes up one
number's gradient is written out by :mod:`.gradient`.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.fx.node import map_aggregate
from torch.nn import functional
from torch.overrides import TorchFunctionMode

from app.errors import NotExplained
from app.inspection.description import Description
from app.inspection.gradient import GradientTerms
from app.inspection.region import Described
from app.inspection.unit import Index


@dataclass(frozen=True)
class Gradients:
    """The derivative of the loss by everything that it depends on, for one input.

    Attributes:
        target: The class that the loss takes for the right one.
        loss: The cross-entropy of the logits, in nats.
        trace: Every layer's activation, with the batch dimension.
        activations: The gradient at each layer up to the logits, of its activation's shape. A
            softmax after them is part of the loss.
        weights: For each layer with a weight or a bias, their gradients, of their shapes. What
            is no parameter but computed from some is left out. A parameter that several layers
            share has one gradient, which all of them show.

    """

    target: int
    loss: float
    trace: dict[str, Tensor]
    activations: dict[str, Tensor]
    weights: dict[str, dict[str, Tensor]]

    @property
    def squared(self) -> float:
        """The squares of all weights' and biases' gradients together: −dL/dη of a step at η = 0."""
        own = {id(g): g for named in self.weights.values() for g in named.values()}
        return math.fsum(gradient.square().sum().item() for gradient in own.values())

    def fit(self, dtype: torch.dtype) -> bool:
        """Tell whether the loss and all gradients are finite, also as numbers of this type."""
        layers = (self.activations, *self.weights.values())
        gradients = (gradient for named in layers for gradient in named.values())
        return math.isfinite(self.loss) and all(g.to(dtype).isfinite().all() for g in gradients)


@dataclass(frozen=True, kw_only=True)
class LayerTerms(GradientTerms):
    """The terms with the layer they are of and the one that it reads."""

    layer_id: str
    source_id: str


@dataclass(frozen=True, kw_only=True)
class GradientExplanation:
    """The sum that gives the gradient of one number of a weight or bias.

    Attributes:
        parameter: ``weight`` or ``bias``.
        value: The number itself.
        gradient: As autograd computed it.
        terms: Of each layer that has the parameter: mostly of one.

    """

    layer_id: str
    kind: str
    parameter: str
    index: Index
    value: float
    gradient: float
    terms: tuple[LayerTerms, ...]

    @property
    def sum(self) -> float:
        """All products together: the gradient, but for torch's rounding."""
        return math.fsum(terms.products.sum().item() for terms in self.terms)

    def updated(self, learning_rate: float) -> float:
        """Return the number after one step of gradient descent: w − η · ∂L/∂w."""
        return self.value - learning_rate * self.gradient


def backpropagate(
    run: Callable[[Tensor], Mapping[str, Tensor]],
    x: Tensor,
    target: int,
    logits_id: str,
    parameters: Mapping[str, Mapping[str, nn.Parameter]],
) -> Gradients:
    """Return the gradients for one input. Nothing is left behind in the module or in ``x``.

    Args:
        run: Gives every layer's activation, in order.
        x: The input, a batch of one.
        target: The index of a logit.
        logits_id: The layer whose activation is the (1, classes) logits.
        parameters: Layer id -> name -> parameter.

    Raises:
        NotExplained: The logits are whole numbers, or torch does not know the derivative of an
            operation.

    """
    every = {id(p): p for named in parameters.values() for p in named.values()}
    with torch.inference_mode(mode=False), torch.enable_grad():
        start = x.detach().clone()
        start.requires_grad_(start.is_floating_point())
        leaves = {id_: p.detach().requires_grad_() for id_, p in every.items()}
        with Replaced(leaves):
            trace = dict(run(start))
        loss = cross_entropy(trace[logits_id], target)
        ids = list(trace)
        reached = {id_: trace[id_] for id_ in ids[: ids.index(logits_id) + 1]}
        at = {id_: value for id_, value in reached.items() if value.requires_grad}
        found = _grad(loss, [*at.values(), *leaves.values()])
    gradients = dict(zip([*at, *every], found, strict=True))
    return Gradients(
        target=target,
        loss=loss.item(),
        trace={id_: value.detach() for id_, value in trace.items()},
        activations={id_: gradients[id_] for id_ in at},
        weights={
            id_: {name: gradients[id(p)] for name, p in named.items()}
            for id_, named in parameters.items()
        },
    )


def cross_entropy(logits: Tensor, target: int) -> Tensor:
    """Return −log(softmax(logits)[target]) of (1, classes) logits, in nats.

    Raises:
        NotExplained: They are whole numbers.

    """
    if not logits.is_floating_point():
        raise NotExplained(
            f"The loss is not known: the output is {logits.dtype}.",
            "Capture a module that ends in one real number for each class.",
        )
    return functional.cross_entropy(logits, torch.tensor([target]))


def parameters_of(description: Description) -> dict[str, nn.Parameter]:
    """Return those of a layer's weights that are parameters and can have a gradient."""
    return {
        name: value
        for name, value in description.tensors.items()
        if isinstance(value, nn.Parameter) and value.is_floating_point()
    }


def layer_terms(
    described: Described, parameter: nn.Parameter, gradients: Gradients, index: Index
) -> Iterator[LayerTerms]:
    """Yield what each layer that uses a parameter adds to the gradient of one number.

    Raises:
        NotExplained: How one of them uses it is not in the table.

    """
    for layer, description in described:
        if layer.id not in gradients.activations:
            continue  # it comes after the logits: nothing of it is in the loss
        names = [name for name, p in parameters_of(description).items() if p is parameter]
        uses = sum(used is parameter for used in description.uses)
        if not uses:
            continue
        flat = max(len(layer.input_shape), len(layer.output_shape)) <= 3
        if description.terms is None or len(names) != uses or not flat:
            raise NotExplained(
                f"How the gradient comes about in {layer.id} ({layer.label}) is not known.",
                "Read it from the model's gradients; its arithmetic is torch's own.",
            )
        (source_id,) = layer.input_ids
        source, upstream = gradients.trace[source_id], gradients.activations[layer.id]
        for name in names:
            found = description.terms(np.asarray(source[0]), np.asarray(upstream[0]), name, index)
            yield LayerTerms(layer_id=layer.id, source_id=source_id, **vars(found))


class Replaced(TorchFunctionMode):
    """Puts other tensors in the place of parameters, while the module keeps its own.

    Within it, in its own thread alone, every operation of torch that is given one of the
    parameters gets the other tensor instead: so that autograd sees it as a leaf although its
    ``requires_grad`` is not set, or to try what another number would do.

    Args:
        replacements: The id() of the parameter -> what to compute with.

    """

    def __init__(self, replacements: Mapping[int, Tensor]) -> None:
        super().__init__()
        self._replacements = replacements

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        return func(*map_aggregate(args, self._swap), **map_aggregate(kwargs or {}, self._swap))

    def _swap(self, value: Any) -> Any:
        return self._replacements.get(id(value), value) if isinstance(value, Tensor) else value


def _grad(loss: Tensor, by: list[Tensor]) -> tuple[Tensor, ...]:
    """Return the gradients; zeros for what the loss does not depend on, as autograd sees it."""
    if not loss.requires_grad:
        return tuple(map(torch.zeros_like, by))
    try:
        return torch.autograd.grad(loss, by, allow_unused=True, materialize_grads=True)
    except RuntimeError as error:  # of which NotImplementedError is one
        raise NotExplained(
            f"Torch cannot go back through the module: {str(error).partition(chr(10))[0]}",
            "Capture a module of operations that have a derivative.",
        ) from error
