"""The JSON routes: parse, call the core, answer with a schema.

The schemas document the answers; :mod:`app.answers` writes them, a response model in between
would take twenty times as long.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from app import answers, ink, requests, schemas
from app.bodies import normalised, read_fields, read_input
from app.catalogue import Catalogue, Model
from app.errors import BadInput
from app.settings import Settings


def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


def _catalogue(request: Request) -> Catalogue:
    catalogue: Catalogue = request.app.state.catalogue
    return catalogue


def _model(model_id: str, request: Request) -> Model:
    return _catalogue(request).model(model_id)


CatalogueDep = Annotated[Catalogue, Depends(_catalogue)]
ModelDep = Annotated[Model, Depends(_model)]
SettingsDep = Annotated[Settings, Depends(_settings)]
Encoding = Annotated[requests.Encoding, Query(description=requests.ENCODING)]


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


def _input_body(form: type[requests.Drawing]) -> dict[str, Any]:
    """Describe the body that :func:`app.bodies.read_input` reads, for OpenAPI."""
    binary = {"schema": {"type": "string", "format": "binary"}}
    own = [name for name in form.model_fields if name not in requests.Drawing.model_fields]
    form_schema = {
        "type": "object",
        "required": ["file"],
        "properties": {
            "file": {"type": "string", "format": "binary"},
            "ink": {"type": "string", "enum": ["bright", "dark"]},
            **{name: {"type": "integer"} for name in own},
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


def _json_body(form: type[requests.Fields]) -> dict[str, Any]:
    """Describe the body that :func:`app.bodies.read_fields` reads, for OpenAPI."""
    schema = {"$ref": f"#/components/schemas/{form.__name__}"}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


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
    "/models/{model_id}/layers/{layer_id}/weights",
    response_model=schemas.Weights,
    responses=_INPUT_PROBLEMS,
    openapi_extra=_json_body(requests.Edited),
)
async def read_edited_weights(
    request: Request,
    model: ModelDep,
    layer_id: str,
    settings: SettingsDep,
    encoding: Encoding = "lists",
) -> Response:
    """Return a layer's filters and biases as they are after some edits."""
    fields = await read_fields(request, requests.Edited, settings)
    return _answer(answers.weights(model.edited(fields.made()), layer_id, encoding))


@router.get(
    "/models/{model_id}/layers/{layer_id}/receptive_fields",
    response_model=schemas.Regions,
    responses=_problems(404, 422),
)
async def find_receptive_fields(
    model: ModelDep, layer_id: str, unit: Annotated[requests.UnitQuery, Query()]
) -> Response:
    """Return what a unit depends on, in every earlier layer down to the input."""
    found = model.captured.receptive_fields(layer_id, unit.index)
    return _answer(answers.regions(model, layer_id, unit.index, found))


@router.get(
    "/models/{model_id}/layers/{layer_id}/projective_fields",
    response_model=schemas.Regions,
    responses=_problems(404, 422),
)
async def find_projective_fields(
    model: ModelDep, layer_id: str, unit: Annotated[requests.UnitQuery, Query()]
) -> Response:
    """Return what depends on a unit, in every later layer; of a pixel, with layer ``input``."""
    found = model.captured.projective_fields(layer_id, unit.index)
    return _answer(answers.regions(model, layer_id, unit.index, found))


@router.post(
    "/models/{model_id}/inputs",
    response_model=schemas.Input,
    responses=_INPUT_PROBLEMS,
    openapi_extra=_input_body(requests.Drawing),
)
async def show_input(request: Request, _model: ModelDep, settings: SettingsDep) -> Response:
    """Show the steps from a drawing to what the network sees."""
    _, normalised = await read_input(request, requests.Drawing, settings)
    return _answer(answers.steps(normalised))


@router.post(
    "/models/{model_id}/predictions",
    response_model=schemas.Prediction,
    responses=_INPUT_PROBLEMS,
    openapi_extra=_input_body(requests.Drawing),
)
async def predict(request: Request, model: ModelDep, settings: SettingsDep) -> Response:
    """Read a digit."""
    drawing, normalised = await read_input(request, requests.Drawing, settings)
    reading = model.edited(drawing.made()).read(ink.to_tensor(normalised.input))
    return _answer(answers.prediction(reading))


@router.post(
    "/models/{model_id}/traces",
    response_model=schemas.Trace,
    responses=_INPUT_PROBLEMS,
    openapi_extra=_input_body(requests.Drawing),
)
async def trace(
    request: Request,
    model: ModelDep,
    settings: SettingsDep,
    query: Annotated[requests.TraceQuery, Query()],
) -> Response:
    """Read a digit, and return what every layer made of it."""
    layers = model.captured.layers
    if query.layers is not None:
        layers = tuple(model.captured.layer(id_.strip()) for id_ in query.layers.split(","))
    drawing, normalised = await read_input(request, requests.Drawing, settings)
    reading = model.edited(drawing.made()).read(ink.to_tensor(normalised.input))
    if query.encoding == "npy":
        if len(layers) != 1:
            raise BadInput("A numpy file holds one layer.", "Name it: layers=conv1&encoding=npy.")
        activation = reading.activations[layers[0].id][0]
        return Response(answers.npy(activation), media_type="application/octet-stream")
    ids = [layer.id for layer in layers]
    return _answer(answers.trace(reading, normalised.frame, ids, query.encoding))


@router.post(
    "/models/{model_id}/layers/{layer_id}/units",
    response_model=schemas.Unit,
    responses=_INPUT_PROBLEMS,
    openapi_extra=_input_body(requests.UnitDrawing),
)
async def explain_unit(
    request: Request, model: ModelDep, layer_id: str, settings: SettingsDep
) -> Response:
    """Return the arithmetic behind one number of a layer."""
    layer = model.captured.layer(layer_id)
    drawing, normalised = await read_input(request, requests.UnitDrawing, settings)
    model = model.edited(drawing.made())
    reading = model.read(ink.to_tensor(normalised.input))
    return _answer(answers.unit(model, layer.id, reading, drawing.index))


@router.post(
    "/models/{model_id}/comparisons",
    response_model=schemas.Compared,
    responses=_INPUT_PROBLEMS,
    openapi_extra=_json_body(requests.Comparison),
)
async def compare(request: Request, model: ModelDep, settings: SettingsDep) -> Response:
    """Compare two drawings, or one drawing under two models, layer by layer."""
    pair = await read_fields(request, requests.Comparison, settings)
    a, b = (
        model.edited(one.made()).read(ink.to_tensor(normalised(one, settings).input))
        for one in (pair.a, pair.b)
    )
    return _answer(answers.compared(a, b))


@router.post(
    "/models/{model_id}/evaluations",
    response_model=schemas.Evaluation,
    responses=_INPUT_PROBLEMS,
    openapi_extra=_json_body(requests.Edited),
)
async def evaluate(request: Request, model: ModelDep, settings: SettingsDep) -> Response:
    """Count how many of the bundled MNIST test digits a model, edited or not, reads right."""
    fields = await read_fields(request, requests.Edited, settings)
    return _answer(answers.evaluation(model.edited(fields.made()), request.app.state.sample))


def _answer(body: Any) -> Response:
    return Response(answers.encode(body), media_type="application/json")
