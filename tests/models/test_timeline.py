"""The way of the weights, from the training's own hands through the file and back."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor

from app.errors import BadWeights
from app.inspection.table import arrays
from app.models.lenet5 import SPEC, LeNet5
from app.models.timeline import path_of, read_timeline
from app.training.recipe import Recipe
from app.training.timeline import Timeline, write_timeline

SHA256 = "0" * 64
BATCHES = (0, 8, 20)
RECIPE = replace(Recipe(), epochs=2, batch_size=64)


def _weights(seed: int) -> dict[str, Tensor]:
    torch.manual_seed(seed)
    return dict(LeNet5().state_dict())


def _timeline() -> Timeline:
    points = [
        {
            "batch": batch,
            "loss": None if batch == 0 else 1 / batch,
            "validation_accuracy": batch / 20,
            "validation_loss": 0.25,
            "writers_accuracy": 0.5,  # sets that the page knows nothing of do no harm
        }
        for batch in (0, 8, 10, 20)
    ]
    return Timeline(points, {batch: _weights(batch) for batch in BATCHES})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_timeline(_timeline(), tmp_path, SHA256, RECIPE, images=633, validation_images=50)
    return tmp_path


def _read(folder: Path) -> Any:
    return read_timeline(SPEC, folder, SHA256, arrays(_weights(20)))


def _rewrite(folder: Path, change: Callable[[dict[str, Any], dict[str, Tensor]], object]) -> None:
    """Change a timeline's facts and tensors in their file."""
    path = path_of(SPEC, folder)
    with safe_open(path, framework="pt") as file:
        facts = json.loads(file.metadata()["facts"])
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    change(facts, tensors)
    save_file(tensors, path, metadata={"facts": json.dumps(facts)})


def _refusal(folder: Path) -> str:
    with pytest.raises(BadWeights) as refusal:
        _read(folder)
    assert "from git" in refusal.value.hint
    assert "delete it" in refusal.value.hint
    assert "make train" in refusal.value.hint
    return refusal.value.detail


def test_what_is_written_is_read_to_half_precision_and_the_last_moment_is_the_model(
    folder: Path,
) -> None:
    found = _read(folder)
    assert [moment.point.batch for moment in found.moments] == list(BATCHES)
    for moment, batch in zip(found.moments, BATCHES, strict=True):
        assert moment.weights.keys() == _weights(batch).keys()
        for name, value in _weights(batch).items():
            own = value if batch == BATCHES[-1] else value.half().float()
            assert np.array_equal(moment.weights[name], own)
            assert moment.weights[name].dtype == np.float32
    assert [point.loss for point in found.points] == [None, 1 / 8, 1 / 10, 1 / 20]
    assert found.batch_size == 64
    assert found.batches_per_epoch == 10
    assert found.taught
    third = found.points[2]
    assert (found.epoch(third), found.images(third)) == (1, 633)


def test_every_moment_is_as_sure_as_the_shipped_weights_were_made(tmp_path: Path) -> None:
    write_timeline(_timeline(), tmp_path, SHA256, RECIPE, 633, 50, temperature=2.0)
    found = _read(tmp_path)
    assert found.temperature == 2
    early, own = found.moments[1].weights, _weights(8)
    for name in own:
        expected = own[name] / 2 if name.startswith("fc3.") else own[name]
        assert np.array_equal(early[name], expected.half().float()), name
    assert np.array_equal(found.moments[-1].weights["fc3.bias"], _weights(20)["fc3.bias"])


def test_the_file_is_small(folder: Path) -> None:
    parameters = sum(value.numel() for value in _weights(0).values())
    assert path_of(SPEC, folder).stat().st_size < 2 * parameters * len(BATCHES[:-1]) + 10_000


def test_a_model_may_come_without_timeline(tmp_path: Path) -> None:
    assert _read(tmp_path) is None


def test_a_timeline_of_other_weights_is_refused(folder: Path) -> None:
    with pytest.raises(BadWeights, match="belongs to other weights"):
        read_timeline(SPEC, folder, "1" * 64, arrays(_weights(20)))


@pytest.mark.parametrize("kept", [0, 4, 1000, -1])
def test_a_truncated_file_is_refused(folder: Path, kept: int) -> None:
    path = path_of(SPEC, folder)
    path.write_bytes(path.read_bytes()[:kept])
    assert path.name in _refusal(folder)


def _set(name: str, value: Tensor) -> Callable[[dict[str, Any], dict[str, Tensor]], object]:
    return lambda _, tensors: tensors.update({name: value})


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda _, tensors: tensors.pop("1.fc3.bias"), "moment 1: .*missing .'fc3.bias'"),
        (_set("1.fc3.bias", torch.zeros(11).half()), "moment 1: fc3.bias is .* shape .11,"),
        (_set("0.fc3.bias", torch.zeros(10).int()), "moment 0: fc3.bias is int32"),
        (_set("0.fc3.bias", torch.full((10,), torch.nan).half()), "not finite"),
        (_set("0.fc3.bias", torch.full((10,), torch.inf).half()), "not finite"),
        (_set("0.fc4.bias", torch.zeros(3).half()), "unexpected .'fc4.bias'"),
        (_set("2.fc3.bias", torch.zeros(10).half()), "'2.fc3.bias', which is of no moment"),
        (_set("fc3.bias", torch.zeros(10).half()), "'fc3.bias', which is of no moment"),
        (lambda facts, _: facts.pop("batch_size"), "batch_size"),
        (lambda facts, _: facts.update(batch_size=0), "0 is no whole number"),
        (lambda facts, _: facts.update(batch_size=True), "True is no whole number"),
        (lambda facts, _: facts.update(temperature=float("nan")), "nan is no number"),
        (lambda facts, _: facts.update(temperature=10**400), "too large"),
        (lambda facts, _: facts.update(moments=[]), "of no moment"),
        (lambda facts, _: facts.update(moments=7), "incomplete"),
        (lambda facts, _: facts.update(moments=[0, 9, 20]), "9"),
        (lambda facts, _: facts.update(moments=[8, 0, 20]), "not in order"),
        (lambda facts, _: facts["points"].reverse(), "not in order"),
        (lambda facts, _: facts["points"][1].update(loss="much"), "incomplete"),
        (lambda facts, _: facts["points"].append(None), "incomplete"),
    ],
)
def test_a_timeline_that_does_not_fit_is_refused(
    folder: Path, change: Callable[[dict[str, Any], dict[str, Tensor]], object], reason: str
) -> None:
    _rewrite(folder, change)
    with pytest.raises(BadWeights, match=reason):
        _read(folder)
    _refusal(folder)


def test_a_header_without_facts_is_refused(folder: Path) -> None:
    path = path_of(SPEC, folder)
    for header in (None, {"facts": "{"}, {"facts": "[]"}):
        save_file({"0.fc3.bias": torch.zeros(10).half()}, path, metadata=header)
        assert "incomplete" in _refusal(folder)
