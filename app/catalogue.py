"""The registry's models, loaded, captured and ready to read."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from app.errors import UnknownModel
from app.inspection import CapturedModule, capture
from app.models import ModelSpec
from app.models.weights import load, read_card


@dataclass(frozen=True)
class Model:
    """A model that can be asked: its entry in the registry, its layers, its card."""

    spec: ModelSpec
    captured: CapturedModule
    card: Mapping[str, Any]

    def read(self, image: Tensor) -> "Reading":
        """Run the model once on one (1, C, H, W) image."""
        activations = self.captured.trace(image)
        probabilities = activations[self.captured.layers[-1].id][0]
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
        )


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
    activations: dict[str, Tensor]
    """Layer id -> activation, with the batch dimension."""


class Catalogue:
    """All models that this process serves."""

    def __init__(self, models: Iterable[Model]) -> None:
        self._models = {model.spec.id: model for model in models}

    @classmethod
    def load(cls, specs: Iterable[ModelSpec], weights_dir: Path) -> "Catalogue":
        """Load, capture and warm each model.

        Raises:
            BadWeights: A model's weights are not the ones that its card describes.

        """
        # Two threads on two shared cores make one digit a hundred times slower.
        torch.set_num_threads(1)
        models = []
        for spec in specs:
            module = load(spec, weights_dir)
            blank = torch.zeros(1, *spec.input_shape)
            model = Model(spec, capture(module, blank), read_card(spec, weights_dir))
            model.read(blank)
            models.append(model)
        return cls(models)

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
