"""LeNet-5 as the introductory CNN lecture tabulates it: 61,706 parameters.

Source of the architecture: Y. LeCun, L. Bottou, Y. Bengio and P. Haffner, "Gradient-based
learning applied to document recognition", Proc. IEEE 86(11), 1998, section II-B, with the
simplifications the lecture makes: every conv2 filter sees all six maps, pooling has no
parameters of its own, and the output is a softmax over ten logits.
"""

from collections.abc import Callable

from torch import Tensor, nn

from app.models.lenet5_entry import SPEC, Activation, Pooling

__all__ = [
    "ACTIVATION",
    "ACTIVATIONS",
    "POOLING",
    "POOLINGS",
    "SPEC",
    "Activation",
    "LeNet5",
    "Pooling",
]

ACTIVATIONS: dict[Activation, Callable[[], nn.Module]] = {
    "relu": nn.ReLU,
    "tanh": nn.Tanh,
    "silu": nn.SiLU,
    "gelu": nn.GELU,
}
"""What may follow each layer with weights; none has parameters."""
POOLINGS: dict[Pooling, Callable[[], nn.Module]] = {
    "max": lambda: nn.MaxPool2d(kernel_size=2, stride=2),
    "average": lambda: nn.AvgPool2d(kernel_size=2, stride=2),
}
"""How 2 × 2 units of a map become one; none has parameters."""


ACTIVATION: Activation = "silu"
POOLING: Pooling = "average"
"""What the shipped weights were trained with. Other weights of the same shapes would load, and
read badly: these two and the weights change together."""


class LeNet5(nn.Module):
    """Two convolutions with pooling, then three fully connected layers."""

    def __init__(self, activation: Activation = ACTIVATION, pooling: Pooling = POOLING) -> None:
        super().__init__()
        activate, pool = ACTIVATIONS[activation], POOLINGS[pooling]
        layers = {
            "conv1": nn.Conv2d(1, 6, kernel_size=5),
            f"{activation}1": activate(),
            "pool1": pool(),
            "conv2": nn.Conv2d(6, 16, kernel_size=5),
            f"{activation}2": activate(),
            "pool2": pool(),
            "flatten": nn.Flatten(),
            "fc1": nn.Linear(400, 120),
            f"{activation}3": activate(),
            "fc2": nn.Linear(120, 84),
            f"{activation}4": activate(),
            "fc3": nn.Linear(84, 10),
        }
        for name, layer in layers.items():
            self.add_module(name, layer)
        self.order = tuple(layers)
        """Names of the layers up to the logits, in the order in which they work."""
        self.softmax = nn.Softmax(dim=1)

    def logits(self, images: Tensor) -> Tensor:
        """Return the (N, 10) logits of (N, 1, 32, 32) images with ink 1 on ground 0."""
        values = images
        for name in self.order:
            values = self.get_submodule(name)(values)
        return values

    def forward(self, images: Tensor) -> Tensor:
        """Return the (N, 10) probabilities of (N, 1, 32, 32) images."""
        probabilities: Tensor = self.softmax(self.logits(images))
        return probabilities
