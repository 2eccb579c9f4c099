"""Numbers, sizes and arrays of numbers as fields of a request.

Arrays come as nested lists or as base64. Each number of a list is looked at by numpy and not
by Pydantic, which takes fifty times as long.
"""

import base64
import binascii
import math
from collections.abc import Callable
from contextlib import suppress
from itertools import chain
from typing import Annotated, Any

import numpy as np
import numpy.typing as npt
from pydantic import BeforeValidator, FiniteFloat, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

Array = npt.NDArray[np.float64]

LARGEST = 1e6
"""The largest number of an array: sums of products of these stay within float32."""
_DEEPEST = 4
"""Dimensions of a stack of filters; no array here has more."""
_NAMES = {
    (1,): "a list of numbers",
    (2,): "rows of numbers: [[1, 2], [3, 4]]",
    (2, 3): "rows of numbers, or a list of such channels",
    (0, 1): "a number, or a list of numbers",
    (2, 3, 4): "rows of numbers, a list of such channels, or a list of such filters",
}


def refusal(detail: str, hint: str) -> PydanticCustomError:
    """Return the error for a field's value; :func:`app.problems.invalid` passes the hint on."""
    return PydanticCustomError("refused", "{detail}", {"detail": detail, "hint": hint})


def count(value: Any, limit: int) -> int:
    """Return how many numbers an array has, or more than ``limit`` as soon as it is clear."""
    if isinstance(value, dict):
        value = value.get("data")
        if isinstance(value, str):
            return len(value) * 3 // 16
    cells, level = 0, [value]
    for _ in range(_DEEPEST + 1):
        lists = [item for item in level if isinstance(item, list)]
        cells += len(level) - len(lists)
        if not lists or cells + sum(map(len, lists)) > limit:
            return cells + sum(map(len, lists))
        level = list(chain.from_iterable(lists))
    return cells + len(level)


def _no_boolean(value: Any) -> Any:
    """Refuse true and false, which Pydantic takes for 1 and 0."""
    if isinstance(value, bool):
        raise refusal(f"{str(value).lower()} is no number", "Send a number.")
    return value


Whole = Annotated[int, BeforeValidator(_no_boolean)]
"""A whole number, which may come as text in a form."""
Real = Annotated[FiniteFloat, BeforeValidator(_no_boolean)]
"""A number, which may come as text in a form."""


def _array(*dimensions: int) -> Callable[[Any], Array]:
    """Return the validator of an array with one of these numbers of dimensions."""

    def read(value: Any) -> Array:
        array = _decoded(value) if isinstance(value, dict) else _nested(value, _NAMES[dimensions])
        if not array.size:
            raise refusal(f"It is empty ({_by(array.shape)})", f"Send {_NAMES[dimensions]}.")
        if array.ndim not in dimensions:
            raise refusal(
                f"It has {array.ndim} dimension{'s'[: array.ndim != 1]} ({_by(array.shape)})",
                f"Send {_NAMES[dimensions]}.",
            )
        if not (np.abs(array) <= LARGEST).all():  # so that NaN is refused too
            raise refusal(
                f"It has numbers that are not within ±{LARGEST:,.0f}",
                "Scale the numbers, and leave out NaN and infinities.",
            )
        return array

    return read


def pixels(value: Any) -> npt.NDArray[Any]:
    """Return rows of numbers as an (H, W) array; whole numbers from 0 to 255 as uint8.

    Raises:
        PydanticCustomError: It is something else.

    """
    form = "rows of grey values: [[0, 255, 0], [0, 255, 0]]"
    if type(value) is list and set(map(type, value)) == {list} and len(set(map(len, value))) == 1:
        # Most come like this, and bytes looks at a number ten times as fast as numpy.
        with suppress(TypeError, ValueError):
            return np.frombuffer(b"".join(map(bytes, value)), np.uint8).reshape(len(value), -1)
    array = _nested(value, form)
    if array.ndim != 2 or not array.size:
        raise refusal(f"It has the shape {_by(array.shape)}", f"Send {form}.")
    return array


def _nested(value: Any, form: str) -> Array:
    """Return nested lists as an array, level by level, so that no depth is too much."""
    shape: list[int] = []
    level = [value]
    while len(shape) <= _DEEPEST:
        kinds = set(map(type, level))
        if list not in kinds:
            break
        if len(kinds) > 1:
            raise refusal("It has lists and numbers side by side", f"Send {form}.")
        lengths = sorted(set(map(len, level)))
        if len(lengths) > 1:
            raise refusal(
                f"It is ragged: some of its lists have {lengths[0]} items, others {lengths[-1]}",
                "Give all rows the same number of numbers.",
            )
        shape.append(lengths[0])
        level = list(chain.from_iterable(level))
    else:
        raise refusal(f"It has more than {_DEEPEST} dimensions", f"Send {form}.")
    if not kinds <= {int, float}:
        other = next(item for item in level if type(item) not in (int, float))
        raise refusal(f"{_quoted(other)} is no number", f"Send {form}.")
    return np.array(level, dtype=np.float64).reshape(shape)


def _decoded(value: dict[str, Any]) -> Array:
    """Return an array given as its shape and base64 or lists."""
    form = 'Send {"shape": [3, 3], "data": "<base64 of 9 little-endian float32>"}, or lists.'
    if value.keys() != {"shape", "data"}:
        names = ", ".join(map(str, list(value)[:5])) or "nothing"
        raise refusal(f"An array has shape and data, this one has {names[:60]}", form)
    shape, data = value["shape"], value["data"]
    if not (
        isinstance(shape, list)
        and len(shape) <= _DEEPEST
        and all(type(size) is int and 0 <= size < 2**31 for size in shape)
    ):
        raise refusal("Its shape is no list of at most 4 whole numbers", form)
    if not isinstance(data, str):
        array = _nested(data, "numbers")
        if list(array.shape) != shape:
            raise refusal(f"Its shape is {_by(shape)}, its data are {_by(array.shape)}", form)
        return array
    try:
        raw = base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError) as error:  # ValueError: not ASCII
        raise refusal("Its data are not base64", form) from error
    needed = 4 * math.prod(shape)
    if len(raw) != needed:
        raise refusal(
            f"Its data are {len(raw):,} bytes; {_by(shape)} float32 are {needed:,}",
            "Send 4 bytes a number, little-endian.",
        )
    return np.frombuffer(raw, "<f4").reshape(shape).astype(np.float64)


def _by(shape: Any) -> str:
    return " × ".join(map(str, shape)) or "one number"


def _quoted(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return str(value).lower() if value is not None else "null"
    text = repr(value) if isinstance(value, str) else f"a {type(value).__name__}"
    return text if len(text) <= 30 else f"{text[:30]}…"


def _pair(least: int, most: int, *words: str) -> Callable[[Any], Any]:
    """Return the validator of a size: one number for both, [rows, columns], or a word."""

    def read(value: Any) -> Any:
        if isinstance(value, str) and value in words:
            return value
        sizes = value if isinstance(value, list) and len(value) == 2 else [value] * 2
        if all(type(size) is int and least <= size <= most for size in sizes):
            return tuple(sizes)
        given = str(value)
        or_words = "".join(f', or "{word}"' for word in words)
        raise refusal(
            f"It is {given if len(given) <= 30 else f'{given[:30]}…'}",
            f"Send a whole number from {least} to {most:,}, or two of them as "
            f"[rows, columns]{or_words}.",
        )

    return read


def _pair_schema(least: int, most: int, *words: str) -> dict[str, Any]:
    number = {"type": "integer", "minimum": least, "maximum": most}
    pair = {"type": "array", "items": number, "minItems": 2, "maxItems": 2}
    return {"anyOf": [number, pair, *([{"type": "string", "enum": [*words]}] if words else [])]}


def _array_schema(description: str, *dimensions: int) -> dict[str, Any]:
    forms: list[dict[str, Any]] = []
    for depth in dimensions:
        form: dict[str, Any] = {"type": "number"}
        for _ in range(depth):
            form = {"type": "array", "items": form, "minItems": 1}
        forms.append(form)
    return {"anyOf": [*forms, _ENCODED], "description": description}


_ENCODED = {
    "type": "object",
    "required": ["shape", "data"],
    "properties": {
        "shape": {"type": "array", "items": {"type": "integer", "minimum": 0}},
        "data": {"type": "string", "description": "Base64 of little-endian float32."},
    },
    "additionalProperties": False,
}
_MOST = 1024

Size = Annotated[
    tuple[int, int], PlainValidator(_pair(1, _MOST)), WithJsonSchema(_pair_schema(1, _MOST))
]
"""A kernel size, a stride or a dilation."""
Padding = Annotated[
    tuple[int, int], PlainValidator(_pair(0, _MOST)), WithJsonSchema(_pair_schema(0, _MOST))
]
NamedPadding = Annotated[
    Any,
    PlainValidator(_pair(0, _MOST, "valid", "same")),
    WithJsonSchema(_pair_schema(0, _MOST, "valid", "same")),
]
Map = Annotated[
    Array, PlainValidator(_array(2)), WithJsonSchema(_array_schema("(rows, columns)", 2))
]
Maps = Annotated[
    Array,
    PlainValidator(_array(2, 3)),
    WithJsonSchema(_array_schema("(rows, columns) or (channels, rows, columns)", 2, 3)),
]
Filters = Annotated[
    Array,
    PlainValidator(_array(2, 3, 4)),
    WithJsonSchema(
        _array_schema(
            "(rows, columns), (channels, rows, columns) or (filters, channels, rows, columns)",
            *(2, 3, 4),
        )
    ),
]
PIXELS: dict[str, Any] = {"type": "array", "items": {"type": "array", "items": {"type": "number"}}}
Pixels = Annotated[npt.NDArray[Any], PlainValidator(pixels), WithJsonSchema(PIXELS)]
Biases = Annotated[
    Array,
    PlainValidator(_array(0, 1)),
    WithJsonSchema(_array_schema("One for all filters, or one for each", 0, 1)),
]
