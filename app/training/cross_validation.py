"""Reading the hands of people who were not trained on: every person once."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, replace
from functools import reduce
from operator import add
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from app.errors import BadInput
from app.training.calibration import fit_temperature
from app.training.corpus import read_corpus
from app.training.dataset import Digits
from app.training.evaluation import Score, read, tally
from app.training.pens import read_pens
from app.training.recipe import Recipe
from app.training.trainer import learn

PENS = ("pen_as_written", "pen_placed")
"""The ways in which the pen digits of people who are left out are read."""


def folds(writers: Collection[int], count: int, seed: int) -> list[tuple[int, ...]]:
    """Deal people into so many groups of about the same size.

    Raises:
        BadInput: There are fewer people than groups, or a single group.

    """
    people = sorted(set(writers))
    if not 2 <= count <= len(people):
        raise BadInput(
            f"{len(people)} people cannot be left out in {count} groups.",
            "Give a number of groups from 2 to the number of people.",
        )
    order = np.random.default_rng([seed, 3]).permutation(people)
    return [tuple(sorted(map(int, group))) for group in np.array_split(order, count)]


def cross_validate(
    recipe: Recipe,
    data: Path,
    pens: Path,
    groups: Sequence[tuple[int, ...]],
    runs: Path,
    facts: dict[str, Any],
) -> dict[str, Any]:
    """Train once for each group of people, without them, and let the network read their digits.

    Args:
        recipe: How to train; whom its split holds out makes no difference.
        data: The folder with MNIST; its test images are not read.
        pens: The file of pen digits.
        groups: The people left out together.
        runs: A folder for checkpoints. What is done stays there, so that a command that was
            interrupted goes on.
        facts: What, beside the recipe, a checkpoint must share to be continued.

    Returns:
        The figures of each group, of each person and of all together. How sure the networks
        are is told after scaling by a temperature that was fitted without the people read.

    """
    outcomes = []
    for group in groups:
        split = replace(recipe.split, writers=group)
        corpus = read_corpus(data, pens, split, recipe.placement.pen_share)
        name = "-".join(map(str, group))
        learned = learn(replace(recipe, split=split), corpus, runs / f"without-{name}", facts)
        logits = {key: read(learned.network, digits) for key, digits in corpus.held_out.items()}
        seconds = round(learned.seconds + learned.teacher_seconds)
        outcomes.append(Outcome(group, corpus.held_out, logits, seconds))
    writers = np.array([pen.writer for pen in read_pens(pens)])
    return {**_figures(outcomes, writers), "recipe": asdict(recipe)}


@dataclass(frozen=True)
class Outcome:
    """What a network without a group of people made of what was held out."""

    group: tuple[int, ...]
    digits: dict[str, Digits]
    logits: dict[str, Tensor]
    seconds: int

    def cooled(self, temperature: float) -> "Outcome":
        """Return what it would be if the network had divided its logits by a temperature."""
        return replace(self, logits={key: each / temperature for key, each in self.logits.items()})

    def score(self, key: str) -> Score:
        """Count what the network read right of some digits that were held out."""
        return tally(self.logits[key], self.digits[key])


def fit_without(outcomes: Sequence[Outcome]) -> list[float]:
    """Return for each group a temperature that was fitted without its people's digits.

    It is fitted to the other groups' people, each read by the network that had not seen them,
    and to the group's own validation images; to these alone where there is no other group.
    """
    found = []
    for own in outcomes:
        known = [(own, "validation")]
        known += [(other, key) for other in outcomes if other is not own for key in PENS]
        logits, digits = _together(known)
        found.append(fit_temperature(logits, digits.labels))
    return found


def _together(parts: Sequence[tuple[Outcome, str]]) -> tuple[Tensor, Digits]:
    logits = torch.cat([outcome.logits[key] for outcome, key in parts])
    return logits, reduce(add, (outcome.digits[key] for outcome, key in parts))


def _figures(outcomes: Sequence[Outcome], writers: npt.NDArray[np.int64]) -> dict[str, Any]:
    """Return the figures of all groups together, of each, and of each person.

    Args:
        outcomes: One for each group.
        writers: (N,), who wrote each of all pen digits, in their order.

    """
    temperatures = fit_without(outcomes)
    scaled = [each.cooled(t) for each, t in zip(outcomes, temperatures, strict=True)]
    total: dict[str, Any] = {}
    for key in outcomes[0].digits:
        total |= tally(*_together([(each, key) for each in scaled])).as_card(key)
    people = {}
    for each in scaled:
        own = writers[np.isin(writers, each.group)]
        for writer in each.group:
            theirs = np.flatnonzero(own == writer)
            people[writer] = {
                f"{key}_{name}": value
                for key in PENS
                for name, value in _count(each, key, theirs).items()
            }
    return {
        **total,
        "folds": [
            {
                "writers": list(each.group),
                "training_seconds": each.seconds,
                "temperature": round(temperature, 6),
                **{f"{key}_accuracy": each.score(key).accuracy for key in each.digits},
            }
            for each, temperature in zip(scaled, temperatures, strict=True)
        ],
        "writers": {str(writer): people[writer] for writer in sorted(people)},
    }


def _count(outcome: Outcome, key: str, places: npt.NDArray[np.int64]) -> dict[str, float]:
    found = tally(outcome.logits[key][places], outcome.digits[key][places])
    return {"accuracy": found.accuracy, "correct": found.correct, "images": found.count}
