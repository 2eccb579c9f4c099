"""The graph of a model: what its layers are and how they run, without the weights.

It is an ONNX file beside the weights, ``<id>.onnx``, that ``python -m app.training.graph`` writes;
ConvLens's own part of it is JSON in its metadata. With it, a model is read without torch; a model
without one is run by torch.
"""

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from app.engine.network import Exported
from app.engine.runtime import Runtime
from app.errors import BadWeights
from app.inspection.unit import Array
from app.models.spec import ModelSpec
from app.models.weights import misfit


def path_of(spec: ModelSpec, folder: Path) -> Path:
    """Return where the graph of a model is."""
    return folder / f"{spec.id}.onnx"


def read_network(
    spec: ModelSpec, folder: Path, weights_sha256: str, weights: Mapping[str, Array]
) -> Exported | None:
    """Return a model as its graph tells, with its weights; None without a graph.

    Args:
        spec: The model.
        folder: Where its graph is.
        weights_sha256: The SHA-256 of the file with its weights.
        weights: Those themselves.

    Raises:
        BadWeights: The file is damaged, or belongs to other weights.

    """
    path = path_of(spec, folder)
    if not path.exists():
        return None
    try:
        model = path.read_bytes()
        told = json.loads(Runtime(model, weights).told)
        if told["weights_sha256"] != weights_sha256:
            raise _refusal(path, "belongs to other weights")
        shapes = {n: np.broadcast_to(np.float32(0), shape) for n, shape in told["shapes"].items()}
        if reason := misfit(spec, shapes, weights):
            raise _refusal(path, f"does not fit: {reason}")
        return Exported(model, told["layers"], weights, spec.build)
    except OSError as error:
        raise _refusal(path, f"cannot be read: {error.strerror}") from error
    except (LookupError, TypeError, ValueError) as error:
        raise _refusal(path, f"cannot be used: {error!r}") from error


def _refusal(path: Path, reason: str) -> BadWeights:
    return BadWeights(
        f"{path.name} {reason.rstrip('.')}.",
        "Write it anew with `python -m app.training.graph`, restore it from git, or remove it: "
        "ConvLens runs without, slower and with more memory.",
    )
