"""A run as the worker has it: a trainer, and what was commanded of it."""

import math
import time

import numpy as np
import torch
from torch import Tensor

from app.live.curve import Curve
from app.live.lesson import Lesson
from app.live.recipe import Recipe
from app.live.report import (
    ENDED,
    Command,
    Judgement,
    Numbers,
    Progress,
    Reason,
    Report,
    Snapshot,
    State,
)
from app.live.trainer import Trainer

_JUDGED_PER_EPOCH = 4
_MOST_JUDGEMENTS = 400


class Run:
    """A network that learns when it is told to.

    Args:
        run_id: Its name in reports.
        recipe: How it learns.
        lesson: What it learns from.
        most_seconds: That it may compute; then it has finished.

    Attributes:
        state: What it does now; it never goes back from one of :data:`ENDED`.
        reason: Why it has ended; None before.

    """

    def __init__(self, run_id: str, recipe: Recipe, lesson: Lesson, most_seconds: float) -> None:
        self.run_id = run_id
        self.state: State = "ready"
        self.reason: Reason | None = None
        self.trainer = Trainer(recipe, lesson)
        self.image: Tensor | None = None
        self._goal = 0
        self._most_seconds = most_seconds
        self._seconds = 0.0
        self._loss: float | None = None
        self._curve = Curve()
        self._judgements = [self.trainer.judge()]
        per_epoch = self.trainer.batches_per_epoch / _JUDGED_PER_EPOCH
        most = self.trainer.batches / _MOST_JUDGEMENTS
        self._judge_every = math.ceil(max(per_epoch, most))
        self._pace = _Pace()

    def obey(self, command: Command) -> None:
        """Do as told; a run that has ended does nothing more."""
        if self.state in ENDED:
            return
        per_epoch = self.trainer.batches_per_epoch
        batch = self.trainer.batch
        match command:
            case "start":
                self._go_on_to(self.trainer.batches)
            case "batch":
                self._go_on_to(batch + 1)
            case "epoch":
                self._go_on_to((batch // per_epoch + 1) * per_epoch)
            case "pause" if self.state == "running":
                self._rest("paused")
            case "stop":
                self._rest("stopped", "stop")

    def step(self) -> None:
        """Learn from one batch, while running."""
        if self.state != "running":
            return
        begun = time.process_time()
        loss = self.trainer.step()
        self._loss = loss if math.isfinite(loss) else None
        if self._loss is not None:
            self._curve.add(loss)
        batch = self.trainer.batch
        whole = batch % self.trainer.batches_per_epoch == 0
        if self.trainer.broken is None and (whole or batch % self._judge_every == 0):
            self._judge()
        self._seconds += time.process_time() - begun
        self._pace.tick(batch)
        self._look_around()

    def report(self) -> Report:
        """Say how far the run is, and what the network looks like."""
        trainer = self.trainer
        left = None if self.state != "running" else self._pace.seconds_for(trainer.batches)
        progress = Progress(
            batch=trainer.batch,
            batches=trainer.batches,
            epoch=trainer.batch / trainer.batches_per_epoch,
            loss=self._loss,
            seconds=self._seconds,
            seconds_left=left,
            curve_batches=tuple(self._curve.batches),
            curve_losses=tuple(self._curve.losses),
            judgements=tuple(self._judgements),
        )
        return Report(self.run_id, self.state, self.reason, progress, self._snapshot())

    def _go_on_to(self, batch: int) -> None:
        self._goal = min(batch, self.trainer.batches)
        if self.state != "running":
            self._pace = _Pace()
            self._pace.tick(self.trainer.batch)
        self.state = "running"

    def _look_around(self) -> None:
        """End, or rest, where that is due."""
        trainer = self.trainer
        if trainer.broken is not None:
            self._rest("diverged", "loss" if trainer.broken == "loss" else "weights")
        elif trainer.done:
            self._rest("finished", "epochs")
        elif self._seconds >= self._most_seconds:
            self._rest("finished", "seconds")
        elif trainer.batch >= self._goal:
            self._rest("paused")

    def _rest(self, state: State, reason: Reason | None = None) -> None:
        self.state, self.reason = state, reason
        if self.trainer.broken is None:
            self._judge()

    def _judge(self) -> None:
        if self._judgements[-1].batch == self.trainer.batch:
            return
        judgement = self.trainer.judge()
        if math.isfinite(judgement.loss):
            self._judgements.append(judgement)
            _thin_out(self._judgements)

    def _snapshot(self) -> Snapshot | None:
        if self.trainer.broken is not None:
            return None
        weights = {id_: _numbers(weight) for id_, weight in self.trainer.weights().items()}
        if self.image is None:
            return Snapshot(self.trainer.batch, weights, None, None)
        found = self.trainer.trace(self.image)
        *_, probabilities = found.values()
        if not torch.isfinite(probabilities).all():
            return None
        activations = {id_: _numbers(activation) for id_, activation in found.items()}
        return Snapshot(self.trainer.batch, weights, activations, tuple(probabilities.tolist()))


class _Pace:
    """How fast batches go by, other runs' turns included."""

    _REMEMBERED = 5.0
    """Seconds: the pace of late is what is left of a pace this much later by a factor of e."""

    def __init__(self) -> None:
        self._last: float | None = None
        self._batch = 0
        self._seconds = 0.0
        self._count = 0.0

    def tick(self, batch: int) -> None:
        now = time.monotonic()
        if self._last is not None:
            gone = now - self._last
            kept = math.exp(-gone / self._REMEMBERED)
            self._seconds = kept * self._seconds + gone
            self._count = kept * self._count + batch - self._batch
        self._last, self._batch = now, batch

    def seconds_for(self, batches: int) -> float | None:
        """Return how long the batches up to this one will take; None without experience."""
        if not self._count:
            return None
        return (batches - self._batch) * self._seconds / self._count


def _thin_out(judgements: list[Judgement]) -> None:
    """Drop every second one but the last, once there are too many: pausing makes them too."""
    if len(judgements) > 2 * _MOST_JUDGEMENTS:
        del judgements[1:-1:2]


def _numbers(tensor: Tensor) -> Numbers:
    values = np.ascontiguousarray(tensor.numpy(), dtype="<f4")
    return Numbers(tuple(tensor.shape), values.tobytes())
