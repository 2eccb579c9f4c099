"""The way from random weights to trained ones: a curve, and the network at a few moments."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save
from torch import Tensor

from app.models.lenet5 import SPEC, LeNet5
from app.models.timeline import path_of
from app.training.files import write_atomically
from app.training.recipe import Recipe

MOMENTS = 16
"""At so many moments the network's weights are kept, the random and the last ones included."""
_FIRST = 8
"""Batches before the second moment."""


@dataclass
class Timeline:
    """What a training looked like while it went on."""

    points: list[dict[str, Any]] = field(default_factory=list)
    """In order: ``batch``, how many batches were learned from; ``loss``, the mean over those
    since the point before, None at first; and for each set that is held out its accuracy and
    loss, such as ``validation_accuracy`` and ``validation_loss``."""
    moments: dict[int, dict[str, Tensor]] = field(default_factory=dict)
    """The network's weights, by the number of batches."""


def moments(batches: int, count: int = MOMENTS) -> list[int]:
    """Return at which numbers of batches to keep the weights of a training of ``batches``.

    The first is 0 and the last ``batches``; between them each is larger by the same factor,
    for most happens at the beginning. A short training has fewer.
    """
    first = min(_FIRST, batches)
    ratio = (batches / first) ** (1 / (count - 2))
    return sorted({0, *(round(first * ratio**n) for n in range(count - 1))})


def write_timeline(
    timeline: Timeline,
    folder: Path,
    weights_sha256: str,
    recipe: Recipe,
    images: int,
    validation_images: int,
    temperature: float = 1.0,
) -> None:
    """Write a training's timeline beside the weights that it led to.

    The weights of the last moment are left out: they are the shipped ones.

    Args:
        timeline: Of the whole training.
        folder: Where ``lenet5.timeline.safetensors`` goes.
        weights_sha256: Of the file with the shipped weights, as its card has it.
        recipe: How the network was trained.
        images: That it learned from in an epoch, those that come several times counted so often.
        validation_images: That the points were measured on.
        temperature: By which the shipped network's last layer was divided after the training:
            at every moment it is divided by the same, so that all are sure in the same measure.

    """
    batches = sorted(timeline.moments)
    last = LeNet5(recipe.activation, recipe.pooling).order[-1]
    tensors = {
        f"{number}.{name}": (value / temperature if name.startswith(f"{last}.") else value)
        for number, batch in enumerate(batches[:-1])
        for name, value in timeline.moments[batch].items()
    }
    facts = {
        "weights_sha256": weights_sha256,
        "batch_size": recipe.batch_size,
        "batches_per_epoch": batches[-1] // recipe.epochs,
        "images_per_epoch": images,
        "validation_images": validation_images,
        "taught": recipe.teaching is not None,
        "temperature": temperature,
        "moments": batches,
        "points": timeline.points,
    }
    half = {name: value.to(torch.float16) for name, value in tensors.items()}
    content = save(half, metadata={"facts": json.dumps(facts, allow_nan=False)})
    write_atomically(path_of(SPEC, folder), content)
