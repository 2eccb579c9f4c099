"""What each choice of the recipe gives: trained without it, at one small budget."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from app.training.augmentation import Augmentation
from app.training.corpus import read_corpus
from app.training.evaluation import score
from app.training.recipe import Recipe, Teaching
from app.training.trainer import learn, of_teacher

Change = Callable[[Recipe], Recipe]

CHANGES: dict[str, Change] = {
    "as it is": lambda recipe: recipe,
    "ReLU": lambda recipe: replace(recipe, activation="relu"),
    "tanh": lambda recipe: replace(recipe, activation="tanh"),
    "SiLU": lambda recipe: replace(recipe, activation="silu"),
    "GELU": lambda recipe: replace(recipe, activation="gelu"),
    "max pooling": lambda recipe: replace(recipe, pooling="max"),
    "average pooling": lambda recipe: replace(recipe, pooling="average"),
    "batch-norm": lambda recipe: replace(recipe, batch_norm=True),
    "no batch-norm": lambda recipe: replace(recipe, batch_norm=False),
    "label smoothing": lambda recipe: replace(recipe, label_smoothing=0.05),
    "a teacher": lambda recipe: replace(recipe, teaching=recipe.teaching or Teaching()),
    "no teacher": lambda recipe: replace(recipe, teaching=None),
    "no averaging of weights": lambda recipe: replace(recipe, average_decay=0.0),
    "no distortions": lambda recipe: replace(recipe, augmentation=Augmentation(0, 0, 0, 0, 0, 0)),
    "no pen digits": lambda recipe: replace(recipe, pen_repeats=0),
    "pen as it is": lambda recipe: replace(
        recipe, placement=replace(recipe.placement, pen_share=None)
    ),
}
"""What can be changed, one at a time. What is already so changes nothing."""


def telling(recipe: Recipe) -> list[str]:
    """Return the names of the changes that make another recipe of one, after none at all."""
    names = [name for name, change in CHANGES.items() if change(recipe) != recipe]
    return ["as it is", *names]


@dataclass(frozen=True)
class Row:
    """The outcome of one change: a share of errors for each seed."""

    change: str
    errors: dict[str, list[float]]
    seconds: float
    """Of one training, on average."""


def ablate(
    recipe: Recipe,
    data: Path,
    pens: Path | None,
    changes: Mapping[str, Change],
    seeds: Iterable[int],
    runs: Path,
    facts: dict[str, Any],
) -> list[Row]:
    """Train with each change and each seed, and read what is held out.

    Args:
        recipe: What is changed.
        data: The folder with MNIST; its test images are not read.
        pens: The file of pen digits.
        changes: By their names; two that come to the same recipe share a training.
        seeds: For each of which every change is trained.
        runs: A folder for checkpoints. What is done stays there, so that a command that was
            interrupted goes on.
        facts: What, beside the recipe, a checkpoint must share to be continued.

    """
    seeds = list(seeds)
    done: dict[Recipe, tuple[dict[str, float], float]] = {}
    lessons: dict[Recipe, Path] = {}
    """Where the teachers' checkpoints are, by their recipes."""
    rows = []
    for name, change in changes.items():
        found = []
        for seed in seeds:
            changed = change(replace(recipe, seed=seed))
            if changed not in done:
                corpus = read_corpus(data, pens, changed.split, changed.placement.pen_share)
                folder = runs / name.replace(" ", "-")
                where = (
                    lessons.setdefault(of_teacher(changed), folder) if changed.teaching else None
                )
                learned = learn(changed, corpus, folder, facts, where)
                errors = {
                    key: 1 - score(learned.network, digits).accuracy
                    for key, digits in corpus.held_out.items()
                }
                done[changed] = errors, learned.seconds + learned.teacher_seconds
            found.append(done[changed])
        keys = found[0][0]
        rows.append(
            Row(
                name,
                {key: [errors[key] for errors, _ in found] for key in keys},
                float(np.mean([seconds for _, seconds in found])),
            )
        )
    return rows


def as_json(rows: Sequence[Row], recipe: Recipe) -> dict[str, Any]:
    """Return rows as they stand in a report."""
    return {"epochs": recipe.epochs, "rows": [asdict(row) for row in rows]}


def as_table(rows: Sequence[Row], recipe: Recipe) -> str:
    """Return rows as a table in Markdown: mean errors, their spread over seeds, seconds."""
    keys = list(rows[0].errors)
    seeds = len(rows[0].errors[keys[0]])
    title = f"{recipe.epochs} epochs, {seeds} seed{'s' if seeds > 1 else ''} each"
    heads = ["change", *(f"{key.replace('_', ' ')}, errors" for key in keys), "seconds"]
    lines = [f"{title}.", "", _line(heads), _line(["---", *["---:"] * (len(heads) - 1)])]
    for row in rows:
        shares = [_mean_and_spread(row.errors[key]) for key in keys]
        lines.append(_line([row.change, *shares, f"{row.seconds:.0f}"]))
    return "\n".join(lines) + "\n"


def _mean_and_spread(shares: Sequence[float]) -> str:
    mean = f"{100 * float(np.mean(shares)):.2f} %"
    return mean if len(shares) == 1 else f"{mean} ± {100 * float(np.std(shares, ddof=1)):.2f}"


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
