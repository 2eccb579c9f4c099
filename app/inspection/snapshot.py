"""The layers of a network and the arithmetic of their units: all that needs no torch."""

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from app.errors import NotExplained, OutsideLayer, UnknownLayer
from app.inspection.description import Description
from app.inspection.layer import Layer, Row, fold
from app.inspection.region import backward, forward
from app.inspection.unit import Array, Index, UnitExplanation, Window


class Snapshot:
    """What is known of a network as it was captured.

    It holds no state between calls, so any number of threads can share it.

    Attributes:
        layers: In the order they are computed; the first is the input.

    """

    def __init__(self, described: Sequence[tuple[Layer, Description]]) -> None:
        self.layers = tuple(layer for layer, _ in described)
        self._described = tuple(described)
        self._descriptions = {layer.id: description for layer, description in described}

    @property
    def described(self) -> tuple[tuple[Layer, Description], ...]:
        """The layers with what the table says of each."""
        return self._described

    @property
    def parameter_count(self) -> int:
        """The learned numbers of all layers."""
        return sum(layer.parameter_count for layer in self.layers)

    @property
    def logits_id(self) -> str | None:
        """The layer that feeds the final softmax; None without one."""
        last = self.layers[-1]
        return last.input_ids[0] if last.kind == "softmax" else None

    def table(self) -> tuple[Row, ...]:
        """Return the rows in which a lecture shows the network."""
        return fold(self.layers)

    def layer(self, layer_id: str) -> Layer:
        """Return a layer.

        Raises:
            UnknownLayer: There is none of this id.

        """
        for layer in self.layers:
            if layer.id == layer_id:
                return layer
        ids = ", ".join(layer.id for layer in self.layers)
        raise UnknownLayer(f"There is no layer {layer_id!r}.", f"The layers are {ids}.")

    def weights(self, layer_id: str) -> dict[str, Array]:
        """Return a layer's weight and bias as far as it has them. They are not to be changed.

        Raises:
            UnknownLayer: There is no layer of this id.

        """
        return dict(self._descriptions[self.layer(layer_id).id].weights)

    def explain_unit(
        self, layer_id: str, trace: Mapping[str, Any], index: Index
    ) -> UnitExplanation:
        """Return the arithmetic of one unit for the first sample of a trace.

        Args:
            layer_id: The unit's layer.
            trace: Every layer's activation, with the batch dimension: numpy's arrays, or what
                becomes one.
            index: Channel, row and column in a map, the channel alone in a vector.

        Raises:
            UnknownLayer: There is no layer of this id.
            OutsideLayer: The layer has no such unit.
            NotExplained: The layer's operation is not in the table.

        """
        layer = self.layer(layer_id)
        _check_index(layer, index)
        explain = self._descriptions[layer.id].explain
        if explain is None or max(len(layer.input_shape), len(layer.output_shape)) > 3:
            raise NotExplained(f"The arithmetic of {layer.id} ({layer.label}) is not known.")
        source_id = layer.input_ids[0] if layer.input_ids else None
        return UnitExplanation(
            layer_id=layer.id,
            kind=layer.kind,
            index=index,
            source_id=source_id,
            result=np.asarray(trace[layer.id][0])[index].item(),
            **vars(explain(np.asarray(trace[source_id or layer.id][0]), index)),
        )

    def receptive_fields(self, layer_id: str, index: Index) -> dict[str, Window]:
        """Return what a unit depends on in its own and every earlier layer, nearest first.

        Raises:
            UnknownLayer: There is no layer of this id.
            OutsideLayer: The layer has no such unit.
            NotExplained: The layer has more than three dimensions.

        """
        return dict(backward(self._described[: self._place(layer_id, index) + 1], _region(index)))

    def projective_fields(self, layer_id: str, index: Index) -> dict[str, Window]:
        """Return what depends on a unit in its own and every later layer, nearest first.

        Raises:
            UnknownLayer: There is no layer of this id.
            OutsideLayer: The layer has no such unit.
            NotExplained: The layer has more than three dimensions.

        """
        return dict(forward(self._described[self._place(layer_id, index) :], _region(index)))

    def _place(self, layer_id: str, index: Index) -> int:
        layer = self.layer(layer_id)
        _check_index(layer, index)
        return self.layers.index(layer)


def _region(index: Index) -> Window:
    if len(index) > 3:
        raise NotExplained("Regions are known in maps and vectors only.")
    return Window(*(range(i, i + 1) for i in index))


def _check_index(layer: Layer, index: Index) -> None:
    shape = layer.output_shape
    if len(index) == len(shape) and all(0 <= i < n for i, n in zip(index, shape, strict=True)):
        return
    names = itertools.chain(("channel", "row", "column"), itertools.repeat("and"))
    ranges = ", ".join(f"{name} 0 to {n - 1}" for name, n in zip(names, shape, strict=False))
    raise OutsideLayer(f"Layer {layer.id} has no unit {tuple(index)}.", f"It has {ranges}.")
