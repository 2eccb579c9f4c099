"""The way from random weights to trained ones: a curve, and the network at a few moments."""

from dataclasses import dataclass, field
from typing import Any

from torch import Tensor

MOMENTS = 16
"""At so many moments the network's weights are kept, the random and the last ones included."""
_FIRST = 8
"""Batches before the second moment."""


@dataclass
class Timeline:
    """What a training looked like while it went on."""

    points: list[dict[str, Any]] = field(default_factory=list)
    """In order: ``batch``, how many batches were learned from; ``loss``, the mean over those
    since the point before, None at first; and for each set that is held out its accuracy and
    loss, such as ``validation_accuracy`` and ``validation_loss``."""
    moments: dict[int, dict[str, Tensor]] = field(default_factory=dict)
    """The network's weights, by the number of batches."""


def moments(batches: int, count: int = MOMENTS) -> list[int]:
    """Return at which numbers of batches to keep the weights of a training of ``batches``.

    The first is 0 and the last ``batches``; between them each is larger by the same factor,
    for most happens at the beginning. A short training has fewer.
    """
    first = min(_FIRST, batches)
    ratio = (batches / first) ** (1 / (count - 2))
    return sorted({0, *(round(first * ratio**n) for n in range(count - 1))})
