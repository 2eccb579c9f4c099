"""Numbers as pictures, and as cells of a table with the same colours."""

import base64
import io

import numpy as np
from PIL import Image

from app.display import text
from app.display.colours import Bytes, Floats, Range, ScaleName, finite_range, is_deep, paint
from app.display.view import element, words


def picture(
    values: Floats, ends: Range, scale: ScaleName, label: str, width: int, height: int = 0
) -> str:
    """Return a grid of numbers as a picture with its text alternative.

    Args:
        values: (rows, columns).
        ends: The values at the ends of the colour scale.
        scale: Its name.
        label: What the picture shows.
        width: Pixels on the screen.
        height: Pixels on the screen; 0 for as many as make the cells square.

    """
    rows, columns = values.shape
    height = height or max(1, round(width * rows / columns))
    return _image(
        paint(values, ends, scale),
        f"{label}: {_strongest(values) if scale == 'sequential' else _span(values)}",
        f"width: {width}px; height: {height}px",
    )


def legend(scale: ScaleName, *ends: str) -> str:
    """Return a colour scale with what it stands for at its ends; a third text, in its middle."""
    low, *middle, high = ends
    ramp = paint(np.linspace(0, 1, 256)[None], (0, 1), scale)
    strip = _image(
        ramp, f"colours from {' over '.join([low, *middle, high])}", "width: 160px; height: 12px"
    )
    return element("p", words(low), strip, words(high), class_="scale")


def cells(
    values: Floats,
    ends: Range,
    scale: ScaleName,
    label: str,
    winner: tuple[int, int] | None = None,
) -> str:
    """Return a grid of numbers as a table whose cells have the colours of the scale.

    Args:
        values: (rows, columns).
        ends: The values at the ends of the colour scale.
        scale: Its name.
        label: What the numbers are.
        winner: Row and column of a cell to be framed.

    """
    colours = paint(values, ends, scale)
    rows = [
        element(
            "tr",
            *(
                cell(text.short(float(number)), colours[r, c], winner == (r, c))
                for c, number in enumerate(row)
            ),
        )
        for r, row in enumerate(values)
    ]
    return element("table", element("tbody", *rows), class_="cells", aria_label=label)


def cell(written: str, colour: Bytes, framed: bool = False) -> str:
    """Return a cell on a ground of this colour, written in black or white."""
    red, green, blue, opacity = colour.tolist()
    ink = "#fff" if is_deep(colour[:3]) else "#000"
    style = f"background: rgb({red} {green} {blue}); color: {ink}" if opacity else ""
    return element("td", words(written), class_="winner" if framed else "", style=style)


def _span(values: Floats) -> str:
    return text.value_range(finite_range(values)) + _lost(values)


def _strongest(values: Floats) -> str:
    finite = np.isfinite(values)
    if not finite.any():
        return "no number is finite"
    at = int(np.where(finite, values, -np.inf).argmax())
    row, column = divmod(at, values.shape[1])
    where = f"row {row}, column {column}" if values.shape[0] > 1 else f"unit {column}"
    return f"strongest {text.value(float(values[row, column]))} at {where}{_lost(values)}"


def _lost(values: Floats) -> str:
    lost = values.size - int(np.isfinite(values).sum())
    return f"; {lost:,} not finite" if lost else ""


def _image(painted: Bytes, label: str, style: str) -> str:
    opaque = bool((painted[..., 3] == 255).all())
    image = Image.fromarray(painted[..., :3] if opaque else painted)
    file = io.BytesIO()
    image.save(file, "PNG")
    source = f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"
    return element("img", src=source, alt=label, title=label, style=style).removesuffix("</img>")
