"""The bodies of the JSON answers, as :mod:`app.schemas` documents them."""

import base64
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import orjson
from pydantic import BaseModel

from app import ink, requests, schemas
from app.catalogue import Model, Reading
from app.inspection import Window, distances
from app.inspection.unit import Array
from app.models.timeline import Point, Timeline
from app.sample import Sample, Tiles

if TYPE_CHECKING:
    pass


def encode(body: Any) -> bytes:
    """Return a body as JSON: dataclasses as objects, tensors and ranges as lists.

    What is not finite becomes null, for JSON knows neither NaN nor infinity.
    """
    return orjson.dumps(body, default=_list, option=orjson.OPT_SERIALIZE_NUMPY)


def packed(header: Any, arrays: Iterable[Any]) -> bytes:
    """Return numbers as binary: three parts, without anything in between.

    1. the header's length in bytes, uint32, little-endian; a multiple of four
    2. the header, JSON
    3. the arrays, float32, little-endian, each in C order
    """
    head = encode(header)
    head += b" " * (-len(head) % 4)  # so that the numbers can be read where they are
    parts = (np.asarray(array, "<f4").tobytes() for array in arrays)
    return b"".join((len(head).to_bytes(4, "little"), head, *parts))


def plain(body: Any) -> Any:
    """Return a body as the client sees it: lists, numbers and strings."""
    return orjson.loads(encode(body))


def summary(model: Model) -> dict[str, Any]:
    """Return a :class:`app.schemas.ModelSummary`."""
    return {
        "id": model.spec.id,
        "title": model.spec.title,
        "input_shape": model.spec.input_shape,
        "classes": model.spec.classes,
        "parameter_count": model.captured.parameter_count,
    }


def description(model: Model) -> dict[str, Any]:
    """Return a :class:`app.schemas.Model`."""
    return summary(model) | {
        "layers": model.captured.layers,
        "table": model.captured.table(),
        "card": dict(model.card),
    }


def weights(model: Model, layer_id: str, encoding: requests.Encoding = "lists") -> dict[str, Any]:
    """Return a :class:`app.schemas.Weights`."""
    arrays = {k: array(v, encoding) for k, v in model.captured.weights(layer_id).items()}
    ids = {"model_id": model.spec.id, "layer_id": layer_id}
    return ids | {"weight": arrays.get("weight"), "bias": arrays.get("bias")}


def prediction(reading: Reading) -> dict[str, Any]:
    """Return a :class:`app.schemas.Prediction`."""
    return {name: getattr(reading, name) for name in schemas.Prediction.model_fields}


def trace(
    reading: Reading,
    frame: ink.Frame,
    layer_ids: Iterable[str],
    encoding: requests.Encoding = "lists",
) -> dict[str, Any]:
    """Return a :class:`app.schemas.Trace` of these layers."""
    activations = {id_: array(reading.activations[id_][0], encoding) for id_ in layer_ids}
    return prediction(reading) | {"frame": frame, "activations": activations}


def packed_trace(reading: Reading, frame: ink.Frame, layer_ids: Sequence[str]) -> bytes:
    """Return a trace of these layers, :func:`packed`.

    The header has a prediction's fields, ``frame``, and ``layers`` with ``id`` and ``shape``; the
    arrays are the activations in the order of ``layers``.
    """
    activations = [reading.activations[id_][0] for id_ in layer_ids]
    layers = [
        {"id": id_, "shape": one.shape} for id_, one in zip(layer_ids, activations, strict=True)
    ]
    return packed(prediction(reading) | {"frame": frame, "layers": layers}, activations)


def timeline(model: Model, weights: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return a :class:`app.schemas.Timeline`.

    Args:
        model: A model that has one.
        weights: For each moment those that are returned, see :func:`learned`.

    """
    found = model.history()
    moments = [
        {"moment": number} | _point(found, moment.point) | {"weights": own}
        for number, (moment, own) in enumerate(zip(found.moments, weights, strict=True))
    ]
    points = [_point(found, point) for point in found.points]
    body = vars(found) | {"model_id": model.spec.id, "points": points, "moments": moments}
    return {name: body[name] for name in schemas.Timeline.model_fields}


def _point(timeline: Timeline, point: Point) -> dict[str, Any]:
    body = vars(point) | {"epoch": timeline.epoch(point), "images": timeline.images(point)}
    return {name: body[name] for name in schemas.TimelinePoint.model_fields}


def learned(
    model: Model, layer_ids: Iterable[str], encoding: requests.Encoding = "lists"
) -> dict[str, Any]:
    """Return a :class:`app.schemas.LayerWeights` of each of these layers."""
    found = {id_: model.captured.weights(id_) for id_ in layer_ids}
    return {
        id_: {name: array_or_none(own.get(name), encoding) for name in ("weight", "bias")}
        for id_, own in found.items()
    }


def moment_reading(
    moment: int,
    reading: Reading,
    layer_ids: Iterable[str],
    encoding: requests.Encoding = "lists",
) -> dict[str, Any]:
    """Return a :class:`app.schemas.MomentReading`."""
    activations = {id_: array(reading.activations[id_][0], encoding) for id_ in layer_ids}
    return {"moment": moment} | prediction(reading) | {"activations": activations}


def readings(model: Model, frame: ink.Frame, moments: list[dict[str, Any]]) -> dict[str, Any]:
    """Return a :class:`app.schemas.Readings`."""
    return {"model_id": model.spec.id, "frame": frame, "moments": moments}


def steps(normalised: ink.Normalised) -> dict[str, Any]:
    """Return a :class:`app.schemas.Input`."""
    pictures = [
        {"id": name, "shape": picture.shape, "png": base64.b64encode(ink.to_png(picture)).decode()}
        for name, picture in normalised.steps.items()
    ]
    return {"frame": normalised.frame, "steps": pictures}


def npy(activation: Array) -> bytes:
    """Return an array as a file in numpy's format."""
    file = io.BytesIO()
    np.save(file, activation)
    return file.getvalue()


def neighbours(model: Model, reading: Reading, count: int, tiles: Tiles) -> dict[str, Any]:
    """Return a :class:`app.schemas.Neighbours`, with pictures from the sample of the map.

    Raises:
        NoFeatureSpace: The model has none.

    """
    space = model.feature_space().map
    return {
        "model_id": model.spec.id,
        "layer_id": space.layer_id,
        "familiarity": reading.familiarity,
        "place": space.place(reading.activations),
        "neighbours": [
            vars(found)
            | {
                "mnist_index": tiles.mnist_indices[found.index],
                "pixels": base64.b64encode(tiles.pictures[found.index].tobytes()).decode(),
            }
            for found in space.neighbours(reading.activations, count)
        ],
    }


def feature_space(model: Model, tiles: Tiles) -> dict[str, Any]:
    """Return a :class:`app.schemas.FeatureSpace`.

    Raises:
        NoFeatureSpace: The model has none.

    """
    space = model.feature_space().map
    return {
        "model_id": model.spec.id,
        "layer_id": space.layer_id,
        # Four digits are finer than a pixel of any screen.
        "points": [[round(float(x), 4), round(float(y), 4)] for x, y in space.points],
        "class_indices": space.class_indices.tolist(),
        "mnist_indices": tiles.mnist_indices,
        "source": tiles.source,
        "licence": tiles.licence,
    }


def regions(
    model: Model, layer_id: str, index: tuple[int, ...], found: Mapping[str, Window]
) -> dict[str, Any]:
    """Return a :class:`app.schemas.Regions`."""
    return {"model_id": model.spec.id, "layer_id": layer_id, "index": index, "regions": found}


def compared(a: Reading, b: Reading) -> dict[str, Any]:
    """Return a :class:`app.schemas.Compared`."""
    found = list(distances(a.activations, b.activations))
    return {"a": prediction(a), "b": prediction(b), "distances": found}


def evaluation(model: Model, sample: Sample) -> dict[str, Any]:
    """Return a :class:`app.schemas.Evaluation`."""
    by_class = model.count_correct(sample)
    images = len(sample.labels)
    return {
        "model_id": model.spec.id,
        "correct": sum(by_class),
        "images": images,
        "accuracy": sum(by_class) / images,
        "by_class": by_class,
    }


def unit(model: Model, layer_id: str, reading: Reading, index: tuple[int, ...]) -> dict[str, Any]:
    """Return a :class:`app.schemas.Unit`."""
    explanation = model.captured.explain_unit(layer_id, reading.activations, index)
    fields = {name: getattr(explanation, name, None) for name in schemas.Unit.model_fields}
    return fields | {"model_id": model.spec.id}


def array_or_none(tensor: Any, encoding: requests.Encoding) -> dict[str, Any] | None:
    """Return what :func:`array` does; None of None."""
    return None if tensor is None else array(tensor, encoding)


def array(tensor: Any, encoding: requests.Encoding) -> dict[str, Any]:
    """Return a :class:`app.schemas.Array`; its lists are as exact as the tensor."""
    values = np.ascontiguousarray(tensor, dtype="<f4" if encoding == "base64" else None)
    data = base64.b64encode(values.data).decode() if encoding == "base64" else values
    return {"shape": list(tensor.shape), "data": data}


def in_order(value: Any, schema: type[BaseModel]) -> dict[str, Any]:
    """Return a dataclass's fields in the order in which they are documented."""
    return {name: getattr(value, name) for name in schema.model_fields}


def _list(value: Any) -> Any:
    if isinstance(value, range):
        return list(value)
    if hasattr(value, "__array__"):  # orjson takes what is contiguous by itself
        return np.ascontiguousarray(value)
    raise TypeError(f"{type(value).__name__} has no place in an answer")
