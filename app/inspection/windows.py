"""The entries of the table for convolution and pooling, whose windows slide over maps.

See :mod:`app.inspection.table` for how an entry is written and found.
"""

import math
from collections.abc import Sequence
from functools import partial
from typing import Any, Literal, TypeVar

import torch
from torch import Tensor, nn
from torch.nn import functional

from app.inspection import gradient, unit
from app.inspection.description import Description
from app.inspection.layer import Hyperparameter
from app.inspection.receptive import Pair, SlidingWindow
from app.inspection.table import Call, array, arrays, describes, named_weights

Size = int | Sequence[int]
E = TypeVar("E", unit.Explain, gradient.Terms)


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
    tensors = named_weights(weight, bias)
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
        weights=arrays(tensors),
        tensors=tensors,
        multiply_adds=math.prod(call.output_shape) * depth * math.prod(kernel_size),
        reads=window if _stays_in_place(window, padding_mode) else None,
        explain=_on_maps(
            call,
            partial(
                unit.convolution,
                window=window,
                weight=array(weight),
                bias=None if bias is None else array(bias),
                padding_mode=padding_mode,
            ),
        ),
        terms=_on_maps(
            call,
            partial(
                gradient.convolution, window=window, weight=array(weight), padding_mode=padding_mode
            ),
        ),
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
        explain=_on_maps(call, partial(unit.maximum, window=window)),
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
        explain=_on_maps(
            call,
            partial(
                unit.average,
                window=window,
                count_include_pad=count_include_pad,
                divisor=divisor_override,
            ),
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
        explain=_on_maps(call, partial(unit.adaptive_average, output_size=size)),
    )


def _on_maps(call: Call, explain: E) -> E | None:
    """Return what explains maps, if what is read are such: torch takes less for a batch."""
    return explain if len(call.input_shape) == 3 else None


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
