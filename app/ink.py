"""From strokes, pixel rows or a picture to the network's input.

Every way in ends in a *picture*: an (H, W) array of uint8 in which ink is bright (255) and
the ground is 0. :func:`normalise` then does to every picture what was done to the digits of
MNIST (Y. LeCun, C. Cortes, C. Burges, "The MNIST database of handwritten digits"): crop to
the ink, scale its longer side to 20 with anti-aliasing, put its centre of mass in the middle
of 28 × 28, and pad to 32 × 32.
"""

import io
import itertools
import math
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from app.errors import BadInput, EmptyDrawing

Picture = npt.NDArray[np.uint8]
Ground = Literal["bright", "dark"]

BOX = 20
"""Pixels of the ink's longer side after scaling."""
FRAME = 28
"""Pixels of the side of the square in which the ink is centred."""
SIDE = 32
"""Pixels of the side of the network's input."""
STEPS = ("crop", "scale", "centre", "pad")
"""The steps of :func:`normalise`, in order."""

PEN_SHARE = (0.06, 0.12)
"""The pad's pen for the network, as a share of the drawing's longer side: the least and most."""
SPECK_SHARE = 0.08
"""What is less of a drawing's ink, and apart from the rest, is taken for a slip of the pen."""

_RASTER = 560
"""Pixels of the pad's longer side when strokes are rendered."""
_PLACES = np.arange(FRAME)


@dataclass(frozen=True)
class Pad:
    """The surface that strokes are drawn on, in its own units; the origin is top left."""

    width: float = 280
    height: float = 280
    pen_width: float = 20


@dataclass(frozen=True)
class Frame:
    """Where the network's input lies in the picture it was made of.

    Edges of the 32 × 32 frame as fractions of the picture's height and width; what is below 0
    or above 1 lies outside the picture.
    """

    top: float
    left: float
    bottom: float
    right: float


@dataclass(frozen=True)
class Normalised:
    """A picture on its way to the network.

    Attributes:
        steps: The picture after each of :data:`STEPS`, in order.
        frame: Where the last of them lies in the picture.

    """

    steps: dict[str, Picture]
    frame: Frame

    @property
    def input(self) -> Picture:
        """What the network sees, 32 × 32."""
        return self.steps[STEPS[-1]]


def render(
    strokes: Sequence[Sequence[tuple[float, float]]],
    pad: Pad,
    pen_share: tuple[float, float] | None = None,
) -> Picture:
    """Draw strokes as a round pen would.

    Args:
        strokes: For each stroke its ``(x, y)`` points in pad units, in the order drawn. A
            stroke of one point is a dot; what lies outside the pad is cut off.
        pad: The pad that the points refer to.
        pen_share: Draw with a pen at least and at most so wide, as a share of the longer side
            of what the points span on the pad: a broad pen fills the loops of a small digit, and
            that cannot be undone in the picture. A drawing that is but dots keeps its pen.

    Returns:
        The pad's picture, its longer side 560 pixels.

    Raises:
        BadInput: The pen is wider than the pad.

    """
    return np.asarray(Canvas().draw(strokes, pad, pen_share))


class Canvas:
    """A pad with strokes on it, for a drawing that grows: what is there is not drawn again."""

    def __init__(self) -> None:
        self._pad: Pad | None = None
        self._pen = 0.0
        self._strokes: list[Sequence[tuple[float, float]]] = []

    def draw(
        self,
        strokes: Sequence[Sequence[tuple[float, float]]],
        pad: Pad,
        pen_share: tuple[float, float] | None = None,
    ) -> Image.Image:
        """Return what :func:`render` does, as an image that the next call changes.

        Args:
            strokes: As :func:`render` takes them; not changed later.
            pad: The pad that the points refer to.
            pen_share: How the pen is fitted, see :func:`render`.

        Raises:
            BadInput: The pen is wider than the pad.

        """
        side = max(pad.width, pad.height)
        if pad.pen_width > side:
            raise BadInput(
                f"The pen is {pad.pen_width:g} wide, the pad only {side:g}.",
                "Give pen_width in the pad's units.",
            )
        pen = max(1.0, _fit_pen(strokes, pad, pen_share) * _RASTER / side)
        if (pad, pen) != (self._pad, self._pen) or not self._goes_on(strokes):
            self._begin(pad, pen)
        there = itertools.chain(map(len, self._strokes), itertools.repeat(0))
        for stroke, drawn in zip(strokes, there, strict=False):
            if len(stroke) > drawn:
                self._extend(stroke[max(0, drawn - 1) :], 1 if drawn else 0)
        self._strokes = list(strokes)
        return self._image

    def extent(self) -> tuple[int, int, int, int] | None:
        """Return the left, top, right and bottom of the ink in pixels; None if there is none."""
        # Pillow looks at all pixels around the ink, so it is given those where some may be.
        left, top = (math.floor(max(0, min(place, _RASTER))) for place in self._from)
        right, bottom = (
            math.ceil(max(0, min(place, side)))
            for place, side in zip(self._to, self._image.size, strict=True)
        )
        if left >= right or top >= bottom:
            return None
        found = self._image.crop((left, top, right, bottom)).getbbox()
        return found and (left + found[0], top + found[1], left + found[2], top + found[3])

    def _begin(self, pad: Pad, pen: float) -> None:
        self._pad, self._pen = pad, pen
        self._strokes = []
        self._scale = _RASTER / max(pad.width, pad.height)
        size = (max(1, round(pad.width * self._scale)), max(1, round(pad.height * self._scale)))
        self._image = Image.new("L", size)
        self._pencil = ImageDraw.Draw(self._image)
        self._from, self._to = (math.inf, math.inf), (-math.inf, -math.inf)

    def _goes_on(self, strokes: Sequence[Sequence[tuple[float, float]]]) -> bool:
        """Return whether nothing of what is drawn is missing in these strokes."""
        return len(strokes) >= len(self._strokes) and all(
            new[: len(old)] == old for old, new in zip(self._strokes, strokes, strict=False)
        )

    def _extend(self, stroke: Sequence[tuple[float, float]], drawn: int) -> None:
        """Draw a stroke's lines, and its points but for the first ``drawn``."""
        size = self._image.size
        points = [(x * self._scale, y * self._scale) for x, y in stroke]
        xs, ys = zip(*points, strict=True)
        left, top, right, bottom = min(xs), min(ys), max(xs), max(ys)
        if _near((left, top), size) and _near((right, bottom), size):
            lines, dots = [points], points[drawn:]
        else:
            lines = list(_within(points, size))
            dots = [point for point in points[drawn:] if _near(point, size)]
        for line in lines:
            self._pencil.line(line, fill=255, width=round(self._pen))
        for dot in dots:
            self._pencil.circle(dot, self._pen / 2, fill=255)
        margin = self._pen / 2 + 2
        self._from = min(self._from[0], left - margin), min(self._from[1], top - margin)
        self._to = max(self._to[0], right + margin), max(self._to[1], bottom + margin)


def from_strokes(
    strokes: Sequence[Sequence[tuple[float, float]]],
    pad: Pad,
    without: Collection[str] = (),
    pen_share: tuple[float, float] | None = PEN_SHARE,
    canvas: Canvas | None = None,
) -> Normalised:
    """Bring a drawing into the form the network was trained on.

    The pen is fitted to the drawing's size, and what looks like a slip of it is not cropped to;
    in a picture, where a spot may belong to the digit, nothing is.

    Args:
        strokes: As :func:`render` takes them.
        pad: The pad that the points refer to.
        without: Steps of :func:`normalise` to leave out.
        pen_share: How the pen is fitted, see :func:`render`.
        canvas: What the last drawing was drawn on, if this one may go on with it.

    Raises:
        BadInput: The pen is wider than the pad.
        EmptyDrawing: No ink is on the pad.

    """
    canvas = canvas or Canvas()
    image = canvas.draw(strokes, pad, pen_share)
    extent = canvas.extent()
    if extent is None or "crop" in without:
        return normalise(np.asarray(image), without)
    part = np.asarray(image.crop(extent))
    inner = _without_specks(part, _whole(part), SPECK_SHARE)
    rows, columns = (
        slice(start + axis.start, start + axis.stop)
        for start, axis in zip((extent[1], extent[0]), inner, strict=True)
    )
    return _framed(part[inner], (rows, columns), image.size[::-1], without)


def from_rows(
    rows: Sequence[Sequence[float]] | npt.NDArray[Any], ink: Ground = "bright"
) -> Picture:
    """Take rows of grey values from 0 to 255 as a picture.

    Raises:
        BadInput: The rows differ in length, or a value is not finite or not in 0..255.

    """
    widths = {len(row) for row in rows}
    if len(widths) != 1 or widths == {0}:
        raise BadInput(
            f"pixels must be rows of one length, got lengths {sorted(widths)[:5]}.",
            "Send a rectangle of grey values: [[0, 255, ...], ...].",
        )
    if isinstance(rows, np.ndarray) and rows.dtype == np.uint8:
        grey: Picture = rows
    else:
        values = np.asarray(rows, dtype=np.float64)
        if not np.isfinite(values).all() or values.min() < 0 or values.max() > 255:
            raise BadInput("A pixel is not a number from 0 to 255.", "Scale the values to 0..255.")
        grey = np.rint(values).astype(np.uint8)
    return grey if ink == "bright" else 255 - grey


def normalise(
    picture: Picture, without: Collection[str] = (), speck_share: float = 0
) -> Normalised:
    """Bring a picture into the form the network was trained on.

    Args:
        picture: (H, W), ink bright.
        without: Steps to leave out, to see what they are for. Without ``crop`` the whole
            picture is scaled; without ``scale`` the longer side fills all 28 pixels; without
            ``centre`` the box, not the centre of mass, goes to the middle; without ``pad``
            the 28 × 28 square is stretched to 32 × 32.
        speck_share: What lies apart from the rest, above, below or beside it, and has less
            than this share of the ink is not cropped to: one slip of the pen would make
            everything else small.

    Raises:
        EmptyDrawing: The picture has no ink.

    """
    box = _ink_box(picture)
    if speck_share:
        box = _without_specks(picture, box, speck_share)
    if "crop" in without:
        box = _whole(picture)
    return _framed(picture[box], box, picture.shape, without)


def _framed(
    cropped: Picture, box: tuple[slice, slice], sides: tuple[int, ...], without: Collection[str]
) -> Normalised:
    """Do the rest, with what lies in a box of a picture that has these sides."""
    scaled = _scale(cropped, FRAME if "scale" in without else BOX)
    corner = _corner(scaled, by_mass="centre" not in without)
    centred = np.zeros((FRAME, FRAME), np.uint8)
    centred[tuple(slice(at, at + n) for at, n in zip(corner, scaled.shape, strict=True))] = scaled
    if "pad" in without:
        margin, stretch = 0, FRAME / SIDE
        padded = _resize(centred, SIDE, SIDE)
    else:
        margin, stretch = (SIDE - FRAME) // 2, 1.0
        padded = np.zeros((SIDE, SIDE), np.uint8)
        padded[margin : margin + FRAME, margin : margin + FRAME] = centred
    edges = []
    for axis, side in enumerate(sides):
        pixel = cropped.shape[axis] / scaled.shape[axis]
        first = box[axis].start - (corner[axis] + margin) * pixel
        edges.append((first / side, (first + SIDE * stretch * pixel) / side))
    (top, bottom), (left, right) = edges
    return Normalised(
        {"crop": cropped, "scale": scaled, "centre": centred, "pad": padded},
        Frame(top, left, bottom, right),
    )


def scaled(picture: Picture) -> Picture:
    """Return what is cropped to its ink as :func:`normalise` scales it: its longer side 20."""
    return _scale(picture, BOX)


def to_tensor(picture: Picture) -> npt.NDArray[np.float32]:
    """Return the (1, 1, H, W) float32 input that a picture is, ink 1 and ground 0."""
    return (picture.astype(np.float32) / np.float32(255))[None, None]


def to_png(picture: Picture) -> bytes:
    """Return a picture as a grey PNG, reduced to at most 280 pixels a side."""
    image = Image.fromarray(np.ascontiguousarray(picture))
    image.thumbnail((280, 280), Image.Resampling.BOX)
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def _fit_pen(
    strokes: Sequence[Sequence[tuple[float, float]]],
    pad: Pad,
    pen_share: tuple[float, float] | None,
) -> float:
    points = list(itertools.chain.from_iterable(strokes))
    if pen_share is None or not points:
        return pad.pen_width
    extent = max(
        min(max(0, *places), side) - max(min(side, *places), 0)
        for places, side in zip(zip(*points, strict=True), (pad.width, pad.height), strict=True)
    )
    finest, broadest = pen_share
    return min(max(pad.pen_width, finest * extent), broadest * extent) if extent else pad.pen_width


def _near(point: tuple[float, float], size: tuple[int, int]) -> bool:
    """Return whether a point is on a picture, or so near that a pen may be."""
    return all(-_RASTER <= place <= side + _RASTER for place, side in zip(point, size, strict=True))


def _within(
    points: Sequence[tuple[float, float]], size: tuple[int, int]
) -> Iterator[list[tuple[float, float]]]:
    """Yield of each line what is near a picture: Pillow walks all of a line, wherever it is."""
    for start, end in itertools.pairwise(points):
        first, last = 0.0, 1.0
        for a, b, side in zip(start, end, size, strict=True):
            if a == b:
                last = last if -_RASTER <= a <= side + _RASTER else -1.0
            else:
                cuts = sorted(((-_RASTER - a) / (b - a), (side + _RASTER - a) / (b - a)))
                first, last = max(first, cuts[0]), min(last, cuts[1])
        if first < last:
            yield [
                (start[0] + (end[0] - start[0]) * at, start[1] + (end[1] - start[1]) * at)
                for at in (first, last)
            ]


def _whole(picture: Picture) -> tuple[slice, slice]:
    return slice(0, picture.shape[0]), slice(0, picture.shape[1])


def _ink_box(picture: Picture) -> tuple[slice, slice]:
    extent = Image.fromarray(np.ascontiguousarray(picture)).getbbox()
    if extent is None:
        raise EmptyDrawing("There is no ink on the pad.")
    left, top, right, bottom = extent
    return slice(top, bottom), slice(left, right)


def _without_specks(
    picture: Picture, box: tuple[slice, slice], share: float
) -> tuple[slice, slice]:
    part = picture[box]
    if part.any(axis=0).all() and part.any(axis=1).all():
        return box  # as of most: nothing lies apart
    least = share * float(picture.sum(dtype=np.int64))
    while True:
        rows = _longest(picture[box].sum(axis=1, dtype=np.int64), box[0].start, least)
        columns = _longest(picture[rows, box[1]].sum(axis=0, dtype=np.int64), box[1].start, least)
        if (rows, columns) == box:
            return box
        box = rows, columns


def _longest(profile: npt.NDArray[np.int64], start: int, least: float) -> slice:
    """Return where ink lies along an axis, less runs at both ends with less than ``least``."""
    edges = np.flatnonzero(np.diff((profile > 0).astype(np.int8), prepend=0, append=0))
    runs = [
        (int(first), int(end), profile[first:end].sum())
        for first, end in edges.reshape(-1, 2).tolist()
    ]
    while len(runs) > 1 and min(runs[0][2], runs[-1][2]) < least:
        runs.pop(0 if runs[0][2] <= runs[-1][2] else -1)
    return slice(start + runs[0][0], start + runs[-1][1])


def _scale(picture: Picture, longer_side: int) -> Picture:
    height, width = picture.shape
    factor = longer_side / max(height, width)
    return _resize(picture, max(1, round(height * factor)), max(1, round(width * factor)))


def _resize(picture: Picture, height: int, width: int) -> Picture:
    if picture.shape == (height, width):
        return picture
    # A triangle filter: over several pixels when it reduces, between two when it enlarges.
    image = Image.fromarray(np.ascontiguousarray(picture))
    return np.asarray(image.resize((width, height), Image.Resampling.BILINEAR))


def _corner(picture: Picture, *, by_mass: bool) -> tuple[int, ...]:
    """Return the row and column of the frame at which the picture goes."""
    corner = []
    total = int(picture.sum(dtype=np.int64)) if by_mass else 0
    for axis, size in enumerate(picture.shape):
        middle = (size - 1) / 2
        if total:
            mass = picture.sum(axis=1 - axis, dtype=np.int64)
            middle = int(mass @ _PLACES[:size]) / total
        # Whole pixels, and to pixel 14: so all of MNIST comes out as it went in. But never so
        # far that ink would be cut off.
        start = math.floor(FRAME / 2 - middle + 0.5)
        corner.append(min(max(start, 0), FRAME - size))
    return tuple(corner)
