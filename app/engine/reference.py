"""A network that torch runs: the reference, and what does all that only torch can."""

import copy
from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn

from app.inspection import CapturedModule, Edit, Gradients, capture, edited
from app.inspection.backpropagation import Replaced
from app.inspection.table import arrays
from app.inspection.unit import Array


class Reference:
    """A module, captured.

    torch.fx patches torch while it captures, so make one before other threads run modules.

    Args:
        module: With the weights that it is to have. It stays as it is.
        input_shape: Of one input.

    Raises:
        NotCapturable: The module is no sequence of layers.

    """

    def __init__(self, module: nn.Module, input_shape: tuple[int, ...]) -> None:
        # Two threads on two shared cores make one digit a hundred times slower.
        torch.set_num_threads(1)
        self._module = module
        self._shape = input_shape
        self.layers: CapturedModule = capture(module, torch.zeros(1, *input_shape))

    def trace(self, images: Array) -> dict[str, Array]:
        """Return every layer's activation for (N, C, H, W) float32 images."""
        return arrays(self.layers.trace(torch.from_numpy(images)))

    def stepped(self, gradients: Gradients, learning_rate: float) -> Replaced:
        """Return what, while it is entered, lets every weight and bias be one step on."""
        return self.layers.stepped(gradients, learning_rate)

    def exact(self) -> CapturedModule:
        """Return the module captured with its numbers in float64."""
        blank = torch.zeros(1, *self._shape, dtype=torch.float64)
        return capture(self.module().double(), blank)

    def module(self) -> nn.Module:
        """Return a copy of the module."""
        return copy.deepcopy(self._module)

    def with_weights(self, weights: Mapping[str, Array]) -> "Reference":
        """Return the same layers with other weights."""
        return Reference(with_weights(self.module(), weights), self._shape)

    def edited(self, edits: Sequence[Edit]) -> "Reference":
        """Return the network with these edits."""
        return Reference(edited(self._module, edits), self._shape)


def with_weights(module: nn.Module, weights: Mapping[str, Array]) -> nn.Module:
    """Give a module these weights, and return it in eval mode and without gradients."""
    tensors: dict[str, Tensor] = {name: torch.tensor(value) for name, value in weights.items()}
    module.load_state_dict(tensors)
    return module.eval().requires_grad_(False)
