"""Networks that exist during a training only: what is shipped is a plain LeNet-5."""

import copy
from typing import Any, Protocol

import torch
from torch import Tensor, nn

from app.models.lenet5 import LeNet5


class Reader(Protocol):
    """What reads digits."""

    def logits(self, images: Tensor) -> Tensor:
        """Return the (N, 10) logits of (N, 1, 32, 32) images."""
        ...


class Normed(nn.Module):
    """A LeNet-5 whose layers with weights, but for the last, are followed by batch-norm.

    Source: S. Ioffe, C. Szegedy, "Batch normalization: accelerating deep network training by
    reducing internal covariate shift", ICML 2015.
    """

    def __init__(self, network: LeNet5) -> None:
        super().__init__()
        self.network = network
        self.norms = nn.ModuleDict(
            {
                "conv1": nn.BatchNorm2d(6),
                "conv2": nn.BatchNorm2d(16),
                "fc1": nn.BatchNorm1d(120),
                "fc2": nn.BatchNorm1d(84),
            }
        )

    def logits(self, images: Tensor) -> Tensor:
        """Return the (N, 10) logits of (N, 1, 32, 32) images."""
        values = images
        for name in self.network.order:
            values = self.network.get_submodule(name)(values)
            if name in self.norms:
                values = self.norms[name](values)
        return values

    def folded(self) -> LeNet5:
        """Return a LeNet-5 that gives the same logits as this network in eval mode."""
        network = copy.deepcopy(self.network)
        with torch.no_grad():
            for name in self.norms:
                norm: Any = self.norms[name]
                layer: Any = network.get_submodule(name)
                scale = norm.weight / torch.sqrt(norm.running_var + norm.eps)
                layer.weight.mul_(scale.view(-1, *[1] * (layer.weight.dim() - 1)))
                layer.bias.sub_(norm.running_mean).mul_(scale).add_(norm.bias)
        return network


class Teacher(nn.Module):
    """A convolutional network five times as large, for a LeNet-5 to learn from."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            *_block(1, 16, kernel_size=5, padding=0),  # 32 → 28 → 14
            *_block(16, 48),  # 14 → 7
            *_block(48, 96),  # 7 → 3
            nn.Flatten(),
            nn.Linear(96 * 3 * 3, 256, bias=False),
            nn.BatchNorm1d(256),
            nn.ReLU(),
            nn.Linear(256, 10),
        )

    def logits(self, images: Tensor) -> Tensor:
        """Return the (N, 10) logits of (N, 1, 32, 32) images."""
        logits: Tensor = self.layers(images)
        return logits


def _block(inputs: int, outputs: int, kernel_size: int = 3, padding: int = 1) -> list[nn.Module]:
    return [
        nn.Conv2d(inputs, outputs, kernel_size, padding=padding, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(),
        nn.MaxPool2d(2),
    ]
