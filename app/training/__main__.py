"""The command line: ``python -m app.training``."""

import argparse
import math
import os
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from app.errors import BadInput, ConvLensError
from app.models.lenet5 import SPEC, LeNet5
from app.models.report import read_report
from app.models.weights import load, read_card
from app.sample import Tiles
from app.settings import ROOT
from app.training.ablation import CHANGES, ablate, as_json, as_table, telling
from app.training.corpus import read_corpus
from app.training.cross_validation import cross_validate, folds
from app.training.dataset import FILES, Part, file_names, find, read_mnist, sha256
from app.training.download import MIRRORS, download_mnist
from app.training.evaluation import score
from app.training.files import to_json, write_atomically
from app.training.gallery import write_gallery
from app.training.pens import read_pens
from app.training.recipe import Recipe, Split
from app.training.report import differences, same
from app.training.seeds import SEEDS, learn_seeds
from app.training.shipping import ship
from app.training.unfamiliar import Drawings, run

DOWNLOADED = Path("data/mnist")
"""Where MNIST goes when no folder is named."""
WEIGHTS = Path("model_weights")
_PENS: dict[str, Any] = {
    "type": Path,
    "metavar": "FILE",
    "help": 'pen strokes, one JSON object a line: {"digit", "writer", "strokes"}, gzipped or not',
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return the exit status."""
    options = _parser().parse_args(arguments)
    # So small a network loses more to a second thread than it gains, and with one the sums
    # come out in the same order every time.
    torch.set_num_threads(1)
    try:
        if options.data is None:
            download_mnist(DOWNLOADED, MIRRORS)
            options.data = DOWNLOADED
        status: int = options.run(options)
    except (ConvLensError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted. The same command goes on after the last epoch.", file=sys.stderr)
        return 130
    return status


def train(options: argparse.Namespace) -> int:
    """Train from several seeds, choose one network, and read the test images once with all."""
    recipe = replace(Recipe(), learning_rate=options.learning_rate).with_epochs(options.epochs)
    for name in FILES:  # found missing now, not after the training
        find(options.data, name)
    if options.fresh:
        shutil.rmtree(options.runs, ignore_errors=True)
    data = _hashes(options.data, options.pens, "train")
    learned = learn_seeds(
        recipe,
        range(options.seeds),
        options.data,
        options.pens,
        options.runs,
        {"data_sha256": data},
        options.jobs,
    )
    facts = {"data_sha256": data | _hashes(options.data, None, "t10k")}
    card = ship(learned, recipe, options.data, options.output, facts)
    _print(card)
    return 0


def cross(options: argparse.Namespace) -> int:
    """Train without some writers, then without others, and read each one's pen digits."""
    recipe = Recipe().with_epochs(options.epochs)
    writers = [pen.writer for pen in read_pens(options.pens)]
    groups = folds(writers, options.folds, recipe.split.seed)
    if wrong := [number for number in options.only if number > len(groups)]:
        raise BadInput(f"There is no group {wrong[0]} of {len(groups)}.", "Count from 1.")
    chosen = [groups[number - 1] for number in sorted(set(options.only))] or groups
    facts = {"data_sha256": _hashes(options.data, options.pens, "train")}
    found = cross_validate(recipe, options.data, options.pens, chosen, options.runs, facts)
    write_atomically(options.output, to_json({**found, **facts}))
    _print(found)
    return 0


def evaluate(options: argparse.Namespace) -> int:
    """Recompute the figures of the weights and hold them against their card and report."""
    card = read_card(SPEC, options.weights)
    network = load(SPEC, options.weights)
    assert isinstance(network, LeNet5)  # noqa: S101 - what its spec builds
    test = read_mnist(options.data, "t10k")
    corpus = read_corpus(options.data, None, Split(**card["recipe"]["split"]))
    found: dict[str, Any] = {}
    for name, digits in {"test": test, **corpus.held_out}.items():
        found |= score(network, digits).as_card(name)
    _print(found)
    wrong = [key for key, value in found.items() if not same(card.get(key), value)]
    if report := read_report(SPEC, options.weights, card["weights_sha256"]):
        wrong += differences(report, network, test)
    if wrong:
        print(f"The files say otherwise of {', '.join(wrong)}.", file=sys.stderr)
    return 1 if wrong else 0


def gallery(options: argparse.Namespace) -> int:
    """Write the samples of digits that the app carries: the gallery, and what it trains on."""
    write_gallery(read_mnist(options.data, "t10k"), options.output)
    corpus = read_corpus(options.data, None, Split())
    write_gallery(corpus.training, options.output, "training", corpus.training_numbers)
    return 0


def familiarity(options: argparse.Namespace) -> int:
    """Fit what tells digits from other drawings, measure it, and write it beside the weights."""
    drawings = Drawings.read(options.data, options.pens)
    tiles = Tiles.load(ROOT / "static" / "digits", "training")
    found = run(SPEC, options.weights, drawings, tiles)
    print(f"{found['digits_passed']:.2%} of held-out digits pass, AUROC {found['auroc']:.4f}")
    for kind in found["kinds"]:
        print(f"{kind['kind']:15} AUROC {kind['auroc']:.4f}, {kind['flagged']:.1%} flagged")
    return 0


def ablation(options: argparse.Namespace) -> int:
    """Train with single changes of the recipe, and write a table of what they give."""
    recipe = Recipe().with_epochs(options.epochs)
    if options.pens:  # a third of the people stay unseen, or there is nobody to judge by
        people = folds([pen.writer for pen in read_pens(options.pens)], 3, recipe.split.seed)[0]
        recipe = replace(recipe, split=replace(recipe.split, writers=people))
    changes = {name: CHANGES[name] for name in options.changes or telling(recipe)}
    facts = {"data_sha256": _hashes(options.data, options.pens, "train")}
    seeds = range(options.seeds)
    rows = ablate(recipe, options.data, options.pens, changes, seeds, options.runs, facts)
    write_atomically(options.output, to_json(as_json(rows, recipe)))
    table = as_table(rows, recipe)
    write_atomically(options.output.with_suffix(".md"), table.encode())
    print(table)
    return 0


def _hashes(data: Path, pens: Path | None, part: Part) -> dict[str, str]:
    files = [find(data, name) for name in file_names(part)] + ([pens] if pens else [])
    return {path.name.removesuffix(".gz"): sha256(path) for path in files}


def _print(card: dict[str, Any]) -> None:
    for name in [key.removesuffix("_accuracy") for key in card if key.endswith("_accuracy")]:
        low, high = card[f"{name}_accuracy_interval"]
        print(
            f"{name:15} {card[f'{name}_correct']:6,} of {card[f'{name}_images']:6,} right: "
            f"{card[f'{name}_accuracy']:.2%} (95 % confidence: {low:.2%} to {high:.2%})"
        )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m app.training",
        description="Train the LeNet-5 that ConvLens ships, and find out how well it reads.",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    command = _add(commands, "train", train)
    command.add_argument("--pens", **_PENS)
    _add_epochs(command)
    command.add_argument(
        "--seeds",
        type=_at_least(1),
        default=SEEDS,
        metavar="N",
        help="networks that are trained, of which one is chosen (%(default)s)",
    )
    _add_jobs(command)
    command.add_argument(
        "--learning-rate",
        type=_positive,
        default=Recipe.learning_rate,
        metavar="RATE",
        help="at its highest, after the warm-up (%(default)s)",
    )
    command.add_argument(
        "--output",
        type=Path,
        default=WEIGHTS,
        metavar="FOLDER",
        help="where weights and card go (%(default)s)",
    )
    _add_runs(command, "lenet5")
    command.add_argument(
        "--fresh", action="store_true", help="start over, whatever the checkpoints hold"
    )

    command = _add(commands, "evaluate", evaluate)
    command.add_argument("--pens", **_PENS)
    command.add_argument(
        "--weights",
        type=Path,
        default=WEIGHTS,
        metavar="FOLDER",
        help="where weights and card are (%(default)s)",
    )

    command = _add(commands, "cross-validate", cross)
    command.add_argument("--pens", **_PENS, required=True)
    command.add_argument(
        "--folds",
        type=_at_least(2),
        default=5,
        metavar="N",
        help="groups into which the writers are dealt, each left out once (%(default)s)",
    )
    command.add_argument(
        "--only",
        type=_at_least(1),
        nargs="+",
        default=[],
        metavar="N",
        help="leave out these groups alone, counted from 1: two processes can share the work",
    )
    _add_epochs(command)
    command.add_argument(
        "--output",
        type=Path,
        default=WEIGHTS / f"{SPEC.id}.cross_validation.json",
        metavar="FILE",
        help="where the figures go (%(default)s)",
    )
    _add_runs(command, "cross_validation")

    command = _add(commands, "ablate", ablation)
    command.add_argument("--pens", **_PENS)
    command.add_argument(
        "--epochs",
        type=_at_least(1),
        default=10,
        metavar="N",
        help="passes over the training data, for each training (%(default)s)",
    )
    command.add_argument(
        "--seeds",
        type=_at_least(1),
        default=1,
        metavar="N",
        help="trainings for each change, from which the spread is taken (%(default)s)",
    )
    command.add_argument(
        "--changes",
        choices=list(CHANGES),
        nargs="+",
        default=[],
        metavar="CHANGE",
        help=f"some of {', '.join(CHANGES)} (all that are another recipe)",
    )
    command.add_argument(
        "--output",
        type=Path,
        default=WEIGHTS / f"{SPEC.id}.ablation.json",
        metavar="FILE",
        help="where the figures go; a table for people goes beside them (%(default)s)",
    )
    _add_runs(command, "ablation")

    command = _add(commands, "familiarity", familiarity)
    command.add_argument("--pens", **_PENS)
    command.add_argument(
        "--weights",
        type=Path,
        default=WEIGHTS,
        metavar="FOLDER",
        help="where weights and card are, and where the outcome goes (%(default)s)",
    )

    command = _add(commands, "gallery", gallery)
    command.add_argument(
        "--output",
        type=Path,
        default=Path("static/digits"),
        metavar="FOLDER",
        help="where mnist.png and mnist.json go (%(default)s)",
    )
    return parser


def _add(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str,
    run: Callable[[argparse.Namespace], int],
) -> argparse.ArgumentParser:
    description = (run.__doc__ or "").strip()
    command = commands.add_parser(name, help=description, description=description)
    command.add_argument(
        "--data",
        type=Path,
        metavar="FOLDER",
        help=f"MNIST: {', '.join(FILES)}, each with or without .gz; "
        f"without this option they are downloaded to {DOWNLOADED}",
    )
    command.set_defaults(run=run)
    return command


def _add_epochs(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--epochs",
        type=_at_least(1),
        default=Recipe.epochs,
        metavar="N",
        help="passes over the training data; the teacher has its share of them (%(default)s)",
    )


def _add_jobs(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--jobs",
        type=_at_least(1),
        default=os.cpu_count(),
        metavar="N",
        help="trainings at a time, one to a processor (%(default)s)",
    )


def _add_runs(command: argparse.ArgumentParser, name: str) -> None:
    command.add_argument(
        "--runs",
        type=Path,
        default=Path("runs") / name,
        metavar="FOLDER",
        help="where checkpoints are kept: what was interrupted goes on from them, and what is "
        "done is not done again (%(default)s)",
    )


def _positive(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 < number < math.inf:
        raise argparse.ArgumentTypeError(f"{text} is no number above 0")
    return number


def _at_least(minimum: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not text.isdecimal() or int(text) < minimum:
            raise argparse.ArgumentTypeError(f"{text} is no whole number from {minimum} on")
        return int(text)

    return parse


if __name__ == "__main__":
    sys.exit(main())
