"""What all routers share: what a route depends on, and how it describes its body.

A body is read by hand, see :mod:`app.bodies`; answers are written by :mod:`app.answers`.
"""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar

from anyio.to_thread import run_sync
from fastapi import Depends, Query, Request
from fastapi.responses import Response
from fastapi.routing import APIRoute
from pydantic import BaseModel, ValidationError

from app import answers, ink, requests, schemas
from app.batches import MEDIA_TYPES
from app.bodies import D, read_input
from app.catalogue import Catalogue, Model
from app.inspection.edit import of_numbers
from app.inspection.unit import Array
from app.lazy import fetch_torch, is_torch_there
from app.problems import invalid
from app.settings import Settings

Q = TypeVar("Q", bound=BaseModel)


# All async: what is not is called in another thread, which takes longer than reading a digit.
async def _settings(request: Request) -> Settings:
    return settings_of(request)


async def _catalogue(request: Request) -> Catalogue:
    catalogue: Catalogue = request.app.state.catalogue
    return catalogue


async def _model(model_id: str, request: Request) -> Model:
    return model_of(request)


CatalogueDep = Annotated[Catalogue, Depends(_catalogue)]


async def with_torch() -> None:
    """Import torch, if it is not there, while other requests are answered."""
    if is_torch_there():
        fetch_torch()
    else:
        await run_sync(fetch_torch)


async def ready_for(*fields: requests.Edited) -> None:
    """Import torch if a request wants the model changed in a way that only torch can."""
    if not all(map(of_numbers, (one.made() for one in fields))):
        await with_torch()


class Direct(APIRoute):
    """A route whose endpoint is given the request and nothing else.

    FastAPI finds and documents it like any other; what it would do in between takes longer than
    reading a digit. What the endpoint takes from the request itself is named in ``dependencies``,
    for the documentation alone.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return what answers a request."""
        endpoint: Callable[[Request], Coroutine[Any, Any, Response]] = self.endpoint
        return endpoint


def settings_of(request: Request) -> Settings:
    """Return the settings of the application."""
    settings: Settings = request.app.state.settings
    return settings


def model_of(request: Request) -> Model:
    """Return the model that a request's path names.

    Raises:
        UnknownModel: There is none of this id.

    """
    catalogue: Catalogue = request.app.state.catalogue
    return catalogue.model(request.path_params["model_id"])


def query_of(request: Request, form: type[Q]) -> Q:
    """Return what stands in a request's query string; what the form does not name is left.

    Raises:
        BadInput: A value is not what it should be.

    """
    try:
        return form.model_validate(dict(request.query_params))
    except ValidationError as error:
        raise invalid(list(error.errors(include_url=False, include_input=False))) from None


WITH_TORCH = [Depends(with_torch)]
"""What a route depends on that torch works for."""
OF_MODEL = Depends(_model)
ModelDep = Annotated[Model, OF_MODEL]
SettingsDep = Annotated[Settings, Depends(_settings)]
Encoding = Annotated[requests.Encoding, Query(description=requests.ENCODING)]


@dataclass(frozen=True)
class Subject(Generic[D]):
    """What a request is about."""

    fields: D
    model: Model
    """As the request changes it."""
    image: Array
    """(1, 1, 32, 32): what the network sees."""
    frame: ink.Frame
    """Where that lies in the drawing."""


async def read_subject(
    request: Request, form: type[D], model: Model, settings: Settings
) -> Subject[D]:
    """Read a request's fields and input, and change the model as they say.

    Raises:
        BadEdit: An edit does not fit the model.
        OutsideTimeline: The model's training has no such moment.
        ConvLensError: The body or the input is not what it should be, see :mod:`app.bodies`.

    """
    fields, normalised = await read_input(request, form, settings)
    await ready_for(fields)
    image = ink.to_tensor(normalised.input)
    return Subject(fields, changed(model, fields), image, normalised.frame)


def changed(model: Model, fields: requests.Edited) -> Model:
    """Return the model as a request wants it.

    Raises:
        BadEdit: An edit does not fit the model.
        OutsideTimeline: The model's training has no such moment.

    """
    return model.at(fields.moment).edited(fields.made())


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Describe the problems that a route answers with, for OpenAPI."""
    return {
        status: {"description": _PROBLEMS[status], "content": schemas.PROBLEM}
        for status in statuses
    }


_PROBLEMS = {
    404: "No such model, layer or training run.",
    408: "The body did not arrive in time.",
    409: "The training run has ended.",
    413: "Too many bytes, numbers, pixels, points or images.",
    415: "The body is neither JSON nor an image nor a form, nor a numpy file where one may be.",
    422: "The input is malformed, empty or out of range.",
    429: "As many as the server allows are there already.",
    503: "The server has too much to do, or is about to end.",
}
INPUT_PROBLEMS = problems(404, 408, 413, 415, 422)
JSON_PROBLEMS = problems(408, 413, 415, 422)


def input_body(
    form: type[requests.Drawing], batch: type[requests.Fields] | None = None
) -> dict[str, Any]:
    """Describe the body that :func:`app.bodies.read_input` reads, for OpenAPI.

    Args:
        form: The schema of its fields.
        batch: The schema of those of many images, if the route takes them.

    """
    binary = {"schema": {"type": "string", "format": "binary"}}
    fields = form.model_json_schema()["properties"]
    own = [name for name in form.model_fields if name not in requests.Drawing.model_fields]
    file: dict[str, Any] = {"type": "string", "format": "binary"}
    json: dict[str, Any] = {"$ref": f"#/components/schemas/{form.__name__}"}
    if batch:
        file = {"type": "array", "minItems": 1, "items": file, "description": "One, or many."}
        json = {"anyOf": [json, {"$ref": f"#/components/schemas/{batch.__name__}"}]}
    form_schema = {
        "type": "object",
        "required": ["file"],
        "properties": {
            "file": file,
            "ink": {"type": "string", "enum": ["bright", "dark"]},
            **{name: _form_field(fields[name]) for name in own},
        },
    }
    content = {
        "application/json": {"schema": json},
        "image/*": binary,
        "multipart/form-data": {"schema": form_schema},
    }
    if batch:
        content |= dict.fromkeys(MEDIA_TYPES, binary)
    return {"requestBody": {"required": True, "content": content}}


def _form_field(schema: dict[str, Any]) -> dict[str, Any]:
    """Describe a field as it stands in a form, where a list is JSON."""
    kind = schema.get("type", "integer")
    return {"type": "string", "description": "JSON."} if kind == "array" else {"type": kind}


def json_body(form: type[requests.Fields]) -> dict[str, Any]:
    """Describe the body that :func:`app.bodies.read_fields` reads, for OpenAPI."""
    schema = {"$ref": f"#/components/schemas/{form.__name__}"}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


def answer(body: Any, status: int = 200) -> Response:
    """Answer with a body of :mod:`app.answers`."""
    return Response(answers.encode(body), status, media_type="application/json")
