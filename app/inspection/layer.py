"""What is known of a layer before anything is run through it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from app.inspection.receptive import ReceptiveField, SlidingWindow

Shape = tuple[int, ...]
"""Without the batch dimension; of a map: channels, rows, columns."""
Hyperparameter = int | float | bool | str | tuple[int, ...]

_FOLDED = {
    "activation",
    "softmax",
    "flatten",
    "batch_norm1d",
    "batch_norm2d",
    "dropout",
    "identity",
}
"""Kinds that the table shows in the row of the layer before them."""


@dataclass(frozen=True)
class Layer:
    """One captured operation.

    Attributes:
        id: Unique in its model, and a path segment of a URL.
        label: What people call it.
        kind: What it does: conv2d, linear, activation, ..., or other.
        hyperparameters: Under torch's names; those of 2-d windows as (rows, columns).
        input_ids: The layers it reads; none for the input itself.
        activation_size: How many units it has.
        parameter_count: Its learned numbers. Those it shares with an earlier layer count there.
        multiply_adds: Multiplications, each with an addition, for one input.
        receptive_field: None where it is not one rectangle for each unit, or not known.
        reads: The window of the layer before that a unit reads; None if not known.

    """

    id: str
    label: str
    kind: str
    hyperparameters: dict[str, Hyperparameter]
    input_ids: tuple[str, ...]
    input_shape: Shape
    output_shape: Shape
    activation_size: int
    parameter_count: int
    multiply_adds: int
    receptive_field: ReceptiveField | None
    reads: SlidingWindow | Literal["all"] | None


@dataclass(frozen=True)
class Row:
    """A line of the table in which a lecture shows a network."""

    label: str
    layer_ids: tuple[str, ...]
    output_shape: Shape
    activation_size: int
    parameter_count: int


def fold(layers: Iterable[Layer]) -> tuple[Row, ...]:
    """Return the table: what only reshapes or bends numbers joins the row before it.

    A row has the shape of its first layer and the parameters of all of them.
    """
    rows: list[Row] = []
    for layer in layers:
        label, parameter_count = layer.label, layer.parameter_count
        ids: tuple[str, ...] = (layer.id,)
        output_shape, activation_size = layer.output_shape, layer.activation_size
        if rows and layer.kind in _FOLDED:
            row = rows.pop()
            label = f"{row.label} + {label}" if layer.kind == "softmax" else row.label
            ids = row.layer_ids + ids
            parameter_count += row.parameter_count
            output_shape, activation_size = row.output_shape, row.activation_size
        rows.append(Row(label, ids, output_shape, activation_size, parameter_count))
    return tuple(rows)
