"""The OpenAPI document, with examples that the loaded models computed."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from app import (
    answers,
    experiments,
    gradient_answers,
    ink,
    laboratory_answers,
    problems,
    requests,
    schemas,
    training_answers,
    training_runs,
)
from app.catalogue import Catalogue, Model
from app.errors import EmptyDrawing
from app.inspection.edit import SwitchOff
from app.inspection.unit import Array
from app.laboratory.budget import Budget
from app.laboratory.presets import PRESETS
from app.laboratory.transformation import Transformation, shifted
from app.lazy import torch
from app.live import Listed
from app.sample import Sample, Tiles

SEVEN = [[[80.0, 75.0], [195.0, 75.0], [130.0, 215.0]]]
"""A seven in one stroke: the input of every example about a model."""
MATRIX = [[7, 2, 3, 3, 8], [4, 5, 3, 8, 4], [3, 3, 2, 8, 4], [2, 8, 7, 2, 7], [5, 4, 4, 5, 4]]
"""The lecture's first matrix."""
_RUN_ID = "local.q3pPzR0yZ0gHhE1d"


def document(app: FastAPI, catalogue: Catalogue, sample: Sample, tiles: Tiles) -> None:
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
            for path, method, where, example in _examples(next(iter(catalogue)), sample, tiles):
                operation = document["paths"][path][method]
                part = operation["requestBody" if where == "request" else "responses"]
                done = min(part)  # of the statuses the first is the one that is hoped for
                content = (part if where == "request" else part[done])["content"]
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
    ids: dict[str, Any] = {"model_id": model.spec.id, "layer_id": layer.id, "run_id": _RUN_ID}
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
        requests.Batch,
        requests.UnitDrawing,
        requests.NeighboursDrawing,
        requests.TargetDrawing,
        requests.ParameterDrawing,
        requests.StepDrawing,
        requests.Edited,
        requests.Comparison,
        experiments.Convolution,
        experiments.Pooling,
        experiments.Architecture,
        experiments.GradientDescent,
        experiments.TransformedDrawing,
        experiments.ShiftedDrawing,
        training_runs.TrainingSettings,
        training_runs.TrainingCommand,
        training_runs.TrainingState,
        training_runs.TrainingProgress,
        training_runs.TrainingSnapshot,
        schemas.Problem,
    )
    _, definitions = models_json_schema(
        [(model, "validation") for model in unreferenced],
        ref_template="#/components/schemas/{model}",
    )
    found: dict[str, Any] = definitions["$defs"]
    return found


def _examples(model: Model, sample: Sample, tiles: Tiles) -> Iterator[tuple[str, str, str, Any]]:
    drawing = {"strokes": SEVEN}
    normalised = ink.from_strokes([[(x, y) for x, y in stroke] for stroke in SEVEN], ink.Pad())
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
    if model.report:
        yield f"{models}/report", "get", "response", _brief(model.report)
    yield f"{models}/predictions", "post", "request", drawing
    yield f"{models}/predictions", "post", "response", answers.prediction(reading)
    yield f"{models}/traces", "post", "request", drawing
    yield (
        f"{models}/traces",
        "post",
        "response",
        answers.trace(reading, normalised.frame, [conv.id], "base64"),
    )
    if model.familiarity is not None:
        yield f"{models}/neighbours", "post", "request", drawing | {"count": 2}
        near = answers.neighbours(model, reading, 2, tiles)
        yield f"{models}/neighbours", "post", "response", near
        space = answers.feature_space(model, tiles)
        few = {name: space[name][::300] for name in ("points", "class_indices", "mnist_indices")}
        yield f"{models}/feature_space", "get", "response", space | few
    yield f"{layer}/units", "post", "request", drawing | unit
    yield f"{layer}/units", "post", "response", answers.unit(model, conv.id, reading, index)
    yield f"{layer}/weights", "post", "request", edits
    yield f"{layer}/weights", "post", "response", answers.weights(edited, conv.id)
    if model.timeline is not None:
        yield from _timeline(model, f"{models}/timeline", drawing, image, normalised.frame)
    yield f"{models}/inputs", "post", "request", drawing
    yield f"{models}/inputs", "post", "response", answers.steps(normalised)
    target = drawing | {"target": 2}
    yield f"{models}/gradients", "post", "request", target
    read, gradients = model.gradients(image, 2)
    found = gradient_answers.gradients(read, gradients, normalised.frame, [conv.id], "base64")
    yield f"{models}/gradients", "post", "response", found
    parameter = target | {"parameter": "weight", "index": [0] * 4, "learning_rate": 0.1}
    yield f"{layer}/gradients", "post", "request", parameter
    one = requests.ParameterDrawing.model_validate(parameter)
    yield (
        f"{layer}/gradients",
        "post",
        "response",
        gradient_answers.parameter_gradient(model, conv.id, image, one),
    )
    rates: dict[str, Any] = {"learning_rates": [0.01, 0.1], "evaluate": True}
    yield f"{models}/steps", "post", "request", target | rates
    steps = [
        gradient_answers.whole_step(
            model,
            image,
            gradients,
            rate,
            gradient_answers.correct_after(model, gradients, rate, sample),
        )
        for rate in rates["learning_rates"]
    ]
    found = gradient_answers.whole_steps(model, gradients, steps, sample)
    yield f"{models}/steps", "post", "response", found
    for fields in ("receptive_fields", "projective_fields"):
        found = getattr(model.captured, fields)(conv.id, index)
        answer = answers.regions(model, conv.id, index, found)
        yield f"{layer}/{fields}", "get", "response", answer
    yield f"{models}/comparisons", "post", "request", {"a": drawing, "b": drawing | edits}
    compared = answers.compared(reading, edited.read(image))
    yield f"{models}/comparisons", "post", "response", compared
    yield f"{models}/evaluations", "post", "request", edits
    yield f"{models}/evaluations", "post", "response", answers.evaluation(edited, sample)

    moved = drawing | {"rows": 2, "degrees": 15}
    yield f"{models}/transformations", "post", "request", moved
    transformed = laboratory_answers.transformed(model, image, Transformation(rows=2, degrees=15))
    yield f"{models}/transformations", "post", "response", transformed
    yield f"{models}/shifts", "post", "request", drawing | {"reach": 2}
    probabilities = model.classify(shifted(torch.from_numpy(image[0]), 2).flatten(0, 1).numpy())
    shifts = laboratory_answers.shifts(reading, probabilities)
    yield f"{models}/shifts", "post", "response", shifts
    yield from _lecture()
    yield from _training(sample)


def _training(sample: Sample) -> Iterator[tuple[str, str, str, Any]]:
    from app.live.lesson import Lesson
    from app.live.run import Run

    runs = "/api/training_runs"
    wanted = {"optimizer": "adam", "learning_rate": 0.003, "batch_size": 32, "epochs": 1, "seed": 7}
    recipe = training_runs.TrainingSettings.model_validate(wanted).recipe()
    run = Run(_RUN_ID, recipe, Lesson.of(sample), most_seconds=60)
    listed = Listed("local", recipe)
    listed.id = _RUN_ID
    yield runs, "post", "request", wanted
    yield runs, "post", "response", training_answers.run(listed)
    run.obey("epoch")
    while run.state == "running":
        run.step()
    report = run.report()
    # How long it took would be another number every time.
    listed.take(replace(report, progress=replace(report.progress, seconds=0.1)))
    one = f"{runs}/{{run_id}}"
    yield one, "get", "response", training_answers.run(listed)
    yield f"{one}/commands", "post", "request", {"command": "epoch"}
    yield f"{one}/commands", "post", "response", training_answers.run(listed)
    yield f"{one}/drawing", "put", "request", {"strokes": SEVEN}


def _timeline(
    model: Model, path: str, drawing: dict[str, Any], image: Array, frame: ink.Frame
) -> Iterator[tuple[str, str, str, Any]]:
    moments = range(len(model.history().moments))
    yield path, "get", "response", answers.timeline(model, [{} for _ in moments])
    readings = [
        answers.moment_reading(moment, model.at(moment).read(image), []) for moment in moments
    ]
    yield path, "post", "request", drawing
    yield path, "post", "response", answers.readings(model, frame, readings)


def _brief(report: Mapping[str, Any]) -> dict[str, Any]:
    """Return a report with one mistake for all."""
    return {**report, "misread": report["misread"][:1]}


def _lecture() -> Iterator[tuple[str, str, str, Any]]:
    budget = Budget(cells=1_000, multiply_adds=10_000)
    convolution = {"input": MATRIX, "kernel": [[1, 0, -1]] * 3}
    yield "/api/convolutions", "post", "request", convolution
    convolved = experiments.Convolution.model_validate(convolution).compute(budget)
    yield "/api/convolutions", "post", "response", laboratory_answers.convolved(convolved)
    pooling = {"input": [[0, 0, 2, 4], [2, 2, 6, 8], [9, 3, 2, 2], [7, 5, 2, 2]], "kernel_size": 2}
    yield "/api/poolings", "post", "request", pooling
    pooled = experiments.Pooling.model_validate(pooling).compute(budget)
    yield "/api/poolings", "post", "response", laboratory_answers.pooled(pooled)
    presets = [laboratory_answers.preset(preset) for preset in PRESETS.values()]
    yield "/api/architectures", "get", "response", presets
    architecture = {
        "input_shape": [3, 39, 39],
        "layers": [
            {"kind": "conv2d", "out_channels": 10, "kernel_size": 3},
            {"kind": "relu"},
            {"kind": "linear", "out_features": 10},
        ],
    }
    yield "/api/architectures", "post", "request", architecture
    described = experiments.Architecture.model_validate(architecture).describe()
    yield "/api/architectures", "post", "response", described
    descent = convolution | {"kernel": [[0, 0, 0]] * 3, "learning_rate": 0.002, "steps": 3}
    descent["target_kernel"] = convolution["kernel"]
    yield "/api/gradient_descents", "post", "request", descent
    descended = experiments.GradientDescent.model_validate(descent).compute(budget)
    yield "/api/gradient_descents", "post", "response", laboratory_answers.descended(descended)
