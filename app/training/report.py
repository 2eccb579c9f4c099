"""The report beside the shipped weights: what they can do, and how far that can be trusted."""

import base64
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from torch import Tensor

from app.models.lenet5 import LeNet5
from app.training.dataset import Digits
from app.training.evaluation import read, score, tally
from app.training.files import to_json, write_atomically

_DIGITS = 6
"""Of a probability, after the point: what is written down is the same on every machine."""
_TOLERANCE = 1e-5
"""By which a figure may differ where another machine computed it."""


def report(
    networks: Mapping[int, LeNet5],
    shipped: int,
    weights_sha256: str,
    validation: Digits,
    test: Digits,
) -> dict[str, Any]:
    """Let networks read the test digits, once, and return all that is to be told.

    Args:
        networks: By the seeds of their trainings; each in eval mode and as it would be shipped,
            its temperature included.
        shipped: The seed of the network whose weights are shipped.
        weights_sha256: Of the file with its weights.
        validation: The digits by which it was chosen.
        test: The digits that nothing was chosen by.

    """
    return {
        "weights_sha256": weights_sha256,
        "seeds": [
            _seed(seed, networks[seed], validation, test) | {"shipped": seed == shipped}
            for seed in sorted(networks)
        ],
        **figures(networks[shipped], test),
    }


def figures(network: LeNet5, test: Digits) -> dict[str, Any]:
    """Return what a report says of the shipped network alone: ``test`` and ``misread``."""
    logits = read(network, test)
    return {"test": tally(logits, test).as_json(), "misread": _misread(logits, test)}


def differences(report: Mapping[str, Any], network: LeNet5, test: Digits) -> list[str]:
    """Return the names of the figures of the shipped network that a report has otherwise."""
    found = figures(network, test)
    told: Mapping[str, Any] = next((row for row in report["seeds"] if row["shipped"]), {})
    seed = {"test_correct": found["test"]["correct"], "test_images": found["test"]["images"]}
    wrong = [name for name in found if not same(report.get(name), found[name])]
    return wrong + ["seeds"] * any(told.get(key) != value for key, value in seed.items())


def write_report(report: Mapping[str, Any], path: Path) -> None:
    """Write a report: ``<id>.report.json`` beside the weights.

    Raises:
        OSError: It cannot be written; the old one is as it was.

    """
    write_atomically(path, to_json(report))


def _seed(seed: int, network: LeNet5, validation: Digits, test: Digits) -> dict[str, Any]:
    read_right = score(network, test).as_json()
    return {
        "seed": seed,
        "validation_accuracy": score(network, validation).accuracy,
        **{
            f"test_{name}": read_right[name]
            for name in ("correct", "images", "accuracy", "accuracy_interval")
        },
    }


def _misread(logits: Tensor, test: Digits) -> list[dict[str, Any]]:
    """Return the test digits that are read wrong, in their order, with their pixels."""
    tops, predictions = logits.double().softmax(dim=1).max(dim=1)
    return [
        {
            "mnist_index": index,
            "class_index": int(test.labels[index]),
            "prediction": int(predictions[index]),
            "probability": round(float(tops[index]), _DIGITS),
            "pixels": base64.b64encode(test.images[index].tobytes()).decode(),
        }
        for index in np.flatnonzero(predictions.numpy() != test.labels).tolist()
    ]


def same(a: Any, b: Any) -> bool:
    """Tell whether figures are the same, but for what another machine may make of them."""
    if isinstance(a, float) and isinstance(b, float | int):
        return math.isclose(a, b, rel_tol=0, abs_tol=_TOLERANCE)
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(same, a, b))
    return bool(a == b)
