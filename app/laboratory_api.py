"""The JSON routes of the lecture: what its chapters compute, for anybody's numbers.

What may take long is computed in a thread, one request at a time, so that nobody with a small
one waits for it and memory stays bounded. Where a module runs, it runs on the event loop:
torch.fx patches torch while it captures, see :func:`app.inspection.capture`.
"""

from collections.abc import Callable
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from anyio import CapacityLimiter
from anyio.lowlevel import checkpoint
from anyio.to_thread import run_sync
from fastapi import APIRouter, Request
from fastapi.responses import Response

from app import (
    experiments,
    gradient_answers,
    gradient_schemas,
    laboratory_answers,
    laboratory_schemas,
    requests,
)
from app.bodies import read_fields
from app.catalogue import Model
from app.errors import TooLarge
from app.laboratory.budget import Budget
from app.laboratory.presets import PRESETS
from app.laboratory.transformation import shifted
from app.lazy import torch
from app.routing import (
    INPUT_PROBLEMS,
    JSON_PROBLEMS,
    WITH_TORCH,
    Encoding,
    ModelDep,
    SettingsDep,
    answer,
    input_body,
    json_body,
    read_subject,
)
from app.sample import Sample
from app.settings import Settings

if TYPE_CHECKING:
    from app.inspection import Gradients

_BATCH = 64
"""Inputs that are read at once: a few milliseconds, before others get their turn."""

router = APIRouter(prefix="/api", tags=["lecture"], dependencies=WITH_TORCH)


class Laboratory:
    """What the lecture's routes share in one process.

    Attributes:
        budget: What one request may compute.
        small: What of that takes but a few milliseconds.
        worker: Lets one computation at a time run in a thread.

    """

    def __init__(self, settings: Settings) -> None:
        self.budget = Budget(settings.max_cells, settings.max_multiply_adds)
        self.small = self.budget.limited(cells=4_096, multiply_adds=2**18)
        self.worker = CapacityLimiter(1)

    @cached_property
    def presets(self) -> list[dict[str, Any]]:
        """The answer of GET /api/architectures; torch counts their parameters."""
        return [laboratory_answers.preset(preset) for preset in PRESETS.values()]


@router.post(
    "/convolutions",
    response_model=laboratory_schemas.Convolved,
    responses=JSON_PROBLEMS,
    openapi_extra=json_body(experiments.Convolution),
)
async def convolve(
    request: Request, settings: SettingsDep, encoding: Encoding = "lists"
) -> Response:
    """Slide filters over an input: padding, stride, dilation, groups, bias, activation."""
    fields = await read_fields(request, experiments.Convolution, settings)
    return await _computed(
        request, lambda b: laboratory_answers.convolved(fields.compute(b), encoding)
    )


@router.post(
    "/poolings",
    response_model=laboratory_schemas.Pooled,
    responses=JSON_PROBLEMS,
    openapi_extra=json_body(experiments.Pooling),
)
async def pool(request: Request, settings: SettingsDep, encoding: Encoding = "lists") -> Response:
    """Keep the largest number of each window, and where it came from, or the mean."""
    fields = await read_fields(request, experiments.Pooling, settings)
    return await _computed(
        request, lambda b: laboratory_answers.pooled(fields.compute(b), encoding)
    )


@router.get("/architectures", response_model=list[laboratory_schemas.Preset])
async def list_architectures(request: Request) -> Response:
    """List the architectures to start from."""
    return answer(_laboratory(request).presets)


@router.post(
    "/architectures",
    response_model=laboratory_schemas.DescribedArchitecture,
    responses=JSON_PROBLEMS,
    openapi_extra=json_body(experiments.Architecture),
)
async def describe_architecture(request: Request, settings: SettingsDep) -> Response:
    """Put layers in a row: shapes, counts, receptive fields, and PyTorch code.

    A linear layer behind maps gets a flatten before it. A layer that cannot read what the one
    before it gives is the problem impossible_layer, whose member ``layer`` is its place.
    """
    fields = await read_fields(request, experiments.Architecture, settings)
    return answer(fields.describe())


@router.post(
    "/gradient_descents",
    response_model=laboratory_schemas.Descended,
    responses=JSON_PROBLEMS,
    openapi_extra=json_body(experiments.GradientDescent),
)
async def descend(
    request: Request, settings: SettingsDep, encoding: Encoding = "lists"
) -> Response:
    """Find a kernel by plain gradient descent on the mean squared error."""
    fields = await read_fields(request, experiments.GradientDescent, settings)
    return await _computed(
        request, lambda b: laboratory_answers.descended(fields.compute(b), encoding)
    )


@router.post(
    "/models/{model_id}/transformations",
    response_model=laboratory_schemas.Transformed,
    responses=INPUT_PROBLEMS,
    openapi_extra=input_body(experiments.TransformedDrawing),
)
async def transform(
    request: Request, model: ModelDep, settings: SettingsDep, encoding: Encoding = "lists"
) -> Response:
    """Shift, turn, scale or mirror the network's input, and see which maps move along."""
    subject = await read_subject(request, experiments.TransformedDrawing, model, settings)
    transformation = subject.fields.transformation
    return answer(
        laboratory_answers.transformed(subject.model, subject.image, transformation, encoding)
    )


@router.post(
    "/models/{model_id}/shifts",
    response_model=laboratory_schemas.Shifts,
    responses=INPUT_PROBLEMS,
    openapi_extra=input_body(experiments.ShiftedDrawing),
)
async def shift(request: Request, model: ModelDep, settings: SettingsDep) -> Response:
    """Read the network's input at every place within reach."""
    subject = await read_subject(request, experiments.ShiftedDrawing, model, settings)
    reading = subject.model.read(subject.image)
    images = shifted(torch.from_numpy(subject.image[0]), subject.fields.reach).flatten(0, 1)
    probabilities = []
    for batch in torch.split(images, _BATCH):
        probabilities.append(subject.model.classify(batch.numpy()))
        await checkpoint()  # drawings that are being read come first
    return answer(laboratory_answers.shifts(reading, np.concatenate(probabilities)))


@router.post(
    "/models/{model_id}/steps",
    response_model=gradient_schemas.Steps,
    responses=INPUT_PROBLEMS,
    openapi_extra=input_body(requests.StepDrawing),
)
async def step(request: Request, model: ModelDep, settings: SettingsDep) -> Response:
    """Take a step of gradient descent with all weights and biases, for each learning rate."""
    subject = await read_subject(request, requests.StepDrawing, model, settings)
    model, image = subject.model, subject.image
    sample: Sample | None = request.app.state.sample if subject.fields.evaluate else None
    _, gradients = model.gradients(image, subject.fields.target)
    steps = []
    for rate in subject.fields.learning_rates:
        correct = None
        if sample is not None:
            async with _laboratory(request).worker:
                correct = await _count(model, gradients, rate, sample)
        steps.append(gradient_answers.whole_step(model, image, gradients, rate, correct))
        await checkpoint()  # drawings that are being read come first
    return answer(gradient_answers.whole_steps(model, gradients, steps, sample))


async def _count(model: Model, gradients: "Gradients", rate: float, sample: Sample) -> int | None:
    """Return how many digits the stepped model reads right; None if it is no longer finite."""
    total = 0
    for part in sample.split(_BATCH):
        found = gradient_answers.correct_after(model, gradients, rate, part)
        if found is None:
            return None
        total += found
        await checkpoint()
    return total


async def _computed(request: Request, compute: Callable[[Budget], Any]) -> Response:
    """Answer with something small at once; with something large from a thread."""
    laboratory = _laboratory(request)
    if laboratory.small != laboratory.budget:
        # What is too large is refused before it is begun, so the attempt costs next to nothing.
        with suppress(TooLarge):
            return answer(compute(laboratory.small))
    return await run_sync(lambda: answer(compute(laboratory.budget)), limiter=laboratory.worker)


def _laboratory(request: Request) -> Laboratory:
    laboratory: Laboratory = request.app.state.laboratory
    return laboratory
