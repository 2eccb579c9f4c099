"""The table that says what each of torch's operations is, keyed by the operation itself.

An entry is a function that :func:`describes` registers for a module's class, for functions
and for methods of a tensor at once. Its parameters are torch's own, in the order of the
functional form: a module's are read off its attributes, a call's are its arguments.
"""

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from torch import Tensor, nn

from app.inspection.description import Description
from app.inspection.layer import Shape
from app.inspection.unit import Array


@dataclass(frozen=True)
class Call:
    """Stands for the activation that an operation reads."""

    input_shape: Shape
    output_shape: Shape


Describer = Callable[..., Description]
_TABLE: dict[object, Describer] = {}


def describes(*operations: object) -> Callable[[Describer], Describer]:
    """Register the entry for classes of modules, functions and methods of a tensor."""

    def register(describer: Describer) -> Describer:
        _TABLE.update(dict.fromkeys(operations, describer))
        return describer

    return register


def named_weights(weight: Tensor | None, bias: Tensor | None) -> dict[str, Tensor]:
    """Return those of the two that there are."""
    named = {"weight": weight, "bias": bias}
    return {name: value for name, value in named.items() if value is not None}


def arrays(tensors: Mapping[str, Tensor]) -> dict[str, Array]:
    """Return tensors as numpy arrays that share their memory."""
    return {name: array(value) for name, value in tensors.items()}


def array(tensor: Tensor) -> Array:
    """Return a tensor as a numpy array that shares its memory.

    Of types that numpy lacks it is a copy, in float32; on the meta device, where there are no
    numbers, all are 0.
    """
    tensor = tensor.detach()
    if tensor.is_meta:
        return np.broadcast_to(np.float32(0), tuple(tensor.shape))
    try:
        return np.asarray(tensor)
    except TypeError:
        return np.asarray(tensor.float())


def describe_module(module: nn.Module, call: Call) -> Description:
    """Look a module up by its class, or the class it derives from."""
    describer = next((_TABLE[c] for c in type(module).__mro__ if c in _TABLE), None)
    if describer is None:
        tensors: dict[str, Tensor] = dict(module.named_parameters())
        return Description("other", type(module).__name__, weights=arrays(tensors), tensors=tensors)
    names = [
        parameter.name
        for parameter in inspect.signature(describer).parameters.values()
        if parameter.kind is parameter.POSITIONAL_OR_KEYWORD
    ]
    return describer(call, **{name: getattr(module, name) for name in names[1:]})


def describe_call(
    operation: object, name: str, arguments: Sequence[Any], keywords: Mapping[str, Any]
) -> Description:
    """Look a function or a method up by itself.

    Args:
        operation: The function or the method.
        name: Its label if it is not in the table.
        arguments: Its arguments, a :class:`Call` in the place of the activation it reads.
        keywords: The same by keyword.

    """
    other = Description("other", name)
    if operation not in _TABLE:
        return other
    describer = _TABLE[operation]
    # torch calls what a function reads "input"; a describer cannot, as it gets a Call.
    keywords = {"call" if key == "input" else key: value for key, value in keywords.items()}
    try:
        bound = inspect.signature(describer).bind(*arguments, **keywords)
    except TypeError:
        return other
    if any(isinstance(v, Call) for k, v in bound.arguments.items() if k != "call"):
        return other  # the activation is where the entry expects, say, a weight
    return describer(*bound.args, **bound.kwargs)
