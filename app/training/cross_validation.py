"""Reading the hands of people who were not trained on: every person once."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np

from app.errors import BadInput
from app.training.corpus import read_corpus
from app.training.evaluation import Score, score
from app.training.pens import read_pens
from app.training.recipe import Recipe
from app.training.trainer import learn


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
        The figures of each group, of each person and of all together.

    """
    found: list[dict[str, Any]] = []
    total: dict[str, Score] = {}
    people: dict[int, dict[str, float]] = {}
    for group in groups:
        split = replace(recipe.split, writers=group)
        corpus = read_corpus(data, pens, split, recipe.placement.pen_share)
        name = "-".join(map(str, group))
        learned = learn(replace(recipe, split=split), corpus, runs / f"without-{name}", facts)
        network, seconds = learned.network, learned.seconds + learned.teacher_seconds
        scores = {key: score(network, digits) for key, digits in corpus.held_out.items()}
        found.append(
            {
                "writers": list(group),
                "training_seconds": round(seconds),
                **{f"{key}_accuracy": value.accuracy for key, value in scores.items()},
            }
        )
        for key, value in scores.items():
            so_far = total[key].confusion_matrix if key in total else 0
            total[key] = Score(value.confusion_matrix + so_far)
        left_out = np.array([pen.writer for pen in read_pens(pens) if pen.writer in group])
        for writer in group:
            own = np.flatnonzero(left_out == writer)
            people[writer] = {
                f"{key}_accuracy": score(network, corpus.held_out[key][own]).accuracy
                for key in ("pen_as_written", "pen_placed")
            }
    return {
        **{key: item for name, value in total.items() for key, item in value.as_card(name).items()},
        "folds": found,
        "writers": {str(writer): people[writer] for writer in sorted(people)},
        "recipe": asdict(recipe),
    }
