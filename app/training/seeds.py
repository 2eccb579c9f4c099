"""The same training from several random starts, and the choice between what came of them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from app.training.corpus import read_corpus
from app.training.processes import side_by_side
from app.training.recipe import Recipe
from app.training.trainer import Learned, learn, teach

SEEDS = 3
"""Networks that are trained: their spread tells how far one figure can be trusted."""


def learn_seeds(
    recipe: Recipe,
    seeds: Sequence[int],
    data: Path,
    pens: Path | None,
    runs: Path,
    facts: dict[str, Any],
    jobs: int = 1,
) -> dict[int, Learned]:
    """Train a network for each seed, all after the same teacher.

    Args:
        recipe: The hyperparameters; its own seed makes no difference.
        seeds: Decide first weights, order and distortions.
        data: The folder with MNIST; its test images are not read.
        pens: The file of pen digits.
        runs: A folder for checkpoints. What is done stays there, so that a command that was
            interrupted goes on.
        facts: What, beside the recipe, a checkpoint must share to be continued.
        jobs: So many trainings at a time.

    Returns:
        For each seed what came of it.

    """
    if recipe.teaching:
        corpus = read_corpus(data, pens, recipe.split, recipe.placement.pen_share)
        teach(replace(recipe, seed=seeds[0]), corpus, runs, facts)
    tasks = [partial(_learn, replace(recipe, seed=seed), data, pens, runs, facts) for seed in seeds]
    return dict(zip(seeds, side_by_side(tasks, jobs), strict=True))


def _learn(
    recipe: Recipe, data: Path, pens: Path | None, runs: Path, facts: dict[str, Any]
) -> Learned:
    corpus = read_corpus(data, pens, recipe.split, recipe.placement.pen_share)
    return learn(recipe, corpus, runs, facts)


def choose(learned: Mapping[int, Learned]) -> int:
    """Return the seed whose network reads the validation images best.

    Of those that read equally many right the one with the least loss counts as best.
    """

    def quality(seed: int) -> tuple[float, float]:
        last = learned[seed].timeline.points[-1]
        return last["validation_accuracy"], -last["validation_loss"]

    return max(learned, key=quality)
