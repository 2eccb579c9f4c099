"""What can be chosen before a network learns."""

from dataclasses import dataclass
from typing import Literal

from app.models.lenet5_entry import Activation, Pooling

Optimizer = Literal["sgd", "momentum", "adam"]


@dataclass(frozen=True)
class Recipe:
    """How a network learns; the same recipe gives the same weights.

    Attributes:
        optimizer: Plain gradient descent, the same with momentum, or Adam.
        learning_rate: How far a step goes.
        momentum: The share of the step before that each step keeps; of ``momentum`` only.
        batch_size: Digits that a step is taken for.
        activation: Behind each layer with weights.
        pooling: Behind each convolution.
        epochs: How often it sees every digit.
        seed: Decides the first weights and the order of the digits.

    """

    optimizer: Optimizer = "adam"
    learning_rate: float = 0.003
    momentum: float = 0.9
    batch_size: int = 32
    activation: Activation = "relu"
    pooling: Pooling = "max"
    epochs: int = 10
    seed: int = 0
