"""The API against a plain forward pass of the same weights."""

import base64
import json

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from app import image_files, ink
from app.models.lenet5 import LeNet5
from app.settings import ROOT
from tests.pictures import SEVEN, encoded, mnist_like, seven

MODEL = "/api/models/lenet5"
ATOL = 1e-5


@pytest.fixture(scope="module")
def lenet() -> LeNet5:
    module = LeNet5()
    module.load_state_dict(load_file(ROOT / "model_weights" / "lenet5.safetensors"))
    return module.eval()


def to_input(normalised: ink.Normalised) -> torch.Tensor:
    return torch.from_numpy(ink.to_tensor(normalised.input))


@pytest.fixture(params=["strokes", "pixels", "image", "multipart"])
def request_and_input(request):
    """The keywords of an httpx request, and the tensor it should become."""
    match request.param:
        case "strokes":
            return {"json": {"strokes": SEVEN}}, to_input(ink.from_strokes(SEVEN, ink.Pad()))
        case "pixels":
            rows = mnist_like()
            return {"json": {"pixels": rows.tolist()}}, to_input(ink.normalise(rows))
    file = encoded(seven())
    tensor = to_input(ink.normalise(image_files.read(file, 10**6)))
    if request.param == "image":
        return {"content": file, "headers": {"Content-Type": "image/png"}}, tensor
    return {"files": {"file": ("seven.png", file, "image/png")}}, tensor


def test_models_are_listed(server):
    models = server.client.get("/api/models").json()
    assert [model["id"] for model in models] == ["lenet5"]
    assert models[0]["parameter_count"] == sum(p.numel() for p in LeNet5().parameters())


def test_the_description_has_the_lectures_table(server):
    model = server.client.get(MODEL).json()
    rows = [(r["label"], r["output_shape"], r["parameter_count"]) for r in model["table"]]
    assert rows == [
        ("Input", [1, 32, 32], 0),
        ("CONV1", [6, 28, 28], 156),
        ("POOL1", [6, 14, 14], 0),
        ("CONV2", [16, 10, 10], 2_416),
        ("POOL2", [16, 5, 5], 0),
        ("FC", [120], 48_120),
        ("FC", [84], 10_164),
        ("FC + Softmax", [10], 850),
    ]
    assert model["classes"] == list("0123456789")
    assert sum(layer["parameter_count"] for layer in model["layers"]) == 61_706
    assert model["card"]["test_accuracy"] >= 0.99


def test_a_prediction_is_what_torch_says(server, lenet, request_and_input):
    keywords, tensor = request_and_input
    answer = server.client.post(f"{MODEL}/predictions", **keywords).json()
    with torch.inference_mode():
        logits = lenet.logits(tensor)[0]
    assert answer["prediction"] == logits.argmax()
    assert answer["label"] == str(answer["prediction"])
    np.testing.assert_allclose(answer["logits"], logits, atol=ATOL)
    np.testing.assert_allclose(answer["probabilities"], logits.softmax(0), atol=ATOL)


@pytest.mark.parametrize("encoding", ["lists", "base64"])
def test_a_trace_is_what_torch_says(server, lenet, request_and_input, encoding):
    keywords, tensor = request_and_input
    answer = server.client.post(f"{MODEL}/traces", params={"encoding": encoding}, **keywords).json()
    expected = {"input": tensor}
    with torch.inference_mode():
        for name, layer in lenet.named_children():
            tensor = layer(tensor)
            expected[name] = tensor
    assert list(answer["activations"]) == list(expected)
    for layer_id, array in answer["activations"].items():
        np.testing.assert_allclose(decoded(array), expected[layer_id][0], atol=ATOL)


def decoded(array: dict) -> np.ndarray:
    if isinstance(array["data"], str):
        values = np.frombuffer(base64.b64decode(array["data"]), "<f4")
        return values.reshape(array["shape"])
    values = np.array(array["data"], np.float32)
    assert list(values.shape) == array["shape"]
    return values


def test_only_the_layers_asked_for_are_traced(server):
    answer = server.client.post(f"{MODEL}/traces?layers=conv1,pool1", json={"strokes": SEVEN})
    assert list(answer.json()["activations"]) == ["conv1", "pool1"]


@pytest.mark.parametrize("encoding", ["lists", "base64"])
def test_weights_are_the_files_own(server, lenet, encoding):
    for name in ("conv1", "conv2", "fc1", "fc3"):
        path = f"{MODEL}/layers/{name}/weights"
        answer = server.client.get(path, params={"encoding": encoding}).json()
        layer = lenet.get_submodule(name)
        np.testing.assert_array_equal(decoded(answer["weight"]), layer.weight.detach())
        np.testing.assert_array_equal(decoded(answer["bias"]), layer.bias.detach())


def test_a_layer_without_weights_has_none(server):
    answer = server.client.get(f"{MODEL}/layers/pool1/weights").json()
    assert answer["weight"] is None
    assert answer["bias"] is None


def test_the_arithmetic_of_a_unit_adds_up_to_torchs_activation(server, lenet, request_and_input):
    keywords, tensor = request_and_input
    index = {"channel": 4, "row": 11, "column": 13}
    answer = server.client.post(f"{MODEL}/layers/conv1/units", params=index, **keywords).json()
    with torch.inference_mode():
        expected = lenet.conv1(tensor)[0, 4, 11, 13].item()
    total = np.sum(answer["products"]) + answer["bias"]
    assert total == pytest.approx(expected, abs=ATOL)
    assert answer["result"] == pytest.approx(expected, abs=ATOL)
    np.testing.assert_allclose(answer["patch"], tensor[0, :, 11:16, 13:18], atol=ATOL)
    np.testing.assert_allclose(answer["kernel"], lenet.conv1.weight[4].detach())


def test_the_unit_may_stand_in_the_body(server):
    index = {"channel": 4, "row": 11, "column": 13}
    path = f"{MODEL}/layers/conv1/units"
    in_query = server.client.post(path, params=index, json={"strokes": SEVEN}).json()
    in_body = server.client.post(path, json={"strokes": SEVEN} | index).json()
    file = {"file": ("seven.png", encoded(seven()), "image/png")}
    in_form = server.client.post(path, files=file, data=index).json()
    assert in_query == in_body
    assert in_form["index"] == in_body["index"] == [4, 11, 13]


def test_every_layer_explains_a_unit(server):
    model = server.client.get(MODEL).json()
    fields = ("channel", "row", "column")
    traced = server.client.post(f"{MODEL}/traces", json={"strokes": SEVEN}).json()
    for layer in model["layers"]:
        index = [size // 2 for size in layer["output_shape"]]
        body = {"strokes": SEVEN} | dict(zip(fields, index, strict=False))
        answer = server.client.post(f"{MODEL}/layers/{layer['id']}/units", json=body).json()
        value = np.array(traced["activations"][layer["id"]]["data"])[tuple(index)]
        assert answer["result"] == pytest.approx(value, abs=ATOL), layer["id"]


def test_a_binary_trace_holds_what_the_other_encodings_hold(server):
    drawing = {"strokes": SEVEN}
    query = {"layers": "conv1,fc3"}
    lists = server.client.post(f"{MODEL}/traces", json=drawing, params=query).json()
    query["encoding"] = "binary"
    answer = server.client.post(f"{MODEL}/traces", json=drawing, params=query)
    assert answer.headers["content-type"] == "application/octet-stream"
    length = int.from_bytes(answer.content[:4], "little")
    assert length % 4 == 0
    header = json.loads(answer.content[4 : 4 + length])
    values = np.frombuffer(answer.content, "<f4", offset=4 + length)
    for layer in header.pop("layers"):
        size = int(np.prod(layer["shape"]))
        same = lists["activations"].pop(layer["id"])
        assert same["shape"] == layer["shape"]
        assert np.array_equal(values[:size], np.ravel(same["data"]).astype("<f4"))
        values = values[size:]
    assert not values.size
    assert lists.pop("activations") == {}
    assert header == lists


def test_dark_pixels_are_read_when_one_says_so(server):
    bright = mnist_like()
    post = server.client.post
    one = post(f"{MODEL}/predictions", json={"pixels": bright.tolist()})
    other = post(f"{MODEL}/predictions", json={"pixels": (255 - bright).tolist(), "ink": "dark"})
    assert one.json() == other.json()


def test_every_example_in_the_documentation_is_real(server):
    document = server.client.get("/openapi.json").json()
    for path, operations in document["paths"].items():
        # A training run takes its own time, and has another id every time.
        if not path.startswith("/api") or path.startswith("/api/training_runs"):
            continue
        for method, operation in operations.items():
            url, query = path, {}
            for parameter in operation.get("parameters", ()):
                if parameter["in"] == "path":
                    url = url.replace(f"{{{parameter['name']}}}", parameter["example"])
                elif "example" in parameter:
                    query[parameter["name"]] = parameter["example"]
            body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
            example = operation["responses"]["200"]["content"]["application/json"]["example"]
            if "activations" in example:
                query = {"layers": ",".join(example["activations"]), "encoding": "base64"}
            answer = server.client.request(method, url, json=body.get("example"), params=query)
            assert shows(example, answer.json()), path


def shows(example, answer):
    """Tell whether an example is an answer, long lists of it with fewer items."""
    if isinstance(example, dict):
        same = answer.keys() == example.keys()
        return same and all(shows(example[key], answer[key]) for key in example)
    if isinstance(example, list) and len(example) < len(answer):
        return all(any(shows(item, other) for other in answer) for item in example)
    return example == answer


def test_every_answer_fits_its_schema(server):
    from app import schemas

    post, get = server.client.post, server.client.get
    schemas.Model.model_validate(get(MODEL).json(), strict=True, extra="forbid")
    schemas.Weights.model_validate(get(f"{MODEL}/layers/fc1/weights").json(), strict=True)
    drawing = {"strokes": SEVEN}
    schemas.Trace.model_validate(post(f"{MODEL}/traces", json=drawing).json(), strict=True)
    for layer in get(MODEL).json()["layers"]:
        index = {"channel": 0} | ({"row": 1, "column": 2} if len(layer["output_shape"]) > 1 else {})
        answer = post(f"{MODEL}/layers/{layer['id']}/units", json=drawing | index)
        schemas.Unit.model_validate(answer.json(), strict=True, extra="forbid")
    paths = server.client.get("/openapi.json").json()["paths"]
    for path, method, schema in [
        ("inputs", "post", schemas.Input),
        ("comparisons", "post", schemas.Compared),
        ("evaluations", "post", schemas.Evaluation),
        ("layers/{layer_id}/receptive_fields", "get", schemas.Regions),
    ]:
        answers = paths[f"/api/models/{{model_id}}/{path}"][method]["responses"]
        example = answers["200"]["content"]["application/json"]["example"]
        schema.model_validate(example, strict=True, extra="forbid")


def test_a_refused_encoding_is_told_all_that_there_are(server):
    answer = server.client.post(f"{MODEL}/traces?encoding=pickle", json={"strokes": SEVEN})
    assert answer.status_code == 422
    for encoding in ("lists", "base64", "npy", "binary"):
        assert f"'{encoding}'" in answer.json()["detail"]
