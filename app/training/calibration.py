"""Whether a network is right as often as it says, and how it is made to say so."""

import copy
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

BINS = 15
"""Bins of a reliability diagram, as in C. Guo et al. 2017."""
_COLDEST, _HOTTEST = 0.05, 20.0
"""Between them a temperature is looked for."""
_DIGITS = 6
"""After the point: what is written down is the same on every machine."""

Floats = npt.NDArray[np.float64]
_Module = TypeVar("_Module", bound=nn.Module)


@dataclass(frozen=True)
class Bin:
    """The digits whose top class got a probability above ``start``, up to ``end``."""

    start: float
    end: float
    count: int
    confidence: float | None
    """The mean of those probabilities; None without a digit."""
    accuracy: float | None
    """The share that was read right; None without a digit."""

    @property
    def gap(self) -> float:
        """How far what is said and what is so lie apart; 0 without a digit."""
        if self.confidence is None or self.accuracy is None:
            return 0.0
        return abs(self.confidence - self.accuracy)

    def as_json(self) -> dict[str, Any]:
        """Return the bin as it stands in a report."""
        return {
            "from": round(self.start, _DIGITS),
            "to": round(self.end, _DIGITS),
            "count": self.count,
            "confidence": None if self.confidence is None else round(self.confidence, _DIGITS),
            "accuracy": None if self.accuracy is None else round(self.accuracy, _DIGITS),
        }


@dataclass(frozen=True)
class Calibration:
    """How the probability of the top class compares with how often it is right."""

    bins: tuple[Bin, ...]
    """Of equal width, from 0 to 1."""
    even_bins: tuple[Bin, ...]
    """With the same number of digits in each: nearly all are read with near certainty, where
    bins of equal width see one heap."""

    @property
    def error(self) -> float:
        """The expected calibration error: the bins' gaps, weighted by their digits.

        Source: M. P. Naeini, G. F. Cooper, M. Hauskrecht, "Obtaining well calibrated
        probabilities using Bayesian binning", AAAI 2015; C. Guo, G. Pleiss, Y. Sun, K. Q.
        Weinberger, "On calibration of modern neural networks", ICML 2017.
        """
        return _error(self.bins)

    @property
    def even_error(self) -> float:
        """The same over bins of as many digits.

        Source: K. Nguyen, B. O'Connor, "Posterior calibration and exploratory analysis for
        natural language processing models", EMNLP 2015.
        """
        return _error(self.even_bins)

    def as_json(self) -> dict[str, Any]:
        """Return the calibration as it stands in a report."""
        return {
            "error": round(self.error, _DIGITS),
            "even_error": round(self.even_error, _DIGITS),
            "bins": [bin_.as_json() for bin_ in self.bins],
        }


def calibration(logits: Tensor, labels: npt.NDArray[np.uint8]) -> Calibration:
    """Compare what (N, classes) logits say of N labels with what is so."""
    # In float64: many probabilities differ from 1 by less than float32 can tell.
    tops, read = logits.double().softmax(dim=1).max(dim=1)
    confidences, right = tops.numpy(), read.numpy() == labels
    edges = np.linspace(0, 1, BINS + 1)
    places = np.clip(np.ceil(confidences * BINS).astype(int) - 1, 0, BINS - 1)
    equal = [
        _bin(edges[i], edges[i + 1], confidences[places == i], right[places == i])
        for i in range(BINS)
    ]
    order = np.argsort(confidences, kind="stable")
    even = [
        _bin(confidences[part].min(), confidences[part].max(), confidences[part], right[part])
        for part in np.array_split(order, BINS)
        if len(part)
    ]
    return Calibration(tuple(equal), tuple(even))


def fit_temperature(logits: Tensor, labels: npt.NDArray[np.uint8]) -> float:
    """Return the temperature at which the labels are the likeliest.

    Logits divided by it give the same predictions with other probabilities: above 1 less sure,
    below 1 surer. The mean negative log-likelihood has one minimum, which a golden section
    search finds; where every label is the top class it is a temperature of 0, and the least
    that is looked for is returned.

    Source: C. Guo, G. Pleiss, Y. Sun, K. Q. Weinberger, "On calibration of modern neural
    networks", ICML 2017, section 4.2.

    Args:
        logits: (N, classes), of digits that the network did not learn from.
        labels: (N,).

    """
    exact, truth = logits.double(), torch.from_numpy(labels.astype(np.int64))

    def loss(logarithm: float) -> float:
        return F.cross_entropy(exact / math.exp(logarithm), truth).item()

    return math.exp(_least(loss, math.log(_COLDEST), math.log(_HOTTEST)))


def scale(network: _Module, temperature: float) -> _Module:
    """Return a copy of a network that divides its logits by a temperature.

    The last linear layer's weight and bias are divided: no parameter is added.
    """
    scaled = copy.deepcopy(network)
    *_, last = (layer for layer in scaled.modules() if isinstance(layer, nn.Linear))
    with torch.no_grad():
        last.weight.div_(temperature)
        last.bias.div_(temperature)
    return scaled


def _bin(start: float, end: float, confidences: Floats, right: npt.NDArray[np.bool_]) -> Bin:
    count = len(right)
    confidence = float(confidences.mean()) if count else None
    accuracy = float(right.mean()) if count else None
    return Bin(float(start), float(end), count, confidence, accuracy)


def _error(bins: tuple[Bin, ...]) -> float:
    return sum(bin_.count * bin_.gap for bin_ in bins) / sum(bin_.count for bin_ in bins)


def _least(function: Callable[[float], float], low: float, high: float) -> float:
    """Return where a function with one minimum between two places has it, to nine digits."""
    golden = (math.sqrt(5) - 1) / 2
    left, right = high - golden * (high - low), low + golden * (high - low)
    at_left, at_right = function(left), function(right)
    while high - low > 1e-9:
        if at_left < at_right:
            high, right, at_right = right, left, at_left
            left = high - golden * (high - low)
            at_left = function(left)
        else:
            low, left, at_left = left, right, at_right
            right = low + golden * (high - low)
            at_right = function(right)
    return (low + high) / 2
