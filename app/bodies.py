"""One request's input, in whichever form it comes, to a picture.

A JSON object, a multipart form and an image file all carry *fields*; where the body leaves
one out, it may stand in the query string. They are checked by one schema for all forms.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import orjson
from anyio.to_thread import run_sync
from pydantic import ValidationError
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from app import image_files, ink, values
from app.errors import BadInput, ConvLensError, TooLarge, UnsupportedType
from app.problems import invalid
from app.requests import Drawing, Fields, TraceQuery
from app.settings import Settings

F = TypeVar("F", bound=Fields)
D = TypeVar("D", bound=Drawing)

_JSON = "application/json"
LARGE = 16_384
"""Bytes from which a body is worked on in a thread, so that nobody waits for it."""
_LISTS = ("edits", "without", "index", "learning_rates")
_FORMS = "Send strokes, or pixels, or an image file; one of them."


class _FormParser(MultiPartParser):
    """Keeps files in memory, as a body's limit allows: the disk may be full, or read-only."""

    spool_max_size = 0


async def read_fields(request: Request, form: type[F], settings: Settings) -> F:
    """Read the fields of a request whose body is a JSON object.

    Raises:
        BadInput: The body is malformed, or a field is missing, unknown or out of range.
        TooLarge: More edits, points or steps than the settings allow.
        UnsupportedType: The body is not JSON.

    """
    media_type = _media_type(request)
    if media_type != _JSON:
        raise UnsupportedType(f"The body's type is {media_type or 'not given'}.", "Send JSON.")
    body = await request.body()

    def parse() -> F:
        return validate(form, _query_fields(request) | _read_json(body, settings), settings)

    return parse() if len(body) < LARGE else await run_sync(parse)


def read_message(text: str, form: type[F], settings: Settings) -> F:
    """Read the fields of a socket's message, a JSON object.

    Raises:
        BadInput: The message is malformed, or a field is unknown or out of range.
        TooLarge: More edits or points than the settings allow.

    """
    return validate(form, _read_json(text.encode(), settings), settings)


async def read_input(
    request: Request, form: type[D], settings: Settings
) -> tuple[D, ink.Normalised]:
    """Read the fields and the input of a request.

    Args:
        request: Its body is JSON, an image file, or a form with the file in ``file``.
        form: The schema of the fields.
        settings: For the limits.

    Raises:
        BadInput: The body is malformed, or a field is missing, unknown or out of range.
        TooLarge: More points, pixels, bytes or steps than the settings allow.
        UnsupportedType: The body is of no type listed above.

    """
    sent = await receive(request)

    def parse() -> tuple[D, ink.Normalised]:
        return sent_input(sent, sent.given(settings), form, settings)

    return await run_sync(parse) if sent.large else parse()


@dataclass(frozen=True)
class Sent:
    """What a request carries, before it is looked at."""

    media_type: str
    body: bytes
    """Empty of a form."""
    fields: Mapping[str, Any]
    """Of the query string, and of a form."""
    files: Sequence[bytes]
    """Of a form, or the image file that is the body."""

    @property
    def large(self) -> bool:
        """Whether others should not wait while it is worked on."""
        return bool(self.files) or len(self.body) >= LARGE

    def given(self, settings: Settings) -> dict[str, Any]:
        """Return all fields.

        Raises:
            BadInput: The body should be a JSON object and is none.
            TooLarge: It holds more lists than the settings allow.

        """
        own = _read_json(self.body, settings) if self.media_type == _JSON else {}
        return {**self.fields, **own}


async def receive(request: Request, most: int = 1, *binary: str) -> Sent:
    """Read what a request carries.

    Args:
        request: Its body is JSON, an image file, or a form with files in ``file``.
        most: Files that the form may have.
        binary: Media types besides, whose body is left as it is.

    Raises:
        BadInput: The form cannot be read.
        TooLarge: It has more files.
        UnsupportedType: The body is of no type listed above.

    """
    media_type = _media_type(request)
    fields = _query_fields(request)
    if media_type == "multipart/form-data":
        own, files = await _read_form(request, most)
        return Sent(media_type, b"", fields | own, files)
    if media_type.startswith("image/"):
        return Sent(media_type, b"", fields, [await request.body()])
    if media_type == _JSON or media_type in binary:
        return Sent(media_type, await request.body(), fields, [])
    raise UnsupportedType(f"The body's type is {media_type or 'not given'}.")


def sent_input(
    sent: Sent, given: Mapping[str, Any], form: type[D], settings: Settings
) -> tuple[D, ink.Normalised]:
    """Return what a request with these fields carries; raises as :func:`read_input`."""
    drawing = validate(form, given, settings)
    return drawing, _normalised(drawing, sent.files[0] if sent.files else None, settings)


def normalised(
    drawing: Drawing, settings: Settings, canvas: ink.Canvas | None = None
) -> ink.Normalised:
    """Return the input of a drawing that stands in JSON; strokes may go on with a canvas."""
    return _normalised(drawing, None, settings, canvas)


def _normalised(
    drawing: Drawing, image: bytes | None, settings: Settings, canvas: ink.Canvas | None = None
) -> ink.Normalised:
    given = [form for form in (drawing.strokes, drawing.pixels, image) if form is not None]
    if len(given) != 1:
        raise BadInput(f"The request has {len(given) or 'no'} inputs.", _FORMS)
    if drawing.strokes is not None:
        pad = ink.Pad(**drawing.pad.model_dump()) if drawing.pad else ink.Pad()
        return ink.from_strokes(drawing.strokes, pad, drawing.without, canvas=canvas)
    if image is not None:
        picture = image_files.read(image, settings.max_image_pixels, drawing.ink)
    else:
        picture = ink.from_rows(np.asarray(drawing.pixels), drawing.ink or "bright")
    return ink.normalise(picture, drawing.without)


def _media_type(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


async def _read_form(request: Request, most: int) -> tuple[dict[str, Any], list[bytes]]:
    try:
        form = await _FormParser(
            request.headers, request.stream(), max_files=most, max_fields=20
        ).parse()
    except MultiPartException as error:
        raise _refused_form(error.message, most) from error
    fields = {name: value for name, value in form.multi_items() if name != "file"}
    files = [file for file in form.getlist("file") if isinstance(file, UploadFile)]
    if not files:
        raise BadInput("The form has no file.", "Put the image into the field named file.")
    return {name: _parsed(name, value) for name, value in fields.items()}, [
        await file.read() for file in files
    ]


def _refused_form(detail: str, most: int) -> ConvLensError:
    if most > 1 and detail.startswith("Too many files"):
        return TooLarge(f"The form has more than {most:,} files.", f"Send at most {most:,}.")
    return BadInput(f"The form cannot be read: {detail}.")


def _read_json(body: bytes, settings: Settings) -> dict[str, Any]:
    # Nobody is served while JSON is read, and millions of empty lists would take seconds.
    lists = body.count(b"[") + body.count(b"{")
    most = max(settings.max_cells, 4 * settings.max_points)
    if lists > most:
        raise TooLarge(
            f"The body has {lists:,} lists and objects.",
            f"Send at most {most:,}: fewer points, or arrays as base64.",
        )
    try:
        fields = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise BadInput(
            f"The body is not JSON: {error}.", "NaN and infinities are not JSON either."
        ) from error
    if not isinstance(fields, dict):
        raise BadInput("The body is not a JSON object.", _FORMS)
    return fields


def _query_fields(request: Request) -> dict[str, Any]:
    return {
        name: _parsed(name, value)
        for name, value in request.query_params.items()
        if name not in TraceQuery.model_fields
    }


def _parsed(name: str, value: Any) -> Any:
    """Return a field that came as text; those that are lists stand in it as JSON."""
    if name not in _LISTS or not isinstance(value, str):
        return value
    try:
        return orjson.loads(value)
    except orjson.JSONDecodeError as error:
        raise BadInput(f"{name} is not JSON: {error}.", 'Such as without=["crop"].') from error


def validate(form: type[F], fields: Mapping[str, Any], settings: Settings) -> F:
    """Check fields against their schema and the limits.

    Raises:
        BadInput: A field is missing, unknown or out of range.
        TooLarge: More edits, points or steps than the settings allow.

    """
    _limit(fields, settings)
    _limit_cells(fields, form.arrays, settings.max_cells)
    try:
        return form.model_validate(fields)
    except ValidationError as error:
        raise invalid(list(error.errors(include_url=False, include_input=False))) from None


def _limit(fields: Mapping[str, Any], settings: Settings) -> None:
    """Refuse more than is worth looking at, before looking at it."""
    for part in fields.values():
        if isinstance(part, dict):  # a drawing beside another; deeper there is none
            _limit_drawing(part, settings)
    _limit_drawing(fields, settings)


def _limit_drawing(fields: Mapping[str, Any], settings: Settings) -> None:
    edits = fields.get("edits")
    if isinstance(edits, list) and len(edits) > settings.max_edits:
        raise TooLarge(
            f"The request has {len(edits):,} edits.", f"Send at most {settings.max_edits:,}."
        )
    rates = fields.get("learning_rates")
    if isinstance(rates, list) and len(rates) > settings.max_steps:
        raise TooLarge(
            f"The request has {len(rates):,} learning rates.",
            f"Send at most {settings.max_steps:,}.",
        )
    strokes = fields.get("strokes")
    if isinstance(strokes, list):
        limit_points(strokes, settings)


def limit_points(strokes: Sequence[Any], settings: Settings) -> None:
    """Refuse a drawing with more points than is worth looking at.

    Raises:
        TooLarge: That many are not accepted.

    """
    # An empty stroke counts too: it also takes its place.
    points = sum(max(1, len(s)) if isinstance(s, list) else 1 for s in strokes)
    if points > settings.max_points:
        raise TooLarge(
            f"The drawing has {points:,} points.",
            f"Send at most {settings.max_points:,}; a pen leaves some hundred a digit.",
        )


def _limit_cells(fields: Mapping[str, Any], arrays: Collection[str], limit: int) -> None:
    """Refuse arrays that have more cells together than is worth looking at."""
    counts = {name: values.count(fields[name], limit) for name in arrays if name in fields}
    if sum(counts.values()) > limit:
        largest = max(counts, key=lambda name: counts[name])
        raise TooLarge(
            f"The arrays have more than {limit:,} cells, most of them in {largest}.",
            f"Send at most {limit:,} numbers in all, such as a part of a picture or a smaller one.",
        )
