"""The entries of the table for all other operations.

See :mod:`app.inspection.table` for how an entry is written and found.
"""

import math
import operator
from collections.abc import Iterable
from functools import partial
from typing import Any, Literal

import torch
from torch import Tensor, nn
from torch.nn import functional

from app.inspection import gradient, unit
from app.inspection.description import Description
from app.inspection.receptive import POINT, SlidingWindow
from app.inspection.table import Call, array, arrays, describes, named_weights


@describes(nn.Linear, functional.linear)
def linear(call: Call, weight: Tensor, bias: Tensor | None = None) -> Description:
    """Connect every unit to all of the layer before."""
    flat = len(call.input_shape) == 1
    tensors = named_weights(weight, bias)
    return Description(
        "linear",
        "FC",
        {"in_features": weight.shape[1], "out_features": weight.shape[0]},
        weights=arrays(tensors),
        tensors=tensors,
        multiply_adds=math.prod(call.output_shape) * weight.shape[1],
        reads="all" if flat else None,
        explain=partial(
            unit.linear, weight=array(weight), bias=None if bias is None else array(bias)
        ),
        terms=gradient.linear,
    )


@describes(nn.BatchNorm1d, nn.BatchNorm2d, functional.batch_norm)
def batch_norm(
    call: Call,
    running_mean: Tensor | None,
    running_var: Tensor | None,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    training: bool = False,
    momentum: float | None = 0.1,
    eps: float = 1e-5,
) -> Description:
    """Scale and shift each channel by the statistics kept from training."""
    explain = None
    # Without kept statistics a unit depends on all the others: there is no sum to show.
    if running_mean is not None and running_var is not None:
        scale = (running_var.double() + eps).rsqrt()
        if weight is not None:
            scale = scale * weight.double()
        shift = -running_mean.double() * scale
        if bias is not None:
            shift = shift + bias.double()
        explain = partial(unit.batch_norm, scale=array(scale), shift=array(shift))
    tensors = named_weights(weight, bias)
    return Description(
        "batch_norm2d" if len(call.input_shape) == 3 else "batch_norm1d",
        "BatchNorm",
        {"num_features": call.input_shape[0], "eps": eps},
        weights=arrays(tensors),
        tensors=tensors,
        reads=POINT if explain else None,
        explain=explain,
    )


@describes(nn.Softmax, functional.softmax, torch.softmax, Tensor.softmax)
def softmax(call: Call, dim: int | None = None, *_: Any, **__: Any) -> Description:
    """Turn logits into shares of one."""
    return _shares(call, dim, "softmax", "Softmax")


@describes(nn.LogSoftmax, functional.log_softmax, torch.log_softmax, Tensor.log_softmax)
def log_softmax(call: Call, dim: int | None = None, *_: Any, **__: Any) -> Description:
    """Turn logits into the logarithms of shares of one."""
    return _shares(call, dim, "log_softmax", "LogSoftmax")


@describes(
    *(nn.Flatten, nn.Unflatten, torch.flatten, Tensor.flatten, Tensor.unflatten),
    *(torch.reshape, Tensor.reshape, Tensor.view, Tensor.squeeze, Tensor.unsqueeze),
)
def flatten(call: Call, *shape: Any, **_: Any) -> Description:
    """Give the same numbers another shape, in the same order."""
    if any(isinstance(n, torch.dtype) for n in shape):
        return Description("other", "View")  # the same bits, read as other numbers
    flat = len(call.output_shape) == 1
    return Description(
        "flatten" if flat else "other",
        "Flatten" if flat else "Reshape",
        reads="all" if flat else None,
        explain=partial(unit.copy, shape=call.output_shape),
    )


@describes(
    *(nn.Dropout, nn.Dropout1d, nn.Dropout2d, nn.AlphaDropout),
    *(functional.dropout, functional.dropout2d, torch.dropout),
)
def dropout(call: Call, p: float = 0.5, training: bool = True, *_: Any, **__: Any) -> Description:
    """Do nothing: units are dropped in training only."""
    return Description(
        "dropout",
        "Dropout",
        {"p": p},
        reads=POINT,
        explain=None if training else partial(unit.copy, shape=call.output_shape),
    )


@describes(nn.Identity, Tensor.contiguous, Tensor.clone, torch.clone, Tensor.detach)
def identity(call: Call, *_: Any, **__: Any) -> Description:
    """Do nothing."""
    return Description(
        "identity", "Identity", reads=POINT, explain=partial(unit.copy, shape=call.output_shape)
    )


@describes(operator.add, torch.add, Tensor.add, Tensor.add_)
def add(*operands: Any, **_: Any) -> Description:
    """Add a constant."""
    return _arithmetic("+", operands)


@describes(operator.sub, torch.sub, Tensor.sub, Tensor.sub_)
def subtract(*operands: Any, **_: Any) -> Description:
    """Subtract a constant, or from one."""
    return _arithmetic("−", operands)


@describes(operator.mul, torch.mul, Tensor.mul, Tensor.mul_)
def multiply(*operands: Any, **_: Any) -> Description:
    """Multiply by a constant."""
    return _arithmetic("×", operands)


@describes(operator.truediv, torch.div, Tensor.div, Tensor.div_)
def divide(*operands: Any, **_: Any) -> Description:
    """Divide by a constant, or one."""
    return _arithmetic("÷", operands)


def _arithmetic(symbol: str, operands: Iterable[Any]) -> Description:
    call = next(operand for operand in operands if isinstance(operand, Call))
    in_place = call.input_shape == call.output_shape  # the constant was not the larger one
    return Description("other", symbol, reads=POINT if in_place else None)


def _shares(call: Call, dim: int | None, name: str, label: str) -> Description:
    dimensions = len(call.input_shape)
    if dim is None:  # torch's own rule for samples without a given dimension, batch included
        dim = 0 if dimensions in (0, 2) else 1
    place = dim + dimensions if dim < 0 else dim - 1
    reads: SlidingWindow | Literal["all"] | None = "all"
    if place < 0:  # over the batch: there is nothing to explain in one sample
        reads = None
    elif place == 0 and dimensions == 3:
        reads = POINT
    return Description(
        "softmax",
        label,
        {"function": name, "dim": dim},
        reads=reads,
        explain=None if place < 0 else partial(unit.softmax, name=name, dim=place),
    )
