"""What people draw that is no digit, as strokes in a square of side 1; y grows downwards."""

from collections.abc import Sequence

import numpy as np

from app.training.pens import Points

Skeleton = tuple[Points, ...]

_SPACING = 0.02
"""Between points, so that a line can bend."""


def line(*corners: tuple[float, float]) -> Points:
    """Return the points of a stroke from corner to corner."""
    way = np.array(corners, np.float64)
    steps = np.hypot(*np.diff(way, axis=0).T)
    at = np.concatenate([[0], np.cumsum(steps)])
    along = np.linspace(0, at[-1], max(2, round(at[-1] / _SPACING) + 1))
    return np.stack([np.interp(along, at, axis) for axis in way.T], axis=1)


def arc(
    middle: tuple[float, float], radii: tuple[float, float], start: float, end: float
) -> Points:
    """Return the points of a part of an ellipse.

    Args:
        middle: Its centre.
        radii: Across and down.
        start: Degrees; 0 is right, 90 is down.
        end: Degrees; less than ``start`` to go the other way round.

    """
    angles = np.radians(np.linspace(start, end, max(8, round(abs(end - start) / 6))))
    return np.stack([np.cos(angles), np.sin(angles)], axis=1) * radii + middle


def joined(*parts: Points) -> Points:
    """Return parts as one stroke, with a straight line over each gap."""
    return np.concatenate(parts)


def spiral(turns: float) -> Points:
    """Return the points of a spiral from its middle outwards."""
    angles = np.linspace(0.5, turns * 2 * np.pi, round(turns * 40))
    radii = angles / angles[-1] / 2
    return np.stack([np.cos(angles) * radii, np.sin(angles) * radii], axis=1) + 0.5


def polygon(corners: int, step: int = 1) -> Points:
    """Return a closed polygon with one corner on top; with a step of 2 its star."""
    angles = np.arange(corners + 1) * step * 2 * np.pi / corners - np.pi / 2
    return line(*(np.stack([np.cos(angles), np.sin(angles)], axis=1) / 2 + 0.5).tolist())


def _arch(left: float, right: float, middle: float) -> Points:
    """Return an arch that comes down to the foot of a small letter."""
    reach = (right - left) / 2
    return joined(
        arc((left + reach, middle), (reach, min(0.3, reach)), 180, 360),
        line((right, middle), (right, 1)),
    )


_BOWL = arc((0.1, 0.27), (0.6, 0.27), -90, 90)
_ROUND = arc((0.45, 0.7), (0.35, 0.3), 0, 360)
_CUP = arc((0.4, 0.6), (0.4, 0.4), 180, 0)
_CROOK = arc((0.6, 0.25), (0.25, 0.25), -20, -180)
_FOOT = arc((0.6, 0.75), (0.25, 0.25), 180, 40)

LETTERS: dict[str, Skeleton] = {
    "A": (line((0, 1), (0.5, 0), (1, 1)), line((0.2, 0.62), (0.8, 0.62))),
    "C": (arc((0.55, 0.5), (0.5, 0.5), -50, -310),),
    "E": (line((0.8, 0), (0, 0), (0, 1), (0.8, 1)), line((0, 0.5), (0.65, 0.5))),
    "F": (line((0.75, 0), (0, 0), (0, 1)), line((0, 0.48), (0.6, 0.48))),
    "H": (line((0, 0), (0, 1)), line((0.8, 0), (0.8, 1)), line((0, 0.5), (0.8, 0.5))),
    "J": (joined(line((0.6, 0), (0.6, 0.7)), arc((0.3, 0.7), (0.3, 0.3), 0, 180)),),
    "K": (line((0, 0), (0, 1)), line((0.7, 0), (0, 0.55), (0.75, 1))),
    "L": (line((0, 0), (0, 1), (0.65, 1)),),
    "M": (line((0, 1), (0.1, 0), (0.5, 0.7), (0.9, 0), (1, 1)),),
    "N": (line((0, 1), (0, 0), (0.8, 1), (0.8, 0)),),
    "P": (joined(line((0.1, 1), (0.1, 0)), _BOWL),),
    "R": (joined(line((0.1, 1), (0.1, 0)), _BOWL, line((0.1, 0.54), (0.75, 1))),),
    "T": (line((0, 0), (0.9, 0)), line((0.45, 0), (0.45, 1))),
    "U": (joined(line((0, 0), (0, 0.6)), _CUP, line((0.8, 0.6), (0.8, 0))),),
    "V": (line((0, 0), (0.45, 1), (0.9, 0)),),
    "W": (line((0, 0), (0.25, 1), (0.5, 0.25), (0.75, 1), (1, 0)),),
    "X": (line((0, 0), (0.8, 1)), line((0.8, 0), (0, 1))),
    "Y": (line((0, 0), (0.42, 0.5)), line((0.85, 0), (0.42, 0.5), (0.42, 1))),
    "a": (_ROUND, line((0.8, 0.4), (0.8, 0.9), (0.95, 1))),
    "d": (_ROUND, line((0.8, 0), (0.8, 1))),
    "e": (joined(line((0.05, 0.55), (0.9, 0.5)), arc((0.48, 0.5), (0.42, 0.45), 0, -310)),),
    "f": (joined(_CROOK, line((0.35, 0.25), (0.35, 1))), line((0.05, 0.45), (0.7, 0.45))),
    "h": (line((0, 0), (0, 1)), _arch(0, 0.7, 0.72)),
    "m": (line((0, 0.4), (0, 1)), _arch(0, 0.5, 0.65), _arch(0.5, 1, 0.65)),
    "n": (line((0, 0.3), (0, 1)), _arch(0, 0.7, 0.6)),
    "r": (line((0, 0.3), (0, 1)), arc((0.35, 0.6), (0.35, 0.3), 180, 310)),
    "t": (joined(line((0.35, 0), (0.35, 0.75)), _FOOT), line((0, 0.3), (0.75, 0.3))),
}  # fmt: skip
"""Left out is what is a digit, or all but one, in somebody's hand: O, o, D and Q (0), I, i, j and
l (1), Z and z (2), B (8, 3), S and s (5), G and b (6), g, q and y (9, an open 4); small letters
that are but their capitals made smaller add nothing."""

SHAPES: dict[str, Skeleton] = {
    "triangle": (polygon(3),),
    "square": (line((0, 0), (1, 0), (1, 1), (0, 1), (0, 0)),),
    "diamond": (polygon(4),),
    "pentagram": (polygon(5, 2),),
    "plus": (line((0.5, 0), (0.5, 1)), line((0, 0.5), (1, 0.5))),
    "times": (line((0, 0), (1, 1)), line((1, 0), (0, 1))),
    "arrow": (line((0, 0.5), (1, 0.5)), line((0.65, 0.15), (1, 0.5), (0.65, 0.85))),
    "arrow up": (line((0.5, 1), (0.5, 0)), line((0.15, 0.35), (0.5, 0), (0.85, 0.35))),
    "heart": (
        joined(
            line((0.5, 1), (0, 0.3)),
            arc((0.25, 0.25), (0.25, 0.25), 180, 360),
            arc((0.75, 0.25), (0.25, 0.25), 180, 360),
            line((1, 0.3), (0.5, 1)),
        ),
    ),
    "spiral": (spiral(3),),
    "house": (line((0.1, 1), (0.1, 0.45), (0.5, 0), (0.9, 0.45), (0.9, 1), (0.1, 1)),),
    "zigzag": (line((0, 1), (0.2, 0), (0.4, 1), (0.6, 0), (0.8, 1), (1, 0)),),
    "face": (
        arc((0.5, 0.5), (0.5, 0.5), -90, 270),
        line((0.33, 0.3), (0.33, 0.42)),
        line((0.67, 0.3), (0.67, 0.42)),
        arc((0.5, 0.55), (0.25, 0.22), 10, 170),
    ),
    "asterisk": (
        line((0.5, 0), (0.5, 1)),
        line((0.07, 0.25), (0.93, 0.75)),
        line((0.93, 0.25), (0.07, 0.75)),
    ),
    "hash": (
        line((0.33, 0), (0.3, 1)),
        line((0.7, 0), (0.67, 1)),
        line((0, 0.33), (1, 0.33)),
        line((0, 0.67), (1, 0.67)),
    ),
}
"""No circle: it is a 0."""


def scribble(rng: np.random.Generator) -> Skeleton:
    """Return a tangle: a pen that swings to and fro, one to three times put down."""
    strokes = []
    for _ in range(rng.integers(1, 4)):
        time = np.linspace(0, 1, 240)
        swings = rng.uniform(2, 7, (2, 3))
        phases = rng.uniform(0, 2 * np.pi, (2, 3))
        heights = rng.uniform(0.2, 1, (2, 3))
        waves = heights[..., None] * np.sin(
            2 * np.pi * swings[..., None] * time + phases[..., None]
        )
        strokes.append(waves.sum(axis=1).T)
    return tuple(strokes)


def hatching(rng: np.random.Generator) -> Skeleton:
    """Return a stroke that goes back and forth over an area in unequal turns."""
    turns = int(rng.integers(5, 12))
    ends = np.linspace(0, 1, turns) + rng.normal(0, 0.04, turns)
    reach = np.where(np.arange(turns) % 2, 1, 0) + rng.normal(0, 0.12, turns)
    corners = np.stack([ends, reach], axis=1)[:, :: rng.choice([-1, 1])]
    return (line(*corners.tolist()),)


def near_empty(rng: np.random.Generator) -> Skeleton:
    """Return next to nothing: dots, a dash that lies, two of them, a tick."""
    kind = rng.integers(5)
    if kind == 0:
        return tuple(rng.uniform(0, 1, (1, 2)) for _ in range(1))
    if kind == 1:
        return tuple(rng.uniform(0, 1, (1, 2)) for _ in range(rng.integers(2, 6)))
    slope = float(rng.uniform(-0.35, 0.35))
    if kind == 2:
        return (line((0, 0), (1, slope)),)
    if kind == 3:
        gap = float(rng.uniform(0.3, 0.8))
        return line((0, 0), (1, slope)), line((0, gap), (1, gap + slope))
    low = float(rng.uniform(0.2, 0.45))
    return (line((0, 0.55), (low, 1), (1, 0)),)


def beside(left: Sequence[Points], right: Sequence[Points], gap: float, lift: float) -> Skeleton:
    """Return two drawings of the same height side by side.

    Args:
        left: The strokes of one.
        right: The strokes of the other.
        gap: Between them, as a share of their height.
        lift: By which share of its height the right one stands lower.

    """
    parts = []
    for strokes in (left, right):
        everything = np.concatenate(list(strokes))
        corner, extent = everything.min(axis=0), np.ptp(everything, axis=0)
        parts.append([(points - corner) / max(extent.max(), 1e-9) for points in strokes])
    width = float(np.concatenate(parts[0])[:, 0].max())
    return (*parts[0], *(points + np.array([width + gap, lift]) for points in parts[1]))


def clipped(strokes: Sequence[Points], axis: int, low: float, high: float) -> Skeleton:
    """Return what of a drawing lies between two shares of its extent along an axis (0 is x)."""
    everything = np.concatenate(list(strokes))
    corner, size = everything.min(axis=0), max(float(np.ptp(everything, axis=0).max()), 1e-9)
    extent = max(float(np.ptp(everything[:, axis])) / size, 1e-9)
    parts = []
    for points in strokes:
        near = (points - corner) / size
        fine = line(*near.tolist()) if len(near) > 1 else near
        share = fine[:, axis] / extent
        inside = (low <= share) & (share <= high)
        edges = np.flatnonzero(np.diff(inside.astype(np.int8), prepend=0, append=0))
        parts += [fine[first:end] for first, end in edges.reshape(-1, 2).tolist()]
    return tuple(parts)
