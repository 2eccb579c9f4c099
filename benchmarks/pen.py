"""A digit as a pen leaves it, and what the page says of it while it is drawn."""

import json

import numpy as np

from app.openapi import SEVEN

POINTS = 100
"""Of a drawn digit; a pen leaves some hundred."""


def drawn(points: int = POINTS) -> list[list[list[float]]]:
    """Return the seven of the examples as a pen would leave it: with so many points."""
    (corners,) = np.array(SEVEN, dtype=float)
    lengths = np.r_[0, np.cumsum(np.hypot(*np.diff(corners, axis=0).T))]
    places = np.linspace(0, lengths[-1], points)
    columns = [np.interp(places, lengths, corners[:, axis]).round(1) for axis in (0, 1)]
    stroke: list[list[float]] = np.stack(columns, axis=1).tolist()
    return [stroke]


def messages(points: list[list[float]]) -> list[str]:
    """Return what the page says over the live socket while a stroke is drawn: two points a time."""
    begun = json.dumps({"reset": True, "strokes": [points[:2]]})
    starts = range(2, len(points), 2)
    return [begun, *(json.dumps({"extend": points[at : at + 2]}) for at in starts)]
