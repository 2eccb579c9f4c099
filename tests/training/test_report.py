import base64
import copy
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from app.models.lenet5 import LeNet5
from app.training.ablation import Row, as_json
from app.training.corpus import read_corpus
from app.training.dataset import Digits, pad, read_mnist, to_tensor
from app.training.recipe import Recipe, Split
from app.training.report import differences, report, write_report

Made = tuple[dict[str, Any], dict[int, LeNet5], Digits]


def network(seed: int) -> LeNet5:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return LeNet5().eval()


@pytest.fixture(scope="module")
def made(mnist: Path) -> Made:
    """A report, and what it is about."""
    networks = {seed: network(seed) for seed in (2, 0, 1)}
    test = read_mnist(mnist, "t10k")
    validation = read_corpus(mnist, None, Split()).held_out["validation"]
    told = report(networks, 1, "00ff", validation, test)
    return json.loads(json.dumps(told)), networks, test


def test_every_seed_is_told_and_one_is_shipped(made: Made) -> None:
    told, _, test = made
    assert told["weights_sha256"] == "00ff"
    assert [row["seed"] for row in told["seeds"]] == [0, 1, 2]
    assert [row["shipped"] for row in told["seeds"]] == [False, True, False]
    shipped = told["seeds"][1]
    for name in ("correct", "images", "accuracy", "accuracy_interval"):
        assert shipped[f"test_{name}"] == told["test"][name]
    low, high = shipped["test_accuracy_interval"]
    assert low < shipped["test_accuracy"] < high
    assert told["test"]["images"] == len(test)


def test_every_mistake_is_there_with_its_picture(made: Made) -> None:
    told, networks, test = made
    with torch.inference_mode():
        probabilities = networks[1](pad(to_tensor(test.images)))
    wrong = np.flatnonzero(probabilities.argmax(1).numpy() != test.labels)
    assert [digit["mnist_index"] for digit in told["misread"]] == wrong.tolist()
    assert len(wrong) == told["test"]["images"] - told["test"]["correct"]
    for digit in told["misread"]:
        index = digit["mnist_index"]
        pixels = np.frombuffer(base64.b64decode(digit["pixels"]), np.uint8)
        assert np.array_equal(pixels.reshape(28, 28), test.images[index])
        assert digit["class_index"] == test.labels[index]
        assert digit["prediction"] == probabilities[index].argmax()
        assert digit["probability"] == pytest.approx(probabilities[index].max().item(), abs=1e-5)


def test_the_parts_of_the_test_add_up(made: Made) -> None:
    test = made[0]["test"]
    matrix = np.array(test["confusion_matrix"])
    assert matrix.sum() == test["images"]
    assert matrix.trace() == test["correct"]
    bins = test["calibration"]["bins"]
    assert sum(bin_["count"] for bin_ in bins) == test["images"]
    right = sum(bin_["count"] * (bin_["accuracy"] or 0) for bin_ in bins)
    assert right == pytest.approx(test["correct"], abs=0.01)
    gaps = (b["count"] * abs(b["accuracy"] - b["confidence"]) for b in bins if b["count"])
    assert sum(gaps) / test["images"] == pytest.approx(test["calibration"]["error"], abs=1e-5)


def test_a_report_agrees_with_the_network_it_is_about_and_with_no_other(made: Made) -> None:
    told, networks, test = made
    assert differences(told, networks[1], test) == []
    assert set(differences(told, networks[2], test)) >= {"test", "misread"}


@pytest.mark.parametrize(
    ("path", "value", "named"),
    [
        (("test", "calibration", "error"), 0.5, "test"),
        (("test", "confusion_matrix", 3, 3), -1, "test"),
        (("misread", 0, "probability"), 0.123, "misread"),
        (("misread", 0, "pixels"), "", "misread"),
        (("seeds", 1, "test_correct"), 250, "seeds"),
    ],
)
def test_a_figure_that_was_changed_is_found(
    made: Made, path: tuple[str | int, ...], value: object, named: str
) -> None:
    told, networks, test = made
    changed = copy.deepcopy(told)
    part: Any = changed
    for key in path[:-1]:
        part = part[key]
    part[path[-1]] = value
    assert differences(changed, networks[1], test) == [named]


def test_the_last_digits_of_another_machine_are_no_difference(made: Made) -> None:
    told, networks, test = made
    changed = copy.deepcopy(told)
    changed["misread"][0]["probability"] += 1e-6
    assert differences(changed, networks[1], test) == []


def test_what_is_written_is_what_was_told(made: Made, tmp_path: Path) -> None:
    write_report(made[0], tmp_path / "lenet5.report.json")
    assert json.loads((tmp_path / "lenet5.report.json").read_text(encoding="utf-8")) == made[0]


def test_an_ablation_is_told_with_its_budget() -> None:
    row = Row("ReLU", {"validation": [0.01, 0.02]}, 12.5)
    told = as_json([row], Recipe(epochs=3))
    assert told["epochs"] == 3
    assert told["rows"] == [
        {"change": "ReLU", "errors": {"validation": [0.01, 0.02]}, "seconds": 12.5}
    ]
