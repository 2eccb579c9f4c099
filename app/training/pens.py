"""Digits as people draw them: pen strokes, rendered as the drawing pad renders them."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from app import ink
from app.errors import BadInput
from app.training import idx
from app.training.dataset import CLASSES, Digits

Points = npt.NDArray[np.float64]
"""(N, 2): x and y of each point of a stroke, in pad units, in the order drawn."""

RECORDED_ON = 500
"""Units of the side of the pad on which the strokes of a file were recorded."""
_REMEDY = (
    '--pens must name a file with one JSON object a line: {"digit": 8, "writer": 12, '
    '"strokes": [[[x, y], ...], ...]}, gzipped or not.'
)


@dataclass(frozen=True)
class PenDigit:
    """One digit as one person drew it."""

    digit: int
    writer: int
    strokes: tuple[Points, ...]


@dataclass(frozen=True)
class Placement:
    """How a recorded digit is put on the drawing pad; ranges are drawn from evenly."""

    size: tuple[float, float] = (0.35, 0.9)
    """The digit's longer side as a share of the pad's."""
    pen_width: tuple[float, float] = (8, 40)
    """In units of the pad, which is 280 wide."""
    rotation: float = 0
    """At most so many degrees, either way."""
    stretch: float = 0
    """Height and width change by at most this share, each for itself."""
    shear: float = 0
    """At most so much of the height is added to x: the slant."""
    wobble: float = 0
    """So far, as a share of the digit's longer side, points stray (standard deviation): the
    unsteady hand, though near points stray together and what met still meets."""
    trim: float = 0
    """Each stroke loses up to this share of its length at its beginning, and as much at its
    end: a loop that is not quite closed."""
    pen_share: tuple[float, float] | None = ink.PEN_SHARE
    """The least and the greatest width of the pen for the digit's size: see ``ink.render``."""

    def __call__(self, pen_digit: PenDigit, rng: np.random.Generator) -> idx.Bytes:
        """Return the (28, 28) picture that the pad makes of the digit, placed at random."""
        angle = np.radians(rng.uniform(-self.rotation, self.rotation))
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        slant = np.array([[1, rng.uniform(-self.shear, self.shear)], [0, 1]])
        stretch = 1 + rng.uniform(-self.stretch, self.stretch, size=(2, 1))
        distort = turn @ slant * stretch
        strokes = [points @ distort.T for points in pen_digit.strokes]
        if self.trim:
            strokes = [_trimmed(points, *rng.uniform(0, self.trim, 2)) for points in strokes]
        if self.wobble:
            strokes = _stray(strokes, self.wobble, rng)
        everything = np.concatenate(strokes)
        corner, extent = everything.min(axis=0), np.ptp(everything, axis=0)
        pad = ink.Pad(pen_width=rng.uniform(*self.pen_width))
        scale = pad.width * rng.uniform(*self.size) / max(extent.max(), 1)
        origin = rng.uniform(0, pad.width - extent * scale)
        placed = [(points - corner) * scale + origin for points in strokes]
        return _picture(placed, pad, self.pen_share)


def as_written(
    pen_digit: PenDigit, pen_share: tuple[float, float] | None = ink.PEN_SHARE
) -> idx.Bytes:
    """Return the (28, 28) picture of a digit where it was written, with the default pen."""
    default = ink.Pad()
    pen_width = default.pen_width * RECORDED_ON / default.width
    return _picture(pen_digit.strokes, ink.Pad(RECORDED_ON, RECORDED_ON, pen_width), pen_share)


def pictures(pen_digits: Iterable[PenDigit], render: Callable[[PenDigit], idx.Bytes]) -> Digits:
    """Return the pictures of pen digits, each rendered in the given way."""
    rendered = [(render(pen_digit), pen_digit.digit) for pen_digit in pen_digits]
    images = np.array([image for image, _ in rendered], np.uint8)
    labels = np.array([digit for _, digit in rendered], np.uint8)
    return Digits(images.reshape(-1, ink.FRAME, ink.FRAME), labels)


def read_pens(path: Path) -> list[PenDigit]:
    """Read a file with one JSON object a line: ``digit``, ``writer``, ``strokes``.

    Raises:
        BadInput: The file is missing, damaged or empty, or a line is something else.

    """
    try:
        lines = idx.unpack(path).decode().splitlines()
    except UnicodeDecodeError as error:
        raise BadInput(f"{path.name} is not UTF-8 text: {error}.", _REMEDY) from error
    pen_digits = [_parse(line, f"{path.name}, line {n}") for n, line in enumerate(lines, 1)]
    if not pen_digits:
        raise BadInput(f"{path.name} is empty.", _REMEDY)
    return pen_digits


def _picture(
    strokes: Sequence[Points], pad: ink.Pad, pen_share: tuple[float, float] | None
) -> idx.Bytes:
    points = [[(x, y) for x, y in stroke.tolist()] for stroke in strokes]
    return ink.from_strokes(points, pad, pen_share=pen_share).steps["centre"]


def _trimmed(points: Points, start: float, end: float) -> Points:
    """Return a stroke without these shares of its length."""
    steps = np.hypot(*np.diff(points, axis=0).T)
    way = np.concatenate([[0], np.cumsum(steps)])
    if not way[-1]:
        return points
    first, last = start * way[-1], (1 - end) * way[-1]
    kept = np.concatenate([[first], way[(way > first) & (way < last)], [last]])
    return np.stack([np.interp(kept, way, along) for along in points.T], axis=1)


def _stray(strokes: Sequence[Points], wobble: float, rng: np.random.Generator) -> list[Points]:
    """Displace points by a smooth random field: a few waves, up to one and a half a digit."""
    size = np.ptp(np.concatenate(strokes), axis=0).max()
    if not size:
        return list(strokes)
    waves = rng.uniform(-1.5, 1.5, (2, _WAVES))
    phases = rng.uniform(0, 2 * np.pi, _WAVES)
    heights = rng.normal(0, wobble * size * np.sqrt(2 / _WAVES), (_WAVES, 2))
    return [
        points + np.sin(2 * np.pi * points / size @ waves + phases) @ heights for points in strokes
    ]


_WAVES = 4


def _parse(line: str, where: str) -> PenDigit:
    try:
        record = json.loads(line)
        digit, writer = int(record["digit"]), int(record["writer"])
        strokes = tuple(np.array(stroke, np.float64) for stroke in record["strokes"])
    except (ValueError, TypeError, KeyError, OverflowError) as error:
        raise BadInput(f"{where} is no pen digit: {error!r}.", _REMEDY) from error
    if digit not in range(CLASSES) or not strokes:
        raise BadInput(f"{where} is no pen digit: {line[:80]}", _REMEDY)
    for points in strokes:
        if points.ndim != 2 or points.shape[1] != 2 or not np.isfinite(points).all():
            raise BadInput(f"{where} has a stroke that is no list of [x, y].", _REMEDY)
    return PenDigit(digit, writer, strokes)
