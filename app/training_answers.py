"""The bodies of the answers about training runs, as :mod:`app.training_runs` documents them."""

import base64
from collections.abc import Mapping
from dataclasses import asdict
from functools import lru_cache
from typing import Any

from app.inspection import Layer
from app.live import Listed, Progress, Snapshot
from app.live.report import Numbers, Reason, State
from app.models.lenet5_entry import SPEC, Activation, Pooling

_DETAILS: dict[State | Reason, str] = {
    "preparing": "The network is being made.",
    "ready": "The network has its first weights and waits for a command.",
    "running": "The network learns.",
    "paused": "The network waits for a command.",
    "epochs": "All epochs are done.",
    "seconds": "The seconds that a run may compute are used up.",
    "stop": "The run was stopped.",
    "loss": "The loss became not a number in batch {batch:,}: the steps were too large. "
    "Try a tenth of the learning rate.",
    "weights": "A weight became not a number in batch {batch:,}: the steps were too large. "
    "Try a tenth of the learning rate.",
    "worker": "The process that computed the run has ended, and the network with it. "
    "Begin another run.",
}


def run(listed: Listed) -> dict[str, Any]:
    """Return a :class:`app.training_runs.TrainingRun`."""
    recipe = listed.recipe
    return {
        "id": listed.id,
        **state(listed),
        "settings": asdict(recipe),
        "layers": layers(recipe.activation, recipe.pooling),
        "classes": SPEC.classes,
        "progress": None if listed.progress is None else progress(listed.progress),
    }


def state(listed: Listed) -> dict[str, Any]:
    """Return a :class:`app.training_runs.TrainingState`."""
    if listed.removed:
        return {"state": "removed", "reason": None, "detail": "The run was removed."}
    batch = 0 if listed.progress is None else listed.progress.batch
    detail = _DETAILS[listed.reason or listed.state].format(batch=batch)
    return {"state": listed.state, "reason": listed.reason, "detail": detail}


def progress(found: Progress) -> dict[str, Any]:
    """Return a :class:`app.training_runs.TrainingProgress`."""
    names = ("batch", "batches", "epoch", "loss", "seconds", "seconds_left")
    return {name: getattr(found, name) for name in names} | {
        "curve": {"batches": found.curve_batches, "losses": found.curve_losses},
        "judgements": found.judgements,
    }


def snapshot(found: Snapshot) -> dict[str, Any]:
    """Return a :class:`app.training_runs.TrainingSnapshot`."""
    shares = found.probabilities
    return {
        "batch": found.batch,
        "weights": _arrays(found.weights),
        "activations": None if found.activations is None else _arrays(found.activations),
        "prediction": None if shares is None else shares.index(max(shares)),
        "probabilities": shares,
    }


@lru_cache
def layers(activation: Activation, pooling: Pooling) -> tuple[Layer, ...]:
    """Return the layers of the network that learns."""
    import torch

    from app.inspection import capture
    from app.models.lenet5 import LeNet5

    return capture(LeNet5(activation, pooling), torch.zeros(1, *SPEC.input_shape)).layers


def _arrays(found: Mapping[str, Numbers]) -> dict[str, Any]:
    return {
        id_: {"shape": numbers.shape, "data": base64.b64encode(numbers.data).decode()}
        for id_, numbers in found.items()
    }
