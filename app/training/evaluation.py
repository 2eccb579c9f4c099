"""How well a network reads digits, and how sure one can be of that figure."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from app.training.calibration import Calibration, calibration
from app.training.dataset import CLASSES, Digits, pad, to_tensor
from app.training.networks import Reader

_CHUNK = 1000
"""Images read at once."""


@dataclass(frozen=True)
class Score:
    """The outcome of reading a set of digits."""

    confusion_matrix: npt.NDArray[np.int64]
    """(10, 10): how often row's digit was read as column's."""
    calibration: Calibration | None = None
    """How sure the network was, and how right; None where only the readings are known."""

    @property
    def count(self) -> int:
        """How many digits were read."""
        return int(self.confusion_matrix.sum())

    @property
    def correct(self) -> int:
        """How many of them were read right."""
        return int(self.confusion_matrix.trace())

    @property
    def accuracy(self) -> float:
        """The share that was read right."""
        return self.correct / self.count

    def as_card(self, name: str) -> dict[str, Any]:
        """Return the figures under the names that they have in a card."""
        return {f"{name}_{key}": value for key, value in self.as_json().items()}

    def as_json(self) -> dict[str, Any]:
        """Return the figures as they stand in a report."""
        found = {
            "accuracy": self.accuracy,
            "accuracy_interval": list(wilson_interval(self.correct, self.count)),
            "correct": self.correct,
            "images": self.count,
            "confusion_matrix": self.confusion_matrix.tolist(),
        }
        return found | {"calibration": self.calibration.as_json()} if self.calibration else found


def score(network: Reader, digits: Digits) -> Score:
    """Let a network in eval mode read digits."""
    return tally(read(network, digits), digits)


def tally(logits: Tensor, digits: Digits) -> Score:
    """Count what (N, 10) logits take N digits for."""
    matrix = np.zeros((CLASSES, CLASSES), np.int64)
    np.add.at(matrix, (digits.labels, logits.argmax(dim=1).numpy()), 1)
    return Score(matrix, calibration(logits, digits.labels))


def read(network: Reader, digits: Digits) -> Tensor:
    """Return the (N, 10) logits that a network in eval mode gives N digits."""
    with torch.inference_mode():
        chunks = torch.split(pad(to_tensor(digits.images)), _CHUNK)
        return torch.cat([network.logits(chunk) for chunk in chunks])


def wilson_interval(correct: int, count: int) -> tuple[float, float]:
    """Return the 95 % confidence interval of a share, to six digits.

    Source: E. B. Wilson, "Probable inference, the law of succession, and statistical
    inference", J. Amer. Statist. Assoc. 22, 1927. Unlike the normal approximation it stays
    within 0..1 and is right near 1, where these shares are.
    """
    z = 1.959964
    share = correct / count
    middle = share + z**2 / (2 * count)
    half = z * math.sqrt(share * (1 - share) / count + z**2 / (4 * count**2))
    shrink = 1 + z**2 / count
    return round((middle - half) / shrink, 6), round((middle + half) / shrink, 6)
