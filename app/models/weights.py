"""A model's weights and the card that says where they come from.

Weights are safetensors files: numbers and nothing else, so that loading runs no code.
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load as parse
from torch import Tensor, nn

from app.errors import BadWeights
from app.models.spec import ModelSpec


def load(spec: ModelSpec, folder: Path) -> nn.Module:
    """Return a model with the weights in ``folder``, in eval mode and without gradients.

    Raises:
        BadWeights: They are missing or damaged, not the ones on the card, or do not fit.

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
        tensors = parse(data)
    except SafetensorError as error:
        raise _refusal(spec, f"{spec.id}.safetensors is no safetensors file: {error}.") from error
    module = spec.build()
    if reason := misfit(spec, module.state_dict(), tensors):
        raise _refusal(spec, reason)
    module.load_state_dict(tensors)
    return module.eval().requires_grad_(False)


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
    spec: ModelSpec, expected: Mapping[str, Tensor], found: Mapping[str, Tensor]
) -> str | None:
    """Tell how tensors differ from a module's own in name, shape or type, or are not finite.

    Args:
        spec: The model that they should fit.
        expected: Tensors that do.
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
    for name, tensor in found.items():
        want = expected[name]
        if tensor.shape != want.shape or tensor.dtype != want.dtype:
            return (
                f"{name} is {tensor.dtype} of shape {tuple(tensor.shape)}; "
                f"{spec.title} takes {want.dtype} of shape {tuple(want.shape)}."
            )
        if not torch.isfinite(tensor).all():
            return f"{name} has values that are not finite."
    return None


def _refusal(spec: ModelSpec, detail: str) -> BadWeights:
    files = f"{spec.id}.safetensors and {spec.id}.json"
    return BadWeights(detail, f"Restore {files} from git, or make new ones with `make train`.")
