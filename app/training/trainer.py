"""The training itself: epochs of seeded batches, a checkpoint after each."""

import copy
import json
import math
import time
from collections.abc import Iterator
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812
from tqdm import tqdm  # type: ignore[import-untyped]

from app.errors import BadInput
from app.models.lenet5 import LeNet5
from app.training.checkpoint import load_checkpoint, save_checkpoint
from app.training.corpus import Corpus
from app.training.dataset import Digits, pad, to_tensor
from app.training.evaluation import score
from app.training.pens import pictures
from app.training.recipe import Recipe


class Trainer:
    """A network on its way from random weights to trained ones.

    Every epoch draws from generators seeded with the recipe's seed and its own number, so there
    is no generator's state to keep: a training that is killed and resumed comes to the same
    weights, bit for bit, as one that was not.
    """

    def __init__(self, recipe: Recipe, corpus: Corpus) -> None:
        self.recipe = recipe
        self.corpus = corpus
        self.epoch = 0
        """Epochs done."""
        self.seconds = 0.0
        """Time they took."""
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(recipe.seed)
            self.network = LeNet5()
        self.average = copy.deepcopy(self.network).eval().requires_grad_(False)
        """The network with the moving average of the weights: the one that counts."""
        self.optimizer = torch.optim.AdamW(
            self.network.parameters(), weight_decay=recipe.weight_decay, fused=True
        )
        count = len(corpus.training) + recipe.pen_repeats * len(corpus.pens)
        self.batches = math.ceil(count / recipe.batch_size)
        """Batches of an epoch."""

    def train(self, checkpoint: Path, facts: dict[str, Any]) -> LeNet5:
        """Train to the last epoch, from the checkpoint on if there is one.

        Args:
            checkpoint: The file that is written after each epoch.
            facts: What, beside the recipe, a checkpoint must share to be continued.

        Returns:
            The average of the weights, in eval mode.

        Raises:
            BadInput: The loss is no longer finite, or the checkpoint cannot be read, cannot be
                written or belongs to another training.

        """
        facts = {"recipe": asdict(self.recipe), **facts}
        self._resume(checkpoint, facts)
        steps = self.recipe.epochs * self.batches
        done = self.epoch * self.batches
        with tqdm(total=steps, initial=done, unit="batch", mininterval=1) as bar:
            while self.epoch < self.recipe.epochs:
                loss = self._run_epoch(bar)
                self._save(checkpoint, facts)
                bar.write(self._report(loss))
        return self.average

    def _run_epoch(self, bar: tqdm) -> float:
        """Train for one epoch and return its mean loss."""
        started = time.monotonic()
        losses = []
        self.network.train()
        for step, (images, labels) in enumerate(self._draw(), self.epoch * self.batches):
            for group in self.optimizer.param_groups:
                group["lr"] = self._learning_rate(step)
            loss = F.cross_entropy(self.network.logits(images), labels)
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
            bar.update()
        self.epoch += 1
        self.seconds += time.monotonic() - started
        return float(np.mean(losses))

    def _draw(self) -> Iterator[tuple[Tensor, Tensor]]:
        """Yield an epoch's batches: (N, 1, 32, 32) images and (N,) labels."""
        recipe = self.recipe
        rng = np.random.default_rng([recipe.seed, self.epoch])
        generator = torch.Generator().manual_seed(int(rng.integers(2**63)))
        digits: Digits = self.corpus.training
        if self.corpus.pens:
            place = partial(recipe.placement, rng=rng)
            digits += pictures(self.corpus.pens * recipe.pen_repeats, place)
        for indices in np.array_split(rng.permutation(len(digits)), self.batches):
            batch = digits[indices]
            images = recipe.augmentation(to_tensor(batch.images), generator)
            yield pad(images), torch.from_numpy(batch.labels.astype(np.int64))

    def _update_average(self, step: int) -> None:
        # At first over fewer steps, or the random weights would weigh too long.
        share = max(1 - self.recipe.average_decay, 10 / (step + 10))
        pairs = zip(self.average.parameters(), self.network.parameters(), strict=True)
        with torch.no_grad():
            for average, weight in pairs:
                average.lerp_(weight, share)

    def _learning_rate(self, step: int) -> float:
        steps = self.recipe.epochs * self.batches
        rise = self.recipe.warm_up * steps
        if step < rise:
            return self.recipe.learning_rate * (step + 1) / (rise + 1)
        fall = (step - rise) / (steps - rise)
        return self.recipe.learning_rate * (1 + math.cos(math.pi * fall)) / 2

    def _report(self, loss: float) -> str:
        accuracies = (
            f"{name} {score(self.average, digits).accuracy:.2%}"
            for name, digits in self.corpus.held_out.items()
        )
        return f"epoch {self.epoch}/{self.recipe.epochs}  loss {loss:.4f}  {'  '.join(accuracies)}"

    def _save(self, checkpoint: Path, facts: dict[str, Any]) -> None:
        moments = self.optimizer.state_dict()["state"]
        tensors = {
            **{f"network.{name}": value for name, value in self.network.state_dict().items()},
            **{f"average.{name}": value for name, value in self.average.state_dict().items()},
            **{
                f"optimizer.{index}.{name}": value
                for index, values in moments.items()
                for name, value in values.items()
            },
        }
        save_checkpoint(
            checkpoint, tensors, {**facts, "epoch": self.epoch, "seconds": self.seconds}
        )

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
        parts: dict[str, dict[str, Tensor]] = {"network": {}, "average": {}, "optimizer": {}}
        for name, value in tensors.items():
            part, _, rest = name.partition(".")
            parts[part][rest] = value
        self.network.load_state_dict(parts["network"])
        self.average.load_state_dict(parts["average"])
        moments: dict[int, dict[str, Tensor]] = {}
        for name, value in parts["optimizer"].items():
            index, _, moment = name.partition(".")
            moments.setdefault(int(index), {})[moment] = value
        groups = self.optimizer.state_dict()["param_groups"]
        self.optimizer.load_state_dict({"state": moments, "param_groups": groups})
        self.epoch, self.seconds = found["epoch"], found["seconds"]
