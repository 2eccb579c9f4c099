"""Fitting what tells digits from other drawings, on digits alone.

Drawings that are no digits are never used for it: they only judge, in
:mod:`app.training.unfamiliar`. Digits that are held out set the threshold.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from app.errors import BadInput
from app.familiarity import (
    Closeness,
    Energy,
    Familiarity,
    Map,
    Tails,
    Term,
    from_tensors,
    to_tensors,
)
from app.inspection import CapturedModule
from app.training.dataset import Digits, pad, to_tensor
from app.training.tsne import tsne

PASSED = 0.99
"""Share of held-out digits that are to be called familiar."""
PERPLEXITY = 30.0

_DIRECTIONS = 64
"""In which the covariance of a class is kept; MNIST's classes vary in no more."""
_CHUNK = 1000
_SHARES = np.logspace(np.log10(0.002), 0, 40)
"""At which the spread of a term is kept. Of 6,000 digits a dozen lie below the least."""
_BEND = int(np.searchsorted(_SHARES, 0.02))


@dataclass(frozen=True)
class Layers:
    """Which layers of a model are looked at."""

    maps: str
    """The last that gives feature maps."""
    features: str
    """What the logits are computed from."""
    logits: str

    @classmethod
    def of(cls, captured: CapturedModule) -> "Layers":
        """Find them.

        Raises:
            BadInput: The model does not go from maps to logits and a softmax.

        """
        maps = [layer.id for layer in captured.layers if len(layer.output_shape) == 3]
        if captured.logits_id is None or not maps:
            raise BadInput(
                "The model has no feature maps, or no softmax over logits.",
                "Familiarity is made for networks that classify pictures.",
            )
        features = captured.layer(captured.logits_id).input_ids[0]
        return cls(maps[-1], features, captured.logits_id)


@dataclass(frozen=True)
class Seen:
    """Digits, and what a model's layers made of them."""

    labels: npt.NDArray[np.int64]
    activations: dict[str, Tensor]

    @property
    def read_as(self) -> npt.NDArray[np.int64]:
        """Return the class that each was taken for, by the last activation."""
        return list(self.activations.values())[-1].argmax(1).numpy()


def see(captured: CapturedModule, layers: Layers, digits: Digits) -> Seen:
    """Run a model on digits and keep what :class:`Layers` names, the logits last."""
    names = (layers.maps, layers.features, layers.logits)
    kept: dict[str, list[Tensor]] = {name: [] for name in names}
    for chunk in torch.split(pad(to_tensor(digits.images)), _CHUNK):
        trace = captured.trace(chunk)
        for name in names:
            kept[name].append(trace[name].flatten(1).clone())
    activations = {name: torch.cat(parts) for name, parts in kept.items()}
    return Seen(digits.labels.astype(np.int64), activations)


def fit(
    layers: Layers, learned: Seen, sample: Seen, passing: Sequence[Seen], weights_sha256: str
) -> Familiarity:
    """Fit familiarity to digits.

    Args:
        layers: What of a model is looked at.
        learned: The digits that the terms are fitted to.
        sample: The digits of the map.
        passing: Held-out digits, of which :data:`PASSED` are to pass.
        weights_sha256: Of the model's weights.

    """
    terms: list[Term] = [
        Energy(layers.logits),
        _closeness(layers.maps, learned),
        _closeness(layers.features, learned),
    ]
    features = sample.activations[layers.features]
    found = Familiarity(
        weights_sha256,
        tuple((term, _tails(term, learned)) for term in terms),
        0.0,
        Map(
            layers.features,
            features.numpy(),
            tsne(features, PERPLEXITY).numpy(),
            sample.labels.astype(np.uint8),
            PERPLEXITY,
        ),
    )
    found = from_tensors(*to_tensors(found))  # rounded, as the file will have it
    scores = np.concatenate([found.scores(seen.activations, seen.read_as) for seen in passing])
    return replace(found, threshold=float(np.quantile(scores, 1 - PASSED)))


def _closeness(layer_id: str, learned: Seen) -> Closeness:
    values = learned.activations[layer_id].double()
    count = min(_DIRECTIONS, values.shape[1] - 1)
    means, directions, rests = [], [], []
    for class_index in np.unique(learned.labels):
        own = values[torch.from_numpy(learned.labels == class_index)]
        mean = own.mean(0)
        offsets = own - mean
        variances, axes = torch.linalg.eigh(offsets.T @ offsets / len(own))
        # Of few digits all vary in few directions, but the next one may vary in any.
        rest = torch.maximum(variances[:-count].mean(), variances[-1] * 1e-6)
        main, axes = variances[-count:].clamp_min(rest), axes[:, -count:]
        means.append(mean)
        directions.append(axes * (1 / rest - 1 / main).sqrt())
        rests.append(rest)
    return Closeness(
        layer_id, *(torch.stack(part).float().numpy() for part in (means, directions, rests))
    )


def _tails(term: Term, learned: Seen) -> Tails:
    activations = learned.activations[term.layer_id].numpy()
    values = np.array(
        [term.of(*one) for one in zip(activations, learned.labels.tolist(), strict=True)]
    )
    knots = [np.quantile(values[learned.labels == c], _SHARES) for c in np.unique(learned.labels)]
    return Tails(np.array(knots, np.float32), np.log10(_SHARES).astype(np.float32), _BEND)
