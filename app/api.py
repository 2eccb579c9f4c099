"""The JSON routes: parse, call the core, answer with a schema.

The schemas document the answers; :mod:`app.answers` writes them, a response model in between
would take twenty times as long.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from torch import Tensor

from app import answers, ink, schemas
from app.bodies import read_input
from app.catalogue import Catalogue, Model
from app.settings import Settings


def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


def _catalogue(request: Request) -> Catalogue:
    catalogue: Catalogue = request.app.state.catalogue
    return catalogue


def _model(model_id: str, request: Request) -> Model:
    return _catalogue(request).model(model_id)


async def _tensor(request: Request) -> Tensor:
    _, picture = await read_input(request, schemas.Drawing, _settings(request))
    return ink.to_tensor(ink.normalise(picture)["pad"])


CatalogueDep = Annotated[Catalogue, Depends(_catalogue)]
ModelDep = Annotated[Model, Depends(_model)]
TensorDep = Annotated[Tensor, Depends(_tensor)]
Encoding = Annotated[schemas.Encoding, Query(description=schemas.ENCODING)]


def _problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    return {
        status: {"description": _PROBLEMS[status], "content": schemas.PROBLEM}
        for status in statuses
    }


_PROBLEMS = {
    404: "No such model, or no such layer.",
    408: "The body did not arrive in time.",
    413: "Too many bytes, pixels or points.",
    415: "The body is neither JSON nor an image nor a form.",
    422: "The input is malformed, empty or out of range.",
}
_INPUT_PROBLEMS = _problems(404, 408, 413, 415, 422)


def _input_body(form: type[schemas.Drawing]) -> dict[str, Any]:
    """Describe the body that :func:`app.bodies.read_input` reads, for OpenAPI."""
    binary = {"schema": {"type": "string", "format": "binary"}}
    fields = {
        name: {"type": "integer"}
        for name in form.model_fields.keys() - schemas.Drawing.model_fields
    }
    form_schema = {
        "type": "object",
        "required": ["file"],
        "properties": {
            "file": {"type": "string", "format": "binary"},
            "ink": {"type": "string", "enum": ["bright", "dark"]},
            **fields,
        },
    }
    return {
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": {"$ref": f"#/components/schemas/{form.__name__}"},
                },
                "image/*": binary,
                "multipart/form-data": {"schema": form_schema},
            },
        }
    }


router = APIRouter(prefix="/api", tags=["models"])


@router.get("/models", response_model=list[schemas.ModelSummary])
async def list_models(catalogue: CatalogueDep) -> Response:
    """List the models that can be looked into."""
    return _answer([answers.summary(model) for model in catalogue])


@router.get("/models/{model_id}", response_model=schemas.Model, responses=_problems(404))
async def describe_model(model: ModelDep) -> Response:
    """Return a model's layers, the lecture's table of it, and the card of its weights."""
    return _answer(answers.description(model))


@router.get(
    "/models/{model_id}/layers/{layer_id}/weights",
    response_model=schemas.Weights,
    responses=_problems(404, 422),
)
async def read_weights(model: ModelDep, layer_id: str, encoding: Encoding = "lists") -> Response:
    """Return a layer's filters and biases; null where it has none."""
    return _answer(answers.weights(model, layer_id, encoding))


@router.post(
    "/models/{model_id}/predictions",
    response_model=schemas.Prediction,
    responses=_INPUT_PROBLEMS,
    openapi_extra=_input_body(schemas.Drawing),
)
async def predict(model: ModelDep, tensor: TensorDep) -> Response:
    """Read a digit."""
    return _answer(answers.prediction(model.read(tensor)))


@router.post(
    "/models/{model_id}/traces",
    response_model=schemas.Trace,
    responses=_INPUT_PROBLEMS,
    openapi_extra=_input_body(schemas.Drawing),
)
async def trace(
    model: ModelDep, tensor: TensorDep, query: Annotated[schemas.TraceQuery, Query()]
) -> Response:
    """Read a digit, and return what every layer made of it."""
    layers = model.captured.layers
    if query.layers is not None:
        layers = tuple(model.captured.layer(id_.strip()) for id_ in query.layers.split(","))
    reading = model.read(tensor)
    return _answer(answers.trace(reading, [layer.id for layer in layers], query.encoding))


@router.post(
    "/models/{model_id}/layers/{layer_id}/units",
    response_model=schemas.Unit,
    responses=_INPUT_PROBLEMS,
    openapi_extra=_input_body(schemas.UnitDrawing),
)
async def explain_unit(request: Request, model: ModelDep, layer_id: str) -> Response:
    """Return the arithmetic behind one number of a layer."""
    layer = model.captured.layer(layer_id)
    drawing, picture = await read_input(request, schemas.UnitDrawing, _settings(request))
    given = (drawing.channel, drawing.row, drawing.column)
    index = tuple(position for position in given if position is not None)
    reading = model.read(ink.to_tensor(ink.normalise(picture)["pad"]))
    return _answer(answers.unit(model, layer.id, reading, index))


def _answer(body: Any) -> Response:
    return Response(answers.encode(body), media_type="application/json")
