"""The JSON routes about models: parse, call the core, answer with a schema.

The schemas document the answers; :mod:`app.answers` writes them, a response model in between
would take twenty times as long.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from app import answers, batches, gradient_answers, gradient_schemas, ink, requests, schemas
from app.bodies import normalised, read_fields, read_input
from app.catalogue import Model
from app.errors import BadInput, NotExplained
from app.inspection import Layer
from app.routing import (
    INPUT_PROBLEMS,
    OF_MODEL,
    WITH_TORCH,
    CatalogueDep,
    Direct,
    Encoding,
    ModelDep,
    SettingsDep,
    answer,
    changed,
    input_body,
    json_body,
    model_of,
    problems,
    query_of,
    read_subject,
    ready_for,
    settings_of,
)

router = APIRouter(prefix="/api", tags=["models"])
direct = APIRouter(prefix="/api", tags=["models"], route_class=Direct)


_BINARY: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
        "description": "The trace; with encoding npy or binary, as octets.",
    }
}


async def _trace_query(_query: Annotated[requests.TraceQuery, Query()]) -> None:
    """Stand for a trace's query in the documentation."""


@router.get("/models", response_model=list[schemas.ModelSummary])
async def list_models(catalogue: CatalogueDep) -> Response:
    """List the models that can be looked into."""
    return answer([answers.summary(model) for model in catalogue])


@router.get("/models/{model_id}", response_model=schemas.Model, responses=problems(404))
async def describe_model(model: ModelDep) -> Response:
    """Return a model's layers, the lecture's table of it, and the card of its weights."""
    return answer(answers.description(model))


@router.get(
    "/models/{model_id}/layers/{layer_id}/weights",
    response_model=schemas.Weights,
    responses=problems(404, 422),
)
async def read_weights(model: ModelDep, layer_id: str, encoding: Encoding = "lists") -> Response:
    """Return a layer's filters and biases; null where it has none."""
    return answer(answers.weights(model, layer_id, encoding))


@router.post(
    "/models/{model_id}/layers/{layer_id}/weights",
    response_model=schemas.Weights,
    responses=INPUT_PROBLEMS,
    openapi_extra=json_body(requests.Edited),
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
    await ready_for(fields)
    return answer(answers.weights(changed(model, fields), layer_id, encoding))


@router.get(
    "/models/{model_id}/layers/{layer_id}/receptive_fields",
    response_model=schemas.Regions,
    responses=problems(404, 422),
)
async def find_receptive_fields(
    model: ModelDep, layer_id: str, unit: Annotated[requests.UnitQuery, Query()]
) -> Response:
    """Return what a unit depends on, in every earlier layer down to the input."""
    found = model.captured.receptive_fields(layer_id, unit.index)
    return answer(answers.regions(model, layer_id, unit.index, found))


@router.get(
    "/models/{model_id}/layers/{layer_id}/projective_fields",
    response_model=schemas.Regions,
    responses=problems(404, 422),
)
async def find_projective_fields(
    model: ModelDep, layer_id: str, unit: Annotated[requests.UnitQuery, Query()]
) -> Response:
    """Return what depends on a unit, in every later layer; of a pixel, with layer ``input``."""
    found = model.captured.projective_fields(layer_id, unit.index)
    return answer(answers.regions(model, layer_id, unit.index, found))


@router.post(
    "/models/{model_id}/inputs",
    response_model=schemas.Input,
    responses=INPUT_PROBLEMS,
    openapi_extra=input_body(requests.Drawing),
)
async def show_input(request: Request, _model: ModelDep, settings: SettingsDep) -> Response:
    """Show the steps from a drawing to what the network sees."""
    _, normalised = await read_input(request, requests.Drawing, settings)
    return answer(answers.steps(normalised))


@direct.post(
    "/models/{model_id}/predictions",
    response_model=schemas.Prediction | schemas.Predictions,
    responses=INPUT_PROBLEMS,
    openapi_extra=input_body(requests.Drawing, requests.Batch),
    dependencies=[OF_MODEL],
)
async def predict(request: Request) -> Response:
    """Read a digit, or many: images in JSON, several files, or a numpy file."""
    model, settings = model_of(request), settings_of(request)
    found = await batches.read(request, settings)
    if isinstance(found, batches.Images):
        return answer(await batches.predict(changed(model, found.fields), found))
    fields, normalised = found
    image = ink.to_tensor(normalised.input)
    return answer(answers.prediction(changed(model, fields).read(image)))


@direct.post(
    "/models/{model_id}/traces",
    response_model=schemas.Trace,
    responses=INPUT_PROBLEMS | _BINARY,
    openapi_extra=input_body(requests.Drawing),
    dependencies=[OF_MODEL, Depends(_trace_query)],
)
async def trace(request: Request) -> Response:
    """Read a digit, and return what every layer made of it."""
    model, settings = model_of(request), settings_of(request)
    query = query_of(request, requests.TraceQuery)
    layers = _chosen(model, query.layers)
    subject = await read_subject(request, requests.Drawing, model, settings)
    reading = subject.model.read(subject.image)
    if query.encoding == "npy":
        if len(layers) != 1:
            raise BadInput("A numpy file holds one layer.", "Name it: layers=conv1&encoding=npy.")
        activation = reading.activations[layers[0].id][0]
        return Response(answers.npy(activation), media_type="application/octet-stream")
    ids = [layer.id for layer in layers]
    if query.encoding == "binary":
        packed = answers.packed_trace(reading, subject.frame, ids)
        return Response(packed, media_type="application/octet-stream")
    return answer(answers.trace(reading, subject.frame, ids, query.encoding))


@router.post(
    "/models/{model_id}/layers/{layer_id}/units",
    response_model=schemas.Unit,
    responses=INPUT_PROBLEMS,
    openapi_extra=input_body(requests.UnitDrawing),
)
async def explain_unit(
    request: Request, model: ModelDep, layer_id: str, settings: SettingsDep
) -> Response:
    """Return the arithmetic behind one number of a layer."""
    layer = model.captured.layer(layer_id)
    subject = await read_subject(request, requests.UnitDrawing, model, settings)
    reading = subject.model.read(subject.image)
    return answer(answers.unit(subject.model, layer.id, reading, subject.fields.index))


@router.post(
    "/models/{model_id}/gradients",
    response_model=gradient_schemas.Gradients,
    responses=INPUT_PROBLEMS,
    openapi_extra=input_body(requests.TargetDrawing),
    dependencies=WITH_TORCH,
)
async def backpropagate(
    request: Request,
    model: ModelDep,
    settings: SettingsDep,
    query: Annotated[requests.GradientsQuery, Query()],
) -> Response:
    """Return the loss for a class, and its gradient at every layer, weight and bias."""
    ids = [layer.id for layer in _chosen(model, query.layers)]
    subject = await read_subject(request, requests.TargetDrawing, model, settings)
    reading, found = subject.model.gradients(subject.image, subject.fields.target)
    missing = [id_ for id_ in ids if id_ not in found.activations]
    if query.layers is not None and missing:
        raise NotExplained(
            f"{missing[0]} has no gradient: it comes after the logits, as part of the loss.",
            f"Ask for {', '.join(found.activations)}.",
        )
    return answer(gradient_answers.gradients(reading, found, subject.frame, ids, query.encoding))


@router.post(
    "/models/{model_id}/layers/{layer_id}/gradients",
    response_model=gradient_schemas.ParameterGradient,
    responses=INPUT_PROBLEMS,
    openapi_extra=input_body(requests.ParameterDrawing),
    dependencies=WITH_TORCH,
)
async def explain_gradient(
    request: Request, model: ModelDep, layer_id: str, settings: SettingsDep
) -> Response:
    """Return the arithmetic behind the gradient of one weight or bias, and one step with it."""
    layer = model.captured.layer(layer_id)
    subject = await read_subject(request, requests.ParameterDrawing, model, settings)
    found = gradient_answers.parameter_gradient(
        subject.model, layer.id, subject.image, subject.fields
    )
    return answer(found)


@router.post(
    "/models/{model_id}/comparisons",
    response_model=schemas.Compared,
    responses=INPUT_PROBLEMS,
    openapi_extra=json_body(requests.Comparison),
)
async def compare(request: Request, model: ModelDep, settings: SettingsDep) -> Response:
    """Compare two drawings, or one drawing under two models, layer by layer."""
    pair = await read_fields(request, requests.Comparison, settings)
    await ready_for(pair.a, pair.b)
    a, b = (
        changed(model, one).read(ink.to_tensor(normalised(one, settings).input))
        for one in (pair.a, pair.b)
    )
    return answer(answers.compared(a, b))


@router.post(
    "/models/{model_id}/evaluations",
    response_model=schemas.Evaluation,
    responses=INPUT_PROBLEMS,
    openapi_extra=json_body(requests.Edited),
)
async def evaluate(request: Request, model: ModelDep, settings: SettingsDep) -> Response:
    """Count how many of the bundled MNIST test digits a model, edited or not, reads right."""
    fields = await read_fields(request, requests.Edited, settings)
    await ready_for(fields)
    return answer(answers.evaluation(changed(model, fields), request.app.state.sample))


def _chosen(model: Model, ids: str | None) -> tuple[Layer, ...]:
    """Return the layers with these ids, separated by commas; all layers without any."""
    if ids is None:
        return model.captured.layers
    return tuple(model.captured.layer(id_.strip()) for id_ in ids.split(","))
