"""Drawings that are no digits, to find out whether a network's own score tells them apart.

Nothing is trained or fitted on them: they only judge. All are drawn with strokes, or cut out of
pictures, and go through :mod:`app.ink` as whatever comes from the pad or from a file.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from app import ink
from app.training import idx
from app.training.dataset import Digits
from app.training.pens import PenDigit, Placement
from app.training.skeletons import (
    LETTERS,
    SHAPES,
    Skeleton,
    beside,
    clipped,
    hatching,
    near_empty,
    scribble,
)

_PLACE = Placement(rotation=10, stretch=0.2, shear=0.25, wobble=0.015)
"""As unsteady as pen digits are made in a training, and a little more."""
_DIGIT_PLACE = Placement(rotation=5, stretch=0.1, shear=0.1)
_WHOLE = (0.0, 1.0)

HALVES: dict[int, tuple[str, ...]] = {
    0: ("top", "bottom"),
    2: ("bottom", "left"),
    3: ("left",),
    4: ("top", "left"),
    5: ("top", "right"),
    7: ("left",),
    8: ("left",),
    9: ("left",),
}
"""The halves of each digit that are no digit. Most are one: half a 1 is a 1, so are the right half
of a 4 and the lower of a 7 and a 9; the upper half of an 8 or a 9 and the lower of a 6 is a 0, the
right half of an 8 is a 3, an arc that is upright is a 1."""


@dataclass(frozen=True)
class Material:
    """Real digits from which two in one picture and halves are made."""

    pictures: Digits
    pens: Sequence[PenDigit]
    """None are needed: then pictures alone are used."""


Maker = Callable[[Material, np.random.Generator], idx.Bytes]


def make(kind: str, count: int, material: Material, seed: int) -> idx.Bytes:
    """Return (count, 28, 28) pictures of a kind; the same for the same seed."""
    rng = np.random.default_rng([seed, list(KINDS).index(kind)])
    return np.stack([KINDS[kind](material, rng) for _ in range(count)])


def _scribble(_material: Material, rng: np.random.Generator) -> idx.Bytes:
    return _draw((scribble if rng.random() < 0.7 else hatching)(rng), rng)


def _shape(_material: Material, rng: np.random.Generator) -> idx.Bytes:
    return _draw(_one_of(SHAPES, rng), rng)


def _letter(_material: Material, rng: np.random.Generator) -> idx.Bytes:
    return _draw(_one_of(LETTERS, rng), rng)


def _near_empty(_material: Material, rng: np.random.Generator) -> idx.Bytes:
    # Small, as it was drawn: the pad makes it large.
    length = rng.uniform(15, 60)
    strokes = [points * length + 100 for points in near_empty(rng)]
    pad = ink.Pad(pen_width=rng.uniform(8, 30))
    return ink.from_strokes([stroke.tolist() for stroke in strokes], pad).steps["centre"]


def _two_digits(material: Material, rng: np.random.Generator) -> idx.Bytes:
    gap, lift = rng.uniform(0.03, 0.3), rng.uniform(-0.1, 0.1)
    if _with_pens(material, rng):
        left, right = (material.pens[i].strokes for i in rng.integers(len(material.pens), size=2))
        return _draw(beside(left, right, gap, lift), rng, _DIGIT_PLACE)
    parts = [
        _cropped(material.pictures.images[i]) for i in rng.integers(len(material.pictures), size=2)
    ]
    height = max(len(part) for part in parts) + 2
    tops = [(height - len(part)) // 2 for part in parts]
    tops[1] = int(np.clip(tops[1] + round(lift * height), 0, height - len(parts[1])))
    width = parts[0].shape[1] + 1 + round(gap * ink.BOX)
    picture = np.zeros((height, width + parts[1].shape[1]), np.uint8)
    for part, top, left in zip(parts, tops, (0, width), strict=True):
        picture[top : top + part.shape[0], left : left + part.shape[1]] = part
    return ink.normalise(picture).steps["centre"]


def _half_digit(material: Material, rng: np.random.Generator) -> idx.Bytes:
    share = rng.uniform(0.4, 0.5)
    while True:
        if _with_pens(material, rng):
            pen_digit = material.pens[int(rng.integers(len(material.pens)))]
            if not (halves := HALVES.get(pen_digit.digit)):
                continue
            side = halves[rng.integers(len(halves))]
            axis = 1 if side in ("top", "bottom") else 0
            low, high = (0, share) if side in ("top", "left") else (1 - share, 1)
            return _draw(clipped(pen_digit.strokes, axis, low, high), rng, _DIGIT_PLACE)
        number = rng.integers(len(material.pictures))
        if not (halves := HALVES.get(int(material.pictures.labels[number]))):
            continue
        side = halves[rng.integers(len(halves))]
        picture = _cropped(material.pictures.images[number])
        rows, columns = (round(share * size) for size in picture.shape)
        half = {
            "top": picture[:rows],
            "bottom": picture[-rows:],
            "left": picture[:, :columns],
            "right": picture[:, -columns:],
        }[side]
        return ink.normalise(half).steps["centre"]


KINDS: dict[str, Maker] = {
    "scribbles": _scribble,
    "shapes": _shape,
    "letters": _letter,
    "two_digits": _two_digits,
    "half_digits": _half_digit,
    "near_empty": _near_empty,
}


def _draw(strokes: Skeleton, rng: np.random.Generator, placement: Placement = _PLACE) -> idx.Bytes:
    # Placement takes what is no digit as well as what is one; it does not read the digit.
    scaled = tuple(points * 500 for points in strokes)
    return placement(PenDigit(digit=0, writer=0, strokes=scaled), rng)


def _one_of(skeletons: Mapping[str, Skeleton], rng: np.random.Generator) -> Skeleton:
    return skeletons[list(skeletons)[rng.integers(len(skeletons))]]


def _with_pens(material: Material, rng: np.random.Generator) -> bool:
    return bool(material.pens) and rng.random() < 0.5


def _cropped(picture: idx.Bytes) -> idx.Bytes:
    rows, columns = np.flatnonzero(picture.any(axis=1)), np.flatnonzero(picture.any(axis=0))
    return picture[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
