"""What the table says of one operation: all that is known of a layer, without torch."""

from dataclasses import dataclass, field
from typing import Any, Literal

from app.inspection.gradient import Terms
from app.inspection.layer import Hyperparameter
from app.inspection.receptive import SlidingWindow
from app.inspection.unit import Array, Explain


@dataclass(frozen=True)
class Description:
    """What the table says of one operation.

    Attributes:
        label: What people call it; ``{}`` is where its number goes.
        weights: Its learned numbers as torch names them.
        multiply_adds: For one input.
        reads: The window of the layer before that a unit reads, or all of it, or may; None if
            not known.
        explain: How its units are explained; None if they are not.
        terms: How the gradients of its weights are explained; None if they are not.
        tensors: The weights as torch has them: parameters, or computed from some. A layer that
            was loaded, not captured, has none.
        uses: The module's parameters that it depends on, one as often as it is given.

    """

    kind: str
    label: str
    hyperparameters: dict[str, Hyperparameter] = field(default_factory=dict)
    weights: dict[str, Array] = field(default_factory=dict)
    multiply_adds: int = 0
    reads: SlidingWindow | Literal["all"] | None = None
    explain: Explain | None = None
    terms: Terms | None = None
    tensors: dict[str, Any] = field(default_factory=dict)
    uses: tuple[Any, ...] = ()
