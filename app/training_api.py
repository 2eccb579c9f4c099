"""The JSON routes about training runs, and the events that they send."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Request
from fastapi.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from app import answers, ink, requests, training_answers, training_runs
from app.bodies import read_fields, read_input
from app.errors import BadInput
from app.live import Listed, Runs
from app.live.runs import Limits
from app.routing import (
    INPUT_PROBLEMS,
    JSON_PROBLEMS,
    SettingsDep,
    answer,
    input_body,
    json_body,
    problems,
    with_torch,
)
from app.settings import ROOT, Settings

router = APIRouter(prefix="/api/training_runs", tags=["training"])
_HEARTBEAT = 15.0
"""Seconds of silence after which a comment keeps proxies from hanging up."""
_TOLD = ("TrainingState", "TrainingProgress", "TrainingSnapshot")
_EVENT: dict[str, Any] = {
    "type": "object",
    "required": ["event", "id", "data"],
    "properties": {
        "event": {"type": "string", "enum": ["state", "progress", "snapshot"]},
        "id": {"type": "string"},
        "data": {
            "type": "string",
            "contentMediaType": "application/json",
            "contentSchema": {"anyOf": [{"$ref": f"#/components/schemas/{n}"} for n in _TOLD]},
        },
    },
}
_EVENTS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Events `state`, `progress` and `snapshot`, whose data are a TrainingState, "
        "a TrainingProgress and a TrainingSnapshot; those that there are already come at once. "
        "Last-Event-ID leaves out what the client has.",
        # Of one event; OpenAPI 3.2's word, which FastAPI uses for streams as well.
        "content": {"text/event-stream": {"itemSchema": _EVENT}},
    }
}


def create_runs(settings: Settings) -> Runs:
    """Return the runs of a server that has these settings; there are none yet."""
    return Runs(
        Limits(
            runs=settings.max_training_runs,
            listeners=settings.max_training_listeners,
            seconds=settings.training_seconds,
            alone_seconds=settings.training_alone_seconds,
            kept_seconds=settings.training_kept_seconds,
        ),
        ROOT / "static" / "digits",
        settings.replica,
    )


async def _runs(request: Request) -> Runs:
    runs: Runs = request.app.state.training_runs
    return runs


RunsDep = Annotated[Runs, Depends(_runs)]


async def _run(run_id: str, runs: RunsDep) -> Listed:
    return runs.get(run_id)


RunDep = Annotated[Listed, Depends(_run)]


@router.post(
    "",
    status_code=201,
    response_model=training_runs.TrainingRun,
    responses=JSON_PROBLEMS | problems(429),
    openapi_extra=json_body(training_runs.TrainingSettings),
)
async def begin(request: Request, runs: RunsDep, settings: SettingsDep) -> Response:
    """Make LeNet-5 with fresh weights; it learns from bundled digits when it is told to.

    A run stays as long as somebody listens to its events or asks for it now and then.
    """
    fields = await read_fields(request, training_runs.TrainingSettings, settings)
    recipe = replace(
        fields.recipe(),
        epochs=_limited(fields, "epochs", settings.max_training_epochs),
        batch_size=_limited(fields, "batch_size", settings.max_training_batch_size),
    )
    runs.require_room()
    await with_torch()  # of which the layers are
    run = runs.make(recipe)
    made = answer(training_answers.run(run), 201)
    made.headers["Location"] = f"{router.prefix}/{run.id}"
    return made


@router.get("/{run_id}", response_model=training_runs.TrainingRun, responses=problems(404))
async def describe(run: RunDep) -> Response:
    """Return how far a run is, with its curves."""
    return answer(training_answers.run(run))


@router.delete("/{run_id}", status_code=204, responses=problems(404))
async def remove(run: RunDep, runs: RunsDep) -> Response:
    """Forget a run."""
    runs.remove(run)
    return Response(status_code=204)


@router.post(
    "/{run_id}/commands",
    status_code=202,
    response_model=training_runs.TrainingRun,
    responses=INPUT_PROBLEMS | problems(409),
    openapi_extra=json_body(training_runs.TrainingCommand),
)
async def command(request: Request, run: RunDep, runs: RunsDep, settings: SettingsDep) -> Response:
    """Tell a run what to do. The answer is how it was; what becomes of it is told by events."""
    fields = await read_fields(request, training_runs.TrainingCommand, settings)
    runs.command(run, fields.command)
    return answer(training_answers.run(run), 202)


@router.put(
    "/{run_id}/drawing",
    status_code=204,
    responses=INPUT_PROBLEMS | problems(409),
    openapi_extra=input_body(requests.Drawing),
)
async def show(request: Request, run: RunDep, runs: RunsDep, settings: SettingsDep) -> Response:
    """Let the network look at another drawing; its maps come with the next snapshots."""
    fields, normalised = await read_input(request, requests.Drawing, settings)
    changes = fields.model_fields_set & requests.Edited.model_fields.keys()
    if changes:
        raise BadInput(
            f"{', '.join(sorted(changes))}: a network that learns is changed by nothing else.",
            "Send the drawing alone.",
        )
    runs.show(run, ink.to_tensor(normalised.input))
    return Response(status_code=204)


@router.get("/{run_id}/events", responses={**_EVENTS, **problems(404, 429)})
async def listen(
    run: RunDep,
    runs: RunsDep,
    last_event_id: Annotated[str, Header(include_in_schema=False)] = "",
) -> Response:
    """Follow a run by server-sent events. Who reads slowly gets fewer, always the newest."""
    version = int(last_event_id) if last_event_id.isdecimal() and len(last_event_id) < 16 else 0
    return _Events(runs, run, version)


class _Events(StreamingResponse):
    """A stream of what changes in a run, from a version on."""

    def __init__(self, runs: Runs, run: Listed, version: int) -> None:
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        super().__init__(_told(runs, run, version), headers=headers, media_type="text/event-stream")
        self._runs, self._run = runs, run

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self._runs.listening(self._run):
            await super().__call__(scope, receive, send)


async def _told(runs: Runs, run: Listed, version: int) -> AsyncIterator[bytes]:
    async for changed in runs.changes(run, version, _HEARTBEAT):
        for number, part in changed:
            yield b"event: %b\nid: %d\ndata: %b\n\n" % (part.encode(), number, _data(run, part))
        if not changed:
            yield b": nothing new\n\n"


def _data(run: Listed, part: str) -> bytes:
    """Return a part as it is now, in one line."""
    if part == "snapshot" and run.snapshot is not None:
        return answers.encode(training_answers.snapshot(run.snapshot))
    if part == "progress" and run.progress is not None:
        return answers.encode(training_answers.progress(run.progress))
    return answers.encode(training_answers.state(run))


def _limited(fields: training_runs.TrainingSettings, name: str, most: int) -> int:
    """Return a number that may be so large; one that was not asked for is made to fit."""
    value: int = getattr(fields, name)
    if name not in fields.model_fields_set:
        return min(value, most)
    if value > most:
        raise BadInput(f"{name}: {value:,} is more than {most:,}.", f"Choose at most {most:,}.")
    return value
