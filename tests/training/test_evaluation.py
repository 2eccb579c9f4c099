from pathlib import Path

import numpy as np
import pytest
import torch

from app.models.lenet5 import LeNet5
from app.training import evaluation
from app.training.dataset import Digits, pad, read_mnist, to_tensor
from app.training.evaluation import Score, read, score, tally, wilson_interval


@pytest.fixture
def network() -> LeNet5:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return LeNet5().eval()


def test_logits_are_the_networks_own(
    network: LeNet5, mnist: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evaluation, "_CHUNK", 64)
    digits = read_mnist(mnist, "t10k")
    with torch.inference_mode():
        logits = network.logits(pad(to_tensor(digits.images)))
    torch.testing.assert_close(read(network, digits), logits)
    matrix = np.zeros((10, 10), int)
    for label, answer in zip(digits.labels, logits.argmax(dim=1), strict=True):
        matrix[label, answer] += 1
    assert np.array_equal(score(network, digits).confusion_matrix, matrix)


def test_a_tally_counts_what_was_read_as_what() -> None:
    digits = Digits(np.zeros((5, 28, 28), np.uint8), np.array([3, 3, 3, 7, 8], np.uint8))
    found = tally(torch.eye(10)[[3, 3, 5, 7, 0]], digits)
    assert found.confusion_matrix[3, 3] == 2
    assert found.confusion_matrix[3, 5] == 1
    assert found.confusion_matrix[8, 0] == 1
    assert (found.correct, found.count, found.accuracy) == (3, 5, 0.6)


def test_a_score_names_its_figures_for_the_card() -> None:
    card = Score(np.diag(np.arange(10))).as_card("pen_placed")
    assert card["pen_placed_accuracy"] == 1
    assert card["pen_placed_correct"] == card["pen_placed_images"] == 45
    assert card["pen_placed_confusion_matrix"][9][9] == 9
    low, high = card["pen_placed_accuracy_interval"]
    assert 0.9 < low < high == 1


@pytest.mark.parametrize(
    ("correct", "count", "expected"),
    [
        # Newcombe, "Two-sided confidence intervals for the single proportion", 1998, table I
        (81, 263, (0.2553, 0.3662)),
        (15, 148, (0.0624, 0.1605)),
        (0, 20, (0.0, 0.1611)),
        (1, 29, (0.0061, 0.1718)),
    ],
)
def test_the_interval_agrees_with_published_examples(
    correct: int, count: int, expected: tuple[float, float]
) -> None:
    assert wilson_interval(correct, count) == pytest.approx(expected, abs=5e-5)
