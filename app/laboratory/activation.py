"""The activation functions that can be chosen."""

from typing import TYPE_CHECKING, Literal

from app.lazy import functional

if TYPE_CHECKING:
    from torch import Tensor

Activation = Literal[
    "relu",
    "leaky_relu",
    "elu",
    "gelu",
    "silu",
    "softplus",
    "softsign",
    "tanh",
    "sigmoid",
]
"""Their names in ``torch.nn.functional``, whose defaults hold."""

MODULES: dict[Activation, str] = {
    "relu": "ReLU",
    "leaky_relu": "LeakyReLU",
    "elu": "ELU",
    "gelu": "GELU",
    "silu": "SiLU",
    "softplus": "Softplus",
    "softsign": "Softsign",
    "tanh": "Tanh",
    "sigmoid": "Sigmoid",
}
"""Their modules in ``torch.nn``."""


def activate(name: Activation, sums: "Tensor") -> "Tensor":
    """Apply an activation function to every number."""
    activated: Tensor = getattr(functional, name)(sums)
    return activated
