"""The OpenAPI document, with examples that the loaded models computed."""

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from app import answers, ink, problems, requests, schemas
from app.catalogue import Catalogue, Model
from app.errors import EmptyDrawing
from app.inspection.edit import SwitchOff
from app.sample import Sample

SEVEN = [[[80.0, 75.0], [195.0, 75.0], [130.0, 215.0]]]
"""A seven in one stroke: the input of every example."""


def document(app: FastAPI, catalogue: Catalogue, sample: Sample) -> None:
    """Make ``app`` describe the bodies that it reads by hand, and put in real examples."""
    plain = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = plain()
            shared = document["components"]["schemas"]
            shared |= _unreferenced()
            shared["Problem"]["example"] = problems.body(EmptyDrawing("There is no ink."), "7f3a")
            for operations in document["paths"].values():
                for operation in operations.values():
                    _correct(operation, next(iter(catalogue)))
            for path, method, where, example in _examples(next(iter(catalogue)), sample):
                operation = document["paths"][path][method]
                part = operation["requestBody" if where == "request" else "responses"]
                content = (part if where == "request" else part["200"])["content"]
                # The document goes over the wire as JSON: so must what it quotes.
                content["application/json"]["example"] = answers.plain(example)
            app.openapi_schema = document
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def without_examples(part: Any) -> Any:
    """Return a document, or a part of one, without its examples: they depend on the weights."""
    if isinstance(part, dict):
        return {key: without_examples(v) for key, v in part.items() if key != "example"}
    return [without_examples(item) for item in part] if isinstance(part, list) else part


def _correct(operation: dict[str, Any], model: Model) -> None:
    """Put in ids that exist, and problems where FastAPI supposes its own kind of error."""
    layer = model.captured.layers[1]
    index = (size // 2 for size in layer.output_shape)
    ids: dict[str, Any] = {"model_id": model.spec.id, "layer_id": layer.id}
    ids |= dict(zip(("channel", "row", "column"), index, strict=False))
    for parameter in operation.get("parameters", ()):
        if parameter["name"] in ids:
            parameter["example"] = ids[parameter["name"]]
    for answer in operation["responses"].values():
        if "HTTPValidationError" in str(answer):
            answer["content"] = schemas.PROBLEM


def _unreferenced() -> dict[str, Any]:
    """Return the schemas that no route's signature mentions."""
    unreferenced: tuple[type[BaseModel], ...] = (
        requests.Drawing,
        requests.UnitDrawing,
        requests.Edited,
        requests.Comparison,
        schemas.Problem,
    )
    _, definitions = models_json_schema(
        [(model, "validation") for model in unreferenced],
        ref_template="#/components/schemas/{model}",
    )
    found: dict[str, Any] = definitions["$defs"]
    return found


def _examples(model: Model, sample: Sample) -> Iterator[tuple[str, str, str, Any]]:
    drawing = {"strokes": SEVEN}
    picture = ink.render([[(x, y) for x, y in stroke] for stroke in SEVEN], ink.Pad())
    normalised = ink.normalise(picture)
    image = ink.to_tensor(normalised.input)
    reading = model.read(image)
    conv = next(layer for layer in model.captured.layers if layer.kind == "conv2d")
    index = tuple(size // 2 for size in conv.output_shape)
    unit = dict(zip(("channel", "row", "column"), index, strict=True))
    edits = {"edits": [{"edit": "switch_off", "layer": conv.id, "channel": 0}]}
    edited = model.edited([SwitchOff(conv.id, 0)])
    models, layer = "/api/models/{model_id}", "/api/models/{model_id}/layers/{layer_id}"

    yield "/api/models", "get", "response", [answers.summary(model)]
    yield models, "get", "response", answers.description(model)
    yield f"{layer}/weights", "get", "response", answers.weights(model, conv.id)
    yield f"{models}/predictions", "post", "request", drawing
    yield f"{models}/predictions", "post", "response", answers.prediction(reading)
    yield f"{models}/traces", "post", "request", drawing
    yield (
        f"{models}/traces",
        "post",
        "response",
        answers.trace(reading, normalised.frame, [conv.id], "base64"),
    )
    yield f"{layer}/units", "post", "request", drawing | unit
    yield f"{layer}/units", "post", "response", answers.unit(model, conv.id, reading, index)
    yield f"{layer}/weights", "post", "request", edits
    yield f"{layer}/weights", "post", "response", answers.weights(edited, conv.id)
    yield f"{models}/inputs", "post", "request", drawing
    yield f"{models}/inputs", "post", "response", answers.steps(normalised)
    for fields in ("receptive_fields", "projective_fields"):
        found = getattr(model.captured, fields)(conv.id, index)
        answer = answers.regions(model, conv.id, index, found)
        yield f"{layer}/{fields}", "get", "response", answer
    yield f"{models}/comparisons", "post", "request", {"a": drawing, "b": drawing | edits}
    compared = answers.compared(reading, edited.read(image))
    yield f"{models}/comparisons", "post", "response", compared
    yield f"{models}/evaluations", "post", "request", edits
    yield f"{models}/evaluations", "post", "response", answers.evaluation(edited, sample)
