"""How far two traces lie apart, layer by layer."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.inspection.unit import Array


@dataclass(frozen=True)
class Distance:
    """How far the activations a and b of one layer lie apart, taken as vectors.

    Attributes:
        euclidean: The length of a − b.
        relative: That, over the mean of the lengths of a and b; 0 where both are zero.
        cosine: The cosine of the angle between them; None where one is zero.

    """

    layer_id: str
    euclidean: float
    relative: float
    cosine: float | None


def distances(a: Mapping[str, Any], b: Mapping[str, Any]) -> Iterator[Distance]:
    """Yield the distance of each layer that two traces have in common and in one shape.

    Activations are numpy's arrays, or what becomes one.
    """
    for layer_id, one in a.items():
        other = b.get(layer_id)
        if other is not None and other.shape == one.shape:
            yield _distance(layer_id, *(np.asarray(x, np.float64).ravel() for x in (one, other)))


def _distance(layer_id: str, a: Array, b: Array) -> Distance:
    euclidean = float(np.linalg.norm(a - b))
    lengths = float(np.linalg.norm(a)), float(np.linalg.norm(b))
    return Distance(
        layer_id=layer_id,
        euclidean=euclidean,
        relative=euclidean / (sum(lengths) / 2) if any(lengths) else 0.0,
        cosine=float(a @ b) / (lengths[0] * lengths[1]) if all(lengths) else None,
    )
