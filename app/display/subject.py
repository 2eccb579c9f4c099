"""A model and what it makes of one input."""

import copy
from dataclasses import dataclass

import numpy as np
from torch import Tensor, nn

from app.display.colours import Floats
from app.errors import BadInput
from app.inspection import CapturedModule, Layer, capture
from app.inspection.unit import Array


@dataclass(frozen=True)
class Subject:
    """A captured model with all activations for one input."""

    captured: CapturedModule
    trace: dict[str, Tensor]
    """Layer id -> activation, with the batch dimension."""

    @classmethod
    def of(cls, model: nn.Module | CapturedModule, image: Tensor) -> "Subject":
        """Read one input.

        Args:
            model: Any module that can be captured, or one that is. It stays as it is.
            image: (channels, rows, columns), a vector, or either with a batch dimension of one;
                for a picture of one channel, rows and columns are enough.

        Raises:
            NotCapturable: The model is no sequence of layers, or the image does not fit it.
            BadInput: There are several images, or a captured model takes another shape.

        """
        batch = _batch(image).cpu()
        if isinstance(model, nn.Module):
            weight = next(model.parameters(), None)
            if weight is not None and weight.device.type != "cpu":
                model = copy.deepcopy(model).cpu()  # whose numbers can be explained in float64
            model = capture(model, batch)
        return cls(model, model.trace(batch))

    def values(self, layer: Layer) -> Floats:
        """Return a layer's activation, without the batch dimension."""
        return numbers(self.trace[layer.id][0])

    def maps(self, layer: Layer) -> Floats:
        """Return a layer as pictures: (maps, rows, columns); what is no map as one flat strip."""
        values = self.values(layer)
        return values if values.ndim == 3 else values.reshape(1, 1, -1)


def numbers(values: Tensor | Array) -> Floats:
    """Return the numbers of an array or of a tensor, whatever their type and device."""
    if isinstance(values, Tensor):
        values = values.detach().cpu().double().numpy()
    return np.asarray(values, np.float64)


def _batch(image: Tensor) -> Tensor:
    image = image.detach()
    if image.dim() in (1, 3):
        return image[None]
    if image.dim() == 2 and len(image) > 1:
        return image[None, None]
    if image.dim() == 0 or len(image) != 1:
        raise BadInput(
            f"The image has shape {tuple(image.shape)}.",
            "Show one image at a time: (channels, rows, columns), such as images[0].",
        )
    return image


def not_finite(values: Floats) -> str:
    """Return how many of the numbers are not finite; nothing if all are."""
    lost = values.size - int(np.isfinite(values).sum())
    return f"{lost:,} not finite" if lost else ""
