"""LeNet-5's entry in the registry: what is known of it without torch."""

from typing import TYPE_CHECKING, Literal

from app.models.spec import ModelSpec

if TYPE_CHECKING:
    from torch import nn

Activation = Literal["relu", "tanh", "silu", "gelu"]
Pooling = Literal["max", "average"]


def _build() -> "nn.Module":
    from app.models.lenet5 import LeNet5

    return LeNet5()


SPEC = ModelSpec(
    id="lenet5",
    title="LeNet-5",
    build=_build,
    input_shape=(1, 32, 32),
    classes=tuple("0123456789"),
)
