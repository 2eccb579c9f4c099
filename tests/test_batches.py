"""Many images in one request, against the same images one by one."""

import asyncio
import gc
import io
import sys
from concurrent.futures import ThreadPoolExecutor

import httpx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image

from app import batches, ink, inputs
from app.batches import Images, predict
from app.catalogue import Catalogue
from app.errors import BadInput, ConvLensError, EmptyDrawing
from app.models import REGISTRY
from app.requests import Batch
from app.sample import Tiles
from app.settings import ROOT
from tests.conftest import running
from tests.pictures import encoded, mnist_like, seven

PATH = "/api/models/lenet5/predictions"
NPY = {"Content-Type": "application/x-npy"}


@pytest.fixture(scope="module")
def digits() -> np.ndarray:
    """Seventy digits of MNIST: more than are worked on at a time."""
    return np.asarray(Tiles.load(ROOT / "static" / "digits", "mnist").pictures[:70])


def npy(array: np.ndarray, **options: bool) -> bytes:
    """Return an array as numpy writes it."""
    file = io.BytesIO()
    np.save(file, array, **options)
    return file.getvalue()


def files(*contents: bytes) -> list[tuple[str, tuple[str, bytes]]]:
    """Return a form with many files, for httpx."""
    return [("file", (f"{number}.png", content)) for number, content in enumerate(contents)]


def asked(server, **keywords) -> list[dict]:
    """Send many images, and return what is said of each."""
    answer = server.client.post(PATH, **keywords)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body.keys() == {"model_id", "count", "predictions"}
    assert body["count"] == len(body["predictions"])
    return body["predictions"]


def alone(server, pixels: np.ndarray, **fields: object) -> dict:
    """Return what is said of an image that comes alone."""
    return server.client.post(PATH, json={"pixels": pixels.tolist()} | fields).json()


def assert_same(many: list[dict], one_by_one: list[dict]) -> None:
    for a, b in zip(many, one_by_one, strict=True):
        assert a["problem"] is None
        assert a["probabilities"] == pytest.approx(b["probabilities"], abs=1e-5)
        assert (a["prediction"], a["label"]) == (b["prediction"], b["label"])


def normalised_alone(picture: ink.Picture) -> ink.Picture | None:
    try:
        return ink.normalise(picture).input
    except EmptyDrawing:
        return None


@given(
    st.lists(
        st.tuples(st.integers(1, 60), st.sampled_from([5, 20, 28, 60])).flatmap(
            lambda shape: arrays(np.uint8, shape, fill=st.just(0))
        ),
        min_size=1,
        max_size=6,
    )
)
@settings(deadline=None, max_examples=200)
def test_pictures_are_normalised_together_as_they_are_one_by_one(pictures):
    problems, together = inputs.normalise(pictures)
    expected = [normalised_alone(picture) for picture in pictures]
    assert [type(one) for one in problems] == [
        EmptyDrawing if one is None else type(None) for one in expected
    ]
    found = [one for one in expected if one is not None]
    assert np.array_equal(together, np.array(found).reshape(-1, 32, 32))


def test_digits_of_mnist_are_normalised_together_as_they_are_one_by_one(digits):
    problems, together = inputs.normalise(list(digits))
    assert problems == [None] * len(digits)
    assert np.array_equal(together, [ink.normalise(digit).input for digit in digits])


def test_what_is_wrong_with_a_picture_stays_in_its_place():
    wrong: ConvLensError = BadInput("No.")
    problems, together = inputs.normalise([wrong, mnist_like(), np.zeros((28, 28), np.uint8)])
    assert problems[0] is wrong
    assert problems[1] is None
    assert isinstance(problems[2], EmptyDrawing)
    assert np.array_equal(together, [ink.normalise(mnist_like()).input])


@pytest.mark.parametrize("form", ["json", "npy", "columns first", "octets", "files"])
def test_many_images_are_read_as_one_by_one(server, digits, form):
    keywords = {
        "json": lambda: {"json": {"images": digits.tolist()}},
        "npy": lambda: {"content": npy(digits), "headers": NPY},
        "columns first": lambda: {"content": npy(np.asfortranarray(digits)), "headers": NPY},
        "octets": lambda: {
            "content": npy(digits),
            "headers": {"Content-Type": "application/octet-stream"},
        },
        "files": lambda: {"files": files(*(encoded(Image.fromarray(one)) for one in digits))},
    }[form]()
    assert_same(asked(server, **keywords), [alone(server, digit) for digit in digits])


def test_the_fields_go_with_all_images_in_every_form(server, digits):
    few, edits = digits[:3], '[{"edit": "switch_off", "layer": "conv1", "channel": 0}]'
    fields = {"ink": "dark", "edits": edits, "moment": 3, "without": '["centre"]'}
    read = {**fields, "edits": [{"edit": "switch_off", "layer": "conv1", "channel": 0}]}
    read["without"] = ["centre"]
    expected = [alone(server, 255 - digit, **read) for digit in few]
    plain = [alone(server, digit) for digit in few]
    assert [one["probabilities"] for one in expected] != [one["probabilities"] for one in plain]
    of_json = asked(server, json={"images": (255 - few).tolist(), **read})
    of_npy = asked(server, content=npy(255 - few), headers=NPY, params=fields)
    of_files = asked(
        server,
        files=files(*(encoded(Image.fromarray(255 - one)) for one in few)),
        data=fields,
    )
    for found in (of_json, of_npy):
        assert_same(found, expected)
    assert [one["problem"] for one in of_files] == [None] * 3


def test_one_file_is_one_prediction(server):
    answer = server.client.post(PATH, files=files(encoded(seven()))).json()
    assert answer["prediction"] == 7
    assert "predictions" not in answer


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([[0] * 28] * 28, "empty_drawing"),
        ([[0, 255], [0]], "bad_input"),
        ([[0, 256]], "bad_input"),
        ([[-1, 0.5]], "bad_input"),
        ([["7"]], "bad_input"),
        ([[None]], "bad_input"),
        ([[[1]]], "bad_input"),
        ([[]], "bad_input"),
        ([], "bad_input"),
        (7, "bad_input"),
        ({"shape": [1, 1], "data": "AA=="}, "bad_input"),
        (None, "bad_input"),
    ],
)
def test_an_image_that_cannot_be_read_does_not_spoil_the_others(server, rows, code):
    good = mnist_like().tolist()
    before, wrong, after = asked(server, json={"images": [good, rows, good]})
    assert before["prediction"] == after["prediction"] == 7
    assert wrong["problem"]["code"] == code
    assert wrong["problem"].keys() == {"code", "detail", "hint"}
    assert wrong["prediction"] is wrong["label"] is wrong["probabilities"] is None


def test_a_file_that_is_no_image_does_not_spoil_the_others(server):
    good = encoded(seven())
    found = asked(server, files=files(good, b"none", encoded(Image.new("L", (9, 9))), good))
    codes = [one["problem"] and one["problem"]["code"] for one in found]
    assert codes == [None, "undecodable_image", "empty_drawing", None]


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", 422),
        (b"\x93NUMPY", 422),
        (b"\x93NUMPY\x03\x00", 422),
        (b"\x93NUMPY\x01\x00\x76\x00" + b"(" * 0x76, 422),
        (npy(np.zeros((1, 28, 28), np.uint8))[:-1], 422),
        (npy(np.zeros((1, 28, 28), np.uint8)) + b"\0", 422),
        (npy(np.zeros((1, 28, 28), np.float32)), 422),
        (npy(np.zeros((28, 28), np.uint8)), 422),
        (npy(np.zeros((0, 28, 28), np.uint8)), 422),
        (npy(np.zeros((1, 0, 28), np.uint8)), 422),
        (npy(np.array([[[print]]], dtype=object), allow_pickle=True), 422),
        (npy(np.zeros(2, [("a", "u1")])), 422),
        (npy(np.zeros((1025, 1, 1), np.uint8)), 413),
    ],
)
def test_a_numpy_file_is_refused_by_its_header(server, content, status):
    answer = server.client.post(PATH, content=content, headers=NPY)
    assert answer.status_code == status, answer.text
    assert answer.json()["code"] == ("too_large" if status == 413 else "bad_input")


@pytest.mark.parametrize(
    "keywords",
    [
        {"json": {"images": []}},
        {"json": {"images": 7}},
        {"json": {"images": [[[1]]], "pixels": [[1]]}},
        {"json": {"images": [[[1]]], "strokes": []}},
        {"json": {"images": [[[1]]], "edits": [{"edit": "flip", "layer": "x", "channel": 0}]}},
        {"content": npy(np.ones((1, 9, 9), np.uint8)), "headers": NPY, "params": {"images": "[]"}},
        {"files": files(b"a", b"b"), "data": {"images": "[]"}},
        {"files": files(b"a", b"b"), "data": {"target": "7"}},
    ],
)
def test_a_request_that_is_wrong_as_a_whole_is_refused_as_a_whole(server, keywords):
    answer = server.client.post(PATH, **keywords)
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


def test_as_many_images_as_the_settings_allow_are_read_and_not_one_more(tmp_path):
    good = encoded(Image.fromarray(mnist_like()))
    limits = {"CONVLENS_MAX_BATCH": "3", "CONVLENS_MAX_BATCH_PIXELS": str(3 * 28 * 28)}
    with running(tmp_path / "log", **limits) as url, httpx.Client(base_url=url) as client:

        def statuses(pictures: np.ndarray) -> list[int]:
            rows = pictures.tolist()
            form = files(*[good] * len(rows))
            return [
                client.post(PATH, json={"images": rows}).status_code,
                client.post(PATH, content=npy(pictures), headers=NPY).status_code,
                client.post(PATH, files=form).status_code,
            ]

        assert statuses(np.stack([mnist_like()] * 3)) == [200, 200, 200]
        assert statuses(np.stack([mnist_like()] * 4)) == [413, 413, 413]
        wide = encoded(Image.fromarray(np.pad(mnist_like(), ((0, 0), (0, 1)))))
        assert client.post(PATH, files=files(good, good, wide)).status_code == 413


def test_others_have_their_turn_while_many_images_are_read(digits):
    catalogue = Catalogue.load(REGISTRY.values(), ROOT / "model_weights")
    full = Images(Batch(), np.resize(digits, (1024, 28, 28)), lambda one: one, slow=False)

    async def read() -> int:
        turns = 0
        work = asyncio.create_task(predict(catalogue.model("lenet5"), full))
        while not work.done():
            turns += 1
            await asyncio.sleep(0)
        assert work.result()["count"] == 1024
        return turns

    assert asyncio.run(read()) >= 1024 / 128


class Garbage:
    """What only the collector of cycles frees, and takes its time about."""

    def __init__(self) -> None:
        self.own = self

    def __del__(self) -> None:
        for _ in range(50):
            pass


def test_numpy_files_are_read_in_many_threads_at_once():
    """Garbage that is collected while a header is parsed lets another thread parse another."""
    file = io.BytesIO()
    np.save(file, np.zeros((2, 28, 28), np.uint8))
    before = sys.getswitchinterval(), gc.get_threshold()
    sys.setswitchinterval(1e-6)
    gc.set_threshold(5, 2, 2)
    try:
        with ThreadPoolExecutor(10) as threads:

            def read(_: int) -> set[tuple[int, ...]]:
                found = set()
                for _ in range(800):
                    Garbage()
                    found.add(batches._unpacked(file.getvalue(), 2).shape)
                return found

            found = list(threads.map(read, range(10)))
    finally:
        sys.setswitchinterval(before[0])
        gc.set_threshold(*before[1])
    assert found == [{(2, 28, 28)}] * 10
