"""The training itself: epochs of seeded batches, a checkpoint after each."""

import copy
import json
import math
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812
from tqdm import tqdm  # type: ignore[import-untyped]

from app.errors import BadInput
from app.models.lenet5 import LeNet5
from app.training.checkpoint import load_checkpoint, save_checkpoint
from app.training.corpus import Corpus
from app.training.dataset import Digits, pad, to_tensor
from app.training.evaluation import read, tally
from app.training.networks import Normed, Reader, Teacher
from app.training.pens import pictures
from app.training.recipe import Recipe
from app.training.timeline import Timeline, moments

_Item = TypeVar("_Item")

_BANK = 2**32
"""Seeds the bank of pen pictures; no epoch has this number."""
_AHEAD = 3
"""Batches that are drawn while the network still learns from others."""


def student(recipe: Recipe) -> nn.Module:
    """Return the network that a recipe trains, with random weights."""
    network = LeNet5(recipe.activation, recipe.pooling)
    return Normed(network) if recipe.batch_norm else network


@dataclass(frozen=True)
class Learned:
    """What came out of a training."""

    network: LeNet5
    timeline: Timeline
    images: int
    """That it learned from in an epoch, those that come several times counted so often."""
    seconds: float
    """Processor time that the network took."""
    teacher_seconds: float
    """Processor time that its teacher took."""


def learn(
    recipe: Recipe,
    corpus: Corpus,
    runs: Path,
    facts: dict[str, Any],
    lessons: Path | None = None,
) -> Learned:
    """Train a LeNet-5 as a recipe says, after its teacher if it is to have one.

    Args:
        recipe: The hyperparameters.
        corpus: The data.
        runs: A folder for checkpoints: ``teacher.safetensors``, which networks of several seeds
            share, and ``seed-<seed>.safetensors``. They are written after each epoch and
            continued from, and stay when the training is done.
        facts: What, beside the recipe, a checkpoint must share to be continued.
        lessons: The folder of the teacher's checkpoint, where it is another.

    """
    teacher, seconds = None, 0.0
    if recipe.teaching:
        teacher, seconds = teach(recipe, corpus, lessons or runs, facts)
    training = Trainer(recipe, corpus, teacher)
    network = training.train(runs / f"seed-{recipe.seed}.safetensors", facts)
    return Learned(network, training.timeline, training.images, training.seconds, seconds)


def teach(
    recipe: Recipe, corpus: Corpus, runs: Path, facts: dict[str, Any]
) -> tuple[Reader, float]:
    """Train the teacher of a recipe, or go on, and return it with its seconds of processor time."""
    own = of_teacher(recipe)
    training = Trainer(own, corpus, build=lambda _: Teacher())
    teacher = training.train(runs / "teacher.safetensors", {**facts, "network": "teacher"})
    return teacher, training.seconds


def of_teacher(recipe: Recipe) -> Recipe:
    """Return the recipe by which the teacher of a recipe is trained.

    What is the small network's alone has its default in it: networks that differ in their
    activation can have the same teacher.
    """
    assert recipe.teaching  # noqa: S101 - who asks for a teacher has one
    return replace(
        recipe,
        seed=recipe.teaching.seed,
        epochs=recipe.teaching.epochs,
        learning_rate=recipe.teaching.learning_rate,
        activation=Recipe.activation,
        pooling=Recipe.pooling,
        batch_norm=Recipe.batch_norm,
        label_smoothing=0,
        teaching=None,
    )


class Trainer:
    """A network on its way from random weights to trained ones.

    Every epoch draws from generators seeded with the recipe's seed and its own number, so there
    is no generator's state to keep: a training that is killed and resumed comes to the same
    weights, bit for bit, as one that was not.
    """

    def __init__(
        self,
        recipe: Recipe,
        corpus: Corpus,
        teacher: Reader | None = None,
        build: Callable[[Recipe], nn.Module] = student,
    ) -> None:
        self.recipe = recipe
        self.corpus = corpus
        self.teacher = teacher
        self.epoch = 0
        """Epochs done."""
        self.seconds = 0.0
        """Processor time that they took."""
        self.timeline = Timeline()
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(recipe.seed)
            self.network: Any = build(recipe)
        self.average: Any = copy.deepcopy(self.network).eval().requires_grad_(False)
        """The network with the moving average of the weights: the one that counts."""
        self.optimizer = torch.optim.AdamW(
            self.network.parameters(), weight_decay=recipe.weight_decay, fused=True
        )
        self.images = len(corpus.training) + recipe.pen_repeats * len(corpus.pens)
        """Images of an epoch."""
        self.batches = math.ceil(self.images / recipe.batch_size)
        """Batches of an epoch."""
        self._moments = set(moments(recipe.epochs * self.batches))

    def train(self, checkpoint: Path, facts: dict[str, Any]) -> Any:
        """Train to the last epoch, from the checkpoint on if there is one.

        Args:
            checkpoint: The file that is written after each epoch.
            facts: What, beside the recipe, a checkpoint must share to be continued.

        Returns:
            The network with the average of the weights, in eval mode; batch-norm is folded in.

        Raises:
            BadInput: The loss is no longer finite, or the checkpoint cannot be read, cannot be
                written or belongs to another training.

        """
        facts = {"recipe": asdict(self.recipe), **facts}
        self._resume(checkpoint, facts)
        if not self.epoch:
            self._look([])
        steps = self.recipe.epochs * self.batches
        done = self.epoch * self.batches
        with tqdm(total=steps, initial=done, unit="batch", mininterval=1) as bar:
            while self.epoch < self.recipe.epochs:
                self._run_epoch(bar)
                self._save(checkpoint, facts)
                bar.write(self._report())
        return self._folded()

    def _folded(self) -> Any:
        return self.average.folded() if isinstance(self.average, Normed) else self.average

    def _run_epoch(self, bar: tqdm) -> None:
        started = time.process_time()
        losses: list[float] = []
        self.network.train()
        first = self.epoch * self.batches
        for step, (images, labels, taught) in enumerate(_ahead(self._draw()), first):
            for group in self.optimizer.param_groups:
                group["lr"] = self._learning_rate(step)
            loss = self._loss(self.network.logits(images), labels, taught)
            self.optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            self.optimizer.step()
            self._update_average(step)
            losses.append(loss.item())
            if not math.isfinite(losses[-1]):
                raise BadInput(
                    f"The loss became {losses[-1]} in epoch {self.epoch + 1}.",
                    "Start over with --fresh and a lower --learning-rate.",
                )
            if step + 1 in self._moments:
                self._look(losses, step + 1)
                losses.clear()
            bar.update()
        self.epoch += 1
        if losses:
            self._look(losses, self.epoch * self.batches)
        self.seconds += time.process_time() - started

    def _look(self, losses: list[float], batch: int = 0) -> None:
        """Add a point to the timeline."""
        point = {"batch": batch, "loss": float(np.mean(losses)) if losses else None}
        for name, digits in self.corpus.held_out.items():
            logits = read(self.average, digits)
            labels = torch.from_numpy(digits.labels.astype(np.int64))
            point[f"{name}_accuracy"] = tally(logits, digits).accuracy
            point[f"{name}_loss"] = F.cross_entropy(logits, labels).item()
        self.timeline.points.append(point)
        if batch in self._moments:
            weights = self._folded().state_dict()
            self.timeline.moments[batch] = {name: value.clone() for name, value in weights.items()}

    def _loss(self, logits: Tensor, labels: Tensor, taught: Tensor | None) -> Tensor:
        own = F.cross_entropy(logits, labels, label_smoothing=self.recipe.label_smoothing)
        teaching = self.recipe.teaching
        if taught is None or teaching is None:
            return own
        # Its gradient shrinks with the square of the temperature.
        warm = F.cross_entropy(logits / teaching.temperature, taught) * teaching.temperature**2
        return (1 - teaching.weight) * own + teaching.weight * warm

    def _draw(self) -> Iterator[tuple[Tensor, Tensor, Tensor | None]]:
        """Yield an epoch's batches: (N, 1, 32, 32) images, (N,) labels, the teacher's (N, 10)."""
        recipe = self.recipe
        rng = np.random.default_rng([recipe.seed, self.epoch])
        generator = torch.Generator().manual_seed(int(rng.integers(2**63)))
        digits: Digits = self.corpus.training
        if self.corpus.pens:
            digits += self._draw_pens(rng)
        for indices in np.array_split(rng.permutation(len(digits)), self.batches):
            batch = digits[indices]
            images = recipe.augmentation(to_tensor(batch.images), generator)
            images = pad(images)
            yield images, torch.from_numpy(batch.labels.astype(np.int64)), self._ask(images)

    def _draw_pens(self, rng: np.random.Generator) -> Digits:
        """Return an epoch's pictures of the pen digits."""
        pens, recipe = self.corpus.pens, self.recipe
        if not recipe.pen_bank:
            return pictures(pens * recipe.pen_repeats, partial(recipe.placement, rng=rng))
        # Which of its drawings each digit gets, a different one in every repeat.
        chosen = rng.permuted(np.tile(np.arange(recipe.pen_bank), (len(pens), 1)), axis=1)
        rows = chosen[:, : recipe.pen_repeats] * len(pens) + np.arange(len(pens))[:, None]
        return self._bank[rows.ravel()]

    @cached_property
    def _bank(self) -> Digits:
        """The bank of pen pictures: one after another, all digits once, then once more."""
        rng = np.random.default_rng([self.recipe.seed, _BANK])
        place = partial(self.recipe.placement, rng=rng)
        return pictures(self.corpus.pens * self.recipe.pen_bank, place)

    def _ask(self, images: Tensor) -> Tensor | None:
        """Return what the teacher takes images for, softened by the temperature."""
        if self.teacher is None or self.recipe.teaching is None:
            return None
        with torch.no_grad():
            logits = self.teacher.logits(images) / self.recipe.teaching.temperature
            return logits.softmax(dim=1)

    def _update_average(self, step: int) -> None:
        # At first over fewer steps, or the random weights would weigh too long.
        share = max(1 - self.recipe.average_decay, 10 / (step + 10))
        pairs = zip(self.average.parameters(), self.network.parameters(), strict=True)
        with torch.no_grad():
            for average, weight in pairs:
                average.lerp_(weight, share)
            for average, value in zip(self.average.buffers(), self.network.buffers(), strict=True):
                if value.is_floating_point():
                    average.lerp_(value, share)
                else:  # batch-norm counts its batches
                    average.copy_(value)

    def _learning_rate(self, step: int) -> float:
        steps = self.recipe.epochs * self.batches
        rise = self.recipe.warm_up * steps
        if step < rise:
            return self.recipe.learning_rate * (step + 1) / (rise + 1)
        fall = (step - rise) / (steps - rise)
        return self.recipe.learning_rate * (1 + math.cos(math.pi * fall)) / 2

    def _report(self) -> str:
        last = self.timeline.points[-1]
        accuracies = (f"{name} {last[f'{name}_accuracy']:.2%}" for name in self.corpus.held_out)
        loss = f"loss {last['loss']:.4f}"
        return f"epoch {self.epoch}/{self.recipe.epochs}  {loss}  {'  '.join(accuracies)}"

    def _save(self, checkpoint: Path, facts: dict[str, Any]) -> None:
        tensors = {
            **{f"network.{name}": value for name, value in self.network.state_dict().items()},
            **{f"average.{name}": value for name, value in self.average.state_dict().items()},
            **_joined("optimizer", self.optimizer.state_dict()["state"]),
            **_joined("moment", self.timeline.moments),
        }
        so_far = {
            "epoch": self.epoch,
            "seconds": self.seconds,
            "points": self.timeline.points,
        }
        save_checkpoint(checkpoint, tensors, {**facts, **so_far})

    def _resume(self, checkpoint: Path, facts: dict[str, Any]) -> None:
        loaded = load_checkpoint(checkpoint)
        if loaded is None:
            return
        tensors, found = loaded
        # Through JSON and back, as the checkpoint's own facts went.
        wanted = json.loads(json.dumps(facts))
        different = [name for name in wanted if found.get(name) != wanted[name]]
        if different:
            raise BadInput(
                f"{checkpoint} belongs to a training with another {' and '.join(different)}.",
                "Give the options it was begun with, or start over with --fresh.",
            )
        parts: dict[str, dict[str, Tensor]] = {}
        for name, value in tensors.items():
            part, _, rest = name.partition(".")
            parts.setdefault(part, {})[rest] = value
        self.network.load_state_dict(parts["network"])
        self.average.load_state_dict(parts["average"])
        groups = self.optimizer.state_dict()["param_groups"]
        state = _split(parts["optimizer"])
        self.optimizer.load_state_dict({"state": state, "param_groups": groups})
        self.epoch, self.seconds = found["epoch"], found["seconds"]
        self.timeline = Timeline(found["points"], _split(parts["moment"]))


def _joined(part: str, numbered: dict[int, dict[str, Tensor]]) -> dict[str, Tensor]:
    return {
        f"{part}.{number}.{name}": value
        for number, values in numbered.items()
        for name, value in values.items()
    }


def _split(tensors: dict[str, Tensor]) -> dict[int, dict[str, Tensor]]:
    numbered: dict[int, dict[str, Tensor]] = {}
    for name, value in tensors.items():
        number, _, rest = name.partition(".")
        numbered.setdefault(int(number), {})[rest] = value
    return numbered


def _ahead(items: Iterator[_Item]) -> Iterator[_Item]:
    """Yield items, in their order, while a thread prepares the next ones."""
    with ThreadPoolExecutor(1) as thread:
        coming = deque(thread.submit(next, items, None) for _ in range(_AHEAD))
        while (item := coming.popleft().result()) is not None:
            coming.append(thread.submit(next, items, None))
            yield item
