"""The bodies of answers about gradients, as :mod:`app.gradient_schemas` documents them."""

from collections.abc import Collection
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from app import gradient_schemas, ink, requests
from app.answers import array, array_or_none, in_order, prediction
from app.catalogue import Model, Reading
from app.errors import BadEdit
from app.inspection.edit import Set
from app.inspection.unit import Array
from app.lazy import torch
from app.sample import Sample

if TYPE_CHECKING:
    from app.inspection import Gradients


def gradients(
    reading: Reading,
    found: "Gradients",
    frame: ink.Frame,
    layer_ids: Collection[str],
    encoding: requests.Encoding = "lists",
) -> dict[str, Any]:
    """Return a :class:`app.gradient_schemas.Gradients` of these layers."""
    activations = {
        id_: array(found.activations[id_][0], encoding)
        for id_ in layer_ids
        if id_ in found.activations
    }
    weights = {
        id_: {
            name: array_or_none(found.weights[id_].get(name), encoding)
            for name in ("weight", "bias")
        }
        for id_ in layer_ids
        if id_ in found.weights
    }
    return prediction(reading) | {
        "frame": frame,
        "target": found.target,
        "loss": found.loss,
        "activations": activations,
        "weights": weights,
    }


def parameter_gradient(
    model: Model, layer_id: str, image: Array, fields: requests.ParameterDrawing
) -> dict[str, Any]:
    """Return a :class:`app.gradient_schemas.ParameterGradient` for a (1, C, H, W) image.

    Raises:
        BadInput: There is no such class, parameter or number.
        BadEdit: The model was edited so that a number is no longer finite.
        NotExplained: The arithmetic of the gradient is not known.

    """
    _, gradients = model.gradients(image, fields.target)
    found = model.exact.explain_gradient(layer_id, gradients, fields.parameter, fields.index)
    new = found.updated(fields.learning_rate)
    change = Set(layer_id, fields.parameter, fields.index, new)
    update = {
        "learning_rate": fields.learning_rate,
        "old": found.value,
        "new": new,
        "loss_before": gradients.loss,
        "loss_after": model.exact.loss(torch.from_numpy(image).double(), fields.target, change),
    }
    body = vars(found) | {
        "model_id": model.spec.id,
        "target": gradients.target,
        "loss": gradients.loss,
        "terms": [in_order(terms, gradient_schemas.GradientTerms) for terms in found.terms],
        "sum": found.sum,
        "update": update,
    }
    return {name: body[name] for name in gradient_schemas.ParameterGradient.model_fields}


def whole_step(
    model: Model,
    image: Array,
    gradients: "Gradients",
    learning_rate: float,
    correct: int | None = None,
) -> dict[str, Any]:
    """Return a :class:`app.gradient_schemas.WholeStep` for a (1, C, H, W) image."""
    loss, probabilities = model.exact.step(
        torch.from_numpy(image).double(), gradients, learning_rate
    )
    finite = bool(probabilities.isfinite().all())
    return {
        "learning_rate": learning_rate,
        "loss_after": loss,
        "probabilities_after": probabilities if finite else None,
        "correct_after": correct,
    }


def correct_after(
    model: Model, gradients: "Gradients", learning_rate: float, sample: Sample
) -> int | None:
    """Return how many digits are read right after a step; None if an output is not finite."""
    with suppress(BadEdit):
        return sum(model.count_correct_after(gradients, learning_rate, sample))
    return None


def whole_steps(
    model: Model,
    gradients: "Gradients",
    steps: Collection[dict[str, Any]],
    sample: Sample | None = None,
) -> dict[str, Any]:
    """Return a :class:`app.gradient_schemas.Steps`; with a sample, if that was evaluated."""
    logits = gradients.trace[model.exact.logits_id or model.exact.layers[-1].id]
    return {
        "model_id": model.spec.id,
        "target": gradients.target,
        "loss_before": gradients.loss,
        "probabilities_before": logits[0].softmax(0),
        "squared_gradient": gradients.squared,
        "images": sample and len(sample.labels),
        "correct_before": sample and sum(model.count_correct(sample)),
        "steps": steps,
    }
