"""The table that says what each of torch's operations is, keyed by the operation itself.

An entry is a function that :func:`describes` registers for a module's class, for functions
and for methods of a tensor at once. Its parameters are torch's own, in the order of the
functional form: a module's are read off its attributes, a call's are its arguments.
"""

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from torch import Tensor, nn

from app.inspection.gradient import Terms
from app.inspection.layer import Hyperparameter, Shape
from app.inspection.receptive import SlidingWindow
from app.inspection.unit import Explain


@dataclass(frozen=True)
class Call:
    """Stands for the activation that an operation reads."""

    input_shape: Shape
    output_shape: Shape


@dataclass(frozen=True)
class Description:
    """What the table says of one operation.

    Attributes:
        label: What people call it; ``{}`` is where its number goes.
        weights: Its learned numbers as torch names them: parameters, or computed from some.
        reads: The window of the layer before that a unit reads, or all of it, or may; None if
            not known.
        explain: How its units are explained; None if they are not.
        terms: How the gradients of its weights are explained; None if they are not.
        uses: The module's parameters that it depends on, one as often as it is given.

    """

    kind: str
    label: str
    hyperparameters: dict[str, Hyperparameter] = field(default_factory=dict)
    weights: dict[str, Tensor] = field(default_factory=dict)
    multiply_adds: int = 0
    reads: SlidingWindow | Literal["all"] | None = None
    explain: Explain | None = None
    terms: Terms | None = None
    uses: tuple[nn.Parameter, ...] = ()

    @property
    def parameters(self) -> dict[str, nn.Parameter]:
        """Those of the weights that are parameters themselves and can have a gradient."""
        named = self.weights.items()
        return {
            name: value
            for name, value in named
            if isinstance(value, nn.Parameter) and value.is_floating_point()
        }


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


def describe_module(module: nn.Module, call: Call) -> Description:
    """Look a module up by its class, or the class it derives from."""
    describer = next((_TABLE[c] for c in type(module).__mro__ if c in _TABLE), None)
    if describer is None:
        weights: dict[str, Tensor] = dict(module.named_parameters())
        return Description("other", type(module).__name__, weights=weights)
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
