"""The bodies of the laboratory's answers, as :mod:`app.laboratory_schemas` documents them."""

import math
from typing import Any

from app import requests
from app.answers import array, array_or_none, prediction
from app.catalogue import Model, Reading
from app.inspection.unit import Array
from app.laboratory import convolution, descent, pooling, presets
from app.laboratory.architecture import describe
from app.laboratory.transformation import Transformation, equivariances
from app.lazy import torch


def convolved(
    found: convolution.Convolved, encoding: requests.Encoding = "lists"
) -> dict[str, Any]:
    """Return a :class:`app.laboratory_schemas.Convolved`."""
    arrays = {
        name: array_or_none(getattr(found, name), encoding) for name in ("output", "sums", "usage")
    }
    return vars(found) | arrays


def pooled(found: pooling.Pooled, encoding: requests.Encoding = "lists") -> dict[str, Any]:
    """Return a :class:`app.laboratory_schemas.Pooled`."""
    names = ("output", "sources", "usage")
    return vars(found) | {name: array_or_none(getattr(found, name), encoding) for name in names}


def descended(found: descent.Descent, encoding: requests.Encoding = "lists") -> dict[str, Any]:
    """Return a :class:`app.laboratory_schemas.Descended`."""
    names = ("kernels", "gradients", "output", "target")
    return vars(found) | {name: array(getattr(found, name), encoding) for name in names}


def preset(found: presets.Preset) -> dict[str, Any]:
    """Return a :class:`app.laboratory_schemas.Preset`."""
    layers = [{"kind": layer.kind} | vars(layer) for layer in found.layers]
    count = describe(found.input_shape, found.layers).parameter_count
    return vars(found) | {"layers": layers, "parameter_count": count}


def transformed(
    model: Model,
    image: Array,
    transformation: Transformation,
    encoding: requests.Encoding = "lists",
) -> dict[str, Any]:
    """Return a :class:`app.laboratory_schemas.Transformed` of a (1, C, H, W) image.

    Raises:
        BadEdit: The model was edited so that its output is no longer finite.

    """
    moved = transformation.apply(torch.from_numpy(image)).numpy()
    before, after = model.read(image), model.read(moved)
    found = equivariances(
        model.captured.layers, transformation, before.activations, after.activations
    )
    fields = {"input": array(moved[0], encoding), "equivariance": list(found)}
    return prediction(after) | fields


def shifts(reading: Reading, probabilities: Array) -> dict[str, Any]:
    """Return a :class:`app.laboratory_schemas.Shifts`.

    Args:
        reading: Of the input where it is.
        probabilities: Of the shifted inputs, (side², classes), side being 2 reach + 1.

    """
    side = math.isqrt(len(probabilities))
    shares = probabilities[:, reading.prediction].reshape(side, side)
    return {
        "model_id": reading.model_id,
        "reach": side // 2,
        "class": reading.prediction,
        "label": reading.label,
        "probabilities": shares,
        "predictions": probabilities.argmax(1).reshape(side, side),
    }
