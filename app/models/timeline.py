"""The way of a model's weights from random ones to those that are shipped.

It is a safetensors file beside the weights, ``<id>.timeline.safetensors``: the weights at each
moment but the last, as float16 under ``<moment>.<name>``, and JSON in the header under ``facts``.
The last moment is the model itself, so its weights are not there twice.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError, safe_open

from app.errors import BadWeights
from app.inspection.unit import Array
from app.models.spec import ModelSpec
from app.models.weights import misfit


@dataclass(frozen=True)
class Point:
    """What was measured when so many batches had been learned from."""

    batch: int
    loss: float | None
    """The mean over the batches since the point before; None at first."""
    validation_accuracy: float
    """Of digits that are never learned from."""
    validation_loss: float
    """Their cross-entropy, in nats."""


@dataclass(frozen=True)
class Moment:
    """A model while it was trained."""

    point: Point
    weights: Mapping[str, Array]
    """By name, as float32."""


@dataclass(frozen=True)
class Timeline:
    """A training: a curve, and the model at a few moments of it."""

    batch_size: int
    batches_per_epoch: int
    images_per_epoch: int
    validation_images: int
    """How many digits are kept aside for the measurements."""
    taught: bool
    """Whether the loss also counts how far the outputs are from a larger model's."""
    temperature: float
    """By which all logits were divided after the training; the points are from before."""
    points: tuple[Point, ...]
    moments: tuple[Moment, ...]
    """From random weights to the model's own."""

    def epoch(self, point: Point) -> float:
        """Return how many times all training images had been learned from."""
        return point.batch / self.batches_per_epoch

    def images(self, point: Point) -> int:
        """Return how many images had been learned from, those that came again counted again."""
        return round(self.epoch(point) * self.images_per_epoch)


def path_of(spec: ModelSpec, folder: Path) -> Path:
    """Return where the timeline of a model is."""
    return folder / f"{spec.id}.timeline.safetensors"


def read_timeline(
    spec: ModelSpec, folder: Path, weights_sha256: str, weights: Mapping[str, Array]
) -> Timeline | None:
    """Return the timeline of a model, or None if it has none.

    Args:
        spec: The model.
        folder: Where its weights are.
        weights_sha256: The SHA-256 of the file with its weights.
        weights: Those themselves: the last moment.

    Raises:
        BadWeights: The file is damaged, does not fit the model or belongs to other weights.

    """
    path = path_of(spec, folder)
    if not path.exists():
        return None
    try:
        with safe_open(path, framework="numpy") as file:
            facts = json.loads(file.metadata()["facts"])
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        if facts["weights_sha256"] != weights_sha256:
            raise _refusal(path, "belongs to other weights")
        return _timeline(facts, _moments(spec, path, tensors, weights, facts["moments"]))
    except (SafetensorError, OSError) as error:
        raise _refusal(path, f"cannot be read: {error}") from error
    except (ArithmeticError, LookupError, TypeError, ValueError) as error:
        raise _refusal(path, f"is incomplete: {error!r}") from error


def _timeline(facts: dict[str, Any], weights: list[Mapping[str, Array]]) -> Timeline:
    points = tuple(map(_point, facts["points"]))
    for batches in (facts["moments"], [point.batch for point in points]):
        if batches != sorted(set(batches)):
            raise ValueError("its batches are not in order")
    by_batch = {point.batch: point for point in points}
    moments = zip(facts["moments"], weights, strict=True)
    return Timeline(
        batch_size=_count(facts["batch_size"]),
        batches_per_epoch=_count(facts["batches_per_epoch"]),
        images_per_epoch=_count(facts["images_per_epoch"]),
        validation_images=_count(facts["validation_images"]),
        taught=bool(facts["taught"]),
        temperature=_number(facts["temperature"]),
        points=points,
        moments=tuple(Moment(by_batch[batch], own) for batch, own in moments),
    )


def _point(facts: dict[str, Any]) -> Point:
    return Point(
        batch=_count(facts["batch"], least=0),
        loss=None if facts["loss"] is None else _number(facts["loss"]),
        validation_accuracy=_number(facts["validation_accuracy"]),
        validation_loss=_number(facts["validation_loss"]),
    )


def _count(value: Any, least: int = 1) -> int:
    if type(value) is not int or value < least:
        raise ValueError(f"{value!r} is no whole number from {least} on")
    return value


def _number(value: Any) -> float:
    if isinstance(value, bool) or not math.isfinite(value):
        raise ValueError(f"{value!r} is no number")
    return float(value)


def _moments(
    spec: ModelSpec,
    path: Path,
    tensors: dict[str, Array],
    last: Mapping[str, Array],
    batches: list[int],
) -> list[Mapping[str, Array]]:
    """Return the weights at each moment, the last one's included."""
    early: list[dict[str, Array]] = [{} for _ in batches[:-1]]
    for key, value in tensors.items():
        moment, _, name = key.partition(".")
        if not moment.isdecimal() or int(moment) >= len(early):
            raise _refusal(path, f"has {key!r}, which is of no moment")
        # Whole numbers stay what they are, and so are found not to fit.
        early[int(moment)][name] = value.astype(np.float32) if value.dtype.kind == "f" else value
    for number, found in enumerate(early):
        if reason := misfit(spec, last, found):
            raise _refusal(path, f"has no weights for moment {number}: {reason}")
    return [*early, last]


def _refusal(path: Path, reason: str) -> BadWeights:
    return BadWeights(
        f"{path.name} {reason.rstrip('.')}.",
        "Restore it from git, or delete it: a model may come without. "
        "`make train` writes new weights with a timeline of their own.",
    )
