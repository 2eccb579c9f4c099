"""Whether a drawing looks like what a network learned, which of that is nearest, and where it lies.

No extra class, no other network: everything is read off the activations of a trace. Each *term*
says how unusual one of them is, as the share of the digits learned from that are as unusual or
more; a drawing's score is the mean of the logarithms of these shares.

- The energy of the logits, log Σ exp: W. Liu, X. Wang, J. Owens, Y. Li, "Energy-based
  out-of-distribution detection", NeurIPS 2020.
- The Mahalanobis distance of a layer's activation from the mean of the predicted class: K. Lee,
  K. Lee, H. Lee, J. Shin, "A simple unified framework for detecting out-of-distribution samples
  and adversarial attacks", NeurIPS 2018; with the class's own covariance, of which the main
  directions are kept and the rest is evened out: M. Tipping, C. Bishop, "Probabilistic principal
  component analysis", J. R. Statist. Soc. B 61(3), 1999.
- The sum of logarithms: R. A. Fisher, "Statistical methods for research workers", 1932, § 21.1.

The numbers are in ``<id>.familiarity.safetensors`` beside a model's weights and belong to them
alone; ``python -m app.training familiarity`` makes them.
"""

import json
import math
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from safetensors import SafetensorError, safe_open

from app.errors import BadWeights
from app.models.spec import ModelSpec

Floats = npt.NDArray[np.float32]
Activations = Mapping[str, Any]
"""Layer id -> activation, with the batch dimension: numpy's arrays, or what becomes one."""


@dataclass(frozen=True)
class Judgement:
    """How usual a drawing is for a network."""

    score: float
    """Mean over the terms of log10 of the share of digits as unusual: −2 is one in a hundred."""
    threshold: float
    familiar: bool
    """Whether the score is at least the threshold."""


@dataclass(frozen=True)
class Neighbour:
    """A digit that the network learned from, near a drawing."""

    index: int
    """Its place in the bundled sample."""
    class_index: int
    distance: float
    """Euclidean, between the activations of the feature layer."""


@dataclass(frozen=True)
class Energy:
    """log Σ exp of the logits."""

    layer_id: str

    def of(self, logits: Floats, _class_index: int) -> float:
        """Return the energy of one drawing's (C,) logits; low is unusual."""
        values = logits.tolist()
        highest: float = max(values)
        return highest + math.log(sum([math.exp(value - highest) for value in values]))


@dataclass(frozen=True)
class Closeness:
    """Minus the squared Mahalanobis distance from a class, in a layer with D units.

    Attributes:
        layer_id: The layer.
        means: (C, D).
        directions: (C, D, R) in which a class varies most, each scaled so that the square of an
            activation's product with it is what has to be taken off the distance.
        rest: (C,) the variance in all other directions.

    """

    layer_id: str
    means: Floats
    directions: Floats
    rest: Floats

    def of(self, values: Floats, class_index: int) -> float:
        """Return the value of one drawing's (D,) activation; low is unusual."""
        offsets = values - self.means[class_index]
        along = offsets @ self.directions[class_index]
        return float(along @ along) - float(offsets @ offsets) / float(self.rest[class_index])


Term = Energy | Closeness


def _flat(activation: Any) -> Floats:
    """Return (N, ...) activations as (N, units)."""
    values = np.asarray(activation)
    return values.reshape(len(values), -1)


@dataclass(frozen=True)
class Tails:
    """Which share of a class's digits have a term's value or a lower one.

    Attributes:
        knots: (C, K) values, ascending.
        shares: (K,) log10 of the share of digits at or below each. Beyond the first knot the
            line through it and the ``bend``-th goes on: an exponential tail.
        bend: Index of a knot.

    """

    knots: Floats
    shares: Floats
    bend: int

    def __call__(self, value: float, class_index: int) -> float:
        """Return log10 of the share."""
        knots, slope = self._lines[class_index]
        right = bisect_right(knots, value)
        if right == 0:
            return self._shares[0] + slope * (value - knots[0])
        if right == len(knots):
            return self._shares[-1]
        low, high = self._shares[right - 1 : right + 1]
        begin, end = knots[right - 1 : right + 1]
        return low + (high - low) * (value - begin) / (end - begin)

    @cached_property
    def _shares(self) -> list[float]:
        shares: list[float] = self.shares.tolist()
        return shares

    @cached_property
    def _lines(self) -> list[tuple[list[float], float]]:
        """Of each class the knots, and how fast the shares rise before the first."""
        rise = self._shares[self.bend] - self._shares[0]
        return [
            (knots, rise / max(knots[self.bend] - knots[0], 1e-6)) for knots in self.knots.tolist()
        ]


@dataclass(frozen=True)
class Map:
    """The digits that were learned from, in the space of a layer's activations and on a plane.

    Attributes:
        layer_id: The layer whose activation is a drawing's features.
        features: (N, D) of the digits of the bundled sample.
        points: (N, 2) their places on the plane.
        class_indices: (N,) what they are.
        perplexity: How many neighbours count, roughly, as when the plane was made.

    """

    layer_id: str
    features: Floats
    points: Floats
    class_indices: npt.NDArray[np.uint8]
    perplexity: float

    def neighbours(self, activations: Activations, count: int) -> list[Neighbour]:
        """Return the digits nearest to one drawing, the nearest first."""
        distances = self._distances(activations)
        order = np.argsort(distances, kind="stable")[:count]
        return [Neighbour(int(i), int(self.class_indices[i]), float(distances[i])) for i in order]

    def place(self, activations: Activations) -> tuple[float, float]:
        """Return where one drawing lies: the mean of its neighbours' places, near ones first.

        The weights are the affinities that t-SNE would give the drawing (L. van der Maaten,
        G. Hinton, "Visualizing data using t-SNE", JMLR 9, 2008, equation 1), over as many
        neighbours as matter.
        """
        squares = self._distances(activations).astype(np.float64) ** 2
        near = np.argsort(squares, kind="stable")[: round(3 * self.perplexity)]
        x, y = affinities(squares[near], self.perplexity) @ self.points[near]
        return float(x), float(y)

    def _distances(self, activations: Activations) -> Floats:
        drawing = np.asarray(activations[self.layer_id][0]).ravel()
        distances: Floats = np.linalg.norm(self.features - drawing, axis=1)
        return distances


def affinities(squares: npt.NDArray[np.float64], perplexity: float) -> npt.NDArray[np.float64]:
    """Return weights that sum to 1, those of a Gaussian as wide as the perplexity asks.

    Args:
        squares: (N,) squared distances.
        perplexity: 2 to the power of the weights' entropy in bits; less than N.

    """
    shifted = squares - squares.min()
    low, high = 0.0, np.inf
    precision = 1 / max(float(shifted.mean()), 1e-12)
    weights = np.full(len(squares), 1 / len(squares))
    for _ in range(60):
        exponentials = np.exp(-shifted * precision)
        total = exponentials.sum()
        weights = exponentials / total
        excess = np.log(total) + precision * float(weights @ shifted) - np.log(perplexity)
        if abs(excess) < 1e-5:
            break
        low, high = (precision, high) if excess > 0 else (low, precision)
        precision = precision * 2 if high == np.inf else (low + high) / 2
    return weights


@dataclass(frozen=True)
class Familiarity:
    """What is known of the activations that the digits a model learned from gave it.

    Attributes:
        weights_sha256: Of the weights that gave them.
        terms: What is looked at, and how it is spread over the digits of each class.
        threshold: The least score of what is called familiar.
        map: The digits themselves.

    """

    weights_sha256: str
    terms: tuple[tuple[Term, Tails], ...]
    threshold: float
    map: Map

    def scores(self, activations: Activations, classes: npt.NDArray[np.int64]) -> Floats:
        """Return the (N,) scores of N drawings that were read as these (N,) classes."""
        flat = {term.layer_id: _flat(activations[term.layer_id]) for term, _ in self.terms}
        found = [
            self._score({id_: values[number] for id_, values in flat.items()}, class_index)
            for number, class_index in enumerate(classes.tolist())
        ]
        return np.array(found, np.float32)

    def judge(self, activations: Activations, class_index: int) -> Judgement:
        """Return how usual one drawing is that was read as this class."""
        own = {term.layer_id: activations[term.layer_id].ravel() for term, _ in self.terms}
        score = self._score(own, class_index)
        return Judgement(score, self.threshold, score >= self.threshold)

    def _score(self, own: Mapping[str, Floats], class_index: int) -> float:
        """Return the score of one drawing's flat activations."""
        shares = [
            tails(term.of(own[term.layer_id], class_index), class_index)
            for term, tails in self.terms
        ]
        return sum(shares) / len(shares)

    @property
    def sizes(self) -> dict[str, int]:
        """Units of each layer whose number matters."""
        terms = [term for term, _ in self.terms if isinstance(term, Closeness)]
        own = {self.map.layer_id: self.map.features.shape[1]}
        return {term.layer_id: term.means.shape[1] for term in terms} | own


def load(
    spec: ModelSpec, folder: Path, weights_sha256: str, sizes: Mapping[str, int]
) -> Familiarity | None:
    """Return a model's familiarity; None if it has no file.

    Args:
        spec: The model.
        folder: Where its weights are.
        weights_sha256: Of these weights.
        sizes: Layer id -> number of units, of all its layers.

    Raises:
        BadWeights: The file is damaged, or was made with other weights.

    """
    path = folder / f"{spec.id}.familiarity.safetensors"
    if not path.exists():
        return None
    try:
        with safe_open(path, framework="numpy") as file:
            facts = json.loads(file.metadata()["facts"])
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        familiarity = from_tensors(tensors, facts)
    except (SafetensorError, OSError, TypeError, KeyError, ValueError) as error:
        raise _refusal(f"{path.name} is no familiarity file: {error!r}.") from error
    if familiarity.weights_sha256 != weights_sha256:
        raise _refusal(
            f"{path.name} belongs to weights with SHA-256 {familiarity.weights_sha256}, "
            f"these have {weights_sha256}."
        )
    if not familiarity.sizes.items() <= sizes.items():
        raise _refusal(f"{path.name} is about layers that {spec.title} does not have.")
    return familiarity


def from_tensors(tensors: Mapping[str, npt.NDArray[Any]], facts: Mapping[str, Any]) -> Familiarity:
    """Return a familiarity of what :func:`to_tensors` gave.

    Raises:
        KeyError: Something is missing.

    """

    def term(number: int, kind: str, layer_id: str) -> Term:
        if kind == "energy":
            return Energy(layer_id)
        names = ("means", "directions", "rest")
        return Closeness(
            layer_id, *(tensors[f"terms.{number}.{name}"].astype(np.float32) for name in names)
        )

    shares, bend = tensors["shares"], facts["bend"]
    return Familiarity(
        facts["weights_sha256"],
        tuple(
            (term(n, *described), Tails(tensors[f"terms.{n}.knots"], shares, bend))
            for n, described in enumerate(facts["terms"])
        ),
        facts["threshold"],
        Map(
            facts["feature_layer"],
            tensors["map.features"],
            tensors["map.points"],
            tensors["map.class_indices"],
            facts["perplexity"],
        ),
    )


def to_tensors(
    familiarity: Familiarity,
) -> tuple[dict[str, npt.NDArray[Any]], dict[str, Any]]:
    """Return a familiarity as arrays and as facts for JSON."""
    tensors: dict[str, npt.NDArray[Any]] = {
        "shares": familiarity.terms[0][1].shares,
        "map.features": familiarity.map.features,
        "map.points": familiarity.map.points,
        "map.class_indices": familiarity.map.class_indices,
    }
    described = []
    for number, (term, tails) in enumerate(familiarity.terms):
        described.append(["energy" if isinstance(term, Energy) else "closeness", term.layer_id])
        tensors[f"terms.{number}.knots"] = tails.knots
        if isinstance(term, Closeness):
            tensors[f"terms.{number}.means"] = term.means
            tensors[f"terms.{number}.directions"] = term.directions.astype(np.float16)
            tensors[f"terms.{number}.rest"] = term.rest
    return tensors, {
        "weights_sha256": familiarity.weights_sha256,
        "terms": described,
        "bend": familiarity.terms[0][1].bend,
        "threshold": familiarity.threshold,
        "feature_layer": familiarity.map.layer_id,
        "perplexity": familiarity.map.perplexity,
    }


def _refusal(detail: str) -> BadWeights:
    return BadWeights(
        detail,
        "Make it anew with `python -m app.training familiarity`, restore it from git, or remove "
        "it: then nothing is said of what is familiar.",
    )
