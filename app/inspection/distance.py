"""How far two traces lie apart, layer by layer."""

from collections.abc import Iterator
from dataclasses import dataclass

from torch import Tensor


@dataclass(frozen=True)
class Distance:
    """How far the activations a and b of one layer lie apart, taken as vectors.

    Attributes:
        euclidean: The length of a − b.
        relative: That, over the mean of the lengths of a and b; 0 where both are zero.
        cosine: The cosine of the angle between them; None where one is zero.

    """

    layer_id: str
    euclidean: float
    relative: float
    cosine: float | None


def distances(a: dict[str, Tensor], b: dict[str, Tensor]) -> Iterator[Distance]:
    """Yield the distance of each layer that two traces have in common and in one shape."""
    for layer_id, one in a.items():
        other = b.get(layer_id)
        if other is not None and other.shape == one.shape:
            yield _distance(layer_id, one.double().flatten(), other.double().flatten())


def _distance(layer_id: str, a: Tensor, b: Tensor) -> Distance:
    euclidean, lengths = (a - b).norm().item(), (a.norm().item(), b.norm().item())
    return Distance(
        layer_id=layer_id,
        euclidean=euclidean,
        relative=euclidean / (sum(lengths) / 2) if any(lengths) else 0.0,
        cosine=(a @ b).item() / (lengths[0] * lengths[1]) if all(lengths) else None,
    )
