"""The state of a training between two epochs, as one safetensors file."""

import json
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

from app.errors import BadInput
from app.training.files import write_atomically


def save_checkpoint(path: Path, tensors: dict[str, Tensor], facts: dict[str, Any]) -> None:
    """Write a checkpoint; should that fail, the one before it survives.

    Args:
        path: The file.
        tensors: Weights, their average, the optimiser's moments.
        facts: What else is needed to go on; it becomes JSON in the file's header, so that
            tensors and facts are replaced together.

    Raises:
        BadInput: The file cannot be written.

    """
    content = save(tensors, metadata={"facts": json.dumps(facts)})
    try:
        write_atomically(path, content)
    except OSError as error:
        raise BadInput(
            f"The checkpoint {path} cannot be written: {error}.",
            "The last one is untouched: make room and run the same command again.",
        ) from error


def load_checkpoint(path: Path) -> tuple[dict[str, Tensor], dict[str, Any]] | None:
    """Return a checkpoint's tensors and facts, or None if there is none.

    Raises:
        BadInput: The file is no checkpoint.

    """
    if not path.exists():
        return None
    try:
        with safe_open(path, framework="pt") as file:
            facts = json.loads(file.metadata()["facts"])
            return {name: file.get_tensor(name) for name in file.keys()}, facts  # noqa: SIM118
    except (SafetensorError, OSError, TypeError, KeyError, ValueError) as error:
        raise BadInput(
            f"{path} is no checkpoint of a training: {error}.", "Start over with --fresh."
        ) from error
