"""Pictures side by side, each with a line under it."""

from collections.abc import Sequence

from torch import Tensor

from app.display import text
from app.display.colours import finite_range
from app.display.pictures import legend, picture
from app.display.subject import numbers
from app.display.view import View, element, words
from app.errors import BadInput

_SIDE = 64
"""Pixels on the screen of a picture's longer side."""


def show_images(images: Tensor, captions: Sequence[object] | None = None) -> View:
    """Show images of one channel in the colours of feature maps.

    Args:
        images: (N, 1, rows, columns) or (N, rows, columns).
        captions: What is written under each; their numbers without it.

    Raises:
        BadInput: The images have another shape, or there are not as many captions.

    """
    values = numbers(images)
    if values.ndim == 4 and values.shape[1] == 1:
        values = values[:, 0]
    if values.ndim != 3:
        raise BadInput(
            f"The images have shape {tuple(images.shape)}.",
            "Show (N, 1, rows, columns) or (N, rows, columns).",
        )
    lines = [str(caption) for caption in (range(len(values)) if captions is None else captions)]
    if len(lines) != len(values):
        raise BadInput(
            f"There are {len(values):,} images and {len(lines):,} captions.", "Give each image one."
        )
    ends = finite_range(values)
    tiles = [
        element(
            "div",
            picture(image, ends, "sequential", line, _width(image.shape)),
            element("span", words(line)),
            class_="tile",
        )
        for image, line in zip(values, lines, strict=True)
    ]
    scale = legend("sequential", *map(text.value, ends))
    return View(
        scale + element("div", *tiles, class_="row"),
        f"{text.many(len(lines), 'image')}: {', '.join(lines)}",
    )


def _width(sides: tuple[int, ...]) -> int:
    return max(4, round(_SIDE * sides[1] / max(sides)))
