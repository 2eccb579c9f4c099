"""Edits, comparisons, evaluations and the steps before the network, over the API."""

import base64
import io
import json

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file

from app import ink
from app.models.lenet5 import ACTIVATION, LeNet5
from app.settings import ROOT
from tests.pictures import SEVEN, encoded, seven

MODEL = "/api/models/lenet5"
DRAWING = {"strokes": SEVEN}
OFF = {"edit": "switch_off", "layer": "conv1", "channel": 2}
ATOL = 1e-5


@pytest.fixture
def lenet() -> LeNet5:
    module = LeNet5()
    module.load_state_dict(load_file(ROOT / "model_weights" / "lenet5.safetensors"))
    return module.eval().requires_grad_(False)


@pytest.fixture
def image() -> torch.Tensor:
    return torch.from_numpy(ink.to_tensor(ink.from_strokes(SEVEN, ink.Pad()).input))


def post(server, path, **body):
    answer = server.client.post(f"{MODEL}/{path}", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_an_edited_trace_is_what_torch_makes_of_the_edited_model(server, lenet, image):
    edits = [
        OFF,
        {"edit": "flip", "layer": "conv2", "channel": 7},
        {"edit": "negate", "layer": "fc1", "channel": 3},
        {
            "edit": "set",
            "layer": "conv1",
            "parameter": "weight",
            "index": [0, 0],
            "value": [[0.1] * 5] * 5,
        },
        {"edit": "set", "layer": "conv1", "parameter": "bias", "index": [0], "value": -0.5},
        {"edit": "swap", "layer": "pool1", "to": "max_pool2d"},
        {"edit": "swap", "layer": f"{ACTIVATION}2", "to": "tanh"},
    ]
    lenet.conv1.weight[2], lenet.conv1.bias[2] = 0, 0
    lenet.conv2.weight[7] = lenet.conv2.weight[7].flip(1, 2)
    lenet.fc1.weight[3] *= -1
    lenet.fc1.bias[3] *= -1
    lenet.conv1.weight[0, 0] = 0.1
    lenet.conv1.bias[0] = -0.5
    lenet.pool1 = torch.nn.MaxPool2d(2, 2)
    setattr(lenet, f"{ACTIVATION}2", torch.nn.Tanh())
    found = post(server, "traces", **DRAWING, edits=edits)
    for name, layer in lenet.named_children():
        image = layer(image)
        np.testing.assert_allclose(found["activations"][name]["data"], image[0], atol=ATOL)
    unit = post(server, "layers/conv1/units", **DRAWING, edits=edits, channel=0, row=9, column=9)
    assert unit["bias"] == -0.5
    assert np.sum(unit["products"]) - 0.5 == pytest.approx(unit["result"], abs=ATOL)
    weights = post(server, "layers/conv2/weights", edits=edits)
    np.testing.assert_array_equal(np.float32(weights["weight"]["data"]), lenet.conv2.weight)


def test_edits_do_not_outlive_their_request(server):
    before = server.client.post(f"{MODEL}/traces", json=DRAWING).content
    weights = server.client.get(f"{MODEL}/layers/conv1/weights").content
    assert post(server, "traces", **DRAWING, edits=[OFF]) != json.loads(before)
    assert server.client.post(f"{MODEL}/traces", json=DRAWING).content == before
    assert server.client.get(f"{MODEL}/layers/conv1/weights").content == weights


def test_edits_and_steps_go_with_an_image_too(server):
    file = encoded(seven())
    fields = {"edits": json.dumps([OFF]), "without": json.dumps(["centre"])}
    path = f"{MODEL}/predictions"
    form = server.client.post(path, files={"file": ("seven.png", file)}, data=fields)
    headers = {"Content-Type": "image/png"}
    body = server.client.post(path, content=file, params=fields, headers=headers)
    plain = server.client.post(path, content=file, headers=headers)
    assert form.status_code == 200
    assert form.json() == body.json() != plain.json()


def test_the_steps_to_the_input_are_pictures_and_lead_to_the_input(server):
    for without in ([], ["crop"], ["centre", "pad"]):
        found = post(server, "inputs", **DRAWING, without=without)
        assert [step["id"] for step in found["steps"]] == list(ink.STEPS)
        last = Image.open(io.BytesIO(base64.b64decode(found["steps"][-1]["png"])))
        traced = post(server, "traces?layers=input", **DRAWING, without=without)
        np.testing.assert_allclose(
            np.asarray(last) / 255, traced["activations"]["input"]["data"][0], atol=ATOL
        )
        assert found["frame"] == traced["frame"]


def test_an_evaluation_counts_the_bundled_digits_that_torch_reads_right(server, lenet):
    sample = json.loads((ROOT / "static/digits/mnist.json").read_text())
    sprite = np.asarray(Image.open(ROOT / "static/digits/mnist.png"))
    tiles = sprite.reshape(10, 28, 20, 28).swapaxes(1, 2).reshape(200, 28, 28)
    padded = torch.tensor(np.pad(tiles, ((0, 0), (2, 2), (2, 2))) / 255, dtype=torch.float32)
    labels = torch.tensor(sample["class_indices"])
    lenet.conv1.weight[:4], lenet.conv1.bias[:4] = 0, 0
    hits = labels[lenet(padded[:, None]).argmax(1) == labels]
    found = post(server, "evaluations", edits=[OFF | {"channel": c} for c in range(4)])
    assert found["images"] == 200
    assert found["by_class"] == torch.bincount(hits, minlength=10).tolist()
    assert found["correct"] == len(hits)
    assert found["accuracy"] == len(hits) / 200
    assert post(server, "evaluations")["correct"] > found["correct"]
    assert post(server, "evaluations", edits=[{"edit": "randomise", "seed": 1}])["accuracy"] < 0.4


def test_a_comparison_measures_every_layer(server):
    moved = {"strokes": [[[x - 40, y + 25] for x, y in SEVEN[0]]]}
    same = post(server, "comparisons", a=DRAWING, b=DRAWING)
    assert {d["euclidean"] for d in same["distances"]} == {0}
    normalised = post(server, "comparisons", a=DRAWING, b=moved)
    plain = post(
        server, "comparisons", a=DRAWING | {"without": ["crop"]}, b=moved | {"without": ["crop"]}
    )
    for one, other in zip(normalised["distances"][:4], plain["distances"][:4], strict=True):
        assert one["relative"] < other["relative"], "normalising takes the shift away"
    a, b = (post(server, "traces", **d) for d in (DRAWING, moved))
    for distance in normalised["distances"]:
        one, other = (np.array(t["activations"][distance["layer_id"]]["data"]) for t in (a, b))
        assert distance["euclidean"] == pytest.approx(np.linalg.norm(one - other), rel=1e-4)


def test_a_layer_is_had_as_a_numpy_file(server):
    answer = server.client.post(f"{MODEL}/traces?layers=conv2&encoding=npy", json=DRAWING)
    lists = post(server, "traces?layers=conv2", **DRAWING)["activations"]["conv2"]["data"]
    np.testing.assert_array_equal(np.load(io.BytesIO(answer.content)), np.float32(lists))


def test_fields_lead_from_a_unit_to_the_input_and_back(server):
    get = server.client.get
    unit = {"channel": 3, "row": 4, "column": 5}
    found = get(f"{MODEL}/layers/conv2/receptive_fields", params=unit).json()["regions"]
    assert list(found) == ["conv2", "pool1", f"{ACTIVATION}1", "conv1", "input"]
    assert found["input"]["rows"] == list(range(8, 22))
    pixel = {"channel": 0, "row": 8, "column": 10}
    reached = get(f"{MODEL}/layers/input/projective_fields", params=pixel).json()["regions"]
    assert 4 in reached["conv2"]["rows"]
    assert 5 in reached["conv2"]["columns"]


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        ({"edit": "switch_off", "layer": "conv1", "channel": 6}, "bad_edit"),
        ({"edit": "switch_off", "layer": "pool1", "channel": 0}, "bad_edit"),
        ({"edit": "switch_off", "layer": "conv9", "channel": 0}, "bad_edit"),
        ({"edit": "switch_off", "layer": "conv1"}, "bad_input"),
        ({"edit": "explode", "layer": "conv1"}, "bad_input"),
        ({"layer": "conv1", "channel": 0}, "bad_input"),
        ({"edit": "set", "layer": "conv1", "parameter": "weight", "value": 1}, "bad_edit"),
        (
            {"edit": "set", "layer": "conv1", "parameter": "bias", "index": [0], "value": [1]},
            "bad_edit",
        ),
        (
            {"edit": "set", "layer": "conv1", "parameter": "bias", "index": [-1], "value": 1},
            "bad_edit",
        ),
        (
            {"edit": "set", "layer": "conv1", "parameter": "bias", "index": [0], "value": None},
            "bad_input",
        ),
        (
            {"edit": "set", "layer": "conv1", "parameter": "bias", "index": [0], "value": 1e300},
            "bad_edit",
        ),
        (
            {"edit": "set", "layer": "conv1", "parameter": "bias", "value": [[1, 2], [3]]},
            "bad_edit",
        ),
        ({"edit": "set", "layer": "conv1", "parameter": "bias", "value": [{}]}, "bad_input"),
        ({"edit": "set", "layer": "conv1", "parameter": "grad", "value": 1}, "bad_input"),
        ({"edit": "swap", "layer": "pool1", "to": "relu"}, "bad_edit"),
        ({"edit": "swap", "layer": "", "to": "relu"}, "bad_edit"),
        ({"edit": "randomise", "seed": -1}, "bad_input"),
        ("switch_off", "bad_input"),
    ],
)
def test_a_bad_edit_is_refused(server, edit, code):
    for path in ("evaluations", "layers/conv1/weights"):
        answer = server.client.post(f"{MODEL}/{path}", json={"edits": [edit]})
        assert (answer.status_code, answer.json()["code"]) == (422, code), answer.text
    answer = server.client.post(f"{MODEL}/traces", json=DRAWING | {"edits": [edit]})
    assert (answer.status_code, answer.json()["code"]) == (422, code)


def test_values_that_overflow_further_on_are_refused(server):
    huge = {"edit": "set", "parameter": "bias", "index": [0], "value": 3e38}
    edits = [huge | {"layer": "conv1"}, huge | {"layer": "conv2"}]
    for path, body in [("traces", DRAWING), ("evaluations", {})]:
        answer = server.client.post(f"{MODEL}/{path}", json=body | {"edits": edits})
        assert (answer.status_code, answer.json()["code"]) == (422, "bad_edit")
        assert "finite" in answer.json()["detail"]


def test_nan_is_no_value_of_an_edit(server):
    text = '{"edits": [{"edit": "set", "layer": "conv1", "parameter": "bias", "value": NaN}]}'
    headers = {"Content-Type": "application/json"}
    answer = server.client.post(f"{MODEL}/evaluations", content=text, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_input")


def test_there_may_be_64_edits_and_not_one_more(server):
    assert post(server, "evaluations", edits=[OFF] * 64)
    answer = server.client.post(f"{MODEL}/evaluations", json={"edits": [OFF] * 65})
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("comparisons", {"a": DRAWING}),
        ("comparisons", {"a": DRAWING, "b": {}}),
        ("comparisons", {"a": DRAWING, "b": {"strokes": []}}),
        ("comparisons", {"a": DRAWING, "b": DRAWING, "c": DRAWING}),
        ("comparisons", {"a": DRAWING, "b": {"strokes": [[[0, 0]] * 20_001]}}),
        ("inputs", DRAWING | {"without": ["magic"]}),
        ("inputs", DRAWING | {"without": "crop"}),
        ("traces?encoding=npy", DRAWING),
        ("traces?encoding=npy&layers=conv1,pool1", DRAWING),
        ("evaluations", {"edit": []}),
    ],
)
def test_other_bad_input_is_refused(server, path, body):
    answer = server.client.post(f"{MODEL}/{path}", json=body)
    assert answer.status_code in (413, 422)
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("fields", ["receptive_fields", "projective_fields"])
@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 422),
        ("channel=0", 422),
        ("channel=6&row=0&column=0", 422),
        ("channel=0&row=28&column=0", 422),
        ("channel=a&row=0&column=0", 422),
        ("channel=0&row=0&column=0&layer=1", 422),
    ],
)
def test_fields_are_of_units_that_exist(server, fields, query, status):
    answer = server.client.get(f"{MODEL}/layers/conv1/{fields}?{query}")
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert server.client.get(f"{MODEL}/layers/conv9/{fields}?channel=0").status_code == 404
