"""The activation functions that can be chosen."""

from typing import Literal

from torch import Tensor, nn
from torch.nn import functional

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

MODULES: dict[Activation, type[nn.Module]] = {
    "relu": nn.ReLU,
    "leaky_relu": nn.LeakyReLU,
    "elu": nn.ELU,
    "gelu": nn.GELU,
    "silu": nn.SiLU,
    "softplus": nn.Softplus,
    "softsign": nn.Softsign,
    "tanh": nn.Tanh,
    "sigmoid": nn.Sigmoid,
}
"""The same as modules."""


def activate(name: Activation, sums: Tensor) -> Tensor:
    """Apply an activation function to every number."""
    activated: Tensor = getattr(functional, name)(sums)
    return activated
