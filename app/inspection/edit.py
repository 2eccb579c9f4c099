"""Changes to a module, to see what depends on what.

Edits are made on a copy: the module that is given stays as it is.
"""

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from app.errors import BadEdit

Values = float | list["Values"]
"""A number, or nested lists of numbers of one length at each level."""


@dataclass(frozen=True)
class SwitchOff:
    """Make a filter, or all that leads to one unit of a linear layer, zero, bias included."""

    layer: str
    channel: int


@dataclass(frozen=True)
class Flip:
    """Turn the kernels of a filter by 180°, as a convolution proper does."""

    layer: str
    channel: int


@dataclass(frozen=True)
class Negate:
    """Change the sign of a filter and of its bias."""

    layer: str
    channel: int


@dataclass(frozen=True)
class Set:
    """Give a weight or bias another value.

    Attributes:
        parameter: ``weight`` or ``bias``.
        index: Of one number, or of a part (a filter, a kernel, a row of it); () is all of it.
        value: A number, or nested lists of the part's shape.

    """

    layer: str
    parameter: str
    index: tuple[int, ...]
    value: Values


@dataclass(frozen=True)
class Swap:
    """Put another operation in the place of a pooling or activation layer."""

    layer: str
    to: str


@dataclass(frozen=True)
class Randomise:
    """Give every layer fresh weights, as before any training.

    Each layer draws them as torch initialises it, all from one generator with this seed.
    """

    seed: int


Edit = SwitchOff | Flip | Negate | Set | Swap | Randomise

POOLINGS: dict[str, type[nn.MaxPool2d] | type[nn.AvgPool2d]] = {
    "max_pool2d": nn.MaxPool2d,
    "avg_pool2d": nn.AvgPool2d,
}
ACTIVATIONS: dict[str, type[nn.Module]] = {
    "relu": nn.ReLU,
    "tanh": nn.Tanh,
    "sigmoid": nn.Sigmoid,
    "silu": nn.SiLU,
    "leaky_relu": nn.LeakyReLU,
    "elu": nn.ELU,
    "identity": nn.Identity,
}
_KNOWN_ACTIVATIONS = tuple(ACTIVATIONS.values())


def edited(module: nn.Module, edits: Sequence[Edit]) -> nn.Module:
    """Return a copy of a module with these edits made in their order.

    Raises:
        BadEdit: There is no such layer, filter, parameter or number; the layer has no weights
            or cannot be swapped; the value has the wrong shape or is not finite.

    """
    changed = copy.deepcopy(module)
    with torch.no_grad():
        for edit in edits:
            _apply(changed, edit)
    return changed


def _apply(module: nn.Module, edit: Edit) -> None:
    match edit:
        case Randomise():
            _randomise(module, edit.seed)
        case Swap():
            _swap(module, edit)
        case Set():
            _set(_layer(module, edit.layer), edit)
        case SwitchOff():
            _change_filter(module, edit, lambda kernel: kernel * 0, lambda bias: bias * 0)
        case Negate():
            _change_filter(module, edit, torch.neg, torch.neg)
        case Flip():
            _change_filter(module, edit, lambda kernel: kernel.flip(-1, -2), lambda bias: bias)


def _layer(module: nn.Module, layer_id: str) -> nn.Module:
    try:
        return module.get_submodule(layer_id)
    except AttributeError:
        raise BadEdit(
            f"There is no layer {layer_id!r} that can be edited.",
            "Name a layer that is a module of its own, as listed in the model's layers.",
        ) from None


def _parameter(layer: nn.Module, layer_id: str, name: str) -> Tensor:
    found = getattr(layer, name, None) if name in ("weight", "bias") else None
    if not isinstance(found, Tensor):
        own = ", ".join(key for key, _ in layer.named_parameters(recurse=False)) or "nothing"
        raise BadEdit(f"{layer_id} has no {name}.", f"It has {own} to edit.")
    return found


def _change_filter(
    module: nn.Module,
    edit: SwitchOff | Flip | Negate,
    kernels: Callable[[Tensor], Tensor],
    biases: Callable[[Tensor], Tensor],
) -> None:
    layer = _layer(module, edit.layer)
    weight = _parameter(layer, edit.layer, "weight")
    _check(edit.layer, "weight", weight, (edit.channel,))
    if isinstance(edit, Flip) and weight.dim() < 3:
        raise BadEdit(f"{edit.layer} has no kernels to flip.", "Flip a filter of a convolution.")
    weight[edit.channel] = kernels(weight[edit.channel])
    bias = getattr(layer, "bias", None)
    if isinstance(bias, Tensor):
        bias[edit.channel] = biases(bias[edit.channel])


def _set(layer: nn.Module, edit: Set) -> None:
    parameter = _parameter(layer, edit.layer, edit.parameter)
    _check(edit.layer, edit.parameter, parameter, edit.index)
    part = parameter[edit.index]
    try:
        value = torch.tensor(edit.value, dtype=parameter.dtype)
    except (ValueError, TypeError, RuntimeError) as error:
        raise BadEdit(
            f"The value for {edit.layer} is ragged, or not of numbers.",
            "Send a number, or nested lists of numbers of one length.",
        ) from error
    if value.shape != part.shape:
        raise BadEdit(
            f"The value has shape {tuple(value.shape)}, but {edit.parameter}"
            f"{list(edit.index) or ''} of {edit.layer} has {tuple(part.shape)}.",
            "Send nested lists of that shape.",
        )
    if not value.isfinite().all():
        raise BadEdit(f"The value for {edit.layer} is not finite.", "Send ordinary numbers.")
    parameter[edit.index] = value


def _check(layer_id: str, name: str, parameter: Tensor, index: tuple[int, ...]) -> None:
    shape = tuple(parameter.shape)
    fits = len(index) <= len(shape)
    if not fits or any(not 0 <= i < n for i, n in zip(index, shape, strict=False)):
        raise BadEdit(
            f"{name}{list(index)} is not in {layer_id}.",
            f"Its {name} has shape {shape}; indices count from 0.",
        )


def _swap(module: nn.Module, edit: Swap) -> None:
    layer = _layer(module, edit.layer)
    replacement: nn.Module
    if isinstance(layer, (nn.MaxPool2d, nn.AvgPool2d)) and edit.to in POOLINGS:
        replacement = POOLINGS[edit.to](
            layer.kernel_size, layer.stride, layer.padding, ceil_mode=layer.ceil_mode
        )
    elif isinstance(layer, _KNOWN_ACTIVATIONS) and edit.to in ACTIVATIONS:
        replacement = ACTIVATIONS[edit.to]()
    else:
        raise BadEdit(
            f"{edit.layer} cannot become {edit.to!r}.",
            f"A pooling can become {' or '.join(POOLINGS)}, an activation "
            f"{', '.join(ACTIVATIONS)}.",
        )
    module.set_submodule(edit.layer, replacement)


def _randomise(module: nn.Module, seed: int) -> None:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        for layer in module.modules():
            reset = getattr(layer, "reset_parameters", None)
            if callable(reset):
                reset()
