"""What runs, and what is known of its layers."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from app.engine import stored
from app.engine.runtime import INPUT, Runtime
from app.inspection.edit import Edit, change, no_layer, of_numbers
from app.inspection.snapshot import Snapshot
from app.inspection.unit import Array

if TYPE_CHECKING:
    from torch import nn

Activations = Mapping[str, Array]
"""Layer id -> activation, with the batch dimension."""


class Network(Protocol):
    """Layers, and something that runs them; it never changes."""

    @property
    def layers(self) -> Snapshot:
        """What is known of the layers."""

    def trace(self, images: Array) -> Activations:
        """Return every layer's activation for (N, C, H, W) float32 images.

        Raises:
            BadInput: The images do not have the network's shape.

        """

    def module(self) -> "nn.Module":
        """Return the same as torch knows it, on which gradients can be computed: a copy."""

    def with_weights(self, weights: Mapping[str, Array]) -> "Network":
        """Return the same layers with other weights, by the module's names."""

    def edited(self, edits: Sequence[Edit]) -> "Network":
        """Return the network with these edits.

        Raises:
            BadEdit: An edit does not fit the network.

        """


class Exported:
    """A network that ONNX Runtime runs. It needs no torch, but for what only torch can do.

    Args:
        model: The ONNX model.
        told: What is known of the layers, see :mod:`app.engine.stored`.
        weights: By the module's names.
        build: Makes the module, with any weights.

    Raises:
        ValueError: The parts do not fit each other.

    """

    def __init__(
        self,
        model: bytes,
        told: Sequence[Mapping[str, Any]],
        weights: Mapping[str, Array],
        build: Callable[[], "nn.Module"],
    ) -> None:
        self.layers = Snapshot(stored.load(told, weights))
        self._runtime = Runtime(model, weights)
        self._model, self._told, self._weights, self._build = model, told, weights, build
        self._shape = self.layers.layers[0].output_shape

    def trace(self, images: Array) -> Activations:
        """Return every layer's activation for (N, C, H, W) float32 images."""
        return self._runtime.run(images)

    def module(self) -> "nn.Module":
        """Return the same as torch knows it: the door to torch."""
        from app.engine.reference import with_weights

        return with_weights(self._build(), self._weights)

    def with_weights(self, weights: Mapping[str, Array]) -> "Exported":
        """Return the same layers with other weights."""
        return Exported(self._model, self._told, weights, self._build)

    def edited(self, edits: Sequence[Edit]) -> Network:
        """Return the network with these edits; torch makes those of more than numbers."""
        if not of_numbers(edits):
            from app.engine.reference import Reference

            return Reference(self.module(), self._shape).edited(edits)
        weights = {name: value.copy() for name, value in self._weights.items()}
        for edit in edits:
            own = stored.keys(self._told, edit.layer)
            if own is None or edit.layer == INPUT:
                raise no_layer(edit.layer)
            change({name: weights[key] for name, key in own.items()}, edit)
        return self.with_weights(weights)
