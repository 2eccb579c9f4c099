"""The report beside a model's weights: what they can do, as the training's commands measured it.

``<id>.report.json`` is written with the weights. Beside it lie parts that other commands write,
each a file of its own, ``<id>.<part>.json``: a report has those that there are.
"""

import json
from pathlib import Path
from typing import Any

from app.errors import BadWeights
from app.models.spec import ModelSpec

PARTS = ("cross_validation", "familiarity", "ablation")
"""What is measured apart: people who were left out, drawings that are no digits, other recipes."""


def read_report(spec: ModelSpec, folder: Path, weights_sha256: str) -> dict[str, Any] | None:
    """Return a model's report with its parts, None for each that is not there; None without one.

    Args:
        spec: The model.
        folder: Where its weights are.
        weights_sha256: Of the weights that were loaded.

    Raises:
        BadWeights: A file cannot be read, is no JSON object, or is about other weights.

    """
    path = folder / f"{spec.id}.report.json"
    if not path.exists():
        return None
    report = _read(path)
    _check(path, report, weights_sha256)
    for name in PARTS:
        part = folder / f"{spec.id}.{name}.json"
        report[name] = _read(part) if part.exists() else None
        # What was measured with other networks of the same recipe names no weights.
        if "weights_sha256" in (report[name] or {}):
            _check(part, report[name], weights_sha256)
    return report


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_bytes())
    except OSError as error:
        raise _refusal(path, f"cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise _refusal(path, f"is no JSON: {error}") from error
    if not isinstance(found, dict):
        raise _refusal(path, "is no JSON object")
    return found


def _check(path: Path, found: dict[str, Any], weights_sha256: str) -> None:
    told = found.get("weights_sha256")
    if told != weights_sha256:
        raise _refusal(path, f"is about weights with SHA-256 {told}, not {weights_sha256}")


def _refusal(path: Path, what: str) -> BadWeights:
    return BadWeights(
        f"The report {path.name} {what}.",
        f"Restore {path.name} from git, or remove it: ConvLens runs without.",
    )
