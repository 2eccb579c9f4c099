"""The entries of the table for activation functions.

See :mod:`app.inspection.table` for how an entry is written and found.
"""

from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from app.inspection import unit
from app.inspection.description import Description
from app.inspection.layer import Hyperparameter
from app.inspection.receptive import POINT
from app.inspection.table import Call, describes


def _activation(name: str, label: str, **hyperparameters: Hyperparameter) -> Description:
    return Description(
        "activation",
        label,
        {"function": name, **hyperparameters},
        reads=POINT,
        explain=partial(unit.function, name=name),
    )


def _plain(name: str, label: str, call: Call, *_: Any, **__: Any) -> Description:
    return _activation(name, label)


# Functions of the unit alone, under their names in torch.nn.functional.
for _name, _label, *_operations in (
    (
        "relu", "ReLU",
        nn.ReLU, functional.relu, torch.relu, torch.relu_, Tensor.relu, Tensor.relu_,
    ),
    ("relu6", "ReLU6", nn.ReLU6, functional.relu6),
    (
        "tanh", "Tanh",
        nn.Tanh, functional.tanh, torch.tanh, torch.tanh_, Tensor.tanh, Tensor.tanh_,
    ),
    (
        "sigmoid", "Sigmoid",
        nn.Sigmoid, functional.sigmoid, torch.sigmoid, torch.sigmoid_,
        Tensor.sigmoid, Tensor.sigmoid_,
    ),
    ("silu", "SiLU", nn.SiLU, functional.silu),
    ("mish", "Mish", nn.Mish, functional.mish),
    ("selu", "SELU", nn.SELU, functional.selu, torch.selu, torch.selu_),
    ("hardswish", "Hardswish", nn.Hardswish, functional.hardswish),
    ("hardsigmoid", "Hardsigmoid", nn.Hardsigmoid, functional.hardsigmoid),
    ("logsigmoid", "LogSigmoid", nn.LogSigmoid, functional.logsigmoid),
    ("softsign", "Softsign", nn.Softsign, functional.softsign),
):  # fmt: skip
    describes(*_operations)(partial(_plain, _name, _label))


@describes(nn.LeakyReLU, functional.leaky_relu, functional.leaky_relu_)
def leaky_relu(call: Call, negative_slope: float = 0.01, *_: Any, **__: Any) -> Description:
    """Let a little of what is negative through."""
    return _activation("leaky_relu", "LeakyReLU", negative_slope=negative_slope)


@describes(nn.ELU, functional.elu, functional.elu_)
def elu(call: Call, alpha: float = 1.0, *_: Any, **__: Any) -> Description:
    """Bend what is negative towards −alpha."""
    return _activation("elu", "ELU", alpha=alpha)


@describes(nn.GELU, functional.gelu)
def gelu(call: Call, approximate: str = "none") -> Description:
    """Weigh each number by its share of the normal distribution."""
    return _activation("gelu", "GELU", approximate=approximate)


@describes(nn.Hardtanh, functional.hardtanh, functional.hardtanh_)
def hardtanh(
    call: Call, min_val: float = -1.0, max_val: float = 1.0, *_: Any, **__: Any
) -> Description:
    """Cut off what is too small and too large."""
    return _activation("hardtanh", "Hardtanh", min_val=min_val, max_val=max_val)


@describes(nn.Softplus, functional.softplus)
def softplus(call: Call, beta: float = 1.0, threshold: float = 20.0) -> Description:
    """Round ReLU's corner off."""
    return _activation("softplus", "Softplus", beta=beta, threshold=threshold)
