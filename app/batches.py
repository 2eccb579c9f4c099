"""Many images in one request: read, brought to the network's input, and classified.

What is wrong with one image is said in its place; the others are read all the same. The work is
done in chunks, between which the event loop serves whoever else waits.
"""

import io
import math
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from anyio.lowlevel import checkpoint
from anyio.to_thread import run_sync
from fastapi import Request
from numpy.lib import format as npy
from pydantic_core import PydanticCustomError

from app import image_files, ink, inputs, schemas, values
from app.bodies import Sent, receive, sent_input, validate
from app.catalogue import Model
from app.errors import BadInput, ConvLensError, TooLarge
from app.ink import Normalised, Picture
from app.requests import Batch, Drawing
from app.settings import Settings

MEDIA_TYPES = ("application/x-npy", "application/octet-stream")
"""Of a numpy file; the second is what this server gives one itself."""
_CHUNK = 128
"""Images that are read while everybody else waits."""
_ONE_AT_A_TIME = threading.Lock()
"""Whoever reads a numpy file's header: numpy parses it as Python, which before 3.11.8 may fail in
two threads at once (CPython's issue 106905)."""
_NPY = "Send np.save's file of a uint8 array of shape (images, rows, columns)."


@dataclass(frozen=True)
class Images:
    """What a request with many images carries."""

    fields: Batch
    items: Sequence[Any] | Picture
    """An image each: rows, an array or a file."""
    picture: Callable[[Any], Picture]
    """Makes one of them a picture."""
    slow: bool
    """Whether that takes long enough to do it in a thread."""


async def read(request: Request, settings: Settings) -> Images | tuple[Drawing, Normalised]:
    """Read a request's many images, or its one input.

    Raises:
        BadInput: The body is malformed, or a field is missing, unknown or out of range.
        TooLarge: More images, points, pixels or bytes than the settings allow.
        UnsupportedType: The body is neither JSON nor an image, a form or a numpy file.

    """
    sent = await receive(request, settings.max_batch, *MEDIA_TYPES)

    def parse() -> Images | tuple[Drawing, Normalised]:
        given = sent.given(settings)
        return _images(sent, given, settings) or sent_input(sent, given, Drawing, settings)

    return await run_sync(parse) if sent.large else parse()


async def predict(model: Model, images: Images) -> dict[str, Any]:
    """Return a :class:`app.schemas.Predictions`.

    Raises:
        BadEdit: The model was edited so that its output is no longer finite.

    """
    found: list[dict[str, Any]] = []
    for start in range(0, len(images.items), _CHUNK):
        chunk = images.items[start : start + _CHUNK]
        if images.slow:
            problems, pictures = await run_sync(_inputs, chunk, images)
        else:
            problems, pictures = _inputs(chunk, images)
        read = iter(_predictions(model, pictures) if len(pictures) else ())
        found += [_UNREAD | {"problem": _said(one)} if one else next(read) for one in problems]
        await checkpoint()
    return {"model_id": model.spec.id, "count": len(found), "predictions": found}


_UNREAD = dict.fromkeys(schemas.ImagePrediction.model_fields)


def _said(problem: ConvLensError) -> dict[str, str]:
    return {name: getattr(problem, name) for name in schemas.ImageProblem.model_fields}


def _predictions(model: Model, pictures: Picture) -> list[dict[str, Any]]:
    images = ink.to_tensor(pictures).reshape(-1, 1, *pictures.shape[1:])
    probabilities = np.asarray(model.classify(images))
    labels = model.spec.classes
    return [
        {"prediction": best, "label": labels[best], "probabilities": row, "problem": None}
        for best, row in zip(probabilities.argmax(axis=1).tolist(), probabilities, strict=True)
    ]


def _inputs(
    items: Sequence[Any] | Picture, images: Images
) -> tuple[list[ConvLensError | None], Picture]:
    pictures: list[Picture | ConvLensError] = []
    for item in items:
        try:
            pictures.append(images.picture(item))
        except ConvLensError as error:
            pictures.append(error)
    return inputs.normalise(pictures, images.fields.without)


def _images(sent: Sent, given: dict[str, Any], settings: Settings) -> Images | None:
    """Return the images that a request carries; None if it is about one input."""
    if sent.media_type in MEDIA_TYPES:
        fields = _fields(given, settings)
        pictures = _unpacked(sent.body, settings.max_batch)
        dark = fields.ink == "dark"
        return Images(fields, pictures, lambda one: 255 - one if dark else one, slow=False)
    if len(sent.files) > 1:
        fields = _fields(given, settings)
        _limit_pixels(sent.files, settings.max_batch_pixels)
        most, ground = settings.max_image_pixels, fields.ink
        return Images(
            fields, sent.files, lambda file: image_files.read(file, most, ground), slow=True
        )
    if "images" in given:
        if sent.files:
            raise BadInput("The request has files and images.", "Send one of them.")
        fields = validate(Batch, given, settings)
        _limit(len(fields.images), settings.max_batch)
        bright = fields.ink or "bright"
        return Images(fields, fields.images, lambda rows: _picture(rows, bright), slow=False)
    return None


def _fields(given: dict[str, Any], settings: Settings) -> Batch:
    if "images" in given:
        raise BadInput("The request has images in its body and in a field.", "Send one of them.")
    return validate(Batch, given, settings)


def _picture(rows: Any, ground: ink.Ground) -> Picture:
    try:
        return ink.from_rows(values.pixels(rows), ground)
    except PydanticCustomError as error:
        said = error.context or {}
        raise BadInput(f"{said['detail']}.", said["hint"]) from None


def _unpacked(body: bytes, most: int) -> npt.NDArray[np.uint8]:
    """Return the (N, H, W) array of a numpy file; its header decides whether it is looked at."""
    file = io.BytesIO(body)
    try:
        headers = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}
        with _ONE_AT_A_TIME:
            shape, columns_first, dtype = headers[npy.read_magic(file)](file)
    except Exception as error:  # the header is a literal of Python, damaged in whichever way
        raise BadInput("The body is not a numpy file.", _NPY) from error
    if dtype != np.uint8 or len(shape) != 3:
        raise BadInput(f"The file holds {dtype} of shape {_by(shape)}.", _NPY)
    _limit(shape[0], most)
    if min(shape) < 1 or math.prod(shape) != len(body) - file.tell():
        raise BadInput(f"{_by(shape)} are not the {len(body) - file.tell():,} that follow.", _NPY)
    found = np.frombuffer(body, np.uint8, offset=file.tell())
    return found.reshape(shape, order="F" if columns_first else "C")


def _by(shape: Sequence[int]) -> str:
    return " × ".join(f"{size:,}" for size in shape[:4]) or "one number"


def _limit(count: int, most: int) -> None:
    if not count:
        raise BadInput("The request has no images.", "Send at least one.")
    if count > most:
        raise TooLarge(f"The request has {count:,} images.", f"Send at most {most:,}.")


def _limit_pixels(files: Sequence[bytes], most: int) -> None:
    """Refuse files that have more pixels together than is worth decoding."""
    pixels = sum(map(image_files.count_pixels, files))
    if pixels > most:
        raise TooLarge(
            f"The images have {pixels:,} pixels together.",
            f"Send at most {most:,}: fewer or smaller images.",
        )
