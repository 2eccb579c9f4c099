"""What the registry knows of a model before it is loaded."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import nn


@dataclass(frozen=True)
class ModelSpec:
    """A model's entry in the registry.

    The weights are ``<id>.safetensors`` in the weights folder, with the card ``<id>.json``
    beside them.
    """

    id: str
    title: str
    build: Callable[[], "nn.Module"]
    """Makes the module with fresh, untrained weights."""
    input_shape: tuple[int, int, int]
    """Channels, rows and columns of one input."""
    classes: tuple[str, ...]
    """The name of each output, in order."""
