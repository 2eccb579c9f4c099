"""What is sent: strategies for each kind of input, from the sound to the absurd."""

import base64
import io
import json
import math
import string
from typing import Any
from urllib.parse import quote

import numpy as np
from hypothesis import strategies as st
from PIL import Image

from app.models.lenet5 import ACTIVATION
from tests.pictures import SEVEN


def _among(words: str) -> st.SearchStrategy[str]:
    return st.sampled_from(words.split())


JUNK: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=12,
)
"""Any JSON."""
LAYERS = st.sampled_from(
    [
        "input",
        "conv1",
        f"{ACTIVATION}1",
        "pool1",
        "conv2",
        f"{ACTIVATION}2",
        "pool2",
        "flatten",
        "fc1",
        f"{ACTIVATION}3",
        "fc2",
        "fc3",
    ]
)
_WORD = st.text(string.printable, max_size=12) | st.text(max_size=12)


def sometimes(usual: st.SearchStrategy[Any], odd: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Return what is mostly the usual."""
    return st.integers(0, 9).flatmap(lambda one: odd if one == 0 else usual)


def _optional(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=fields)


_NEAR = st.floats(-50, 350) | st.integers(0, 280)
_FAR = st.floats(-1e5, 1e5) | st.sampled_from([-1e5, 1e5, 1e-300, 1e6])
_POINT = st.tuples(*[sometimes(_NEAR, _FAR)] * 2)
_STROKES = st.lists(st.lists(_POINT, max_size=30), max_size=6)
_LENGTH = sometimes(st.floats(1, 400), st.sampled_from([0, 1, 1e5, 1e-9]) | st.floats(1, 1e5))
_PAD = _optional(width=_LENGTH, height=_LENGTH, pen_width=_LENGTH)


@st.composite
def _pixels(draw: st.DrawFn) -> list[list[float]]:
    sizes = st.integers(1, 40) | st.sampled_from([1, 28, 200])
    rows, columns = draw(sizes), draw(sizes)
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    picture = random.integers(0, 256, (rows, columns)) * (random.random((rows, columns)) < 0.3)
    found: list[list[float]] = picture.tolist()
    match draw(st.integers(0, 9)):
        case 0:
            found[0][0] = draw(st.floats(-1, 300) | st.sampled_from([1e308, -0.0, 255.5]))
        case 1:
            found[-1] = found[-1][:-1]
        case 2:
            found = []
    return found


_FIELDS = _optional(
    pad=sometimes(_PAD, JUNK),
    ink=sometimes(st.sampled_from(["bright", "dark", None]), JUNK),
    without=sometimes(st.lists(st.sampled_from(["crop", "scale", "centre", "pad"])), JUNK),
    moment=sometimes(st.integers(-1, 20), JUNK),
)
DRAWINGS = st.builds(
    lambda ink, fields: ink | fields,
    st.builds(lambda strokes: {"strokes": strokes}, sometimes(_STROKES, JUNK))
    | st.builds(lambda pixels: {"pixels": pixels}, sometimes(_pixels(), JUNK)),
    sometimes(_FIELDS, st.dictionaries(_WORD, JUNK, max_size=3)),
)
"""Strokes or pixels with what may stand beside them."""

_NUMBERS = sometimes(st.floats(-3, 3), st.floats(allow_nan=False, allow_infinity=False))


@st.composite
def _edits(draw: st.DrawFn) -> dict[str, Any]:
    layer = draw(sometimes(LAYERS, _WORD))
    channel = draw(sometimes(st.integers(0, 15), st.integers(-(2**63), 2**63)))
    value = st.recursive(_NUMBERS, lambda inner: st.lists(inner, max_size=5), max_leaves=30)
    edit = draw(
        st.fixed_dictionaries(
            {"edit": st.sampled_from(["switch_off", "flip", "negate"])},
        )
        | st.fixed_dictionaries(
            {
                "edit": st.just("set"),
                "parameter": sometimes(st.sampled_from(["weight", "bias"]), _WORD),
                "index": st.lists(st.integers(-1, 6), max_size=5),
                "value": sometimes(value, JUNK),
            }
        )
        | st.fixed_dictionaries(
            {
                "edit": st.just("swap"),
                "to": sometimes(
                    st.sampled_from(["max_pool2d", "avg_pool2d", "tanh", "identity"]), _WORD
                ),
            }
        )
    )
    if edit["edit"] in ("switch_off", "flip", "negate"):
        edit["channel"] = channel
    randomise = st.builds(lambda seed: {"edit": "randomise", "seed": seed}, st.integers(-1, 2**63))
    return draw(sometimes(st.just(edit | {"layer": layer}), randomise))


EDITED = st.builds(
    lambda edits: {"strokes": SEVEN, "edits": edits},
    sometimes(st.lists(_edits(), max_size=4), JUNK | _edits().map(lambda one: [one] * 65)),
)
"""A drawing for a model that was changed."""


@st.composite
def _image(draw: st.DrawFn) -> bytes:
    """Return an image file, mostly damaged."""
    kind = draw(st.sampled_from(["PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF", "ICO", "PPM", "TGA"]))
    mode = draw(st.sampled_from(["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I", "F", "I;16"]))
    size = draw(st.tuples(*[st.integers(1, 60) | st.sampled_from([1, 300])] * 2))
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    grey = Image.fromarray(random.integers(0, 256, size[::-1], dtype=np.uint8))
    file = io.BytesIO()
    try:
        grey.convert(mode).save(file, kind)
    except (OSError, ValueError, KeyError):  # a mode that the format does not have
        file = io.BytesIO()
        grey.save(file, "PNG")
    data = bytearray(file.getvalue())
    for place in draw(st.lists(st.integers(0, len(data) - 1), max_size=8)):
        data[place] = draw(st.integers(0, 255))
    return bytes(data[: draw(st.integers(0, len(data)))] if draw(st.booleans()) else data)


IMAGES = sometimes(_image(), st.binary(max_size=300))
"""Files that are images, or were."""


@st.composite
def _npy(draw: st.DrawFn) -> bytes:
    kind = draw(st.sampled_from(["<f4", "<f8", ">f4", "|u1", "<i8", "<c8", "|b1", "<U4", "<M8[s]"]))
    shape = draw(st.lists(st.integers(0, 33), max_size=4))
    if math.prod(shape) > 40_000:
        shape = shape[:2]
    file = io.BytesIO()
    np.save(file, np.zeros(shape, np.dtype(kind)), allow_pickle=False)
    data = bytearray(file.getvalue())
    for place in draw(st.lists(st.integers(0, min(len(data), 128) - 1), max_size=6)):
        data[place] = draw(st.integers(0, 255))
    return bytes(data[: draw(st.integers(0, len(data)))] if draw(st.booleans()) else data)


NUMPY_FILES = _npy()
"""Files as ``numpy.save`` writes them, mostly damaged."""


@st.composite
def _array(draw: st.DrawFn) -> Any:
    shape = draw(st.lists(st.integers(0, 9) | st.just(3), min_size=0, max_size=5))
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    scale = draw(st.sampled_from([1, 1e5, 1e7, float("nan"), float("inf"), 1e-40]))
    with np.errstate(all="ignore"):
        values = (random.normal(size=shape) * scale).astype("<f4")
    if not draw(st.booleans()):
        finite = np.nan_to_num(values)
        return finite.tolist()
    data = base64.b64encode(values.tobytes()).decode()
    claimed = draw(sometimes(st.just(shape), st.lists(st.integers(-1, 2**31), max_size=5)))
    return {"shape": claimed, "data": draw(sometimes(st.just(data), st.text(max_size=20)))}


_ARRAY = sometimes(_array(), JUNK)
_SIZE = sometimes(
    st.integers(1, 4) | st.lists(st.integers(1, 4), min_size=2, max_size=2),
    st.integers(-1, 2**40) | JUNK,
)
_SLIDING = {
    "stride": _SIZE,
    "padding": sometimes(_SIZE, st.sampled_from(["same", "valid", "none"])),
    "dilation": _SIZE,
}
CALCULATIONS = st.one_of(
    st.tuples(
        st.just("/api/convolutions"),
        st.fixed_dictionaries(
            {"input": _ARRAY, "kernel": _ARRAY},
            optional={
                **_SLIDING,
                "bias": _ARRAY,
                "groups": _SIZE,
                "padding_mode": sometimes(st.sampled_from(["zeros", "reflect", "circular"]), JUNK),
                "operation": sometimes(st.just("convolution"), JUNK),
                "activation": sometimes(st.sampled_from(["relu", "tanh"]), JUNK),
            },
        ),
    ),
    st.tuples(
        st.just("/api/poolings"),
        st.fixed_dictionaries(
            {"input": _ARRAY, "kernel_size": _SIZE},
            optional={
                **_SLIDING,
                "operation": sometimes(st.sampled_from(["max", "average"]), JUNK),
                "ceil_mode": sometimes(st.booleans(), JUNK),
                "count_include_pad": sometimes(st.booleans(), JUNK),
            },
        ),
    ),
    st.tuples(
        st.just("/api/gradient_descents"),
        st.fixed_dictionaries(
            {
                "input": _ARRAY,
                "kernel": _ARRAY,
                "learning_rate": sometimes(st.floats(1e-6, 1e6), JUNK),
                "steps": sometimes(st.integers(0, 20), st.integers(0, 1000) | JUNK),
            },
            optional={"target": _ARRAY, "target_kernel": _ARRAY, "padding": _SIZE},
        ),
    ),
)
"""A path of the laboratory with the body for it."""

_SEGMENT = sometimes(
    LAYERS, _WORD | st.sampled_from(["..", ".", "%00", "%2e%2e", "a" * 5000, "🙂"])
)
_QUERY = st.dictionaries(
    sometimes(
        st.sampled_from(
            ["channel", "row", "column", "layers", "encoding", "moment", "step", "lang", "without"]
        ),
        _WORD,
    ),
    sometimes(st.integers(-3, 30).map(str), _WORD | st.integers(-(10**400), 10**400).map(str)),
    max_size=4,
)
_SHAPES = st.sampled_from(
    [
        "/{}",
        "/api/models/{}",
        "/api/models/lenet5/layers/{}/weights",
        "/api/models/lenet5/layers/{}/receptive_fields",
        "/api/models/lenet5/layers/{}/projective_fields",
        "/api/models/lenet5/timeline",
        "/api/training_runs/{}",
        "/api/training_runs/{}/events",
        "/learn/{}",
        "/static/{}",
        "/static/digits/{}",
        "/docs/{}",
    ]
)
_HEADERS = st.dictionaries(
    st.sampled_from(["accept-language", "x-request-id", "last-event-id", "cookie", "range"]),
    st.text(string.ascii_letters + string.digits + " ;,=*-q.\t", max_size=30),
    max_size=2,
)
ADDRESSES = st.fixed_dictionaries(
    {
        "method": sometimes(
            st.just("GET"), st.sampled_from(["HEAD", "OPTIONS", "POST", "PUT", "PATCH", "TRACE"])
        ),
        "path": st.builds(
            lambda shape, segment: shape.format(quote(segment, "/%")), _SHAPES, _SEGMENT
        ),
        "params": _QUERY,
        "headers": _HEADERS.map(lambda found: {k: v.strip() for k, v in found.items()}),
    }
)
"""What can stand in an address, and beside it."""

BODIES = sometimes(
    JUNK.map(lambda one: json.dumps(one).encode()),
    st.binary(max_size=200) | st.sampled_from([b"[" * 9000, b'{"a":' * 3000, b"\xff{}", b"1e999"]),
)
"""What may or may not be JSON."""
FORMS = st.dictionaries(
    sometimes(
        st.sampled_from(
            ["file", "ink", "without", "edits", "moment", "target", "channel", "index", "pad"]
        ),
        _WORD,
    ),
    sometimes(_WORD, JUNK.map(json.dumps)),
    max_size=5,
)
"""The fields of a form."""

_CHANGES = _optional(
    reset=sometimes(st.booleans(), JUNK),
    keep=sometimes(st.integers(-1, 6), JUNK),
    extend=sometimes(st.lists(st.tuples(_NEAR, _NEAR), max_size=9), JUNK),
    strokes=sometimes(st.lists(st.lists(st.tuples(_NEAR, _NEAR), max_size=9), max_size=3), JUNK),
    moment=sometimes(st.integers(0, 16), JUNK),
)
MESSAGES: st.SearchStrategy[str] = (
    sometimes(_CHANGES, JUNK).map(json.dumps) | DRAWINGS.map(json.dumps) | st.text(max_size=40)
)
"""What is said over the live socket: what is new, a whole drawing, any JSON, and what is none."""
