"""How well a familiarity tells digits from other drawings, and the files that say so."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from safetensors.numpy import save

from app.familiarity import Familiarity, to_tensors
from app.inspection import capture
from app.models.spec import ModelSpec
from app.models.weights import load, read_card
from app.sample import Tiles
from app.training.corpus import read_corpus
from app.training.dataset import Digits
from app.training.familiarity import Layers, Seen, fit, see
from app.training.files import to_json, write_atomically
from app.training.negatives import KINDS, Material, make
from app.training.pens import PenDigit, Placement, as_written, pictures, read_pens
from app.training.recipe import Split

COUNT = 1000
"""Drawings of each kind that judge."""
SEED = 2211
"""Of the drawings that judge; every choice was made on others."""
WRITERS_ONE_IN = 5
"""One of so many writers is kept out of the fit, to judge it."""

Scores = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Drawings:
    """What familiarity is fitted to, and what judges it."""

    learned: Digits
    passing: dict[str, Digits]
    """Held-out digits, by where they come from: the first sets the threshold, with the pens."""
    others: dict[str, Digits]
    """What is no digit, by kind; the labels mean nothing."""

    @classmethod
    def read(
        cls, data: Path, pens: Path | None, count: int = COUNT, seed: int = SEED
    ) -> "Drawings":
        """Read MNIST and pen digits, if there are any, and make what is no digit.

        Raises:
            BadInput: A file is missing or damaged.

        """
        corpus = read_corpus(data, None, Split())
        learned, passing = corpus.training, {"validation": corpus.held_out["validation"]}
        kept: list[PenDigit] = []
        if pens:
            everybody = read_pens(pens)
            writers = sorted({pen.writer for pen in everybody})
            held_out = writers[-max(1, len(writers) // WRITERS_ONE_IN) :]
            kept = [pen for pen in everybody if pen.writer in held_out]
            others = [pen for pen in everybody if pen.writer not in held_out]
            place = partial(Placement(), rng=np.random.default_rng([seed, 1]))
            learned = learned + pictures(others, as_written) + pictures(others, place)
            passing["pens"] = pictures(kept, as_written)
        material = Material(passing["validation"], kept)
        made = {kind: make(kind, count, material, seed) for kind in KINDS}
        labels = np.zeros(count, np.uint8)
        return cls(learned, passing, {kind: Digits(found, labels) for kind, found in made.items()})


def run(spec: ModelSpec, weights: Path, drawings: Drawings, tiles: Tiles) -> dict[str, Any]:
    """Fit familiarity to a model, measure it, write both beside the weights, return the figures.

    Args:
        spec: The model.
        weights: The folder with its weights and card.
        drawings: What to fit to and what judges.
        tiles: The digits of the map.

    Raises:
        BadWeights: The weights are not the ones on the card.
        BadInput: The model has no layers to look at.

    """
    captured = capture(load(spec, weights), torch.zeros(1, *spec.input_shape))
    layers = Layers.of(captured)
    looked = partial(see, captured, layers)
    passing = {name: looked(digits) for name, digits in drawings.passing.items()}
    sample = looked(Digits(tiles.pictures, np.array(tiles.class_indices, np.uint8)))
    digest = read_card(spec, weights)["weights_sha256"]
    familiarity = fit(layers, looked(drawings.learned), sample, list(passing.values()), digest)
    others = {kind: looked(found) for kind, found in drawings.others.items()}
    figures = {"model_id": spec.id, **measure(familiarity, passing, others)}
    tensors, facts = to_tensors(familiarity)
    content = save(tensors, metadata={"facts": json.dumps(facts)})
    write_atomically(weights / f"{spec.id}.familiarity.safetensors", content)
    write_atomically(weights / f"{spec.id}.familiarity.json", to_json(figures))
    return figures


def measure(
    familiarity: Familiarity, passing: Mapping[str, Seen], others: Mapping[str, Seen]
) -> dict[str, Any]:
    """Return how well digits and other drawings are told apart.

    Args:
        familiarity: What tells them apart.
        passing: Digits, by where they come from.
        others: What is no digit, by kind.

    """
    digits = {name: _scores(familiarity, seen) for name, seen in passing.items()}
    pooled = np.concatenate(list(digits.values()))
    kinds = {kind: _scores(familiarity, seen) for kind, seen in others.items()}
    everything = np.concatenate(list(kinds.values()))
    return {
        "weights_sha256": familiarity.weights_sha256,
        "threshold": familiarity.threshold,
        "seed": SEED,
        "digits_passed": _share(pooled >= familiarity.threshold),
        "positives": [
            {
                "name": name,
                "count": len(scores),
                "passed": _share(scores >= familiarity.threshold),
                "auroc": auroc(scores, everything),
            }
            for name, scores in digits.items()
        ],
        "kinds": [
            {
                "kind": kind,
                "count": len(scores),
                "auroc": auroc(pooled, scores),
                **{f"auroc_against_{name}": auroc(found, scores) for name, found in digits.items()},
                "flagged": _share(scores < familiarity.threshold),
            }
            for kind, scores in kinds.items()
        ],
        "auroc": auroc(pooled, everything),
        "alternatives": _alternatives(familiarity, passing, others),
    }


def auroc(familiar: Scores, unfamiliar: Scores) -> float:
    """Return the chance that a digit scores above another drawing, ties counting half."""
    ordered = np.sort(unfamiliar)
    below = np.searchsorted(ordered, familiar, "left")
    ties = np.searchsorted(ordered, familiar, "right") - below
    return round(float((below + ties / 2).mean() / len(ordered)), 4)


def _scores(familiarity: Familiarity, seen: Seen) -> Scores:
    return familiarity.scores(seen.activations, seen.read_as)


def _alternatives(
    familiarity: Familiarity, passing: Mapping[str, Seen], others: Mapping[str, Seen]
) -> dict[str, float]:
    """Return what simpler scores would come to: the highest probability, and each term alone."""
    logits = list(next(iter(passing.values())).activations)[-1]

    def probability(seen: Seen) -> Scores:
        found: Scores = seen.activations[logits].softmax(1).amax(1).numpy()
        return found

    ways = {"highest_probability": probability}
    for pair in familiarity.terms:
        name = f"{type(pair[0]).__name__.lower()}_{pair[0].layer_id}"
        ways[name] = partial(_scores, replace(familiarity, terms=(pair,)))
    return {
        name: auroc(
            np.concatenate([way(seen) for seen in passing.values()]),
            np.concatenate([way(seen) for seen in others.values()]),
        )
        for name, way in ways.items()
    }


def _share(hits: npt.NDArray[np.bool_]) -> float:
    return round(float(hits.mean()), 4)
