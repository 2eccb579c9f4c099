"""A convolution of any input with any filters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from app.errors import BadInput
from app.inspection.receptive import Pair
from app.laboratory import slide
from app.laboratory.activation import Activation, activate
from app.laboratory.budget import Budget
from app.laboratory.slide import Padding, PaddingMode, Slides
from app.lazy import functional, torch

if TYPE_CHECKING:
    from torch import Tensor

Operation = Literal["cross_correlation", "convolution"]


@dataclass(frozen=True)
class Unread:
    """The last rows and columns of the padded input that no window reaches."""

    rows: int
    columns: int

    @classmethod
    def of(cls, along: Slides) -> Unread:
        """Return what windows leave."""
        return cls(*(axis.unread for axis in along))


@dataclass(frozen=True)
class Convolved:
    """What a convolution gives.

    Attributes:
        output: (N, H', W').
        sums: The output before the activation; None without one.
        usage: (H, W), how many taps of all windows read each cell, per channel and filter.
        parameter_count: The filters' numbers and a bias for each, as ``nn.Conv2d`` counts.
        multiply_adds: Multiplications, each with an addition.

    """

    output: Tensor
    sums: Tensor | None
    usage: Tensor
    unread: Unread
    parameter_count: int
    multiply_adds: int


def convolve(
    image: Tensor,
    kernel: Tensor,
    bias: Tensor,
    *,
    stride: Pair = (1, 1),
    padding: Padding = (0, 0),
    padding_mode: PaddingMode = "zeros",
    dilation: Pair = (1, 1),
    groups: int = 1,
    operation: Operation = "cross_correlation",
    activation: Activation | None = None,
    budget: Budget,
) -> Convolved:
    """Slide filters over an input.

    Args:
        image: (H, W), or (C, H, W).
        kernel: (h, w) or (C, h, w) for one filter, (N, C / groups, h, w) for N of them. One of
            (h, w) with as many groups as channels goes over each channel by itself.
        bias: One number for all filters, or (N,).
        stride: Of the windows.
        padding: Or "valid", which is none, or "same", which keeps rows and columns.
        padding_mode: What the padding repeats.
        dilation: From one tap of a window to the next.
        groups: Of channels and filters that belong together.
        operation: What deep learning calls a convolution is a cross-correlation; the
            mathematicians' convolution turns each kernel by 180° first.
        activation: What each sum goes through.
        budget: The most that may be asked for.

    Raises:
        BadInput: Sizes do not fit each other.
        TooLarge: It would take more than the budget.

    """
    image = image[None] if image.dim() == 2 else image
    filters = _filters(kernel, len(image), groups)
    size, kernel_size = _pair(image.shape[1:]), _pair(filters.shape[2:])
    if bias.dim() and len(bias) != len(filters):
        raise BadInput(
            f"Biases: {len(bias)}, but filters: {len(filters)}.",
            "Send one for each filter, or one number for all.",
        )
    margin = slide.amount(padding, kernel_size, stride, dilation)
    along = slide.slides(size, kernel_size, stride, margin, dilation)
    check_padding(size, margin, padding_mode)
    counts = [axis.count for axis in along]
    multiply_adds = filters.numel() * counts[0] * counts[1]
    budget.check_cells("padded input", len(image) * along[0].padded * along[1].padded)
    budget.check_cells("output", len(filters) * counts[0] * counts[1])
    budget.check_multiply_adds(multiply_adds)

    taps = filters.flip(2, 3) if operation == "convolution" else filters
    if padding_mode != "zeros":
        margins = (margin[1], margin[1], margin[0], margin[0])
        image, margin = functional.pad(image[None], margins, mode=padding_mode)[0], (0, 0)
    with torch.inference_mode():
        sums = functional.conv2d(
            image[None], taps, bias.expand(len(filters)), stride, margin, dilation, groups
        )[0]
        return Convolved(
            output=sums if activation is None else activate(activation, sums),
            sums=None if activation is None else sums,
            usage=slide.usage(along, padding_mode),
            unread=Unread.of(along),
            parameter_count=filters.numel() + len(filters),
            multiply_adds=multiply_adds,
        )


def check_padding(size: Pair, padding: Pair, mode: PaddingMode) -> None:
    """Refuse padding that cannot be filled from so few cells.

    Raises:
        BadInput: The input has too few rows or columns.

    """
    spare = {"reflect": 1, "circular": 0}.get(mode)
    if spare is None or all(p <= n - spare for p, n in zip(padding, size, strict=True)):
        return
    most = size[0] - spare, size[1] - spare
    raise BadInput(
        f"{mode} padding of {slide.by(padding)} is too much for an input of {slide.by(size)}.",
        f"Use at most {slide.by(most)}, or replicate or zeros.",
    )


def _filters(kernel: Tensor, channels: int, groups: int) -> Tensor:
    """Return a kernel of any form as (N, C / groups, h, w)."""
    if kernel.dim() == 2 and groups == channels:
        return kernel.expand(channels, 1, -1, -1)
    filters = kernel[(None,) * (4 - kernel.dim())]
    check_groups(channels, len(filters), groups)
    depth = filters.shape[1]
    if depth * groups != channels:
        shape = " × ".join(map(str, kernel.shape))
        rows, columns = kernel.shape[-2:]
        alone = f", or groups = {channels} to go over each channel by itself"
        raise BadInput(
            f"Channels of the input: {channels}; for a kernel of {shape}: {depth * groups}.",
            f"Send one of {channels // groups} × {rows} × {columns}"
            f"{alone if kernel.dim() == 2 else ''}.",
        )
    return filters


def check_groups(channels: int, filters: int, groups: int) -> None:
    """Refuse groups into which channels and filters do not go evenly.

    Raises:
        BadInput: They do not.

    """
    if channels % groups or filters % groups:
        common = [
            n for n in range(1, min(channels, filters, 64) + 1) if not (channels % n or filters % n)
        ]
        raise BadInput(
            f"Channels: {channels}, filters: {filters}; "
            f"they do not go evenly into {groups} groups.",
            f"Use groups of {', '.join(map(str, common))}, or another number of filters.",
        )


def _pair(shape: torch.Size) -> Pair:
    rows, columns = shape
    return rows, columns
