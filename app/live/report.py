"""What the worker tells of a run."""

from dataclasses import dataclass
from typing import Literal

State = Literal[
    "preparing", "ready", "running", "paused", "finished", "stopped", "diverged", "lost"
]
"""``preparing`` until the worker has made the network; the last four are for good."""
Reason = Literal["epochs", "seconds", "stop", "loss", "weights", "worker"]
"""Why a run has ended: all epochs done, its time used up, stopped, a loss or a weight that is not
finite, the worker process gone."""
Command = Literal["start", "pause", "batch", "epoch", "stop"]

ENDED: frozenset[State] = frozenset(("finished", "stopped", "diverged", "lost"))


@dataclass(frozen=True)
class Judgement:
    """How the network does on digits that it does not learn from.

    Attributes:
        batch: After how many batches.
        loss: The mean cross-entropy, in nats.
        accuracy: The share that is read right.
        classes: How many different classes it answers with; 1 where it reads all digits alike.

    """

    batch: int
    loss: float
    accuracy: float
    classes: int


@dataclass(frozen=True)
class Progress:
    """How far a run is, with its whole curves: whoever misses one misses nothing.

    Attributes:
        batch: Batches learned from.
        batches: Of so many.
        epoch: Epochs done, and the part of the present one.
        loss: Of the last batch; None before the first, and where it is not finite.
        seconds: That it has computed.
        seconds_left: Until its end at the pace of late; None while that is not known.
        curve_batches: The last batch of each point of the curve.
        curve_losses: The mean loss of the batches since the point before.
        judgements: On digits that it does not learn from.

    """

    batch: int
    batches: int
    epoch: float
    loss: float | None
    seconds: float
    seconds_left: float | None
    curve_batches: tuple[int, ...]
    curve_losses: tuple[float, ...]
    judgements: tuple[Judgement, ...]


@dataclass(frozen=True)
class Numbers:
    """A tensor on its way between processes: little-endian float32 in C order."""

    shape: tuple[int, ...]
    data: bytes


@dataclass(frozen=True)
class Snapshot:
    """The network as it is after some batch.

    Attributes:
        batch: After how many batches.
        weights: Each convolution's, by its layer's id.
        activations: Each layer's for the drawing, by its id; None without a drawing.
        probabilities: Of each class; None without a drawing.

    """

    batch: int
    weights: dict[str, Numbers]
    activations: dict[str, Numbers] | None
    probabilities: tuple[float, ...] | None


@dataclass(frozen=True)
class Report:
    """What has become of a run. The snapshot is None where there is none that is finite."""

    run_id: str
    state: State
    reason: Reason | None
    progress: Progress
    snapshot: Snapshot | None
