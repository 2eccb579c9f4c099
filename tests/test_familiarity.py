"""Whether a drawing is familiar, what is near it and where it lies: the core and the API."""

import base64
import hashlib
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from app import familiarity
from app.catalogue import Catalogue, Model
from app.errors import BadWeights
from app.familiarity import Tails, affinities
from app.inspection.edit import SwitchOff
from app.models.lenet5 import SPEC
from app.sample import Sample, Tiles
from app.settings import ROOT
from tests.pictures import SEVEN, encoded, seven
from tests.test_bad_input import assert_problem

MODEL = "/api/models/lenet5"
WEIGHTS = ROOT / "model_weights"
FILE = "lenet5.familiarity.safetensors"
STAR = [[[140, 40], [80, 220], [230, 105], [50, 105], [200, 220], [140, 40]]]


@pytest.fixture(scope="module")
def model() -> Model:
    return Catalogue.load([SPEC], WEIGHTS).model("lenet5")


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    """A copy of the weights folder that a test may damage."""
    return Path(shutil.copytree(WEIGHTS, tmp_path / "weights"))


@pytest.mark.parametrize("path", ["predictions", "traces"])
def test_a_seven_is_familiar_and_a_star_is_not(server, path):
    for strokes, familiar in ((SEVEN, True), (STAR, False)):
        found = server.client.post(f"{MODEL}/{path}", json={"strokes": strokes}).json()
        judged = found["familiarity"]
        assert judged["familiar"] is familiar
        assert (judged["score"] >= judged["threshold"]) is familiar


def test_an_edited_model_has_no_familiarity(server):
    edits = {"edits": [{"edit": "switch_off", "layer": "conv1", "channel": 0}]}
    body = {"strokes": SEVEN} | edits
    assert server.client.post(f"{MODEL}/predictions", json=body).json()["familiarity"] is None
    refused = server.client.post(f"{MODEL}/neighbours", json=body)
    assert_problem(refused, 422, "no_feature_space")


def test_the_score_is_that_of_the_formulas(model):
    """Written out anew: log Σ exp, the distances, the shares, their mean."""
    image = Sample.load(ROOT / "static" / "digits").images[:1]
    reading = model.read(image)
    tensors, facts = familiarity.to_tensors(model.familiarity)
    shares = []
    for number, (kind, layer) in enumerate(facts["terms"]):
        values = reading.activations[layer][0].ravel().astype(np.float64)
        value = np.log(np.exp(values).sum())
        if kind == "closeness":
            mean, directions, rest = (
                tensors[f"terms.{number}.{name}"][reading.prediction].astype(np.float64)
                for name in ("means", "directions", "rest")
            )
            offset = values - mean
            value = ((offset @ directions) ** 2).sum() - (offset**2).sum() / rest
        knots = tensors[f"terms.{number}.knots"][reading.prediction]
        assert value > knots[0]
        shares.append(np.interp(value, knots, tensors["shares"]))
    assert reading.familiarity.score == pytest.approx(np.mean(shares), abs=1e-3)


def test_below_the_last_knot_the_tail_goes_on_as_a_line():
    tails = Tails(np.array([[0, 1, 2]], np.float32), np.array([-2, -1, 0], np.float32), 1)
    assert [tails(value, 0) for value in (-3, 0, 1.5, 2, 9)] == [-5, -2, -0.5, 0, 0]


@pytest.mark.parametrize("perplexity", [2, 30])
def test_affinities_have_the_perplexity_that_was_asked_for(perplexity):
    squares = np.random.default_rng(0).gamma(3, 50, 90)
    weights = affinities(squares, perplexity)
    assert weights.sum() == pytest.approx(1)
    assert -(weights * np.log2(weights)).sum() == pytest.approx(np.log2(perplexity), abs=1e-3)
    assert weights.argmax() == squares.argmin()


@pytest.mark.parametrize(
    "request_",
    [
        {"json": {"strokes": SEVEN}},
        {"content": encoded(seven()), "headers": {"Content-Type": "image/png"}},
        {"files": {"file": ("seven.png", encoded(seven()), "image/png")}},
    ],
    ids=["strokes", "image", "form"],
)
def test_neighbours_are_the_nearest_five_with_their_pictures(server, request_):
    found = server.client.post(f"{MODEL}/neighbours", **request_).json()
    distances = [near["distance"] for near in found["neighbours"]]
    assert len(distances) == 5
    assert distances == sorted(distances)
    tiles = Tiles.load(ROOT / "static" / "digits", "training")
    for near in found["neighbours"]:
        picture = np.frombuffer(base64.b64decode(near["pixels"]), np.uint8).reshape(28, 28)
        assert np.array_equal(picture, tiles.pictures[near["index"]])
        assert near["class_index"] == tiles.class_indices[near["index"]] == 7
        assert near["mnist_index"] == tiles.mnist_indices[near["index"]]


def test_a_training_digit_is_its_own_neighbour_and_lies_by_its_own_point(server, model):
    """So the stored features are those of the shipped weights."""
    tiles = Tiles.load(ROOT / "static" / "digits", "training")
    space = server.client.get(f"{MODEL}/feature_space").json()
    assert [len(space[name]) for name in ("points", "class_indices", "mnist_indices")] == [3000] * 3
    assert space["layer_id"] in {layer.id for layer in model.captured.layers}
    assert np.abs(space["points"]).max() <= 1
    for index in (5, 1234, 2999):
        body = {"pixels": tiles.pictures[index].tolist(), "count": 1}
        found = server.client.post(f"{MODEL}/neighbours", json=body).json()
        assert found["neighbours"][0]["index"] == index
        assert found["neighbours"][0]["distance"] == pytest.approx(0, abs=1e-4)
        assert np.linalg.norm(np.subtract(found["place"], space["points"][index])) < 0.2


@pytest.mark.parametrize("count", [1, 50])
def test_as_many_neighbours_as_are_asked_for(server, count):
    body = {"strokes": SEVEN, "count": count}
    assert len(server.client.post(f"{MODEL}/neighbours", json=body).json()["neighbours"]) == count


@pytest.mark.parametrize("count", [0, 51, -1, 2.5, "many", None, True])
def test_an_odd_count_is_refused(server, count):
    body = {"strokes": SEVEN, "count": count}
    assert_problem(server.client.post(f"{MODEL}/neighbours", json=body), 422, "bad_input")


def test_bad_input_of_neighbours_is_refused(server):
    for body, code in (({"strokes": []}, "empty_drawing"), ({}, "bad_input")):
        assert_problem(server.client.post(f"{MODEL}/neighbours", json=body), 422, code)
    for method, path in (("post", "neighbours"), ("get", "feature_space")):
        answer = getattr(server.client, method)(f"/api/models/none/{path}")
        assert_problem(answer, 404, "unknown_model")


def test_a_model_without_the_file_knows_nothing_of_it(weights):
    (weights / FILE).unlink()
    model = Catalogue.load([SPEC], weights).model("lenet5")
    assert model.familiarity is None
    assert model.read(np.zeros((1, 1, 32, 32), np.float32)).familiarity is None


def test_an_edit_leaves_the_model_itself_familiar(model):
    assert model.edited([SwitchOff("conv1", 0)]).familiarity is None
    assert model.familiarity is not None


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff" * 100])
def test_a_damaged_file_is_refused(weights, content):
    (weights / FILE).write_bytes(content)
    with pytest.raises(BadWeights, match="is no familiarity file"):
        Catalogue.load([SPEC], weights)


def rewritten(weights: Path, **changes: object) -> None:
    """Write the file anew with other facts, or without a tensor."""
    tensors = load_file(weights / FILE)
    facts = _facts(weights) | changes
    missing = facts.pop("without", None)
    kept = {name: value for name, value in tensors.items() if name != missing}
    save_file(kept, weights / FILE, metadata={"facts": json.dumps(facts)})


def _facts(weights: Path) -> dict:
    header = (weights / FILE).read_bytes()
    length = int.from_bytes(header[:8], "little")
    return json.loads(json.loads(header[8 : 8 + length])["__metadata__"]["facts"])


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"weights_sha256": "0" * 64}, "belongs to weights with SHA-256 000"),
        ({"without": "map.features"}, "is no familiarity file"),
        ({"feature_layer": "conv9"}, "layers that LeNet-5 does not have"),
    ],
)
def test_a_file_that_does_not_fit_is_refused_with_what_to_do(weights, changes, said):
    rewritten(weights, **changes)
    with pytest.raises(BadWeights, match=said) as refused:
        Catalogue.load([SPEC], weights)
    assert "python -m app.training familiarity" in refused.value.hint


def test_the_file_is_small_and_belongs_to_the_shipped_weights():
    assert (WEIGHTS / FILE).stat().st_size <= 2 * 2**20
    digest = hashlib.sha256((WEIGHTS / "lenet5.safetensors").read_bytes()).hexdigest()
    assert _facts(WEIGHTS)["weights_sha256"] == digest
