import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.torch import load_file

from app.models.lenet5 import LeNet5
from app.training.corpus import read_corpus
from app.training.dataset import Digits, read_mnist
from app.training.evaluation import score, wilson_interval
from app.training.recipe import Split
from tests.training.conftest import ROOT
from tests.training.test_gallery import SHIPPED, read

WEIGHTS = ROOT / "model_weights" / "lenet5.safetensors"


@pytest.fixture(scope="module")
def card() -> dict[str, Any]:
    return json.loads(WEIGHTS.with_suffix(".json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def network() -> LeNet5:
    network = LeNet5()
    network.load_state_dict(load_file(WEIGHTS))
    return network.eval()


def test_the_shipped_weights_are_those_of_their_card(card: dict[str, Any]) -> None:
    assert card["weights_sha256"] == hashlib.sha256(WEIGHTS.read_bytes()).hexdigest()


def test_the_cards_figures_fit_together(card: dict[str, Any]) -> None:
    names = [key.removesuffix("_accuracy") for key in card if key.endswith("_accuracy")]
    assert names == ["test", "validation", "pen_as_written", "pen_placed"]
    for name in names:
        matrix = np.array(card[f"{name}_confusion_matrix"])
        correct, count = int(matrix.trace()), int(matrix.sum())
        assert (card[f"{name}_correct"], card[f"{name}_images"]) == (correct, count)
        assert card[f"{name}_accuracy"] == correct / count
        assert card[f"{name}_accuracy_interval"] == list(wilson_interval(correct, count))


def test_the_shipped_network_is_as_good_as_it_should_be(card: dict[str, Any]) -> None:
    assert card["test_images"] == 10_000
    assert card["test_accuracy"] >= 0.99
    assert card["pen_as_written_accuracy"] >= 0.97
    assert card["pen_placed_accuracy"] >= 0.97


def test_the_shipped_network_reads_the_gallery(network: LeNet5) -> None:
    tiles, description = read(SHIPPED)
    labels = np.array([digit["class_index"] for digit in description["digits"]], np.uint8)
    assert score(network, Digits(tiles, labels)).accuracy >= 0.98


def test_the_shipped_network_reads_as_many_test_images_as_its_card_says(
    network: LeNet5, card: dict[str, Any], shared_data: Path
) -> None:
    found = score(network, read_mnist(shared_data / "mnist", "t10k"))
    assert found.correct == card["test_correct"]
    assert found.confusion_matrix.tolist() == card["test_confusion_matrix"]


def test_the_shipped_network_reads_as_many_held_out_pens_as_its_card_says(
    network: LeNet5, card: dict[str, Any], shared_data: Path
) -> None:
    pens = shared_data / "pen-digits" / "strokes-30-writers.jsonl.gz"
    corpus = read_corpus(shared_data / "mnist", pens, Split(**card["recipe"]["split"]))
    assert corpus.held_out_writers == card["held_out_writers"]
    for name, digits in corpus.held_out.items():
        assert score(network, digits).correct == card[f"{name}_correct"]
