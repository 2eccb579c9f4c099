"""The report beside a model's weights: what they can do, as the training measured it."""

import json
from pathlib import Path
from typing import Any

from app.errors import BadWeights
from app.models.spec import ModelSpec


def read_report(spec: ModelSpec, folder: Path, weights_sha256: str) -> dict[str, Any] | None:
    """Return a model's report, ``<id>.report.json``; None if it has none.

    Args:
        spec: The model.
        folder: Where its weights are.
        weights_sha256: Of the weights that were loaded.

    Raises:
        BadWeights: It cannot be read, is no JSON object, or is about other weights.

    """
    path = folder / f"{spec.id}.report.json"
    if not path.exists():
        return None
    try:
        report = json.loads(path.read_bytes())
    except OSError as error:
        raise _refusal(path, f"cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise _refusal(path, f"is no JSON: {error}") from error
    told = report.get("weights_sha256") if isinstance(report, dict) else None
    if told != weights_sha256:
        raise _refusal(path, f"is about weights with SHA-256 {told}, not {weights_sha256}")
    found: dict[str, Any] = report
    return found


def _refusal(path: Path, what: str) -> BadWeights:
    return BadWeights(
        f"The report {path.name} {what}.",
        f"Restore {path.name} from git, or remove it: ConvLens runs without.",
    )
