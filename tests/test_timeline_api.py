"""The network as it was: its training over the API, and ``moment`` in every request."""

import json
import shutil
from concurrent.futures import ThreadPoolExecutor

import httpx
import numpy as np
import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file

from app import ink
from app.catalogue import Model
from app.errors import BadWeights
from app.models.lenet5 import SPEC, LeNet5
from app.settings import ROOT
from tests.conftest import running
from tests.pictures import SEVEN, encoded, seven

MODEL = "/api/models/lenet5"
WEIGHTS = ROOT / "model_weights"
TIMELINE = WEIGHTS / "lenet5.timeline.safetensors"
DRAWING = {"strokes": SEVEN}
ATOL = 1e-5


@pytest.fixture(scope="module")
def moments() -> list[LeNet5]:
    """The network at each moment, read from the files by torch alone."""
    with safe_open(TIMELINE, framework="pt") as file:
        count = len(json.loads(file.metadata()["facts"])["moments"])
        states = [
            {name: file.get_tensor(f"{number}.{name}").float() for name in LeNet5().state_dict()}
            for number in range(count - 1)
        ]
    states.append(load_file(WEIGHTS / "lenet5.safetensors"))
    networks = [LeNet5().eval().requires_grad_(False) for _ in states]
    for network, state in zip(networks, states, strict=True):
        network.load_state_dict(state)
    return networks


@pytest.fixture
def image() -> torch.Tensor:
    strokes = [[(x, y) for x, y in stroke] for stroke in SEVEN]
    return torch.from_numpy(ink.to_tensor(ink.from_strokes(strokes, ink.Pad()).input))


def post(server, path, **body):
    answer = server.client.post(f"{MODEL}/{path}", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def activations(network: LeNet5, image: torch.Tensor) -> dict[str, torch.Tensor]:
    found = {}
    for name, layer in network.named_children():
        image = found[name] = layer(image)
    return found


def test_a_trace_at_a_moment_is_torchs_own_with_the_weights_of_then(server, moments, image):
    before = server.client.post(f"{MODEL}/traces", json=DRAWING).content
    for number in (0, 5, len(moments) - 2, len(moments) - 1):
        found = post(server, "traces", **DRAWING, moment=number)
        for name, expected in activations(moments[number], image).items():
            given = found["activations"][name]["data"]
            np.testing.assert_allclose(given, expected[0], atol=ATOL)
        unit = post(
            server, "layers/conv1/units", **DRAWING, moment=number, channel=1, row=9, column=9
        )
        assert unit["bias"] == pytest.approx(moments[number].conv1.bias[1].item(), abs=ATOL)
        assert unit["result"] == pytest.approx(found["activations"]["conv1"]["data"][1][9][9])
        weights = post(server, "layers/conv2/weights", moment=number)
        np.testing.assert_array_equal(
            np.float32(weights["weight"]["data"]), moments[number].conv2.weight
        )
    assert server.client.post(f"{MODEL}/traces", json=DRAWING).content == before
    assert post(server, "traces", **DRAWING, moment=len(moments) - 1) == json.loads(before)


def test_all_moments_are_read_in_one_answer(server, moments, image):
    found = post(server, "timeline?layers=conv1,pool2", **DRAWING)
    assert [reading["moment"] for reading in found["moments"]] == list(range(len(moments)))
    for reading, network in zip(found["moments"], moments, strict=True):
        expected = activations(network, image)
        np.testing.assert_allclose(reading["probabilities"], expected["softmax"][0], atol=ATOL)
        assert reading["prediction"] == expected["softmax"].argmax()
        assert set(reading["activations"]) == {"conv1", "pool2"}
        for name, activation in reading["activations"].items():
            np.testing.assert_allclose(activation["data"], expected[name][0], atol=ATOL)
    assert post(server, "timeline", **DRAWING)["moments"][3]["activations"] == {}
    assert found["frame"] == post(server, "traces?layers=input", **DRAWING)["frame"]


def test_the_timeline_tells_what_was_measured_and_the_weights_that_are_asked_for(server, moments):
    with safe_open(TIMELINE, framework="pt") as file:
        facts = json.loads(file.metadata()["facts"])
    found = server.client.get(f"{MODEL}/timeline?layers=conv1,fc3,pool1").json()
    assert [m["batch"] for m in found["moments"]] == facts["moments"]
    assert [p["validation_loss"] for p in found["points"]] == [
        p["validation_loss"] for p in facts["points"]
    ]
    last = found["moments"][-1]
    assert last["epoch"] == last["batch"] / facts["batches_per_epoch"]
    assert last["images"] == round(last["epoch"] * facts["images_per_epoch"])
    assert last["batch"] == found["points"][-1]["batch"]
    for moment, network in zip(found["moments"], moments, strict=True):
        for name in ("conv1", "fc3"):
            layer = getattr(network, name)
            for part in ("weight", "bias"):
                given = moment["weights"][name][part]["data"]
                np.testing.assert_array_equal(np.float32(given), getattr(layer, part))
        assert moment["weights"]["pool1"] == {"weight": None, "bias": None}
    assert server.client.get(f"{MODEL}/timeline").json()["moments"][0]["weights"] == {}


def test_edits_are_made_to_the_model_of_then(server, moments, image):
    edits = [{"edit": "negate", "layer": "conv1", "channel": 2}]
    found = post(server, "traces?layers=conv1", **DRAWING, moment=4, edits=edits)
    expected = moments[4].conv1(image)[0]
    expected[2] *= -1
    np.testing.assert_allclose(found["activations"]["conv1"]["data"], expected, atol=ATOL)
    weights = post(server, "layers/conv1/weights", moment=4)
    np.testing.assert_array_equal(np.float32(weights["weight"]["data"]), moments[4].conv1.weight)


def test_every_request_that_changes_the_model_takes_a_moment(server, moments, image):
    then = DRAWING | {"moment": 6}
    probabilities = moments[6](image)[0]
    assert post(server, "predictions", **then)["probabilities"] == pytest.approx(
        probabilities.tolist(), abs=ATOL
    )
    compared = post(server, "comparisons", a=then, b=DRAWING)
    assert compared["a"]["probabilities"] == pytest.approx(probabilities.tolist(), abs=ATOL)
    assert compared["distances"][1]["relative"] > 0
    still = post(server, "transformations", **then)
    assert still["probabilities"] == pytest.approx(probabilities.tolist(), abs=ATOL)
    top = probabilities.argmax().item()
    shifts = post(server, "shifts", **then, reach=1)
    assert shifts["class"] == top
    assert shifts["probabilities"][1][1] == pytest.approx(probabilities[top].item(), abs=ATOL)
    loss = -probabilities[3].log().item()
    gradients = post(server, "gradients?layers=fc3", **then, target=3)
    assert gradients["loss"] == pytest.approx(loss, abs=1e-4)
    weight = {"target": 3, "parameter": "bias", "index": [3]}
    one = post(server, "layers/fc3/gradients", **then, **weight)
    assert one["gradient"] == pytest.approx(probabilities[3].item() - 1, abs=1e-4)
    scores = [post(server, "evaluations", moment=n)["correct"] for n in (0, len(moments) - 1)]
    assert scores[0] < 60 < 180 < scores[1]
    assert scores[1] == post(server, "evaluations")["correct"]


def test_a_moment_goes_with_an_image_too(server):
    file, fields = encoded(seven()), {"moment": "2"}
    headers = {"Content-Type": "image/png"}
    path = f"{MODEL}/predictions"
    form = server.client.post(path, files={"file": ("seven.png", file)}, data=fields)
    body = server.client.post(path, content=file, params=fields, headers=headers)
    plain = server.client.post(path, content=file, headers=headers)
    assert form.status_code == 200
    assert form.json() == body.json() != plain.json()


@pytest.mark.parametrize(
    ("moment", "code"),
    [
        (-1, "outside_timeline"),
        (16, "outside_timeline"),
        (10**9, "outside_timeline"),
        (10**30, "bad_input"),
        (1.5, "bad_input"),
        (True, "bad_input"),
        ("late", "bad_input"),
        ([3], "bad_input"),
    ],
)
def test_a_moment_that_there_is_not_is_refused(server, moment, code):
    for path, body in [("traces", DRAWING), ("evaluations", {}), ("layers/conv1/weights", {})]:
        answer = server.client.post(f"{MODEL}/{path}", json=body | {"moment": moment})
        assert (answer.status_code, answer.json()["code"]) == (422, code), answer.text
        assert answer.json()["hint"]


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", f"{MODEL}/timeline?layers=conv9", None, 404),
        ("GET", f"{MODEL}/timeline?encoding=npy", None, 422),
        ("GET", "/api/models/other/timeline", None, 404),
        ("POST", f"{MODEL}/timeline?layers=", DRAWING, 200),
        ("POST", f"{MODEL}/timeline?layers=conv9", DRAWING, 404),
        ("POST", f"{MODEL}/timeline", {}, 422),
        ("POST", f"{MODEL}/timeline", {"strokes": []}, 422),
        ("POST", f"{MODEL}/timeline", DRAWING | {"moment": 3}, 422),
        (
            "POST",
            f"{MODEL}/timeline",
            DRAWING | {"edits": [{"edit": "randomise", "seed": 1}]},
            422,
        ),
    ],
)
def test_a_bad_request_for_a_timeline_is_a_problem(server, method, path, body, status):
    answer = server.client.request(method, path, json=body)
    assert answer.status_code == status, answer.text
    if status != 200:
        assert answer.headers["content-type"] == "application/problem+json"


def test_a_model_without_timeline_says_what_to_do(tmp_path):
    for name in ("lenet5.safetensors", "lenet5.json"):
        shutil.copy(WEIGHTS / name, tmp_path)
    with running(tmp_path / "log", CONVLENS_WEIGHTS_DIR=str(tmp_path)) as url:
        for answer in (
            httpx.get(f"{url}{MODEL}/timeline"),
            httpx.post(f"{url}{MODEL}/timeline", json=DRAWING),
        ):
            assert (answer.status_code, answer.json()["code"]) == (404, "no_timeline")
            assert "make train" in answer.json()["hint"]
        answer = httpx.post(f"{url}{MODEL}/predictions", json=DRAWING | {"moment": 0})
        assert (answer.status_code, answer.json()["code"]) == (422, "outside_timeline")
        assert "leave moment out" in answer.json()["hint"]
        assert httpx.post(f"{url}{MODEL}/predictions", json=DRAWING).status_code == 200
        assert httpx.get(f"{url}/openapi.json", timeout=60).status_code == 200


def test_a_timeline_of_other_weights_stops_the_start(tmp_path):
    for path in WEIGHTS.glob("lenet5*"):
        shutil.copy(path, tmp_path)
    data = (tmp_path / TIMELINE.name).read_bytes()
    sha = json.loads((WEIGHTS / "lenet5.json").read_text())["weights_sha256"].encode()
    assert data.count(sha) == 1
    (tmp_path / TIMELINE.name).write_bytes(data.replace(sha, sha[::-1]))
    with pytest.raises(BadWeights, match="other weights"):
        Model.load(SPEC, tmp_path)


def test_moments_share_no_state_and_are_captured_once(moments, image):
    model = Model.load(SPEC, WEIGHTS)
    early, later = model.at(3), model.at(9)
    assert model.at(3) is early
    assert model.at(None) is model.at(len(moments) - 1) is model
    stores = [
        {value.data_ptr() for value in one.module.state_dict().values()}
        | {value.ctypes.data for value in _weights(one)}
        for one in (model, early, later)
    ]
    assert not stores[0] & stores[1]
    assert not stores[1] & stores[2]
    assert not stores[0] & stores[2]
    assert early.captured.layers == model.captured.layers
    with torch.no_grad():
        early.module.conv1.weight.zero_()  # type: ignore[union-attr]
    for one, number in ((early, 3), (later, 9)):
        expected = moments[number](image)[0].tolist()
        assert one.read(image.numpy()).probabilities == pytest.approx(expected, abs=ATOL)


def _weights(model: Model) -> list[np.ndarray]:
    ids = [layer.id for layer in model.captured.layers]
    return [value for id_ in ids for value in model.captured.weights(id_).values()]


def test_threads_that_read_at_different_moments_do_not_disturb_each_other(moments, image):
    model = Model.load(SPEC, WEIGHTS)
    numbers = [number % len(moments) for number in range(96)]
    then = [model.at(number) for number in range(len(moments))]
    with ThreadPoolExecutor(8) as pool:
        found = list(
            pool.map(lambda number: then[number].read(image.numpy()).probabilities, numbers)
        )
    expected = [network(image)[0].tolist() for network in moments]
    for number, probabilities in zip(numbers, found, strict=True):
        assert probabilities == pytest.approx(expected[number], abs=ATOL)
