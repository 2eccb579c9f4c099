"""The JSON routes about how a model came to be: its training, moment by moment.

``moment`` in any other request is the model as it was at one of them. Each moment is captured
when it is first asked for, on the event loop as everything that runs a module; so between two
of them, others get their turn.
"""

from collections.abc import AsyncIterator
from typing import Annotated

from anyio.lowlevel import checkpoint
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from app import answers, requests, schemas
from app.catalogue import Model
from app.errors import BadInput
from app.routing import (
    INPUT_PROBLEMS,
    ModelDep,
    SettingsDep,
    answer,
    input_body,
    problems,
    read_subject,
)

router = APIRouter(prefix="/api/models/{model_id}/timeline", tags=["models"])
QueryDep = Annotated[requests.TimelineQuery, Query()]


@router.get("", response_model=schemas.Timeline, responses=problems(404, 422))
async def show_timeline(model: ModelDep, query: QueryDep) -> Response:
    """Return how a model was trained: curves, and the moments at which it was kept."""
    moments = model.history().moments
    if not (ids := _chosen(model, query.layers)):
        return answer(answers.timeline(model, [{} for _ in moments]))
    weights = [answers.learned(then, ids, query.encoding) async for then in _moments(model)]
    return answer(answers.timeline(model, weights))


@router.post(
    "",
    response_model=schemas.Readings,
    responses=INPUT_PROBLEMS,
    openapi_extra=input_body(requests.Drawing),
)
async def read_through_time(
    request: Request, model: ModelDep, settings: SettingsDep, query: QueryDep
) -> Response:
    """Read a digit with the model as it was at every moment of its training."""
    model.history()
    ids = _chosen(model, query.layers)
    subject = await read_subject(request, requests.Drawing, model, settings)
    if subject.fields.edits or subject.fields.moment is not None:
        raise BadInput(
            "A timeline is read at all moments, and as they were.",
            "Leave out edits and moment, or ask for a trace with both.",
        )
    readings = [then.read(subject.image) async for then in _moments(model)]
    found = [
        answers.moment_reading(moment, reading, ids, query.encoding)
        for moment, reading in enumerate(readings)
    ]
    return answer(answers.readings(model, subject.frame, found))


async def _moments(model: Model) -> AsyncIterator[Model]:
    """Yield the model as it was at each moment, letting others in between."""
    for moment in range(len(model.history().moments)):
        yield model.at(moment)
        await checkpoint()


def _chosen(model: Model, ids: str | None) -> list[str]:
    """Return the layers' ids, if there are such layers."""
    return [model.captured.layer(id_.strip()).id for id_ in ids.split(",")] if ids else []
