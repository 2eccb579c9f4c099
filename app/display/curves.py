"""Numbers over steps, such as a loss while a network is trained."""

import math
from collections.abc import Mapping, Sequence

from app.display import text
from app.display.colours import Range, to_srgb
from app.display.view import View, element, words
from app.errors import BadInput

LINES = ((0.6, 0.13, 55), (0.58, 0.15, 290), (0.6, 0.1, 205), (0.6, 0.17, 25))
"""In OKLCH: as dark as stands out from a white and from a black page."""
_DASHES = ("", "8 4", "2 3", "10 3 2 3")
"""A line is told by its dashes as well as by its colour."""
_WIDTH, _HEIGHT = 640, 240
_MARGIN, _LEFT = 8, 72
_MARK = {"fill": "currentColor", "font-size": "13", "text-anchor": "end"}


def show_curves(curves: Mapping[str, Sequence[float]], *, x: str, y: str) -> View:
    """Show one or several curves over the same steps.

    Args:
        curves: Name -> its numbers; those of shorter curves lie further apart, as all end
            together. Where a number is not finite, the line breaks off.
        x: What the steps are, in the plural.
        y: What the numbers are.

    Raises:
        BadInput: There are no curves or more than four, or one has no finite number.

    """
    if not 0 < len(curves) <= len(LINES):
        raise BadInput(
            f"There are {len(curves)} curves.", f"Show at least one and at most {len(LINES)}."
        )
    for name, numbers in curves.items():
        if not any(map(math.isfinite, numbers)):
            raise BadInput(f"No number of {name!r} is finite.", "Show a curve with numbers.")
    every = [number for numbers in curves.values() for number in numbers if math.isfinite(number)]
    ends = min(every), max(every)
    steps = max(map(len, curves.values()))
    facts = [_fact(name, numbers) for name, numbers in curves.items()]
    drawn = [_line(i, numbers, ends) for i, numbers in enumerate(curves.values())]
    frame = f"M {_LEFT} {_MARGIN} V {_HEIGHT - _MARGIN} H {_WIDTH - _MARGIN}"
    axes = element("path", d=frame, fill="none", stroke="currentColor", opacity="0.6")
    marks = [
        element("text", words(text.value(end)), x=f"{_LEFT - 6}", y=height, **_MARK)
        for end, height in zip(ends, (f"{_HEIGHT - _MARGIN}", "18"), strict=True)
    ]
    label = f"{y} over {steps:,} {x}. {'; '.join(facts)}"
    box = f"0 0 {_WIDTH} {_HEIGHT}"
    svg = element("svg", axes, *drawn, *marks, viewBox=box, role="img", aria_label=label)
    keys = [_key(i, fact) for i, fact in enumerate(facts)]
    title = f"{y} over {steps:,} {x}: {text.value_range(ends)}"
    return View(element("h4", words(title)) + svg + "".join(keys), label)


def _fact(name: str, numbers: Sequence[float]) -> str:
    lost = sum(not math.isfinite(number) for number in numbers)
    first, last = text.value(numbers[0]), text.value(numbers[-1])
    return f"{name}: first {first}, last {last}" + (f", {lost:,} not finite" if lost else "")


def _line(i: int, numbers: Sequence[float], ends: Range) -> str:
    low, high = ends
    across = (_WIDTH - _LEFT - _MARGIN) / max(1, len(numbers) - 1)
    up = (_HEIGHT - 2 * _MARGIN) / (high - low) if high > low else 0.0
    steps: list[str] = []
    pen = "M"
    for step, number in enumerate(numbers):
        if math.isfinite(number):
            x, y = _LEFT + step * across, _HEIGHT - _MARGIN - (number - low) * up
            steps.append(f"{pen} {x:.1f} {y:.1f}")
            pen = "L"
        else:
            pen = "M"
    return element("path", d=" ".join(steps), fill="none", stroke_width="2", **_stroke(i))


def _key(i: int, fact: str) -> str:
    sample = element("path", d="M 0 6 H 40", stroke_width="3", **_stroke(i))
    style = "width: 40px; height: 12px"
    svg = element("svg", sample, viewBox="0 0 40 12", style=style, aria_hidden="true")
    return element("p", svg, words(fact), class_="scale")


def _stroke(i: int) -> dict[str, str]:
    red, green, blue = to_srgb([LINES[i]])[0].tolist()
    return {"stroke": f"rgb({red} {green} {blue})", "stroke_dasharray": _DASHES[i]}
