"""From strokes, pixel rows or an image file to the network's input.

Every way in ends in a *picture*: an (H, W) array of uint8 in which ink is bright (255) and
the ground is 0. :func:`normalise` then does to every picture what was done to the digits of
MNIST (Y. LeCun, C. Cortes, C. Burges, "The MNIST database of handwritten digits"): crop to
the ink, scale its longer side to 20 with anti-aliasing, put its centre of mass in the middle
of 28 × 28, and pad to 32 × 32.
"""

import io
import itertools
import math
import warnings
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageOps

from app.errors import BadInput, EmptyDrawing, TooLarge, UndecodableImage

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

FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF")
_RASTER = 560
"""Pixels of the pad's longer side when strokes are rendered."""
_WORKING_SIDE = 1024
"""Larger images are reduced to this before anything is looked for in them."""
_FAINTEST = 8
"""Grey levels by which ink must differ from the ground of an image."""


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
    if pad.pen_width > max(pad.width, pad.height):
        raise BadInput(
            f"The pen is {pad.pen_width:g} wide, the pad only {max(pad.width, pad.height):g}.",
            "Give pen_width in the pad's units.",
        )
    scale = _RASTER / max(pad.width, pad.height)
    size = (max(1, round(pad.width * scale)), max(1, round(pad.height * scale)))
    image = Image.new("L", size)
    draw = ImageDraw.Draw(image)
    pen = max(1.0, _fit_pen(strokes, pad, pen_share) * scale)
    for stroke in strokes:
        points = [(x * scale, y * scale) for x, y in stroke]
        near = [point for point in points if _near(point, size)]
        lines = [points] if len(near) == len(points) else _within(points, size)
        for line in lines:
            draw.line(line, fill=255, width=round(pen))
        for point in near:
            draw.circle(point, pen / 2, fill=255)
    return np.asarray(image)


def from_strokes(
    strokes: Sequence[Sequence[tuple[float, float]]],
    pad: Pad,
    without: Collection[str] = (),
    pen_share: tuple[float, float] | None = PEN_SHARE,
) -> Normalised:
    """Bring a drawing into the form the network was trained on.

    The pen is fitted to the drawing's size, and what looks like a slip of it is not cropped to;
    in a picture, where a spot may belong to the digit, nothing is.

    Args:
        strokes: As :func:`render` takes them.
        pad: The pad that the points refer to.
        without: Steps of :func:`normalise` to leave out.
        pen_share: How the pen is fitted, see :func:`render`.

    Raises:
        BadInput: The pen is wider than the pad.
        EmptyDrawing: No ink is on the pad.

    """
    return normalise(render(strokes, pad, pen_share), without, SPECK_SHARE)


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


def from_image(data: bytes, max_pixels: int, ink: Ground | None = None) -> Picture:
    """Decode an image file and lift its ink off the ground.

    The first frame counts, EXIF rotation is applied, transparency is laid on the ground that
    contrasts with the opaque part.

    Args:
        data: A file in one of :data:`FORMATS`.
        max_pixels: Larger images are refused before they are decoded.
        ink: Whether the ink is brighter or darker than the ground; found out if not given.

    Raises:
        UndecodableImage: The bytes are damaged or no image.
        TooLarge: The image has more than ``max_pixels`` pixels.
        EmptyDrawing: Nothing stands out from the ground.

    """
    return _lift(_decode(data, max_pixels), ink)


def count_pixels(data: bytes) -> int:
    """Return how many pixels an image file says that it has; 0 of what is none."""
    with warnings.catch_warnings(), suppress(Exception):  # as in _decode
        warnings.simplefilter("ignore")
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            return image.width * image.height
    return 0


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
        box = slice(0, picture.shape[0]), slice(0, picture.shape[1])
    cropped = picture[box]
    scaled = _scale(cropped, FRAME if "scale" in without else BOX)
    corner = _corner(scaled, by_mass="centre" not in without)
    centred = np.zeros((FRAME, FRAME), np.uint8)
    centred[tuple(slice(at, at + n) for at, n in zip(corner, scaled.shape, strict=True))] = scaled
    if "pad" in without:
        margin, stretch = 0, FRAME / SIDE
        padded = _resize(centred, SIDE, SIDE)
    else:
        margin, stretch = (SIDE - FRAME) // 2, 1.0
        padded = np.pad(centred, margin)
    edges = []
    for axis, side in enumerate(picture.shape):
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
    points = [point for stroke in strokes for point in stroke]
    shown = np.clip(points, 0, (pad.width, pad.height)) if points else np.zeros((1, 2))
    extent = np.ptp(shown, axis=0).max()
    if pen_share is None or not extent:
        return pad.pen_width
    finest, broadest = pen_share
    return float(np.clip(pad.pen_width, finest * extent, broadest * extent))


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


def _ink_box(picture: Picture) -> tuple[slice, slice]:
    rows = np.flatnonzero(picture.any(axis=1))
    columns = np.flatnonzero(picture.any(axis=0))
    if not rows.size:
        raise EmptyDrawing("There is no ink on the pad.")
    return slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)


def _without_specks(
    picture: Picture, box: tuple[slice, slice], share: float
) -> tuple[slice, slice]:
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
    for axis, size in enumerate(picture.shape):
        middle = (size - 1) / 2
        if by_mass and picture.any():
            mass = picture.sum(axis=1 - axis, dtype=np.int64)
            middle = float(mass @ np.arange(size) / mass.sum())
        # Whole pixels, and to pixel 14: so all of MNIST comes out as it went in. But never so
        # far that ink would be cut off.
        start = math.floor(FRAME / 2 - middle + 0.5)
        corner.append(min(max(start, 0), FRAME - size))
    return tuple(corner)


def _decode(data: bytes, max_pixels: int) -> npt.NDArray[np.float64]:
    """Return the grey values of the first frame, (H, W), in 0..255."""
    try:
        with warnings.catch_warnings():
            # Pillow warns of large images; the limit below is the one that counts.
            warnings.simplefilter("ignore")
            image: Image.Image = Image.open(io.BytesIO(data), formats=FORMATS)
            if image.width * image.height > max_pixels:
                raise TooLarge(
                    f"The image has {image.width} × {image.height} pixels.",
                    f"Send one of at most {max_pixels:,} pixels; 280 × 280 is plenty.",
                )
            image.draft("L", (_WORKING_SIDE, _WORKING_SIDE))
            image.load()
            image = ImageOps.exif_transpose(image)
            grey = _to_grey(image)
    except (TooLarge, UndecodableImage):
        raise
    except Image.DecompressionBombError as error:  # Pillow's own limit was the lower one
        raise TooLarge(str(error), f"Send at most {max_pixels:,} pixels.") from error
    except Exception as error:  # Pillow's decoders raise whatever the damage led them to
        raise UndecodableImage(f"The image cannot be decoded: {error}.") from error
    grey.thumbnail((_WORKING_SIDE, _WORKING_SIDE), Image.Resampling.BOX)
    return np.asarray(grey, dtype=np.float64)


def _to_grey(image: Image.Image) -> Image.Image:
    if image.mode.startswith(("I", "F")):
        values = np.asarray(image, dtype=np.float64)
        if not np.isfinite(values).all():
            raise UndecodableImage("The image has values that are not finite.")
        low, high = values.min(), values.max()
        return Image.fromarray(
            np.rint((values - low) * (255 / max(high - low, 1))).astype(np.uint8)
        )
    if "A" in image.mode or "a" in image.mode or "transparency" in image.info:
        image = image.convert("LA" if image.mode in ("1", "L", "LA") else "RGBA")
        opaque = image.getchannel("A")
        grey = image.convert("LA").getchannel("L")
        weights = np.asarray(opaque, dtype=np.float64)
        ink = (np.asarray(grey) * weights).sum() / max(weights.sum(), 1)
        return Image.composite(grey, Image.new("L", grey.size, 255 if ink < 128 else 0), opaque)
    return image.convert("RGB").convert("L") if image.mode == "CMYK" else image.convert("L")


def _lift(grey: npt.NDArray[np.float64], ink: Ground | None) -> Picture:
    border = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    ground = np.median(border)
    rise, fall = grey.max() - ground, ground - grey.min()
    bright = rise >= fall if ink is None else ink == "bright"
    lifted = grey - ground if bright else ground - grey
    contrast = rise if bright else fall
    if contrast < _FAINTEST:
        raise EmptyDrawing("Nothing stands out from the image's ground.")
    # Paper and cameras make a ground uneven: what varies as much as the border is not ink.
    uneven = min(3 * float(np.quantile(np.abs(border - ground), 0.9)), contrast / 2)
    picture: Picture = np.rint(np.clip((lifted - uneven) / (contrast - uneven), 0, 1) * 255).astype(
        np.uint8
    )
    return picture
