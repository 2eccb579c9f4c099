"""Where the gradient of one weight or bias comes from: its terms in a layer.

By the chain rule each unit that the number helped to compute adds a term: the *upstream*
gradient, which is the loss's at the unit, times what the number was multiplied by there
(D. Rumelhart, G. Hinton and R. Williams, "Learning representations by back-propagating errors",
Nature 323, 1986). Each function here writes the terms out for one way of computing: it gets the
activation that the layer reads and the gradient at its own (one sample), the parameter's name
and the index of the number, and returns float64, so that rounding is torch's alone.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from app.inspection.receptive import SlidingWindow
from app.inspection.unit import Array, Index, Window, patch_of

Terms = Callable[[Array, Array, str, Index], "GradientTerms"]


@dataclass(frozen=True, kw_only=True)
class GradientTerms:
    """What a layer adds to the gradient of one number of its weight or bias: ``products``.

    Attributes:
        units: The units of the layer that the number helped to compute.
        upstream: The gradient at these units: (1, rows, columns) of a map, else (n,).
        window: The units of the layer before that it was multiplied by, in the order of
            ``units``; None for a bias, which is only added.
        inputs: Their values; what padding gives where they lie outside.
        products: Upstream times inputs; of a bias, upstream itself.

    """

    units: Window
    upstream: Array
    window: Window | None = None
    inputs: Array | None = None
    products: Array


def convolution(
    source: Array,
    upstream: Array,
    parameter: str,
    index: Index,
    window: SlidingWindow,
    weight: Array,
    padding_mode: str,
) -> GradientTerms:
    """Write out the gradient for a (grouped) convolution: a term for each place of the map.

    The unit in row r multiplied the weight in row i of its kernel by the input in row
    r · stride + i · dilation − padding; the same holds for columns.
    """
    own, *place = index
    rows, columns = upstream.shape[1:]
    units = Window(range(own, own + 1), range(rows), range(columns))
    gradient = upstream[own : own + 1].astype(np.float64)
    if parameter == "bias":
        return GradientTerms(units=units, upstream=gradient, products=gradient)
    filters, depth = weight.shape[:2]
    group = own * (source.shape[0] // depth) // filters
    channel = group * depth + place[0]
    read = (
        range(channel, channel + 1),
        window.across(0, place[1], rows),
        window.across(1, place[2], columns),
    )
    inputs = patch_of(source, *read, mode=padding_mode)
    return GradientTerms(
        units=units,
        upstream=gradient,
        window=Window(*read),
        inputs=inputs,
        products=gradient * inputs,
    )


def linear(source: Array, upstream: Array, parameter: str, index: Index) -> GradientTerms:
    """Write out the gradient for a fully connected layer: one term, or one for each row."""
    others = [range(n) for n in upstream.shape[:-1]]
    unit = index[0]
    units = Window(*[*others, range(unit, unit + 1)])
    gradient = upstream[..., unit : unit + 1].astype(np.float64)
    if parameter == "bias":
        return GradientTerms(units=units, upstream=gradient, products=gradient)
    place = index[1]
    inputs = source[..., place : place + 1].astype(np.float64)
    return GradientTerms(
        units=units,
        upstream=gradient,
        window=Window(*[*others, range(place, place + 1)]),
        inputs=inputs,
        products=gradient * inputs,
    )
