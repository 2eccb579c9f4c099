"""Pooling of any input."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from app.errors import BadInput
from app.inspection.receptive import Pair
from app.laboratory import slide
from app.laboratory.budget import Budget
from app.laboratory.convolution import Unread
from app.laboratory.slide import Slides
from app.lazy import functional, torch

if TYPE_CHECKING:
    from torch import Tensor

Operation = Literal["max", "average"]


@dataclass(frozen=True)
class Pooled:
    """What a pooling gives.

    Attributes:
        output: (C, H', W').
        sources: (C, H', W', 2), the row and column of each maximum in the input, the first in
            row order where several are the largest; None of an average.
        usage: (H, W), how many windows read each cell.

    """

    output: Tensor
    sources: Tensor | None
    usage: Tensor
    unread: Unread


def pool(
    image: Tensor,
    operation: Operation,
    kernel_size: Pair,
    *,
    stride: Pair | None = None,
    padding: Pair = (0, 0),
    dilation: Pair = (1, 1),
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    budget: Budget,
) -> Pooled:
    """Keep the largest number of each window, or the mean.

    Args:
        image: (H, W), or (C, H, W).
        operation: Padding never is the largest; it is 0 in a mean.
        kernel_size: Rows and columns of a window.
        stride: Of the windows; as large as they are if not given.
        padding: At most half a window.
        dilation: From one tap of a window to the next; of max pooling only.
        ceil_mode: Whether windows may reach out behind the padding.
        count_include_pad: Whether a mean counts the padding's zeros.
        budget: The most that may be asked for.

    Raises:
        BadInput: Sizes do not fit each other.
        TooLarge: It would take more than the budget.

    """
    if operation == "average" and dilation != (1, 1):
        raise BadInput(
            f"Average pooling has no dilation, but {slide.by(dilation)} was given.",
            "Leave dilation out, or use max.",
        )
    stride = stride or kernel_size
    image = image[None] if image.dim() == 2 else image
    channels, *size = image.shape
    along = windows((size[0], size[1]), kernel_size, stride, padding, dilation, ceil_mode)
    outputs = channels * along[0].count * along[1].count
    budget.check_cells("padded input", channels * along[0].padded * along[1].padded)
    budget.check_cells("output", outputs)
    budget.check_multiply_adds(outputs * kernel_size[0] * kernel_size[1])
    sources = None
    with torch.inference_mode():
        if operation == "max":
            output, flat = functional.max_pool2d_with_indices(
                image, kernel_size, stride, padding, dilation, ceil_mode
            )
            sources = torch.stack((flat // size[1], flat % size[1]), dim=-1)
        else:
            output = functional.avg_pool2d(
                image, kernel_size, stride, padding, ceil_mode, count_include_pad
            )
        return Pooled(output, sources, slide.usage(along), Unread.of(along))


def windows(
    size: Pair,
    kernel_size: Pair,
    stride: Pair,
    padding: Pair,
    dilation: Pair = (1, 1),
    ceil_mode: bool = False,
) -> Slides:
    """Return how a pooling's window slides.

    Raises:
        BadInput: It does not fit, or would read nothing but padding.

    """
    if any(p > k // 2 for p, k in zip(padding, kernel_size, strict=True)):
        raise BadInput(
            f"Padding of {slide.by(padding)} is more than half of the window of "
            f"{slide.by(kernel_size)}.",
            f"Use at most {slide.by((kernel_size[0] // 2, kernel_size[1] // 2))}.",
        )
    along = slide.slides(size, kernel_size, stride, padding, dilation, ceil_mode)
    for axis in along:
        if axis.padding and axis.dilation > axis.size:  # so large a step can miss all cells
            positions = axis.positions()
            if not ((positions >= 0) & (positions < axis.size)).any(1).all():
                raise BadInput(
                    f"With dilation {axis.dilation} and padding {axis.padding}, a window reads "
                    f"nothing of the {axis.size} cells.",
                    "Use no padding, a smaller dilation or a larger input.",
                )
    return along
