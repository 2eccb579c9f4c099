"""The shipped weights and the card beside them, which says what they are and can do."""

import hashlib
import platform
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import PIL
import torch
from safetensors.torch import save

from app import __version__
from app.models.lenet5 import SPEC, LeNet5
from app.training.evaluation import Score
from app.training.files import to_json, write_atomically
from app.training.recipe import Recipe


def write_weights(
    network: LeNet5,
    folder: Path,
    scores: dict[str, Score],
    recipe: Recipe,
    facts: dict[str, Any],
) -> dict[str, Any]:
    """Write a network's weights and their card, and return the card.

    Args:
        network: The trained network.
        folder: Where ``lenet5.safetensors`` and ``lenet5.json`` go.
        scores: The evaluation, by what was read.
        recipe: How the network was trained.
        facts: What else is to be told: data hashes, held-out writers, seconds.

    """
    weights = save(network.state_dict())
    card = {
        "model_id": SPEC.id,
        "parameter_count": sum(parameter.numel() for parameter in network.parameters()),
        "weights_sha256": hashlib.sha256(weights).hexdigest(),
        **{
            key: value
            for name, score in scores.items()
            for key, value in score.as_card(name).items()
        },
        **facts,
        "recipe": asdict(recipe),
        "date": datetime.now(UTC).date().isoformat(),
        "versions": {
            "convlens": __version__,
            "numpy": np.__version__,
            "pillow": PIL.__version__,
            "python": platform.python_version(),
            "torch": torch.__version__,
        },
    }
    write_atomically(folder / f"{SPEC.id}.safetensors", weights)
    write_atomically(folder / f"{SPEC.id}.json", to_json(card))
    return card
