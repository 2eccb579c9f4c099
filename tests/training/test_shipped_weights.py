import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.torch import load_file

from app.models.lenet5 import ACTIVATION, POOLING, SPEC, LeNet5
from app.models.report import read_report
from app.training.dataset import Digits, read_mnist
from app.training.evaluation import score, wilson_interval
from tests.training.conftest import ROOT
from tests.training.test_gallery import SHIPPED, read

WEIGHTS = ROOT / "model_weights" / "lenet5.safetensors"


@pytest.fixture(scope="module")
def card() -> dict[str, Any]:
    return json.loads(WEIGHTS.with_suffix(".json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def report(card: dict[str, Any]) -> dict[str, Any]:
    found = read_report(SPEC, WEIGHTS.parent, card["weights_sha256"])
    assert found is not None
    return found


@pytest.fixture(scope="module")
def network() -> LeNet5:
    network = LeNet5()
    network.load_state_dict(load_file(WEIGHTS))
    return network.eval()


def test_the_shipped_weights_are_those_of_their_card(card: dict[str, Any]) -> None:
    assert card["weights_sha256"] == hashlib.sha256(WEIGHTS.read_bytes()).hexdigest()


def test_the_weights_were_trained_as_the_network_is_built(card: dict[str, Any]) -> None:
    # Weights of another activation or pooling have the same shapes.
    assert card["recipe"]["activation"] == ACTIVATION
    assert card["recipe"]["pooling"] == POOLING


def test_the_cards_figures_fit_together(card: dict[str, Any]) -> None:
    for name in ("test", "validation"):
        matrix = np.array(card[f"{name}_confusion_matrix"])
        correct, count = int(matrix.trace()), int(matrix.sum())
        assert (card[f"{name}_correct"], card[f"{name}_images"]) == (correct, count)
        assert card[f"{name}_accuracy"] == correct / count
        assert card[f"{name}_accuracy_interval"] == list(wilson_interval(correct, count))


def test_the_shipped_network_is_as_good_as_it_should_be(report: dict[str, Any]) -> None:
    errors = [1 - row["test_accuracy"] for row in report["seeds"]]
    assert len(errors) >= 3
    assert np.mean(errors) <= 0.004
    assert report["test"]["images"] == 10_000
    assert report["test"]["calibration"]["error"] <= 0.003


def test_people_who_were_left_out_are_read_as_well_as_they_should_be(
    report: dict[str, Any],
) -> None:
    found = report["cross_validation"]
    for name in ("pen_as_written", "pen_placed"):
        assert found[f"{name}_accuracy"] >= 0.985
        assert found[f"{name}_calibration"]["error"] <= 0.01
    everybody = [writer for fold in found["folds"] for writer in fold["writers"]]
    assert sorted(everybody) == list(range(1, 31))


def test_what_is_no_digit_is_told_from_digits(report: dict[str, Any]) -> None:
    found = report["familiarity"]
    assert len(found["kinds"]) >= 6
    assert all(kind["auroc"] >= 0.97 for kind in found["kinds"])


def test_the_chosen_seed_is_the_best_on_validation(
    card: dict[str, Any], report: dict[str, Any]
) -> None:
    best = max(row["validation_accuracy"] for row in report["seeds"])
    (shipped,) = (row for row in report["seeds"] if row["shipped"])
    assert shipped["validation_accuracy"] == best == card["validation_accuracy"]
    assert shipped["test_correct"] == card["test_correct"] == report["test"]["correct"]


def test_the_shipped_network_reads_the_gallery(network: LeNet5) -> None:
    tiles, description = read(SHIPPED)
    labels = np.array(description["class_indices"], np.uint8)
    assert score(network, Digits(tiles, labels)).accuracy >= 0.98


def test_the_shipped_network_reads_as_many_test_images_as_its_card_says(
    network: LeNet5, card: dict[str, Any], shared_data: Path
) -> None:
    found = score(network, read_mnist(shared_data / "mnist", "t10k"))
    assert found.correct == card["test_correct"]
    assert found.confusion_matrix.tolist() == card["test_confusion_matrix"]
