"""Moved inputs, and whether the maps of a layer move along.

A layer f is *equivariant* to a transformation T if f(T x) = T f(x): it does not matter whether
one moves the input or the maps (K. Lenc, A. Vedaldi, "Understanding image representations by
measuring their equivariance and equivalence", CVPR 2015). How far it is from that is measured
here as the relative distance ‖f(T x) − T f(x)‖ / ½ (‖f(T x)‖ + ‖T f(x)‖), as the shift
equivariance of R. Zhang, "Making convolutional networks shift-invariant again", ICML 2019, with
another distance; 0 is equivariant.

T moves maps in the input's coordinates: unit u of a map stands at the centre of its receptive
field, start + (size − 1) / 2 + stride · u. A shift by one pixel thus is one by half a unit
where the stride is 2, read between the units (bilinear).

Units that saw the border do not count: their receptive field, moved back or not, must lie
within the image, and what is read to interpolate must too.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.inspection import Layer, ReceptiveField, distances
from app.inspection.receptive import Pair
from app.lazy import torch

if TYPE_CHECKING:
    from torch import Tensor

Trace = Mapping[str, Any]
"""Layer id -> activation, with the batch dimension: numpy's arrays, or tensors."""


@dataclass(frozen=True)
class Transformation:
    """Mirror, scale and turn about the image's centre, in this order; then shift.

    Attributes:
        rows: Pixels downwards.
        columns: Pixels to the right.
        degrees: Clockwise.
        scale: Above 1 enlarges.
        mirror: Whether left and right change places.

    """

    rows: int = 0
    columns: int = 0
    degrees: float = 0.0
    scale: float = 1.0
    mirror: bool = False

    def back(self, places: Tensor, size: Pair) -> Tensor:
        """Return where what now is at these (..., 2) places of an image was before; float64."""
        centre = torch.tensor([(n - 1) / 2 for n in size], dtype=torch.float64)
        shift = torch.tensor([self.rows, self.columns], dtype=torch.float64)
        angle = math.radians(self.degrees)
        cosine, sine = math.cos(angle) / self.scale, math.sin(angle) / self.scale
        turn = torch.tensor([[cosine, -sine], [sine, cosine]], dtype=torch.float64)
        if self.mirror:
            turn[1] *= -1
        found = (places - centre - shift) @ turn.T + centre
        # cos 90° is not quite 0 in floating point; whole places are to stay whole.
        return found.round(decimals=9)

    def apply(self, image: Tensor) -> Tensor:
        """Return images so transformed, (..., H, W); zeros come in from outside."""
        rows, columns = image.shape[-2:]
        places = torch.cartesian_prod(
            torch.arange(rows, dtype=torch.float64), torch.arange(columns, dtype=torch.float64)
        )
        return sample(image, self.back(places, (rows, columns)).reshape(rows, columns, 2))


@dataclass(frozen=True)
class Equivariance:
    """How far the maps of a layer are from moving with the input.

    Attributes:
        distance: 0 where they do; None where every unit saw the border, or it is not known
            which did.

    """

    layer_id: str
    distance: float | None


def equivariances(
    layers: Sequence[Layer], transformation: Transformation, before: Trace, after: Trace
) -> Iterator[Equivariance]:
    """Yield the equivariance of every layer that has maps.

    Args:
        layers: Of the model, the input first.
        transformation: What was done to the input.
        before: The trace of the input.
        after: The trace of the transformed input.

    """
    size = layers[0].output_shape[1], layers[0].output_shape[2]
    for layer in layers:
        if len(layer.output_shape) == 3:
            distance = None
            if layer.receptive_field is not None and all(layer.receptive_field.stride):
                a, b = _compared(
                    layer.receptive_field,
                    size,
                    transformation,
                    torch.as_tensor(before[layer.id][0]),
                    torch.as_tensor(after[layer.id][0]),
                )
                if a.numel():
                    (found,) = distances({layer.id: a}, {layer.id: b})
                    distance = found.relative
            yield Equivariance(layer.id, distance)


def shifted(image: Tensor, reach: int) -> Tensor:
    """Return an image shifted by up to ``reach`` pixels, (2 reach + 1, 2 reach + 1, ...image).

    The first index is the shift downwards, from −reach on, the second the one to the right.
    """
    rows, columns = image.shape[-2:]
    padded = torch.nn.functional.pad(image, (reach, reach, reach, reach))
    windows = padded.unfold(-2, rows, 1).unfold(-2, columns, 1)
    # What starts at row 0 of the padded image shows it shifted down by ``reach``.
    return windows.flip(-4, -3).movedim((-4, -3), (0, 1))


def sample(maps: Tensor, places: Tensor) -> Tensor:
    """Read maps between their units, bilinearly; outside they are 0.

    Args:
        maps: (..., H, W).
        places: (A, B, 2), rows and columns.

    Returns:
        (..., A, B).

    """
    rows, columns = maps.shape[-2:]
    low = places.floor()
    rest = places - low
    result = torch.zeros(*maps.shape[:-2], *places.shape[:-1], dtype=maps.dtype)
    for down in (0, 1):
        for right in (0, 1):
            row, column = (low + torch.tensor([down, right])).long().unbind(-1)
            inside = (row >= 0) & (row < rows) & (column >= 0) & (column < columns)
            share = (rest[..., 0] if down else 1 - rest[..., 0]) * (
                rest[..., 1] if right else 1 - rest[..., 1]
            )
            read = maps[..., row.clamp(0, rows - 1), column.clamp(0, columns - 1)]
            result += read * (share * inside).to(maps.dtype)
    return result


def _compared(
    field: ReceptiveField,
    size: Pair,
    transformation: Transformation,
    before: Tensor,
    after: Tensor,
) -> tuple[Tensor, Tensor]:
    """Return the maps of the transformed input and the transformed maps, where both count."""
    stride = torch.tensor(field.stride, dtype=torch.float64)
    reach = torch.tensor([(n - 1) / 2 for n in field.size], dtype=torch.float64)
    first = torch.tensor(field.start, dtype=torch.float64) + reach
    rows, columns = before.shape[-2:]
    units = torch.cartesian_prod(
        torch.arange(rows, dtype=torch.float64), torch.arange(columns, dtype=torch.float64)
    ).reshape(rows, columns, 2)
    places = first + stride * units
    sources = ((transformation.back(places, size) - first) / stride).round(decimals=9)
    last = torch.tensor(size, dtype=torch.float64) - 1

    def within(found: Tensor) -> Tensor:
        return ((found >= 0) & (found <= last)).all(-1)

    corners = torch.cartesian_prod(*torch.stack((-reach, reach), 1))
    counts = torch.ones(rows, columns, dtype=torch.bool)
    for corner in corners:
        counts &= within(places + corner) & within(transformation.back(places + corner, size))
    for read in (sources.floor(), sources.ceil()):
        for sign in (-1, 1):
            counts &= within(first + stride * read + sign * reach)
        counts &= ((read >= 0) & (read < torch.tensor([rows, columns]))).all(-1)
    return after[:, counts], sample(before, sources)[:, counts]
