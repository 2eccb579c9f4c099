"""Windows that slide over a map, one axis at a time.

Of ``size`` cells with padding P on either side, windows of F cells apart by ``stride`` S give
floor((size + 2P − F) / S) + 1 units; with dilation D, a window spans D (F − 1) + 1 cells.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from app.errors import BadInput
from app.inspection.receptive import Pair
from app.lazy import torch

if TYPE_CHECKING:
    from torch import Tensor

PaddingMode = Literal["zeros", "reflect", "replicate", "circular"]
Padding = Pair | Literal["valid", "same"]
"""Rows and columns on either side; valid is none, same keeps the input's size."""

_SOME = 2**18
"""Positions that are worked out at once."""


@dataclass(frozen=True)
class Slide:
    """Windows along one axis.

    Attributes:
        size: Cells of the input.
        kernel_size: Cells that a window reads.
        padding: Cells before the input, and as many behind it.
        ceil_mode: Whether a last window that reaches out behind the padding counts, if it
            starts before; see ``nn.MaxPool2d``.

    """

    size: int
    kernel_size: int
    stride: int = 1
    padding: int = 0
    dilation: int = 1
    ceil_mode: bool = False

    @property
    def span(self) -> int:
        """From a window's first cell to its last."""
        return (self.kernel_size - 1) * self.dilation + 1

    @property
    def padded(self) -> int:
        """Cells with the padding."""
        return self.size + 2 * self.padding

    @property
    def count(self) -> int:
        """Windows, and thus units of the output; 0 or less where none fits."""
        room = self.padded - self.span
        windows = room // self.stride + 1
        if (
            self.ceil_mode
            and room % self.stride
            and windows * self.stride < self.size + self.padding
        ):
            return windows + 1
        return windows

    @property
    def unread(self) -> int:
        """How many last cells of the padded input no window reaches: what the floor drops."""
        return max(0, self.padded - (self.count - 1) * self.stride - self.span)

    def positions(self) -> Tensor:
        """Return the cell that each window reads with each tap, (count, kernel_size).

        Negative ones, and those from ``size`` on, lie in the padding.
        """
        return self._starts()[:, None] + self._taps()

    def usage(self, mode: PaddingMode = "zeros") -> Tensor:
        """Return how often each of the ``size`` cells is read.

        A reading of padding counts at the cell that the padding repeats; zeros repeat none.
        """
        usage = torch.zeros(self.size, dtype=torch.int64)
        # Some at a time: all positions of long windows would take a lot of memory.
        for windows in torch.split(self._starts(), max(1, _SOME // self.kernel_size)):
            positions = self._repeated((windows[:, None] + self._taps()).flatten(), mode)
            inside = positions[(positions >= 0) & (positions < self.size)]
            usage += torch.bincount(inside, minlength=self.size)
        return usage

    def _starts(self) -> Tensor:
        return torch.arange(self.count) * self.stride - self.padding

    def _taps(self) -> Tensor:
        return torch.arange(self.kernel_size) * self.dilation

    def _repeated(self, positions: Tensor, mode: PaddingMode) -> Tensor:
        """Return the cells that the padding repeats, where positions lie in it."""
        last = self.size - 1
        if mode == "reflect":
            return last - (last - positions.abs()).abs()
        if mode == "replicate":
            return positions.clamp(0, last)
        return positions % self.size if mode == "circular" else positions


Slides = tuple[Slide, Slide]
"""Along the rows, and along the columns."""


def slides(
    size: Pair,
    kernel_size: Pair,
    stride: Pair = (1, 1),
    padding: Pair = (0, 0),
    dilation: Pair = (1, 1),
    ceil_mode: bool = False,
) -> Slides:
    """Return how a window slides over rows and columns.

    Raises:
        BadInput: It does not fit anywhere.

    """
    rows, columns = (
        Slide(*numbers, ceil_mode=ceil_mode)
        for numbers in zip(size, kernel_size, stride, padding, dilation, strict=True)
    )
    if rows.span > rows.padded or columns.span > columns.padded:
        _refuse(rows, columns)
    return rows, columns


def usage(along: Slides, mode: PaddingMode = "zeros") -> Tensor:
    """Return how many taps of all windows read each cell, (rows, columns).

    A window is a rectangle, so the counts of the axes multiply.
    """
    return torch.outer(*(slide.usage(mode) for slide in along))


def by(sizes: Pair) -> str:
    """Return a size as people write it."""
    return f"{sizes[0]} × {sizes[1]}"


def _refuse(rows: Slide, columns: Slide) -> None:
    kernel, span = (rows.kernel_size, columns.kernel_size), (rows.span, columns.span)
    size, padded = (rows.size, columns.size), (rows.padded, columns.padded)
    spread = "" if kernel == span else f", spread to {by(span)} by its dilation,"
    given = by(size) if size == padded else f"{by(size)}, with padding {by(padded)}"
    missing = max(0, *(slide.span - slide.size for slide in (rows, columns)))
    largest = [(slide.padded - 1) // slide.dilation + 1 for slide in (rows, columns)]
    raise BadInput(
        f"The kernel of {by(kernel)}{spread} is larger than the input of {given}.",
        f"Use a kernel of at most {largest[0]} × {largest[1]}, or padding of at least "
        f"{(missing + 1) // 2}.",
    )


def amount(padding: Padding, kernel_size: Pair, stride: Pair, dilation: Pair) -> Pair:
    """Return how many rows and columns of padding a word for it means.

    Raises:
        BadInput: It is "same", and the stride is not 1 or the two sides would differ.

    """
    if not isinstance(padding, str):
        return padding
    return (0, 0) if padding == "valid" else _same(kernel_size, stride, dilation)


def _same(kernel_size: Pair, stride: Pair, dilation: Pair) -> Pair:
    if stride != (1, 1):
        raise BadInput(
            f'padding "same" needs stride 1, not {by(stride)}.',
            "Give the padding as a number: (kernel − 1) / 2 is the usual one.",
        )
    rows, columns = (Slide(1, *n) for n in zip(kernel_size, (1, 1), (0, 0), dilation, strict=True))
    if rows.span % 2 == 0 or columns.span % 2 == 0:
        raise BadInput(
            f'padding "same" needs an odd kernel; this one spans {by((rows.span, columns.span))}.',
            f"Use {by((kernel_size[0] // 2 * 2 + 1, kernel_size[1] // 2 * 2 + 1))}, or give the "
            "padding as a number.",
        )
    return rows.span // 2, columns.span // 2
