"""A model's weights and the card that says where they come from.

Weights are safetensors files: numbers and nothing else, so that loading runs no code.
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load as parse

from app.errors import BadWeights
from app.inspection.unit import Array
from app.models.spec import ModelSpec

if TYPE_CHECKING:
    from torch import nn


def load(spec: ModelSpec, folder: Path) -> "nn.Module":
    """Return a model with the weights in ``folder``, in eval mode and without gradients.

    Raises:
        BadWeights: They are missing or damaged, not the ones on the card, or do not fit.

    """
    from app.engine.reference import with_weights
    from app.inspection.table import arrays

    module, weights = spec.build(), read_weights(spec, folder)
    check_fit(spec, arrays(module.state_dict()), weights)
    return with_weights(module, weights)


def read_weights(spec: ModelSpec, folder: Path) -> dict[str, Array]:
    """Return a model's weights by their names; whether they fit the model is not looked at.

    Raises:
        BadWeights: They are missing or damaged, or not the ones on the card.

    """
    card = read_card(spec, folder)
    data = _read(folder / f"{spec.id}.safetensors", spec)
    digest = hashlib.sha256(data).hexdigest()
    if digest != card["weights_sha256"]:
        raise _refusal(
            spec,
            f"{spec.id}.safetensors has SHA-256 {digest}, its card says {card['weights_sha256']}.",
        )
    try:
        return dict(parse(data))
    except SafetensorError as error:
        raise _refusal(spec, f"{spec.id}.safetensors is no safetensors file: {error}.") from error


def check_fit(spec: ModelSpec, expected: Mapping[str, Array], found: Mapping[str, Array]) -> None:
    """Refuse a model's weights if they differ from what it takes, see :func:`misfit`.

    Raises:
        BadWeights: They do.

    """
    if reason := misfit(spec, expected, found):
        raise _refusal(spec, reason)


def read_card(spec: ModelSpec, folder: Path) -> dict[str, Any]:
    """Return a model's card.

    Raises:
        BadWeights: It is missing, no JSON object, or does not name the weights it is about.

    """
    try:
        card = json.loads(_read(folder / f"{spec.id}.json", spec))
    except ValueError as error:
        raise _refusal(spec, f"The card {spec.id}.json is no JSON: {error}.") from error
    if not isinstance(card, dict) or not isinstance(card.get("weights_sha256"), str):
        raise _refusal(spec, f"The card {spec.id}.json has no weights_sha256.")
    return card


def _read(path: Path, spec: ModelSpec) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise _refusal(spec, f"{path} cannot be read: {error.strerror}.") from error


def misfit(
    spec: ModelSpec, expected: Mapping[str, Array], found: Mapping[str, Array]
) -> str | None:
    """Tell how tensors differ from a model's own in name, shape or type, or are not finite.

    Args:
        spec: The model that they should fit.
        expected: Some that do.
        found: The tensors.

    Returns:
        A sentence, or None if they fit.

    """
    missing, unexpected = expected.keys() - found.keys(), found.keys() - expected.keys()
    if missing or unexpected:
        return (
            f"The weights do not fit {spec.title}: "
            f"missing {sorted(missing)}, unexpected {sorted(unexpected)}."
        )
    for name, value in found.items():
        want = expected[name]
        if value.shape != want.shape or value.dtype != want.dtype:
            return (
                f"{name} is {value.dtype} of shape {value.shape}; "
                f"{spec.title} takes {want.dtype} of shape {want.shape}."
            )
        if not np.isfinite(value).all():
            return f"{name} has values that are not finite."
    return None


def _refusal(spec: ModelSpec, detail: str) -> BadWeights:
    files = f"{spec.id}.safetensors and {spec.id}.json"
    return BadWeights(detail, f"Restore {files} from git, or make new ones with `make train`.")
