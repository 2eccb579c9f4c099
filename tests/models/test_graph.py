"""The graph beside the weights: what is read without torch is what torch would have said."""

import hashlib
import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from app.catalogue import Model
from app.engine.network import Exported
from app.engine.reference import Reference
from app.errors import BadWeights
from app.inspection.edit import Edit, Flip, Negate, Randomise, Set, Swap, SwitchOff
from app.models import graph
from app.models.lenet5 import SPEC
from app.settings import ROOT

WEIGHTS = ROOT / "model_weights"
IMAGE = np.random.default_rng(3).random((1, 1, 32, 32), dtype=np.float32)
BATCH = np.random.default_rng(4).random((7, 1, 32, 32), dtype=np.float32)


@pytest.fixture(scope="module")
def model() -> Model:
    return Model.load(SPEC, WEIGHTS)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for suffix in ("json", "safetensors", "onnx"):
        shutil.copy(WEIGHTS / f"lenet5.{suffix}", tmp_path)
    return tmp_path


def test_the_shipped_graph_tells_of_the_shipped_network(model: Model) -> None:
    assert isinstance(model.network, Exported)
    assert model.captured.layers == model.reference.layers.layers
    for images in (IMAGE, BATCH):
        expected = model.reference.trace(images)
        found = model.network.trace(images)
        assert list(found) == list(expected)
        for id_, activation in expected.items():
            np.testing.assert_allclose(found[id_], activation, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(
    "edits",
    [
        [SwitchOff("conv1", 2), Flip("conv2", 7), Negate("fc1", 3)],
        [Set("fc3", "bias", (1,), 4.0), Set("conv1", "weight", (0, 0), ((0.5,) * 5,) * 5)],
        [Randomise(7), SwitchOff("conv2", 0)],
        [SwitchOff("conv1", 1), Swap("pool1", "max_pool2d")],
    ],
)
def test_edits_are_those_that_torch_would_make(model: Model, edits: list[Edit]) -> None:
    expected = Reference(model.module, SPEC.input_shape).edited(edits)
    edited = model.edited(edits)
    found = edited.network.trace(IMAGE)
    for id_, activation in expected.trace(IMAGE).items():
        np.testing.assert_allclose(found[id_], activation, rtol=1e-4, atol=1e-4)
    for layer in expected.layers.layers:
        for name, weight in expected.layers.weights(layer.id).items():
            assert np.array_equal(edited.captured.weights(layer.id)[name], weight)


def test_gradients_of_an_edited_or_earlier_model_are_of_that_model(model: Model) -> None:
    losses = [
        one.gradients(IMAGE, 2)[1].loss
        for one in (model, model.edited([SwitchOff("conv1", 0)]), model.at(0))
    ]
    assert len(set(losses)) == 3


def test_without_a_graph_torch_runs_the_model(folder: Path, model: Model) -> None:
    graph.path_of(SPEC, folder).unlink()
    alone = Model.load(SPEC, folder)
    assert isinstance(alone.network, Reference)
    expected = model.read(IMAGE).probabilities
    assert alone.read(IMAGE).probabilities == pytest.approx(expected, abs=1e-6)


def _refusal(folder: Path) -> str:
    with pytest.raises(BadWeights) as refusal:
        Model.load(SPEC, folder)
    assert "python -m app.training.graph" in refusal.value.hint
    return refusal.value.detail


@pytest.mark.parametrize("kept", [0, 100, 5000])
def test_a_truncated_graph_is_refused(folder: Path, kept: int) -> None:
    path = graph.path_of(SPEC, folder)
    path.write_bytes(path.read_bytes()[:kept])
    assert "lenet5.onnx" in _refusal(folder)


def test_a_graph_of_other_weights_is_refused(folder: Path) -> None:
    card = json.loads((folder / "lenet5.json").read_text(encoding="utf-8"))
    path = graph.path_of(SPEC, folder)
    other = hashlib.sha256(b"others").hexdigest().encode()
    data = path.read_bytes()
    assert card["weights_sha256"].encode() in data
    path.write_bytes(data.replace(card["weights_sha256"].encode(), other))
    assert "other weights" in _refusal(folder)


def test_a_graph_whose_layers_are_not_told_is_refused(folder: Path) -> None:
    path = graph.path_of(SPEC, folder)
    data = path.read_bytes()
    path.write_bytes(data.replace(b'"explain"', b'"explaim"'))
    assert "cannot be used" in _refusal(folder)
