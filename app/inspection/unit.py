"""Where one number comes from: the arithmetic of a single unit.

Each function here explains one way of computing: it gets the activation of the layer that
is read (one sample, float32) and the index of a unit, and returns that unit's arithmetic in
float64, so that rounding is the network's alone.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from app.inspection.receptive import Pair, SlidingWindow

Array = npt.NDArray[Any]
Index = tuple[int, ...]
Explain = Callable[[Array, Index], "Arithmetic"]

_PADDINGS: dict[str, Any] = {"reflect": "reflect", "replicate": "edge", "circular": "wrap"}
"""numpy's names for torch's ways of padding."""


@dataclass(frozen=True)
class Window:
    """The units that are read, one range for each dimension of the layer they are in.

    Rows and columns below 0 or beyond the last lie in the padding.
    """

    channels: range
    rows: range | None = None
    columns: range | None = None


@dataclass(frozen=True, kw_only=True)
class Arithmetic:
    """How a unit is computed from the units of its window.

    ==============  =================================================================
    operation       result
    ==============  =================================================================
    weighted_sum    the sum of ``products = patch * kernel``, plus ``bias``
    maximum         the largest of ``patch``, which is at ``winner``
    function        ``function`` of the one value in ``patch``
    softmax         its own exponential over ``total``; log_softmax: the logarithm of that
    copy            the one value in ``patch``
    ==============  =================================================================

    Attributes:
        window: The units read; None for the input, which reads none.
        patch: Their values: (channels, rows, columns), or (n,) where no map is read. Padding
            is 0, or -inf under a maximum, which it therefore never wins.
        kernel: The weight of each value of the patch.
        products: Patch times kernel.
        sums: The products' sum for each channel that is read.
        bias: What is added to the sums.
        winner: The index of the largest unit in the layer that is read; the first of equals.
        function: Its name in torch.nn.functional, for operations function and softmax.
        shift: The largest of the patch, subtracted before exponentiation so that nothing
            overflows, as torch does; the shares are the same.
        exponentials: The exponential of each shifted value of the patch.
        total: The sum of the exponentials.

    """

    operation: Literal["weighted_sum", "maximum", "function", "softmax", "copy"]
    window: Window | None
    patch: Array
    kernel: Array | None = None
    products: Array | None = None
    sums: Array | None = None
    bias: float | None = None
    winner: Index | None = None
    function: str | None = None
    shift: float | None = None
    exponentials: Array | None = None
    total: float | None = None


@dataclass(frozen=True, kw_only=True)
class UnitExplanation(Arithmetic):
    """The arithmetic of the unit at ``index`` in a layer, and what the network made of it.

    Attributes:
        index: Channel, row and column, or channel alone.
        source_id: The layer that is read; None for the input.
        result: The unit's activation, as the network computed it.

    """

    layer_id: str
    kind: str
    index: Index
    source_id: str | None
    result: float


def convolution(
    source: Array,
    index: Index,
    window: SlidingWindow,
    weight: Array,
    bias: Array | None,
    padding_mode: str,
) -> Arithmetic:
    """Explain a unit of a (grouped) convolution, whatever it pads with."""
    channel, row, column = index
    filters, depth = weight.shape[:2]
    group = channel * (source.shape[0] // depth) // filters
    read = range(group * depth, (group + 1) * depth), *window.at(row, column)
    return _weighted_sum(
        Window(*read),
        patch_of(source, *read, mode=padding_mode),
        weight[channel],
        None if bias is None else bias[channel],
    )


def linear(source: Array, index: Index, weight: Array, bias: Array | None) -> Arithmetic:
    """Explain a unit of a fully connected layer, which reads the last dimension."""
    *others, unit = index
    return _weighted_sum(
        Window(*(range(i, i + 1) for i in others), *[range(source.shape[-1])]),
        source[tuple(others)].astype(np.float64),
        weight[unit],
        None if bias is None else bias[unit],
    )


def average(
    source: Array,
    index: Index,
    window: SlidingWindow,
    count_include_pad: bool,
    divisor: int | None,
) -> Arithmetic:
    """Explain a unit of average pooling: every value that counts weighs the same.

    Padding counts if told so; what a window reaches beyond the padding (ceil mode) never does.
    """
    channel, row, column = index
    read = range(channel, channel + 1), *window.at(row, column)
    margins = window.padding if count_include_pad else (0, 0)
    rows, columns = (
        np.array([-margin <= position < size + margin for position in positions])
        for positions, size, margin in zip(read[1:], source.shape[1:], margins, strict=True)
    )
    counts = (rows[:, None] & columns).astype(np.float64)[None]
    kernel = counts / (divisor or counts.sum())
    return _weighted_sum(Window(*read), patch_of(source, *read), kernel, None)


def adaptive_average(source: Array, index: Index, output_size: Pair) -> Arithmetic:
    """Explain a unit of adaptive average pooling, whose windows cover the map evenly."""
    channel, *place = index
    rows, columns = (
        range(position * size // parts, -(-(position + 1) * size // parts))
        for position, size, parts in zip(place, source.shape[1:], output_size, strict=True)
    )
    patch = patch_of(source, range(channel, channel + 1), rows, columns)
    kernel = np.full_like(patch, 1 / patch.size)
    return _weighted_sum(Window(range(channel, channel + 1), rows, columns), patch, kernel, None)


def batch_norm(source: Array, index: Index, scale: Array, shift: Array) -> Arithmetic:
    """Explain a unit of batch norm with fixed statistics: one product and a bias."""
    patch = _unit(source, index)
    kernel = np.full_like(patch, scale[index[0]])
    return _weighted_sum(_window_of(index), patch, kernel, shift[index[0]])


def maximum(source: Array, index: Index, window: SlidingWindow) -> Arithmetic:
    """Explain a unit of max pooling."""
    channel, row, column = index
    rows, columns = window.at(row, column)
    patch = patch_of(source, range(channel, channel + 1), rows, columns, value=-np.inf)
    down, right = divmod(int(patch.argmax()), len(columns))
    return Arithmetic(
        operation="maximum",
        window=Window(range(channel, channel + 1), rows, columns),
        patch=patch,
        winner=(channel, rows[down], columns[right]),
    )


def function(source: Array, index: Index, name: str) -> Arithmetic:
    """Explain a unit of an activation function."""
    return Arithmetic(
        operation="function",
        window=_window_of(index),
        patch=_unit(source, index),
        function=name,
    )


def softmax(source: Array, index: Index, name: str, dim: int) -> Arithmetic:
    """Explain a unit of (log-)softmax over dimension ``dim`` of a sample."""
    spans = [range(i, i + 1) for i in index]
    spans[dim] = range(source.shape[dim])
    patch = source[tuple(slice(span.start, span.stop) for span in spans)].astype(np.float64)
    exponentials = np.exp(patch - patch.max())
    return Arithmetic(
        operation="softmax",
        window=Window(*spans),
        patch=patch,
        function=name,
        shift=patch.max().item(),
        exponentials=exponentials,
        total=exponentials.sum().item(),
    )


def given(source: Array, index: Index) -> Arithmetic:
    """Explain a unit of the input, which is there to begin with."""
    return Arithmetic(operation="copy", window=None, patch=_unit(source, index))


def copy(source: Array, index: Index, shape: tuple[int, ...]) -> Arithmetic:
    """Explain a unit of a layer that at most gives the numbers a new ``shape``."""
    place = np.ravel_multi_index(index, shape)
    origin = tuple(int(i) for i in np.unravel_index(place, source.shape))
    return Arithmetic(operation="copy", window=_window_of(origin), patch=_unit(source, origin))


def _weighted_sum(window: Window, patch: Array, kernel: Array, bias: Array | None) -> Arithmetic:
    kernel = kernel.astype(np.float64)
    products = patch * kernel
    return Arithmetic(
        operation="weighted_sum",
        window=window,
        patch=patch,
        kernel=kernel,
        products=products,
        sums=products.sum((1, 2)) if products.ndim == 3 else None,
        bias=None if bias is None else bias.item(),
    )


def patch_of(
    source: Array,
    channels: range,
    rows: range,
    columns: range,
    mode: str = "zeros",
    value: float = 0,
) -> Array:
    """Return a window's values, with the map padded as far as the window reaches out.

    Args:
        source: The maps of one sample.
        channels: The window's channels.
        rows: Its rows.
        columns: Its columns.
        mode: What to pad with, as torch.nn.Conv2d calls it.
        value: What to pad with in the place of zeros.

    """
    height, width = source.shape[1:]
    top, bottom = max(0, -rows[0]), max(0, rows[-1] + 1 - height)
    left, right = max(0, -columns[0]), max(0, columns[-1] + 1 - width)
    maps = source[channels.start : channels.stop].astype(np.float64)
    margins = (0, 0), (top, bottom), (left, right)
    if mode == "zeros":
        padded = np.pad(maps, margins, constant_values=value)
    else:
        padded = np.pad(maps, margins, _PADDINGS[mode])
    return padded[
        :,
        rows.start + top : rows.stop + top : rows.step,
        columns.start + left : columns.stop + left : columns.step,
    ]


def _window_of(index: Index) -> Window:
    return Window(*(range(i, i + 1) for i in index))


def _unit(source: Array, index: Index) -> Array:
    return source[tuple(slice(i, i + 1) for i in index)].astype(np.float64)
