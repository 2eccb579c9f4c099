"""The curve of the loss over the batches, in a bounded number of points."""

from dataclasses import dataclass, field

MOST = 400
"""Points of a curve; a screen shows no more."""


@dataclass
class Curve:
    """Losses of one batch after the other.

    Once there are too many points, two neighbours become their mean: the curve stays whole, only
    coarser.

    Attributes:
        stride: Batches that a point stands for.
        batches: The last batch of each point, from 1 on.
        losses: The mean loss of its batches.

    """

    stride: int = 1
    batches: list[int] = field(default_factory=list)
    losses: list[float] = field(default_factory=list)
    _count: int = 0
    _sum: float = 0.0
    _open: int = 0

    def add(self, loss: float) -> None:
        """Put the next batch's loss at the end."""
        self._count += 1
        self._sum += loss
        self._open += 1
        if self._open == self.stride:
            self.batches.append(self._count)
            self.losses.append(self._sum / self.stride)
            self._sum, self._open = 0.0, 0
        if len(self.batches) == MOST:
            self.stride *= 2
            self.batches = self.batches[1::2]
            pairs = zip(self.losses[::2], self.losses[1::2], strict=True)
            self.losses = [(a + b) / 2 for a, b in pairs]
