"""torch, imported when it is first used: a server that only reads drawings never needs it.

Modules that a server starts with take torch from here; those that are nothing without it import
it themselves, and are imported inside the functions that need them.
"""

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any


class _Late:
    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, name: str) -> Any:
        return getattr(import_module(self._name), name)


def is_torch_there() -> bool:
    """Tell whether torch has been imported."""
    return "torch" in sys.modules


def fetch_torch() -> None:
    """Import torch, which takes seconds, unless it is there."""
    # Two threads on two shared cores make one digit a hundred times slower.
    torch.set_num_threads(1)


if TYPE_CHECKING:
    import torch as torch
    from torch.nn import functional as functional
else:
    torch = _Late("torch")
    functional = _Late("torch.nn.functional")
