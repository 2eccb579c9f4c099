"""Backpropagation over the API, against torch's own."""

import base64
import json
import math

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from torch.nn import functional

from app import gradient_schemas, ink
from app.models.lenet5 import ACTIVATION, LeNet5
from app.settings import ROOT
from tests.pictures import SEVEN, encoded, seven
from tests.test_bad_input import assert_problem

MODEL = "/api/models/lenet5"
TARGET = {"strokes": SEVEN, "target": 2}
ONE = TARGET | {"parameter": "weight", "index": [3, 0, 2, 4]}
PARAMETERS = ("conv1", "conv2", "fc1", "fc2", "fc3")


@pytest.fixture
def lenet() -> LeNet5:
    module = LeNet5()
    module.load_state_dict(load_file(ROOT / "model_weights" / "lenet5.safetensors"))
    return module.eval()


@pytest.fixture
def image() -> torch.Tensor:
    return torch.from_numpy(ink.to_tensor(ink.from_strokes(SEVEN, ink.Pad()).input))


def post(server, path, body, **query):
    answer = server.client.post(f"{MODEL}/{path}", json=body, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def loss_of(module, image, target=2):
    return functional.cross_entropy(module.logits(image), torch.tensor([target]))


def decoded(array):
    values = array["data"]
    if isinstance(values, str):
        values = np.frombuffer(base64.b64decode(values), "<f4")
    return np.reshape(np.array(values, np.float32), array["shape"])


def close(found, expected):
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("encoding", ["lists", "base64"])
def test_gradients_are_those_of_torch(server, lenet, image, encoding):
    found = post(server, "gradients", TARGET, encoding=encoding)
    image.requires_grad_(True)
    loss = loss_of(lenet, image)
    loss.backward()
    assert found["target"] == 2
    assert found["loss"] == pytest.approx(loss.item(), rel=1e-5)
    assert found["loss"] == pytest.approx(-math.log(found["probabilities"][2]), rel=1e-3)
    close(decoded(found["activations"]["input"]), image.grad[0])
    assert list(found["weights"]) == list(PARAMETERS)
    for layer_id, arrays in found["weights"].items():
        for name in ("weight", "bias"):
            close(decoded(arrays[name]), lenet.get_parameter(f"{layer_id}.{name}").grad)
    gradient_schemas.Gradients.model_validate(found, strict=True, extra="forbid")


def test_the_reading_is_that_of_a_trace_and_every_layer_up_to_the_logits_has_a_gradient(server):
    found = post(server, "gradients", TARGET)
    traced = post(server, "traces", {"strokes": SEVEN})
    for name in ("prediction", "label", "probabilities", "logits", "frame"):
        assert found[name] == traced[name]
    assert list(found["activations"]) == list(traced["activations"])[:-1]
    for layer_id, array in found["activations"].items():
        assert array["shape"] == traced["activations"][layer_id]["shape"]
    expected = np.array(found["probabilities"]) - np.eye(10)[2]
    np.testing.assert_allclose(found["activations"]["fc3"]["data"], expected, atol=1e-6)


def test_only_the_layers_asked_for_come(server):
    found = post(server, "gradients", TARGET, layers="conv2, pool1")
    assert list(found["activations"]) == ["conv2", "pool1"]
    assert list(found["weights"]) == ["conv2"]


@pytest.mark.parametrize(
    ("layer_id", "parameter", "index", "terms"),
    [
        ("conv1", "weight", [3, 0, 2, 4], (1, 28, 28)),
        ("conv1", "bias", [5], (1, 28, 28)),
        ("conv2", "weight", [15, 5, 0, 0], (1, 10, 10)),
        ("conv2", "bias", [0], (1, 10, 10)),
        ("fc1", "weight", [7, 123], (1,)),
        ("fc3", "bias", [2], (1,)),
    ],
)
def test_the_terms_add_up_to_torchs_gradient_and_make_the_step(
    server, lenet, image, layer_id, parameter, index, terms
):
    body = TARGET | {"parameter": parameter, "index": index, "learning_rate": 0.25}
    found = post(server, f"layers/{layer_id}/gradients", body)
    gradient_schemas.ParameterGradient.model_validate(found, strict=True, extra="forbid")
    loss_of(lenet.double(), image.double()).backward()
    tensor = lenet.get_parameter(f"{layer_id}.{parameter}")
    value, expected = tensor[tuple(index)].item(), tensor.grad[tuple(index)].item()
    (part,) = found["terms"]
    assert part["layer_id"] == found["layer_id"] == layer_id
    products = np.array(part["products"])
    assert products.shape == terms
    if parameter == "weight":
        np.testing.assert_array_equal(np.multiply(part["upstream"], part["inputs"]), products)
    else:
        assert part["inputs"] is part["window"] is None
    rounding = 1e-12 * np.abs(products).sum()
    assert found["gradient"] == pytest.approx(expected, abs=rounding)
    assert found["sum"] == pytest.approx(expected, abs=rounding)
    assert found["sum"] == pytest.approx(products.sum(), abs=rounding)
    assert found["value"] == found["update"]["old"] == value
    assert found["update"]["new"] == value - 0.25 * found["gradient"]


def test_the_loss_after_the_step_is_that_of_the_changed_network(server, lenet, image):
    gradients = post(server, "gradients", TARGET, layers="conv2")["weights"]["conv2"]["weight"]
    steepest = np.unravel_index(np.abs(gradients["data"]).argmax(), gradients["shape"])
    body = ONE | {"index": list(map(int, steepest)), "learning_rate": 1e-3}
    found = post(server, "layers/conv2/gradients", body)
    assert found["gradient"] == np.array(gradients["data"])[steepest]
    update = found["update"]
    lenet, image = lenet.double().requires_grad_(False), image.double()
    assert update["loss_before"] == found["loss"]
    assert update["loss_before"] == pytest.approx(loss_of(lenet, image).item(), rel=1e-12)
    lenet.conv2.weight[steepest] = update["new"]
    assert update["loss_after"] == pytest.approx(loss_of(lenet, image).item(), rel=1e-12)
    assert update["loss_after"] < update["loss_before"]


def test_a_digit_that_is_read_right_has_gradients_too(server):
    found = post(server, "gradients", TARGET | {"target": 7})
    assert found["prediction"] == 7
    assert found["loss"] > 0, "which it is not in float32 if the network is certain"
    assert np.any(found["weights"]["conv1"]["weight"]["data"])


def test_a_step_may_be_far_too_long(server):
    update = post(server, "layers/conv1/gradients", ONE | {"learning_rate": 1e6})["update"]
    assert update["loss_after"] >= 0


def test_gradients_of_an_edited_model_are_of_that_model(server, lenet, image):
    edits = [
        {"edit": "set", "layer": "fc3", "parameter": "weight", "index": [2], "value": [0.5] * 84}
    ]
    found = post(server, "gradients", TARGET | {"edits": edits}, layers="fc2")
    with torch.no_grad():
        lenet.fc3.weight[2] = 0.5
    loss_of(lenet, image).backward()
    close(decoded(found["weights"]["fc2"]["weight"]), lenet.fc2.weight.grad)
    body = TARGET | {"edits": edits, "parameter": "weight", "index": [2, 9], "learning_rate": 1}
    one = post(server, "layers/fc3/gradients", body)
    assert one["value"] == 0.5
    assert one["gradient"] == pytest.approx(lenet.fc3.weight.grad[2, 9].item(), rel=1e-4)


def test_backpropagation_leaves_the_model_as_it_was(server):
    before = server.client.post(f"{MODEL}/traces", json={"strokes": SEVEN}).content
    weights = server.client.get(f"{MODEL}/layers/conv1/weights").content
    first = post(server, "gradients", TARGET)
    one = post(server, "layers/conv1/gradients", ONE)
    assert post(server, "gradients", TARGET) == first
    assert post(server, "layers/conv1/gradients", ONE) == one
    assert server.client.post(f"{MODEL}/traces", json={"strokes": SEVEN}).content == before
    assert server.client.get(f"{MODEL}/layers/conv1/weights").content == weights


def test_the_fields_may_come_with_an_image(server):
    file = encoded(seven())
    fields = {"target": 2, "parameter": "weight", "index": "[3, 0, 2, 4]", "learning_rate": "0.5"}
    path = f"{MODEL}/layers/conv1/gradients"
    form = server.client.post(path, files={"file": ("seven.png", file)}, data=fields)
    headers = {"Content-Type": "image/png"}
    body = server.client.post(path, content=file, params=fields, headers=headers)
    assert form.status_code == 200, form.text
    assert form.json() == body.json()
    assert form.json()["index"] == [3, 0, 2, 4]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"target": 10}, "bad_input"),
        ({"target": -1}, "bad_input"),
        ({"target": 2**62}, "bad_input"),
        ({"target": 10**30}, "bad_input"),
        ({"target": 1.5}, "bad_input"),
        ({"target": True}, "bad_input"),
        ({"target": None}, "bad_input"),
        ({"target": "seven"}, "bad_input"),
        ({"targets": 2}, "bad_input"),
        ({"strokes": []}, "empty_drawing"),
        ({"pixels": [[1]]}, "bad_input"),
        ({"edits": [{"edit": "switch_off", "layer": "conv9", "channel": 0}]}, "bad_edit"),
    ],
)
def test_a_bad_target_or_drawing_is_refused(server, change, code):
    assert_problem(server.client.post(f"{MODEL}/gradients", json=TARGET | change), 422, code)
    answer = server.client.post(f"{MODEL}/layers/conv1/gradients", json=ONE | change)
    assert_problem(answer, 422, code)


def test_a_target_must_be_given_and_the_refusal_names_the_classes(server):
    problem = server.client.post(f"{MODEL}/gradients", json={"strokes": SEVEN}).json()
    assert problem["detail"].startswith("target")
    problem = server.client.post(f"{MODEL}/gradients", json=TARGET | {"target": 10}).json()
    assert "10" in problem["detail"]
    assert "0 to 9" in problem["hint"]


@pytest.mark.parametrize(
    ("layer_id", "change", "code"),
    [
        ("conv1", {"parameter": "gamma"}, "bad_input"),
        ("conv1", {"parameter": None}, "bad_input"),
        ("pool1", {}, "no_parameter"),
        (f"{ACTIVATION}1", {"parameter": "bias", "index": [0]}, "no_parameter"),
        ("input", {}, "no_parameter"),
        ("softmax", {}, "no_parameter"),
        ("conv1", {"index": [6, 0, 0, 0]}, "outside_parameter"),
        ("conv1", {"index": [0, 0, 0, 5]}, "outside_parameter"),
        ("conv1", {"index": [0, 0, 0, -1]}, "outside_parameter"),
        ("conv1", {"index": [0, 0, 0]}, "outside_parameter"),
        ("conv1", {"index": []}, "outside_parameter"),
        ("conv1", {"index": [0] * 5}, "outside_parameter"),
        ("conv1", {"index": [2**62, 0, 0, 0]}, "outside_parameter"),
        ("conv1", {"parameter": "bias"}, "outside_parameter"),
        ("conv1", {"parameter": "bias", "index": [6]}, "outside_parameter"),
        ("fc1", {"index": [120, 0]}, "outside_parameter"),
        ("conv1", {"index": [0] * 1000}, "bad_input"),
        ("conv1", {"index": [0, 0, 0, 0.5]}, "bad_input"),
        ("conv1", {"index": [0, 0, 0, True]}, "bad_input"),
        ("conv1", {"index": [[0, 0, 0, 0]]}, "bad_input"),
        ("conv1", {"index": 0}, "bad_input"),
        ("conv1", {"index": None}, "bad_input"),
        ("conv1", {"index": "0"}, "bad_input"),
        ("conv1", {"learning_rate": 0}, "bad_input"),
        ("conv1", {"learning_rate": -0.1}, "bad_input"),
        ("conv1", {"learning_rate": 1.1e6}, "bad_input"),
        ("conv1", {"learning_rate": None}, "bad_input"),
        ("conv1", {"learning_rate": True}, "bad_input"),
        ("conv1", {"learning_rate": "fast"}, "bad_input"),
        ("conv1", {"learning_rate": "nan"}, "bad_input"),
        ("conv1", {"rate": 1}, "bad_input"),
        ("conv1", {"channel": 0}, "bad_input"),
    ],
)
def test_a_number_that_is_not_there_or_a_bad_step_is_refused(server, layer_id, change, code):
    answer = server.client.post(f"{MODEL}/layers/{layer_id}/gradients", json=ONE | change)
    assert_problem(answer, 422, code)


@pytest.mark.parametrize("rate", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_a_rate_that_is_no_number_is_refused(server, rate):
    text = json.dumps(ONE)[:-1] + f', "learning_rate": {rate}}}'
    headers = {"Content-Type": "application/json"}
    path = f"{MODEL}/layers/conv1/gradients"
    assert_problem(server.client.post(path, content=text, headers=headers), 422, "bad_input")


def test_an_index_in_a_form_is_json(server):
    path = f"{MODEL}/layers/conv1/gradients"
    for index in ("", "0,0,0,0", "[0,0,0,0", "seven"):
        fields = {"target": 2, "parameter": "weight", "index": index}
        answer = server.client.post(path, files={"file": ("a.png", encoded(seven()))}, data=fields)
        assert "index" in assert_problem(answer, 422, "bad_input")["detail"]


def test_what_does_not_exist_is_not_found(server):
    post_ = server.client.post
    assert_problem(post_("/api/models/resnet/gradients", json=TARGET), 404, "unknown_model")
    assert_problem(post_(f"{MODEL}/layers/conv9/gradients", json=ONE), 404, "unknown_layer")
    assert_problem(post_(f"{MODEL}/gradients?layers=conv9", json=TARGET), 404, "unknown_layer")


def test_the_softmax_has_no_gradient_for_it_is_part_of_the_loss(server):
    answer = server.client.post(f"{MODEL}/gradients?layers=softmax,conv1", json=TARGET)
    assert "fc3" in assert_problem(answer, 422, "not_explained")["hint"]


@pytest.mark.parametrize("query", ["encoding=hex", "encoding=npy", "layer=conv1"])
def test_a_bad_query_is_refused(server, query):
    assert_problem(server.client.post(f"{MODEL}/gradients?{query}", json=TARGET), 422, "bad_input")


def setting(layer, value, sign=1):
    """Return the edit that makes all weights of a layer this, with every other one's sign."""
    shape = LeNet5().get_parameter(f"{layer}.weight").shape
    signs = torch.full(shape, 1.0).flatten()
    signs[::2] *= sign
    values = (signs * value).reshape(shape).tolist()
    return {"edit": "set", "layer": layer, "parameter": "weight", "value": values}


@pytest.mark.parametrize(
    "edits",
    [
        pytest.param([setting("conv1", 1e38, -1), setting("conv2", 1e38)], id="on the way there"),
        # No signal reaches the logits, and what comes back from them is multiplied twice.
        pytest.param(
            [
                setting("fc1", 0),
                {"edit": "set", "layer": "fc1", "parameter": "bias", "value": [0] * 120},
                setting("fc2", 1e25),
                {"edit": "set", "layer": "fc2", "parameter": "bias", "value": [0] * 84},
                {"edit": "set", "layer": "fc3", "parameter": "weight", "index": [0]}
                | {"value": [1e30] * 84},
            ],
            id="on the way back",
        ),
    ],
)
def test_numbers_that_overflow_are_refused(server, edits):
    for path, body in [("gradients", TARGET), ("layers/fc3/gradients", ONE | {"index": [0, 0]})]:
        answer = server.client.post(f"{MODEL}/{path}", json=body | {"edits": edits})
        assert "finite" in assert_problem(answer, 422, "bad_edit")["detail"]
