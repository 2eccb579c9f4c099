"""Whatever a client sends gets a clear problem, or a right answer where there is one."""

import itertools
import struct
import zlib

import pytest
from PIL import Image

from tests.pictures import SEVEN, encoded, seven

MODEL = "/api/models/lenet5"
INPUTS = (f"{MODEL}/predictions", f"{MODEL}/traces")
UNITS = f"{MODEL}/layers/conv1/units"
GRADIENTS = (f"{MODEL}/gradients", f"{MODEL}/layers/conv1/gradients")


def assert_problem(answer, status: int, code: str) -> dict:
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (status, code), problem
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["status"] == status
    assert problem["title"]
    assert problem["detail"]
    assert problem["hint"]
    assert problem["request_id"] == answer.headers["x-request-id"]
    return problem


def png_of(width: int, height: int) -> bytes:
    """Return a PNG that is all header: a few bytes that claim so many pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * 1000)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("path", INPUTS)
@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        pytest.param({}, 422, "bad_input", id="nothing"),
        pytest.param({"strokes": []}, 422, "empty_drawing", id="empty pad"),
        pytest.param({"strokes": [[]]}, 422, "empty_drawing", id="empty stroke"),
        pytest.param({"strokes": [[[900, 900]]]}, 422, "empty_drawing", id="beside the pad"),
        pytest.param({"strokes": SEVEN, "pixels": [[1]]}, 422, "bad_input", id="two inputs"),
        pytest.param({"stroke": SEVEN}, 422, "bad_input", id="misspelt"),
        pytest.param({"strokes": [[[1, 2, 3]]]}, 422, "bad_input", id="points in space"),
        pytest.param({"strokes": [[1, 2]]}, 422, "bad_input", id="strokes without points"),
        pytest.param({"strokes": "seven"}, 422, "bad_input", id="text"),
        pytest.param({"strokes": [[[1e300, 0]]]}, 422, "bad_input", id="far away"),
        pytest.param({"strokes": SEVEN, "pad": {"width": 0}}, 422, "bad_input", id="no pad"),
        pytest.param(
            {"strokes": SEVEN, "pad": {"pen_width": 1e4}}, 422, "bad_input", id="wide pen"
        ),
        pytest.param({"strokes": SEVEN, "pad": {"height": -280}}, 422, "bad_input", id="negative"),
        pytest.param({"pixels": []}, 422, "bad_input", id="no rows"),
        pytest.param({"pixels": [[]]}, 422, "bad_input", id="empty row"),
        pytest.param({"pixels": [[0, 0], [0]]}, 422, "bad_input", id="ragged rows"),
        pytest.param({"pixels": [[0, 256]]}, 422, "bad_input", id="too bright"),
        pytest.param({"pixels": [[0, -1]]}, 422, "bad_input", id="too dark"),
        pytest.param({"pixels": [[0, None]]}, 422, "bad_input", id="null"),
        pytest.param({"pixels": [["a"]]}, 422, "bad_input", id="letters"),
        pytest.param({"pixels": [[0] * 28] * 28}, 422, "empty_drawing", id="black"),
        pytest.param({"pixels": [[1]], "ink": "blue"}, 422, "bad_input", id="blue ink"),
        pytest.param({"strokes": [[[0, 0]] * 20_001]}, 413, "too_large", id="too many points"),
        pytest.param({"strokes": [[]] * 20_001}, 413, "too_large", id="too many strokes"),
        pytest.param([], 422, "bad_input", id="a list"),
        pytest.param("7", 422, "bad_input", id="a string"),
        pytest.param(None, 422, "bad_input", id="null body"),
    ],
)
def test_bad_json_input_is_refused(server, path, body, status, code):
    # httpx sends no body at all for json=None
    keywords = {"json": body} if body is not None else json_text("null")
    assert_problem(server.client.post(path, **keywords), status, code)


def json_text(text: str | bytes) -> dict:
    return {"content": text, "headers": {"Content-Type": "application/json"}}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        '{"pixels": [[NaN]]}',
        '{"pixels": [[Infinity]]}',
        '{"pixels": [[1e999]]}',
        '{"strokes": [[[NaN, 0]]]}',
        '{"strokes": [[[-Infinity, 0]]]}',
        "[" * 100_000,
        b'{"pixels": [[\xff]]}',
        '{"strokes": ' + "[" * 500 + "]" * 500 + "}",
    ],
)
def test_what_is_not_json_is_refused(server, text):
    assert_problem(server.client.post(INPUTS[0], **json_text(text)), 422, "bad_input")


def test_a_million_points_are_refused(server):
    body = '{"strokes": [[' + "[1,1]," * 999_999 + "[1,1]]]}"
    assert_problem(server.client.post(INPUTS[0], **json_text(body)), 413, "too_large")


def test_the_point_limit_itself_is_accepted(server):
    body = {"strokes": [[[100, y / 100] for y in range(20_000)]]}
    assert server.client.post(INPUTS[0], json=body).status_code == 200


def test_a_body_over_the_limit_is_refused(server):
    body = b" " * (8 * 2**20 + 1)
    assert_problem(server.client.post(INPUTS[0], **json_text(body)), 413, "too_large")
    image = {"content": body, "headers": {"Content-Type": "image/png"}}
    assert_problem(server.client.post(INPUTS[0], **image), 413, "too_large")
    form = {"files": {"file": ("big.png", body)}}
    assert_problem(server.client.post(INPUTS[0], **form), 413, "too_large")


def test_a_body_of_unknown_length_is_limited_too(server):
    chunks = (b" " * 2**20 for _ in range(9))
    answer = server.client.post(
        INPUTS[0], content=chunks, headers={"Content-Type": "application/json"}
    )
    assert_problem(answer, 413, "too_large")


@pytest.mark.parametrize("path", INPUTS)
@pytest.mark.parametrize(
    ("file", "status", "code"),
    [
        pytest.param(b"", 422, "undecodable_image", id="empty file"),
        pytest.param(encoded(seven())[:200], 422, "undecodable_image", id="truncated PNG"),
        pytest.param(
            encoded(seven()).replace(b"IDAT", b"IDAX"), 422, "undecodable_image", id="corrupt PNG"
        ),
        pytest.param(encoded(seven(), "JPEG")[:600], 422, "undecodable_image", id="truncated JPEG"),
        pytest.param(encoded(Image.new("L", (1, 1))), 422, "empty_drawing", id="1 × 1"),
        pytest.param(
            encoded(Image.new("1", (10_000, 10_000))), 413, "too_large", id="10,000 × 10,000"
        ),
        pytest.param(png_of(2**31 - 1, 2**31 - 1), 413, "too_large", id="decompression bomb"),
        pytest.param(png_of(5_000, 5_000), 422, "undecodable_image", id="all header"),
        pytest.param(b"GIF89a" + b"\0" * 20, 422, "undecodable_image", id="no GIF"),
    ],
)
def test_a_bad_image_is_refused(server, path, file, status, code):
    as_body = {"content": file, "headers": {"Content-Type": "image/png"}}
    as_form = {"files": {"file": ("file.png", file, "image/png")}}
    for keywords in (as_body, as_form):
        assert_problem(server.client.post(path, **keywords), status, code)


def test_a_text_bomb_in_a_png_is_refused(server):
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_text("comment", "0" * 50_000_000, zip=True)
    bomb = {"content": encoded(seven(), pnginfo=info), "headers": {"Content-Type": "image/png"}}
    assert_problem(server.client.post(INPUTS[0], **bomb), 422, "undecodable_image")


@pytest.mark.parametrize(
    "drawing",
    [
        pytest.param({"strokes": [[[140, 140]]]}, id="a single dot"),
        pytest.param(
            {
                "strokes": [[[280 * (n % 2), n] for n in range(0, 280, 5)]],
                "pad": {"width": 280, "height": 280, "pen_width": 60},
            },
            id="a scribble over everything",
        ),
        pytest.param({"strokes": [[[-50, 140], [330, 140]]]}, id="beyond the edges"),
        pytest.param({"strokes": [[[-5, -5], [100, 100]]]}, id="negative coordinates"),
        pytest.param({"pixels": [[255]]}, id="1 × 1 pixel"),
        pytest.param({"pixels": [[255] * 5000]}, id="one long row"),
        pytest.param({"pixels": [[0.5, 254.5]]}, id="fractions"),
        pytest.param({"strokes": SEVEN, "pad": {"width": 1000, "height": 300}}, id="wide pad"),
    ],
)
def test_odd_but_readable_input_is_read(server, drawing):
    answer = server.client.post(INPUTS[0], json=drawing)
    assert answer.status_code == 200, answer.text
    assert sum(answer.json()["probabilities"]) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize(
    "keywords",
    [
        pytest.param({"content": b"7"}, id="no type"),
        pytest.param({"content": b"7", "headers": {"Content-Type": "text/plain"}}, id="text"),
        pytest.param({"data": {"strokes": "[]"}}, id="url-encoded"),
        pytest.param({"content": b"7", "headers": {"Content-Type": "app\xe9"}}, id="not ASCII"),
    ],
)
def test_another_content_type_is_refused(server, keywords):
    if "data" not in keywords and "headers" in keywords:
        value = keywords["headers"]["Content-Type"]
        keywords = keywords | {"headers": [(b"Content-Type", value.encode("latin-1"))]}
    assert_problem(server.client.post(INPUTS[0], **keywords), 415, "unsupported_type")


@pytest.mark.parametrize(
    "keywords",
    [
        pytest.param({"files": {"picture": ("x.png", b"x")}}, id="another field"),
        pytest.param({"files": {"file": (None, "text")}}, id="text instead of a file"),
        pytest.param(
            {"content": b"x", "headers": {"Content-Type": "multipart/form-data"}}, id="no boundary"
        ),
        pytest.param(
            {
                "content": b"--x\r\nnonsense",
                "headers": {"Content-Type": "multipart/form-data; boundary=x"},
            },
            id="malformed",
        ),
        pytest.param(
            {"files": {"file": ("x.png", encoded(seven()))}, "data": {"pen": "1"}}, id="extra field"
        ),
    ],
)
def test_a_bad_form_is_refused(server, keywords):
    assert_problem(server.client.post(INPUTS[0], **keywords), 422, "bad_input")


def test_two_files_are_refused_where_one_is_traced(server):
    files = [("file", (name, encoded(seven()))) for name in ("a.png", "b.png")]
    answer = server.client.post("/api/models/lenet5/traces", files=files)
    assert_problem(answer, 422, "bad_input")


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("GET", "/api/models/resnet", "unknown_model"),
        ("POST", "/api/models/resnet/predictions", "unknown_model"),
        ("POST", "/api/models/resnet/traces", "unknown_model"),
        ("GET", "/api/models/resnet/layers/conv1/weights", "unknown_model"),
        ("GET", f"{MODEL}/layers/conv9/weights", "unknown_layer"),
        ("POST", f"{MODEL}/layers/conv9/units?channel=0", "unknown_layer"),
        ("POST", f"{MODEL}/traces?layers=conv1,conv9", "unknown_layer"),
        ("POST", f"{MODEL}/traces?layers=", "unknown_layer"),
        ("GET", "/api", "not_found"),
        ("GET", "/nothing/here", "not_found"),
        ("GET", "/static/js/none.js", "not_found"),
        ("GET", "/static/../app/main.py", "not_found"),
        ("GET", "/static/%2e%2e/app/main.py", "not_found"),
        ("GET", "/api/models/%00", "unknown_model"),
    ],
)
def test_what_does_not_exist_is_not_found(server, method, path, code):
    body = {"json": {"strokes": SEVEN}} if method == "POST" else {}
    assert_problem(server.client.request(method, path, **body), 404, code)


def test_the_remedy_names_what_does_exist(server):
    problem = server.client.get(f"{MODEL}/layers/conv9/weights").json()
    assert "conv2" in problem["hint"]
    assert "lenet5" in server.client.get("/api/models/resnet").json()["hint"]


def test_a_wrong_method_is_refused_with_the_right_one(server):
    answer = server.client.get(INPUTS[0])
    assert "POST" in assert_problem(answer, 405, "method_not_allowed")["hint"]


@pytest.mark.parametrize(
    ("layer", "unit"),
    [
        ("conv1", {"channel": 6, "row": 0, "column": 0}),
        ("conv1", {"channel": 0, "row": 28, "column": 0}),
        ("conv1", {"channel": 0, "row": 0, "column": 28}),
        ("conv1", {"channel": -1, "row": 0, "column": 0}),
        ("conv1", {"channel": 0, "row": -1, "column": 0}),
        ("conv1", {"channel": 0}),
        ("conv1", {"channel": 0, "row": 1}),
        ("fc1", {"channel": 120}),
        ("fc1", {"channel": 0, "row": 0, "column": 0}),
        ("softmax", {"channel": 10**30}),
    ],
)
def test_a_unit_outside_its_layer_is_refused(server, layer, unit):
    path = f"{MODEL}/layers/{layer}/units"
    answer = server.client.post(path, json={"strokes": SEVEN} | unit)
    assert answer.status_code == 422
    assert answer.json()["code"] in ("outside_layer", "bad_input")


@pytest.mark.parametrize("unit", [{}, {"channel": "a"}, {"channel": 1.5}, {"channel": None}])
def test_a_malformed_unit_is_refused(server, unit):
    answer = server.client.post(UNITS, json={"strokes": SEVEN} | unit)
    assert "channel" in assert_problem(answer, 422, "bad_input")["detail"]


@pytest.mark.parametrize("query", ["encoding=hex", "layer=conv1", "ink=blue"])
def test_a_bad_query_is_refused(server, query):
    answer = server.client.post(f"{MODEL}/traces?{query}", json={"strokes": SEVEN})
    assert query.partition("=")[0] in assert_problem(answer, 422, "bad_input")["detail"]


def test_nothing_sent_is_ever_a_server_error(server):
    """Every piece of nonsense, in every form, to every route that takes a body."""
    bodies = [b"", b"{}", b"[]", b"null", b"\x00" * 50, b"\x89PNG", b"--x--", b'{"strokes":{}}']
    types = ["application/json", "image/png", "image/", "multipart/form-data; boundary=x", ""]
    paths = (*INPUTS, UNITS, *GRADIENTS)
    for path, body, media_type in itertools.product(paths, bodies, types):
        answer = server.client.post(path, content=body, headers={"Content-Type": media_type})
        assert 400 <= answer.status_code < 500, (path, body, media_type)
        assert answer.headers["content-type"] == "application/problem+json"
