"""The registry's models, loaded, captured and ready to read."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from app import familiarity
from app.engine.network import Activations, Network
from app.errors import BadEdit, NoFeatureSpace, NoTimeline, OutsideTimeline, UnknownModel
from app.familiarity import Familiarity, Judgement
from app.inspection import Edit, Snapshot
from app.inspection.unit import Array
from app.lazy import torch
from app.models import ModelSpec
from app.models.graph import read_network
from app.models.report import read_report
from app.models.timeline import Timeline, read_timeline
from app.models.weights import load, read_card, read_weights
from app.sample import Sample

if TYPE_CHECKING:
    from torch import nn

    from app.engine.reference import Reference
    from app.inspection import CapturedModule, Gradients

_SMALLER = "Set smaller values."
_TOGETHER = 16
"""Images of which a model keeps all activations at once. More take longer, as they do not fit the
processor's cache, and leave each model that was ever asked with memory for as many."""
Ran = Callable[[float, int], None]
"""Is told of a model's run: the seconds it took, and of how many images it was."""


def _untold(_seconds: float, _images: int) -> None:
    """Tell nobody how long a model ran."""


@dataclass(frozen=True, eq=False)
class Model:
    """A model that can be asked: its entry in the registry, its layers, its card."""

    spec: ModelSpec
    network: Network
    card: Mapping[str, Any]
    familiarity: Familiarity | None = None
    """None if there is no file of it, and of a model that is edited or as it once was: its
    activations are others."""
    timeline: Timeline | None = None
    """Of its training; None where nothing of that was kept."""
    report: Mapping[str, Any] | None = None
    """What the training measured; None where nobody wrote it down."""
    ran: Ran = _untold

    @classmethod
    def load(cls, spec: ModelSpec, weights_dir: Path, ran: Ran = _untold) -> "Model":
        """Load, capture and warm a model; that first run is not told.

        Raises:
            BadWeights: Its weights are not the ones that its card describes, or its familiarity,
                its timeline or its report belongs to others.

        """
        card, weights = read_card(spec, weights_dir), read_weights(spec, weights_dir)
        digest = card["weights_sha256"]
        network: Network | None = read_network(spec, weights_dir, digest, weights)
        if network is None:
            from app.engine.reference import Reference

            network = Reference(load(spec, weights_dir), spec.input_shape)
        sizes = {layer.id: layer.activation_size for layer in network.layers.layers}
        model = cls(
            spec,
            network,
            card,
            familiarity.load(spec, weights_dir, digest, sizes),
            read_timeline(spec, weights_dir, digest, weights),
            read_report(spec, weights_dir, digest),
        )
        model.read(np.zeros((1, *spec.input_shape), np.float32))
        return replace(model, ran=ran)

    @property
    def captured(self) -> Snapshot:
        """What is known of its layers."""
        return self.network.layers

    def history(self) -> Timeline:
        """Return the timeline of the model's training.

        Raises:
            NoTimeline: Nothing of it was kept.

        """
        if self.timeline is None:
            raise NoTimeline(f"Nothing was kept of how {self.spec.title} was trained.")
        return self.timeline

    def at(self, moment: int | None) -> "Model":
        """Return the model as it was at a moment of its training; itself for None or the last.

        Raises:
            OutsideTimeline: There is no such moment.

        """
        if moment is None:
            return self
        last = len(self.timeline.moments) - 1 if self.timeline else -1
        if not 0 <= moment <= last:
            raise OutsideTimeline(
                f"{self.spec.title} has no moment {moment}.",
                f"They are counted from 0 to {last}."
                if self.timeline
                else "Nothing was kept of its training: leave moment out.",
            )
        return self if moment == last else self._at(moment)

    @cache  # noqa: B019 - models live as long as the process
    def _at(self, moment: int) -> "Model":
        network = self.network.with_weights(self.history().moments[moment].weights)
        return replace(self, network=network, familiarity=None)

    def edited(self, edits: Sequence[Edit]) -> "Model":
        """Return the model with these edits; itself without any. It stays as it is.

        Raises:
            BadEdit: An edit does not fit the model.

        """
        return self._edited(tuple(edits)) if edits else self

    # A drawing is traced anew with every move of the pen, mostly with the same edits.
    @lru_cache(maxsize=16)  # noqa: B019 - models live as long as the process
    def _edited(self, edits: tuple[Edit, ...]) -> "Model":
        return replace(self, network=self.network.edited(edits), familiarity=None)

    def count_correct(self, sample: Sample) -> list[int]:
        """Return how many digits of each class of a sample the model reads right.

        Raises:
            BadEdit: The model was edited so that its output is no longer finite.

        """
        return self._hits(self.classify(sample.images), sample)

    def count_correct_after(
        self, gradients: "Gradients", learning_rate: float, sample: Sample
    ) -> list[int]:
        """Return the same for the model one step of gradient descent on; it stays as it is.

        Raises:
            BadEdit: The stepped model's output is no longer finite.

        """
        with self.reference.stepped(gradients, learning_rate):
            activations = self._run(self.reference, sample.images)
        return self._hits(self._probabilities(activations), sample)

    def _hits(self, probabilities: Array, sample: Sample) -> list[int]:
        hits = sample.labels[probabilities.argmax(1) == sample.labels]
        found: list[int] = np.bincount(hits, minlength=len(self.spec.classes)).tolist()
        return found

    def read(self, image: Array) -> "Reading":
        """Run the model once on one (1, C, H, W) image.

        Raises:
            BadEdit: The model was edited so that its output is no longer finite.

        """
        activations = self._run(self.network, image)
        probabilities = self._probabilities(activations)[0]
        logits_id = self.captured.logits_id
        logits = None if logits_id is None else activations[logits_id][0].tolist()
        best = int(probabilities.argmax())
        return Reading(
            model_id=self.spec.id,
            prediction=best,
            label=self.spec.classes[best],
            probabilities=probabilities.tolist(),
            logits=logits,
            activations=activations,
            familiarity=self._judge(activations, best),
        )

    def feature_space(self) -> Familiarity:
        """Return what the model learned from.

        Raises:
            NoFeatureSpace: That is not known, or the model was edited.

        """
        if self.familiarity is None:
            raise NoFeatureSpace(
                f"There is no feature space of {self.spec.title}, or not of its edited form."
            )
        return self.familiarity

    def gradients(self, image: Array, target: int) -> tuple["Reading", "Gradients"]:
        """Run the model on one (1, C, H, W) image, and back from the loss for a class.

        Gradients are in float64: in float32 a digit that is read with certainty has none.

        Raises:
            BadInput: There is no such class.
            BadEdit: The model was edited so that a number is no longer finite.
            NotExplained: The model does not end in logits, softmax or not.

        """
        reading = self.read(image)
        gradients = self.exact.gradients(torch.from_numpy(image).double(), target)
        if not gradients.fit(torch.float32):
            raise BadEdit("The edited model's gradients are no longer finite.", _SMALLER)
        return reading, gradients

    @cached_property
    def module(self) -> "nn.Module":
        """The model as torch knows it."""
        return self.network.module()

    @cached_property
    def reference(self) -> "Reference":
        """The model as torch runs it."""
        from app.engine.reference import Reference

        return Reference(self.module, self.spec.input_shape)

    @cached_property
    def exact(self) -> "CapturedModule":
        """The same layers with the same weights, computed in float64."""
        return self.reference.exact()

    def classify(self, images: Array) -> Array:
        """Return the (N, classes) probabilities of (N, C, H, W) images.

        Raises:
            BadEdit: The model was edited so that its output is no longer finite.

        """
        start = time.perf_counter()
        parts = np.split(images, range(_TOGETHER, len(images), _TOGETHER))
        found = [self._probabilities(self.network.trace(part)) for part in parts]
        self.ran(time.perf_counter() - start, len(images))
        return np.concatenate(found)

    def _run(self, network: Network, images: Array) -> Activations:
        start = time.perf_counter()
        activations = network.trace(images)
        self.ran(time.perf_counter() - start, len(images))
        return activations

    def _judge(self, activations: Activations, class_index: int) -> Judgement | None:
        known = self.familiarity
        return None if known is None else known.judge(activations, class_index)

    def _probabilities(self, activations: Activations) -> Array:
        probabilities = activations[self.captured.layers[-1].id]
        if not np.isfinite(probabilities).all():
            raise BadEdit("The edited model's output is no longer finite.", _SMALLER)
        return probabilities


@dataclass(frozen=True)
class Reading:
    """What a model made of one image."""

    model_id: str
    prediction: int
    """The top class's index."""
    label: str
    """Its name."""
    probabilities: list[float]
    logits: list[float] | None
    """What the final softmax was given; None for a model without one."""
    activations: Activations
    """Layer id -> activation, with the batch dimension."""
    familiarity: Judgement | None = None
    """How usual the image is; None if the model cannot tell."""


class Catalogue:
    """All models that this process serves."""

    def __init__(self, models: Iterable[Model]) -> None:
        self._models = {model.spec.id: model for model in models}

    @classmethod
    def load(
        cls,
        specs: Iterable[ModelSpec],
        weights_dir: Path,
        ran_of: Callable[[str], Ran] = lambda _: _untold,
    ) -> "Catalogue":
        """Load, capture and warm each model.

        Args:
            specs: What to load.
            weights_dir: The folder with their weights and cards.
            ran_of: Returns, for a model's id, what is told of its runs.

        Raises:
            BadWeights: A model's weights are not the ones that its card describes.

        """
        return cls(Model.load(spec, weights_dir, ran_of(spec.id)) for spec in specs)

    def __iter__(self) -> Iterator[Model]:
        """Iterate over the models in the registry's order."""
        return iter(self._models.values())

    def model(self, model_id: str) -> Model:
        """Return the model of this id.

        Raises:
            UnknownModel: There is none.

        """
        try:
            return self._models[model_id]
        except KeyError:
            raise UnknownModel(
                f"There is no model {model_id!r}.", f"There are: {', '.join(self._models)}."
            ) from None
