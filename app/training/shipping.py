"""From networks of several seeds to the files of the one that is shipped."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from app.models.lenet5 import SPEC
from app.training.calibration import fit_temperature, scale
from app.training.card import write_weights
from app.training.corpus import read_corpus
from app.training.dataset import read_mnist
from app.training.evaluation import read, score
from app.training.graph import write_graph
from app.training.recipe import Recipe
from app.training.report import report, write_report
from app.training.seeds import choose
from app.training.timeline import write_timeline
from app.training.trainer import Learned


def ship(
    learned: Mapping[int, Learned],
    recipe: Recipe,
    data: Path,
    folder: Path,
    facts: dict[str, Any],
) -> dict[str, Any]:
    """Choose a network, write its weights, card, graph, timeline and report; return the card.

    Here the test images are read for the first time: once, by every network. Which of them is
    shipped, and at what temperature, is decided by the validation images alone.

    Args:
        learned: What came of the training, by its seed.
        recipe: How all were trained.
        data: The folder with MNIST.
        folder: Where the files go.
        facts: What else the card is to tell: the data's hashes.

    """
    seed = choose(learned)
    corpus = read_corpus(data, None, recipe.split)
    validation = corpus.held_out["validation"]
    temperatures = {
        key: fit_temperature(read(each.network, validation), validation.labels)
        for key, each in learned.items()
    }
    networks = {key: scale(each.network, temperatures[key]) for key, each in learned.items()}
    test = read_mnist(data, "t10k")
    seconds = sum(each.seconds for each in learned.values())
    card = write_weights(
        networks[seed],
        folder,
        {"test": score(networks[seed], test), "validation": score(networks[seed], validation)},
        recipe,
        {
            **facts,
            "seed": seed,
            "temperature": temperatures[seed],
            # All networks had one teacher.
            "training_seconds": round(seconds + learned[seed].teacher_seconds),
        },
    )
    write_graph(SPEC, folder)
    digest = card["weights_sha256"]
    write_timeline(
        learned[seed].timeline,
        folder,
        digest,
        recipe,
        learned[seed].images,
        len(validation),
        temperatures[seed],
    )
    told = report(networks, seed, digest, validation, test)
    write_report(told, folder / f"{SPEC.id}.report.json")
    return card
