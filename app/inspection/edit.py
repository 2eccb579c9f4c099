"""Changes to a network, to see what depends on what; those of numbers are made here, with numpy.

:mod:`.editing` makes all of them on a module.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeGuard

import numpy as np

from app.errors import BadEdit
from app.inspection.unit import Array

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


OfNumbers = SwitchOff | Flip | Negate | Set
"""What leaves the layers as they are."""
Edit = OfNumbers | Swap | Randomise


def of_numbers(edits: Sequence[Edit]) -> TypeGuard[Sequence[OfNumbers]]:
    """Tell whether edits change numbers only; for others, torch is needed."""
    return all(isinstance(edit, OfNumbers) for edit in edits)


def no_layer(layer_id: str) -> BadEdit:
    """Return the refusal of an edit of a layer that there is not."""
    return BadEdit(
        f"There is no layer {layer_id!r} that can be edited.",
        "Name a layer that is a module of its own, as listed in the model's layers.",
    )


def change(own: Mapping[str, Array], edit: OfNumbers) -> None:
    """Make an edit in place.

    Args:
        own: The layer's weight and bias, as far as it has them.
        edit: The edit.

    Raises:
        BadEdit: There is no such filter, parameter or number; the layer has no weights; the
            value has the wrong shape or is not finite.

    """
    match edit:
        case Set():
            _set(own, edit)
        case SwitchOff():
            _change_filter(own, edit, lambda kernel: kernel * 0, lambda bias: bias * 0)
        case Negate():
            _change_filter(own, edit, np.negative, np.negative)
        case Flip():
            _change_filter(own, edit, lambda kernel: kernel[..., ::-1, ::-1], lambda bias: bias)


def _change_filter(
    own: Mapping[str, Array],
    edit: SwitchOff | Flip | Negate,
    kernels: Callable[[Array], Array],
    biases: Callable[[Array], Array],
) -> None:
    weight = _parameter(own, edit.layer, "weight")
    _check(edit.layer, "weight", weight, (edit.channel,))
    if isinstance(edit, Flip) and weight.ndim < 3:
        raise BadEdit(f"{edit.layer} has no kernels to flip.", "Flip a filter of a convolution.")
    weight[edit.channel] = kernels(weight[edit.channel]).copy()
    if "bias" in own:
        own["bias"][edit.channel] = biases(own["bias"][edit.channel])


def _set(own: Mapping[str, Array], edit: Set) -> None:
    parameter = _parameter(own, edit.layer, edit.parameter)
    _check(edit.layer, edit.parameter, parameter, edit.index)
    shape = parameter[edit.index].shape
    try:
        with np.errstate(over="ignore"):
            value = np.array(edit.value, dtype=parameter.dtype)
    except (ValueError, TypeError, OverflowError) as error:
        raise BadEdit(
            f"The value for {edit.layer} is ragged, or not of numbers.",
            "Send a number, or nested lists of numbers of one length.",
        ) from error
    if value.shape != shape:
        raise BadEdit(
            f"The value has shape {value.shape}, but {edit.parameter}"
            f"{list(edit.index) or ''} of {edit.layer} has {shape}.",
            "Send nested lists of that shape.",
        )
    if not np.isfinite(value).all():
        raise BadEdit(f"The value for {edit.layer} is not finite.", "Send ordinary numbers.")
    parameter[edit.index] = value


def _parameter(own: Mapping[str, Array], layer_id: str, name: str) -> Array:
    if name not in own or name not in ("weight", "bias"):
        raise BadEdit(
            f"{layer_id} has no {name}.", f"It has {', '.join(own) or 'nothing'} to edit."
        )
    return own[name]


def _check(layer_id: str, name: str, parameter: Array, index: tuple[int, ...]) -> None:
    shape = parameter.shape
    fits = len(index) <= len(shape)
    if not fits or any(not 0 <= i < n for i, n in zip(index, shape, strict=False)):
        raise BadEdit(
            f"{name}{list(index)} is not in {layer_id}.",
            f"Its {name} has shape {shape}; indices count from 0.",
        )
