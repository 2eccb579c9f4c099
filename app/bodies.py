"""One request's input, in whichever form it comes, to a picture.

A JSON object, a multipart form and an image file all carry *fields*; where the body leaves
one out, it may stand in the query string. They are checked by one schema for all forms.
"""

from collections.abc import Mapping
from typing import Any, TypeVar

import orjson
from anyio.to_thread import run_sync
from pydantic import ValidationError
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request

from app import ink
from app.errors import BadInput, TooLarge, UnsupportedType
from app.problems import invalid
from app.schemas import Drawing, TraceQuery
from app.settings import Settings

D = TypeVar("D", bound=Drawing)

_LARGE = 16_384
"""Bytes from which a body is worked on in a thread, so that nobody waits for it."""
_FORMS = "Send strokes, or pixels, or an image file; one of them."


async def read_input(request: Request, form: type[D], settings: Settings) -> tuple[D, ink.Picture]:
    """Read the fields and the picture of a request.

    Args:
        request: Its body is JSON, an image file, or a form with the file in ``file``.
        form: The schema of the fields.
        settings: For the limits.

    Raises:
        BadInput: The body is malformed, or a field is missing, unknown or out of range.
        TooLarge: More points, pixels or bytes than the settings allow.
        UnsupportedType: The body is of no type listed above.

    """
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    fields: Mapping[str, Any] = {}
    image: bytes | None = None
    body = b""
    if media_type == "application/json":
        body = await request.body()
    elif media_type == "multipart/form-data":
        fields, image = await _read_form(request)
    elif media_type.startswith("image/"):
        image = await request.body()
    else:
        raise UnsupportedType(f"The body's type is {media_type or 'not given'}.")

    def parse() -> tuple[D, ink.Picture]:
        given = _query_fields(request) | {**(_read_json(body) if image is None else fields)}
        drawing = _validate(form, given, settings.max_points)
        return drawing, _picture(drawing, image, settings.max_image_pixels)

    if image is None and len(body) < _LARGE:
        return parse()
    return await run_sync(parse)


async def _read_form(request: Request) -> tuple[Mapping[str, Any], bytes]:
    try:
        form = await request.form(max_files=1, max_fields=20)
    except HTTPException as error:  # Starlette's word for a malformed form is a 400
        raise BadInput(f"The form cannot be read: {error.detail}.") from error
    fields = dict(form.items())
    file = fields.pop("file", None)
    if not isinstance(file, UploadFile):
        raise BadInput("The form has no file.", "Put the image into the field named file.")
    return fields, await file.read()


def _read_json(body: bytes) -> Mapping[str, Any]:
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
    return {k: v for k, v in request.query_params.items() if k not in TraceQuery.model_fields}


def _validate(form: type[D], fields: Mapping[str, Any], max_points: int) -> D:
    strokes = fields.get("strokes")
    if isinstance(strokes, list):
        # An empty stroke counts too: it also takes its place.
        points = sum(max(1, len(s)) if isinstance(s, list) else 1 for s in strokes)
        if points > max_points:
            raise TooLarge(
                f"The drawing has {points:,} points.",
                f"Send at most {max_points:,}; a pen leaves some hundred a digit.",
            )
    try:
        return form.model_validate(fields)
    except ValidationError as error:
        raise invalid(list(error.errors(include_url=False, include_input=False))) from None


def _picture(drawing: Drawing, image: bytes | None, max_image_pixels: int) -> ink.Picture:
    given = [form for form in (drawing.strokes, drawing.pixels, image) if form is not None]
    if len(given) != 1:
        raise BadInput(f"The request has {len(given) or 'no'} inputs.", _FORMS)
    if image is not None:
        return ink.from_image(image, max_image_pixels, drawing.ink)
    if drawing.pixels is not None:
        return ink.from_rows(drawing.pixels, drawing.ink or "bright")
    pad = ink.Pad(**drawing.pad.model_dump()) if drawing.pad else ink.Pad()
    return ink.render(drawing.strokes or [], pad)
