"""The lecture's API: right answers, and a clear problem for whatever else is sent."""

import base64
import json
import random
from concurrent.futures import ThreadPoolExecutor
from typing import get_args

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from torch.nn import functional

from app import (
    experiments,
    gradient_schemas,
    laboratory_schemas,
    report_schemas,
    requests,
    schemas,
)
from app.laboratory.activation import MODULES, Activation
from app.laboratory.presets import PRESETS
from app.models.lenet5 import LeNet5
from app.settings import ROOT
from tests.pictures import SEVEN
from tests.test_bad_input import assert_problem, json_text

MODEL = "/api/models/lenet5"
MATRIX = [[7, 2, 3, 3, 8], [4, 5, 3, 8, 4], [3, 3, 2, 8, 4], [2, 8, 7, 2, 7], [5, 4, 4, 5, 4]]
VERTICAL = [[1, 0, -1]] * 3
CONVOLUTION = {"input": MATRIX, "kernel": VERTICAL}
POOLING = {"input": [[0, 0, 2, 4], [2, 2, 6, 8], [9, 3, 2, 2], [7, 5, 2, 2]], "kernel_size": 2}
DESCENT = {
    "input": MATRIX,
    "kernel": [[0] * 3] * 3,
    "target_kernel": VERTICAL,
    "learning_rate": 0.001,
    "steps": 3,
}
ARCHITECTURE = {"input_shape": [3, 39, 39], "layers": [{"kind": "linear", "out_features": 10}]}
DRAWING = {"strokes": SEVEN}
ROUTES = {
    "/api/convolutions": CONVOLUTION,
    "/api/poolings": POOLING,
    "/api/gradient_descents": DESCENT,
    "/api/architectures": ARCHITECTURE,
    f"{MODEL}/transformations": DRAWING | {"rows": 1},
    f"{MODEL}/shifts": DRAWING | {"reach": 1},
}
SCHEMAS = {
    "/api/convolutions": laboratory_schemas.Convolved,
    "/api/poolings": laboratory_schemas.Pooled,
    "/api/gradient_descents": laboratory_schemas.Descended,
    "/api/architectures": laboratory_schemas.DescribedArchitecture,
    f"{MODEL}/transformations": laboratory_schemas.Transformed,
    f"{MODEL}/shifts": laboratory_schemas.Shifts,
}


def post(server, path, body):
    answer = server.client.post(path, json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def packed(values) -> dict:
    array = np.asarray(values, "<f4")
    return {"shape": list(array.shape), "data": base64.b64encode(array.tobytes()).decode()}


def unpacked(array) -> np.ndarray:
    return np.frombuffer(base64.b64decode(array["data"]), "<f4").reshape(array["shape"])


@pytest.mark.parametrize("path", ROUTES)
def test_every_answer_fits_its_schema(server, path):
    found = post(server, path, ROUTES[path])
    SCHEMAS[path].model_validate(found, strict=True, extra="forbid")


def test_the_lectures_convolution(server):
    assert post(server, "/api/convolutions", CONVOLUTION) == {
        "output": {"shape": [1, 3, 3], "data": [[[6, -9, -8], [-3, -2, -3], [-3, 0, -2]]]},
        "sums": None,
        "usage": {
            "shape": [5, 5],
            "data": [
                [1, 2, 3, 2, 1],
                [2, 4, 6, 4, 2],
                [3, 6, 9, 6, 3],
                [2, 4, 6, 4, 2],
                [1, 2, 3, 2, 1],
            ],
        },
        "unread": {"rows": 0, "columns": 0},
        "parameter_count": 10,
        "multiply_adds": 81,
    }


def test_the_lectures_poolings(server):
    average = post(server, "/api/poolings", POOLING | {"operation": "average"})
    assert average["output"]["data"] == [[[1, 5], [6, 2]]]
    assert average["sources"] is None
    largest = post(server, "/api/poolings", POOLING)
    assert largest["output"]["data"] == [[[2, 8], [9, 2]]]
    assert largest["sources"] == {
        "shape": [1, 2, 2, 2],
        "data": [[[[1, 0], [1, 3]], [[2, 0], [2, 2]]]],
    }


@pytest.mark.parametrize("path", ["/api/convolutions", "/api/poolings", "/api/gradient_descents"])
def test_arrays_go_both_ways_as_base64_too(server, path):
    lists = post(server, path, ROUTES[path])
    body = {k: packed(v) if isinstance(v, list) else v for k, v in ROUTES[path].items()}
    encoded = post(server, f"{path}?encoding=base64", body)
    for name, array in lists.items():
        if isinstance(array, dict) and "data" in array:
            np.testing.assert_allclose(unpacked(encoded[name]), array["data"], rtol=1e-6)
        else:
            assert encoded[name] == array


def test_lists_may_be_given_with_their_shape_so_that_an_answer_can_be_sent_on(server):
    first = post(server, "/api/convolutions", CONVOLUTION)
    again = post(server, "/api/poolings", {"input": first["output"], "kernel_size": [3, 3]})
    assert again["output"]["data"] == [[[6]]]


def test_everything_of_a_convolution_can_be_set(server):
    generator = np.random.default_rng(0)
    image, filters, bias = (generator.normal(size=n) for n in [(4, 9, 11), (6, 2, 3, 2), 6])
    found = post(
        server,
        "/api/convolutions",
        {
            "input": image.tolist(),
            "kernel": filters.tolist(),
            "bias": bias.tolist(),
            "stride": [2, 1],
            "padding": [1, 2],
            "padding_mode": "replicate",
            "dilation": [2, 3],
            "groups": 2,
            "operation": "convolution",
            "activation": "tanh",
        },
    )
    padded = functional.pad(torch.tensor(image)[None], (2, 2, 1, 1), mode="replicate")
    turned = torch.tensor(filters).flip(2, 3)
    sums = functional.conv2d(padded, turned, torch.tensor(bias), (2, 1), 0, (2, 3), 2)[0]
    np.testing.assert_allclose(found["sums"]["data"], sums, atol=1e-12)
    np.testing.assert_allclose(found["output"]["data"], sums.tanh(), atol=1e-12)


def test_the_presets_can_be_sent_back_as_they_are(server):
    presets = server.client.get("/api/architectures").json()
    assert [preset["id"] for preset in presets] == list(PRESETS)
    for preset in presets:
        laboratory_schemas.Preset.model_validate(preset, strict=True, extra="forbid")
        request = {key: preset[key] for key in ("input_shape", "layers")}
        found = post(server, "/api/architectures", request)
        assert found["parameter_count"] == preset["parameter_count"]
    assert [preset["parameter_count"] for preset in presets] == [
        61_706,
        44_950,
        62_378_344,
        138_357_544,
    ]


def test_an_impossible_layer_is_a_problem_with_its_place(server):
    layers = [{"kind": "conv2d", "out_channels": 4, "kernel_size": 5}, {"kind": "relu"}] * 2
    body = {"input_shape": [1, 8, 8], "layers": layers}
    problem = assert_problem(
        server.client.post("/api/architectures", json=body), 422, "impossible_layer"
    )
    assert problem["layer"] == 2
    assert "Layer 3 (conv2d)" in problem["detail"]
    assert "5 × 5" in problem["detail"]
    assert "4 × 4" in problem["detail"]
    assert "at most 4 × 4" in problem["hint"]


@pytest.fixture(scope="module")
def lenet() -> LeNet5:
    module = LeNet5()
    module.load_state_dict(load_file(ROOT / "model_weights" / "lenet5.safetensors"))
    return module.eval().requires_grad_(False)


@pytest.fixture(scope="module")
def image(server) -> torch.Tensor:
    traced = post(server, f"{MODEL}/traces?layers=input", DRAWING)
    return torch.tensor(traced["activations"]["input"]["data"])[None]


def test_a_transformed_input_is_read_where_it_went(server, lenet, image):
    found = post(server, f"{MODEL}/transformations", DRAWING | {"rows": 3, "columns": -2})
    expected = functional.pad(image, (-2, 2, 3, -3))
    np.testing.assert_allclose(found["input"]["data"], expected[0], atol=1e-6)
    np.testing.assert_allclose(found["probabilities"], lenet(expected)[0], atol=1e-5)
    assert found["prediction"] == np.argmax(found["probabilities"])


def test_the_first_convolution_moves_along_and_the_rest_with_multiples_of_its_stride(server):
    path = f"{MODEL}/transformations"
    for rows, zeros in [(1, 3), (2, 6), (4, 7)]:
        found = post(server, path, DRAWING | {"rows": rows})["equivariance"]
        distances = [layer["distance"] for layer in found]
        assert [layer["layer_id"] for layer in found][:2] == ["input", "conv1"]
        assert len(found) == 7
        assert distances[:zeros] == pytest.approx([0] * zeros, abs=1e-6)
        assert all(distance > 0.01 for distance in distances[zeros:])


def test_an_edit_and_a_form_go_with_a_transformation_too(server):
    edits = [{"edit": "randomise", "seed": 1}]
    plain, edited = (
        post(server, f"{MODEL}/transformations", DRAWING | {"degrees": 20, "edits": e})
        for e in ([], edits)
    )
    assert plain["probabilities"] != edited["probabilities"]
    file = {"file": ("seven.png", (ROOT / "docs" / "seven.png").read_bytes(), "image/png")}
    fields = {"degrees": "20.5", "mirror": "true", "rows": "-3"}
    answer = server.client.post(f"{MODEL}/transformations", files=file, data=fields)
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("reach", [0, 2, 16])
def test_shifts_are_what_the_model_makes_of_each_shifted_input(server, lenet, image, reach):
    found = post(server, f"{MODEL}/shifts", DRAWING | {"reach": reach})
    side = 2 * reach + 1
    assert (found["reach"], found["class"], found["label"]) == (reach, 7, "7")
    assert np.shape(found["probabilities"]) == np.shape(found["predictions"]) == (side, side)
    for rows, columns in [(0, 0), (-reach, reach), (reach, -reach), (reach // 2, reach)]:
        moved = functional.pad(image, (columns, -columns, rows, -rows))
        probabilities = lenet(moved)[0]
        place = found["probabilities"][reach + rows][reach + columns]
        assert place == pytest.approx(probabilities[7].item(), abs=1e-5)
        predicted = found["predictions"][reach + rows][reach + columns]
        assert probabilities[predicted] == pytest.approx(probabilities.max().item(), abs=1e-5)


def deep(depth: int) -> list:
    value: list = []
    for _ in range(depth):
        value = [value]
    return value


BAD_ARRAYS = [
    pytest.param([[1, 2], [3]], "ragged", id="ragged rows"),
    pytest.param([[[1], [2]], [[3]]], "ragged", id="ragged channels"),
    pytest.param([[1, 2], 3], "side by side", id="a number among rows"),
    pytest.param([], "empty", id="empty"),
    pytest.param([[]], "empty", id="no columns"),
    pytest.param([[], []], "empty", id="empty rows"),
    pytest.param(5, "0 dimensions", id="a number"),
    pytest.param([1, 2], "1 dimension (2)", id="a row"),
    pytest.param([[[[[1]]]]], "more than 4", id="five dimensions"),
    pytest.param([[[[[[[[1]]]]]]]], "more than 4", id="eight dimensions"),
    pytest.param(deep(500), "more than 4", id="500 dimensions"),
    pytest.param([[1, True]], "true is no number", id="a boolean"),
    pytest.param([[1, None]], "null is no number", id="null"),
    pytest.param([[1, "2"]], "'2' is no number", id="text in it"),
    pytest.param([["x" * 1000]], "is no number", id="long text in it"),
    pytest.param([[1, {}]], "a dict is no number", id="an object in it"),
    pytest.param("1 2 3", "is no number", id="text"),
    pytest.param(True, "true is no number", id="true"),
    pytest.param(None, "null is no number", id="null itself"),
    pytest.param([[1e300]], "±1,000,000", id="huge"),
    pytest.param([[10**15]], "±1,000,000", id="a huge integer"),
    pytest.param([[-(10**30)]], "±1,000,000", id="no 64-bit integer"),
    pytest.param({}, "shape and data", id="an empty object"),
    pytest.param({"shape": [1, 1]}, "shape and data", id="no data"),
    pytest.param({"shape": [1, 1], "data": "", "x": 1}, "shape and data", id="a third field"),
    pytest.param({"shape": [1, 1], "data": ""}, "0 bytes; 1 × 1 float32 are 4", id="too short"),
    pytest.param(
        {"shape": [1, 2], "data": base64.b64encode(b"\0" * 12).decode()},
        "12 bytes; 1 × 2 float32 are 8",
        id="too long",
    ),
    pytest.param({"shape": [0, 2], "data": ""}, "empty (0 × 2)", id="empty base64"),
    pytest.param({"shape": [1, 1], "data": "AAAA AA=="}, "not base64", id="no base64"),
    pytest.param({"shape": [1, 1], "data": "ünïcödé"}, "not base64", id="not ASCII"),
    pytest.param({"shape": [-1, -1], "data": "AAAAAA=="}, "shape is no list", id="negative"),
    pytest.param({"shape": [1.0, 1], "data": "AAAAAA=="}, "shape is no list", id="float shape"),
    pytest.param({"shape": [True, 1], "data": "AAAAAA=="}, "shape is no list", id="true shape"),
    pytest.param({"shape": 1, "data": "AAAAAA=="}, "shape is no list", id="number as shape"),
    pytest.param({"shape": [1] * 40, "data": "AAAAAA=="}, "shape is no list", id="long shape"),
    pytest.param({"shape": [10**30, 1], "data": "AAAAAA=="}, "shape is no list", id="vast shape"),
    pytest.param({"shape": [2**31 - 1] * 2, "data": "AAAAAA=="}, "4 bytes", id="large shape"),
    pytest.param({"shape": [], "data": "AAAAAA=="}, "0 dimensions", id="no shape"),
    pytest.param({"shape": [1, 2], "data": [[1]]}, "its data are 1 × 1", id="other lists"),
    pytest.param({"shape": [1, 1], "data": 7}, "its data are one number", id="data a number"),
    pytest.param(packed([[np.nan]]), "±1,000,000", id="NaN"),
    pytest.param(packed([[np.inf]]), "±1,000,000", id="infinity"),
]


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/api/convolutions", "input"),
        ("/api/convolutions", "kernel"),
        ("/api/poolings", "input"),
        ("/api/gradient_descents", "kernel"),
    ],
)
@pytest.mark.parametrize(("array", "words"), BAD_ARRAYS)
def test_a_bad_array_is_refused_by_name(server, path, field, array, words):
    body = ROUTES[path] | {field: array}
    problem = assert_problem(server.client.post(path, json=body), 422, "bad_input")
    assert problem["detail"].startswith(f"{field}: ")
    assert words in problem["detail"]


@pytest.mark.parametrize(
    ("path", "change", "words"),
    [
        ("convolutions", {"kernel": [[0.1] * 7] * 7}, "7 × 7"),
        ("convolutions", {"stride": 0}, "stride: It is 0"),
        ("convolutions", {"stride": -1}, "stride: It is -1"),
        ("convolutions", {"stride": [1, 0]}, "stride: It is [1, 0]"),
        ("convolutions", {"stride": 1.5}, "stride: It is 1.5"),
        ("convolutions", {"stride": True}, "stride: It is True"),
        ("convolutions", {"stride": [1, 2, 3]}, "stride: It is [1, 2, 3]"),
        ("convolutions", {"stride": "same"}, "stride: It is same"),
        ("convolutions", {"stride": 10**30}, "stride: It is 1"),
        ("convolutions", {"stride": 2000}, "1 to 1,024"),
        ("convolutions", {"stride": None}, "stride: It is None"),
        ("convolutions", {"padding": -1}, "padding: It is -1"),
        ("convolutions", {"padding": "full"}, '"valid", or "same"'),
        ("convolutions", {"padding": 5, "padding_mode": "reflect"}, "at most 4 × 4"),
        ("convolutions", {"padding": 6, "padding_mode": "circular"}, "at most 5 × 5"),
        ("convolutions", {"padding_mode": "mirror"}, "padding_mode"),
        ("convolutions", {"padding": "same", "kernel": [[1, 2]]}, "odd kernel"),
        ("convolutions", {"padding": "same", "stride": 2}, "stride 1"),
        ("convolutions", {"dilation": 0}, "dilation: It is 0"),
        ("convolutions", {"dilation": 3}, "spread to 7 × 7"),
        ("convolutions", {"groups": 0}, "groups"),
        ("convolutions", {"groups": 2}, "2 groups"),
        ("convolutions", {"groups": True}, "groups"),
        ("convolutions", {"groups": 10**12}, "groups"),
        ("convolutions", {"kernel": [[[1]], [[1]]]}, "input: 1; for a kernel of 2 × 1 × 1: 2"),
        ("convolutions", {"bias": [1, 2]}, "Biases: 2"),
        ("convolutions", {"bias": [[1]]}, "bias: It has 2 dimensions"),
        ("convolutions", {"bias": True}, "bias: true is no number"),
        ("convolutions", {"operation": "correlation"}, "operation"),
        ("convolutions", {"activation": "step"}, "activation"),
        ("convolutions", {"strides": 1}, "strides"),
        ("poolings", {"kernel_size": 0}, "kernel_size: It is 0"),
        ("poolings", {"kernel_size": 5}, "5 × 5"),
        ("poolings", {"kernel_size": None}, "kernel_size"),
        ("poolings", {"stride": 0}, "stride: It is 0"),
        ("poolings", {"padding": 2}, "half"),
        ("poolings", {"operation": "min"}, "operation"),
        ("poolings", {"operation": "average", "dilation": 2}, "no dilation"),
        ("poolings", {"ceil_mode": 1}, "ceil_mode"),
        ("gradient_descents", {"steps": -1}, "steps"),
        ("gradient_descents", {"steps": 1001}, "steps"),
        ("gradient_descents", {"steps": True}, "steps"),
        ("gradient_descents", {"learning_rate": 0}, "learning_rate"),
        ("gradient_descents", {"learning_rate": -1}, "learning_rate"),
        ("gradient_descents", {"learning_rate": 1e300}, "learning_rate"),
        ("gradient_descents", {"learning_rate": "fast"}, "learning_rate"),
        ("gradient_descents", {"target_kernel": None}, "one of target and target_kernel"),
        ("gradient_descents", {"target": [[1]]}, "one of target and target_kernel"),
        ("gradient_descents", {"target_kernel": None, "target": [[1]]}, "1 × 1"),
        ("gradient_descents", {"target_kernel": [[1]]}, "target_kernel 1 × 1"),
        ("gradient_descents", {"kernel": [[1] * 9] * 9}, "9 × 9"),
        ("gradient_descents", {"target": [[1, 2], [3]]}, "target: It is ragged"),
        ("architectures", {"input_shape": [3, 0, 3]}, "input_shape.1"),
        ("architectures", {"input_shape": [3, 3]}, "input_shape"),
        ("architectures", {"input_shape": [3, 3, 3, 3]}, "input_shape"),
        ("architectures", {"input_shape": [3, 10**9, 3]}, "input_shape.1"),
        ("architectures", {"input_shape": [True, 3, 3]}, "input_shape.0"),
        ("architectures", {"layers": {}}, "layers"),
        ("architectures", {"layers": [{}]}, "kind"),
        ("architectures", {"layers": ["conv2d"]}, "layers.0"),
        ("architectures", {"layers": [{"kind": "conv3d"}]}, "conv2d"),
        ("architectures", {"layers": [{"kind": "linear"}]}, "layers.0.linear.out_features"),
        ("architectures", {"layers": [{"kind": "linear", "out_features": 0}]}, "out_features"),
        ("architectures", {"layers": [{"kind": "linear", "out_features": 10**30}]}, "out_features"),
        ("architectures", {"layers": [{"kind": "relu", "inplace": True}]}, "inplace"),
        ("architectures", {"layers": [{"kind": "max_pool2d", "kernel_size": 0}]}, "It is 0"),
        ("architectures", {"layers": [{"kind": "dropout", "p": 2}]}, "layers.0.dropout.p"),
        ("architectures", {"layers": [{"kind": "relu"}] * 101}, "layers"),
        ("models/lenet5/transformations", {"rows": 33}, "rows"),
        ("models/lenet5/transformations", {"rows": 0.5}, "rows"),
        ("models/lenet5/transformations", {"rows": True}, "rows: true is no number"),
        ("models/lenet5/transformations", {"scale": False}, "scale: false is no number"),
        ("models/lenet5/transformations", {"degrees": 361}, "degrees"),
        ("models/lenet5/transformations", {"scale": 0}, "scale"),
        ("models/lenet5/transformations", {"scale": -1}, "scale"),
        ("models/lenet5/transformations", {"mirror": "twice"}, "mirror"),
        ("models/lenet5/shifts", {"reach": -1}, "reach"),
        ("models/lenet5/shifts", {"reach": 17}, "reach"),
        ("models/lenet5/shifts", {"rows": 1}, "rows"),
    ],
)
def test_bad_input_is_refused_with_its_numbers_and_what_to_do(server, path, change, words):
    body = ROUTES[f"/api/{path}"] | change
    problem = server.client.post(f"/api/{path}", json=body).json()
    assert problem["status"] == 422, problem
    assert problem["code"] in ("bad_input", "impossible_layer")
    assert words in problem["detail"] + problem["hint"]
    assert problem["hint"]


@pytest.mark.parametrize("path", ROUTES)
@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "null",
        "[]",
        "7",
        '{"input": [[NaN]], "kernel": [[1]]}',
        '{"input": [[Infinity]], "kernel": [[1]]}',
        '{"input": [[1e999]], "kernel": [[1]], "kernel_size": 1}',
        '{"input": ' + "[" * 1000 + "]" * 1000 + "}",
        '{"input": ' + '{"data": ' * 900 + "1" + "}" * 1000 + "}",
        '{"kernel": ' + '{"a": ' * 900 + "1" + "}" * 1000 + "}",
        "[" * 100_000,
    ],
)
def test_what_is_not_the_right_json_is_refused(server, path, text):
    assert_problem(server.client.post(path, **json_text(text)), 422, "bad_input")


@pytest.mark.parametrize("path", ROUTES)
def test_another_method_or_type_is_refused(server, path):
    assert server.client.put(path, json={}).status_code == 405
    answer = server.client.post(path, content=b"x", headers={"Content-Type": "text/plain"})
    assert_problem(answer, 415, "unsupported_type")


@pytest.mark.parametrize("path", ["/api/convolutions", "/api/poolings", "/api/gradient_descents"])
def test_a_million_cells_are_refused(server, path):
    flat = json.dumps([[1] * 1000] * 1000)
    column = json.dumps([[1]] * 1_000_000)
    encoded = json.dumps(packed(np.zeros((1000, 1000))))
    for array in (
        flat,
        column,
        encoded,
        "[" + "1," * 999_999 + "1]",
        "[" + "[]," * 999_999 + "[]]",
    ):
        rest = json.dumps(ROUTES[path] | {"input": 0}).replace('"input": 0', f'"input": {array}')
        problem = assert_problem(server.client.post(path, **json_text(rest)), 413, "too_large")
        assert "262,144" in problem["hint"]


@pytest.mark.parametrize("path", ROUTES)
def test_millions_of_lists_are_refused_before_they_are_read(server, path):
    for empty in ("[]", "{}"):
        for more, status in [(2**18 - 3, 422), (2**18 - 2, 413)]:
            text = '{"x": [' + f"{empty}," * more + f"{empty}]}}"
            answer = server.client.post(path, **json_text(text))
            assert answer.status_code == status, answer.text


def test_the_limit_of_cells_itself_is_accepted_and_one_more_is_not(server):
    image = np.zeros((1, 2**18 - 2))
    body = {"kernel": [[1]], "bias": [0]}
    for array in (image.tolist(), packed(image)):
        answer = server.client.post("/api/convolutions", json=body | {"input": array})
        assert answer.status_code == 200, answer.text
        assert answer.json()["output"]["shape"] == [1, 1, 2**18 - 2]
    image = np.zeros((1, 2**18 - 1))
    for array in (image.tolist(), packed(image)):
        answer = server.client.post("/api/convolutions", json=body | {"input": array})
        assert_problem(answer, 413, "too_large")


def test_the_limit_of_multiply_adds_itself_is_accepted_and_one_row_more_is_not(server):
    # 64 × 256 windows of 512 × 2 make 2^24 products.
    for rows, status in [(512 + 63, 200), (512 + 64, 413)]:
        body = {"input": packed(np.zeros((rows, 257))), "kernel": packed(np.zeros((512, 2)))}
        answer = server.client.post("/api/convolutions", json=body)
        assert answer.status_code == status, answer.text


def test_small_requests_for_large_answers_are_refused(server):
    for change in (
        {"padding": 1024},
        {"kernel": [[[[1]]]] * 20_000},
        {"padding": 1024, "stride": 1024},
        {"padding": 1024, "padding_mode": "replicate", "kernel": [[1]]},
    ):
        answer = server.client.post("/api/convolutions", json=CONVOLUTION | change)
        problem = assert_problem(answer, 413, "too_large")
        assert "262,144" in problem["hint"]


def test_a_kernel_of_text_is_no_array_to_be_counted_for_ever(server):
    body = CONVOLUTION | {"kernel": {"shape": [1], "data": {"shape": [1], "data": {"data": 1}}}}
    assert_problem(server.client.post("/api/convolutions", json=body), 422, "bad_input")


def test_many_at_once_get_their_own_answers(server):
    def ask(n: int) -> bool:
        body = CONVOLUTION | {"kernel": [[n]]}
        large = {"input": [[n] * 128] * 128, "kernel_size": 2}
        body_answer = post(server, "/api/convolutions", body)["output"]["data"][0][0][0]
        pooled = post(server, "/api/poolings", large)["output"]["data"][0][63][63]
        layers = [{"kind": "linear", "out_features": n + 1}]
        built = post(server, "/api/architectures", ARCHITECTURE | {"layers": layers})
        traced = post(server, f"{MODEL}/predictions", DRAWING)["prediction"]
        count = (3 * 39 * 39 + 1) * (n + 1)
        return (body_answer, pooled, built["parameter_count"], traced) == (7 * n, n, count, 7)

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(ask, range(40)))


def test_nonsense_is_never_a_server_error(server):
    values = [None, True, -1, 0, 1, 1e9, 0.5, "same", "x", [], [[]], [1], [[1, 2], [3, 4]], {}]
    values += [{"shape": [1, 1], "data": "AAAAAA=="}, {"kind": "relu"}, [{"kind": "flatten"}]]
    choose = random.Random(0)
    for path, body in ROUTES.items():
        for _ in range(60):
            changed = dict(body)
            for name in choose.sample(sorted(body), min(len(body), 2)):
                changed[name] = choose.choice(values)
            answer = server.client.post(path, json=changed)
            assert answer.status_code in (200, 413, 422), (path, changed)


def test_the_activations_are_those_of_the_table():
    assert get_args(Activation) == tuple(MODULES)


def test_no_request_is_called_like_an_answer():
    def names(module):
        return {
            name
            for name, value in vars(module).items()
            if isinstance(value, type) and value.__module__ == module.__name__
        }

    asked = names(requests) | names(experiments)
    for answered in (schemas, gradient_schemas, laboratory_schemas, report_schemas):
        assert not asked & names(answered)
    assert not names(requests) & names(experiments)
