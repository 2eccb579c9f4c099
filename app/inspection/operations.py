"""The entries of the table: what each operation of torch is.

See :mod:`app.inspection.description` for how an entry is written and found.
"""

import math
import operator
from collections.abc import Sequence
from functools import partial
from typing import Any, Literal

import torch
from torch import Tensor, nn
from torch.nn import functional

from app.inspection import unit
from app.inspection.description import Call, Description, describes
from app.inspection.layer import Hyperparameter
from app.inspection.receptive import Pair, SlidingWindow

Size = int | Sequence[int]
POINT = SlidingWindow()
"""A unit reads the unit in its place."""


@describes(nn.Conv2d, functional.conv2d)
def conv2d(
    call: Call,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Size = 1,
    padding: Size | str = 0,
    dilation: Size = 1,
    groups: int = 1,
    padding_mode: str = "zeros",
) -> Description:
    """Slide filters over the maps; with groups, each filter sees only its share of them."""
    filters, depth, *kernel_size = weight.shape
    window = SlidingWindow(
        _pair(kernel_size),
        _pair(stride),
        _padding(padding, _pair(kernel_size), _pair(dilation)),
        _pair(dilation),
    )
    hyperparameters: dict[str, Hyperparameter] = {
        "in_channels": depth * groups,
        "out_channels": filters,
        "kernel_size": window.kernel_size,
        "stride": window.stride,
        "padding": padding if isinstance(padding, str) else window.padding,
        "dilation": window.dilation,
        "groups": groups,
    }
    if padding_mode != "zeros":
        hyperparameters["padding_mode"] = padding_mode
    return Description(
        "conv2d",
        "CONV{}",
        hyperparameters,
        weights=_weights(weight, bias),
        multiply_adds=math.prod(call.output_shape) * depth * math.prod(kernel_size),
        reads=window if _stays_in_place(window, padding_mode) else None,
        explain=partial(
            unit.convolution, window=window, weight=weight, bias=bias, padding_mode=padding_mode
        ),
    )


@describes(nn.Linear, functional.linear)
def linear(call: Call, weight: Tensor, bias: Tensor | None = None) -> Description:
    """Connect every unit to all of the layer before."""
    flat = len(call.input_shape) == 1
    return Description(
        "linear",
        "FC",
        {"in_features": weight.shape[1], "out_features": weight.shape[0]},
        weights=_weights(weight, bias),
        multiply_adds=math.prod(call.output_shape) * weight.shape[1],
        reads="all" if flat else None,
        explain=partial(unit.linear, weight=weight, bias=bias),
    )


@describes(nn.MaxPool2d, functional.max_pool2d, torch.max_pool2d)
def max_pool2d(
    call: Call,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Size = 0,
    dilation: Size = 1,
    ceil_mode: bool = False,
    *_: Any,
    **__: Any,
) -> Description:
    """Keep the largest value of each window."""
    window = SlidingWindow(
        _pair(kernel_size), _pair(stride or kernel_size), _pair(padding), _pair(dilation)
    )
    return Description(
        "max_pool2d",
        "POOL{}",
        {
            "kernel_size": window.kernel_size,
            "stride": window.stride,
            "padding": window.padding,
            "dilation": window.dilation,
            "ceil_mode": ceil_mode,
        },
        reads=window,
        explain=partial(unit.maximum, window=window),
    )


@describes(nn.AvgPool2d, functional.avg_pool2d)
def avg_pool2d(
    call: Call,
    kernel_size: Size,
    stride: Size | None = None,
    padding: Size = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Description:
    """Keep the mean of each window."""
    window = SlidingWindow(_pair(kernel_size), _pair(stride or kernel_size), _pair(padding))
    hyperparameters: dict[str, Hyperparameter] = {
        "kernel_size": window.kernel_size,
        "stride": window.stride,
        "padding": window.padding,
        "ceil_mode": ceil_mode,
        "count_include_pad": count_include_pad,
    }
    if divisor_override is not None:
        hyperparameters["divisor_override"] = divisor_override
    return Description(
        "avg_pool2d",
        "POOL{}",
        hyperparameters,
        reads=window,
        explain=partial(
            unit.average,
            window=window,
            count_include_pad=count_include_pad,
            divisor=divisor_override,
        ),
    )


@describes(nn.AdaptiveAvgPool2d, functional.adaptive_avg_pool2d)
def adaptive_avg_pool2d(call: Call, output_size: Any) -> Description:
    """Keep the mean of each window, the windows sized so that the output is as asked."""
    size = _pair(call.output_shape[1:])
    source = _pair(call.input_shape[1:])
    reads: SlidingWindow | Literal["all"] | None = None  # windows of several sizes
    if size == (1, 1):
        reads = "all"
    elif all(n % parts == 0 for n, parts in zip(source, size, strict=True)):
        step = source[0] // size[0], source[1] // size[1]
        reads = SlidingWindow(step, step)
    return Description(
        "adaptive_avg_pool2d",
        "POOL{}",
        {"output_size": size},
        reads=reads,
        explain=partial(unit.adaptive_average, output_size=size),
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
    if running_mean is not None and running_var is not None and not training:
        scale = (running_var.double() + eps).rsqrt()
        if weight is not None:
            scale = scale * weight.double()
        shift = -running_mean.double() * scale
        if bias is not None:
            shift = shift + bias.double()
        explain = partial(unit.batch_norm, scale=scale.detach(), shift=shift.detach())
    return Description(
        "batch_norm2d" if len(call.input_shape) == 3 else "batch_norm1d",
        "BatchNorm",
        {"num_features": call.input_shape[0], "eps": eps},
        weights=_weights(weight, bias),
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
def flatten(call: Call, *_: Any, **__: Any) -> Description:
    """Give the same numbers another shape, in the same order."""
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


def _arithmetic(symbol: str, *operands: Any, **_: Any) -> Description:
    return Description("other", symbol, reads=POINT)


for _symbol, *_operations in (
    ("+", operator.add, torch.add, Tensor.add, Tensor.add_),
    ("−", operator.sub, torch.sub, Tensor.sub, Tensor.sub_),
    ("×", operator.mul, torch.mul, Tensor.mul, Tensor.mul_),
    ("÷", operator.truediv, torch.div, Tensor.div, Tensor.div_),
):
    describes(*_operations)(partial(_arithmetic, _symbol))


def _shares(call: Call, dim: int | None, name: str, label: str) -> Description:
    dimensions = len(call.input_shape)
    if dim is None:  # torch's own rule for samples without a given dimension, batch included
        dim = 0 if dimensions in (0, 2) else 1
    place = dim + dimensions if dim < 0 else dim - 1
    across_channels = place == 0 and dimensions == 3
    return Description(
        "softmax",
        label,
        {"function": name, "dim": dim},
        reads=POINT if across_channels else "all",
        # Over the batch there is nothing to explain in one sample.
        explain=None if place < 0 else partial(unit.softmax, name=name, dim=place),
    )


def _weights(weight: Tensor | None, bias: Tensor | None) -> dict[str, Tensor]:
    named = {"weight": weight, "bias": bias}
    return {name: value.detach() for name, value in named.items() if value is not None}


def _padding(padding: Size | str, kernel_size: Pair, dilation: Pair) -> Pair:
    if padding == "same":  # torch puts the odd one below and to the right
        reach = zip(kernel_size, dilation, strict=True)
        return _pair([(size - 1) * step // 2 for size, step in reach])
    return (0, 0) if isinstance(padding, str) else _pair(padding)


def _stays_in_place(window: SlidingWindow, padding_mode: str) -> bool:
    """Tell whether the padding's values come from within the window's own hull."""
    room = [
        (size - 1) * step - before
        for size, step, before in zip(
            window.kernel_size, window.dilation, window.padding, strict=True
        )
    ]
    nearby = all(r >= before for r, before in zip(room, window.padding, strict=True))
    return padding_mode == "zeros" or (nearby and padding_mode in ("reflect", "replicate"))


def _pair(size: Size) -> Pair:
    if isinstance(size, int):
        return size, size
    rows, columns = size if len(size) == 2 else (size[0], size[0])
    return int(rows), int(columns)
