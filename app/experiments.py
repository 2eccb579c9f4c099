"""What the lecture's requests carry: :mod:`app.requests` for numbers of one's own.

Each of these makes what :mod:`app.laboratory` works on.
"""

from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

import numpy as np
from pydantic import Field, FiniteFloat, StrictBool, StrictInt

from app.laboratory import architecture as core
from app.laboratory import convolution, descent, pooling
from app.laboratory.activation import Activation
from app.laboratory.budget import Budget
from app.laboratory.slide import PaddingMode
from app.laboratory.transformation import Transformation
from app.lazy import torch
from app.requests import Drawing, Fields
from app.values import Array, Biases, Filters, Map, Maps, NamedPadding, Padding, Real, Size, Whole

if TYPE_CHECKING:
    from torch import Tensor

MOST_LAYERS = 100
MOST_STEPS = 1000
MOST_REACH = 16
_LARGEST = 2**16

Channels = Annotated[StrictInt, Field(ge=1, le=_LARGEST)]
Side = Annotated[StrictInt, Field(ge=1, le=4096)]
StrictFloat = Annotated[FiniteFloat, Field(strict=True)]


def _zero() -> Array:
    return np.zeros(())


class Convolution(Fields):
    """An input, filters, and how they slide."""

    arrays: ClassVar[tuple[str, ...]] = ("input", "kernel", "bias")

    input: Maps
    kernel: Filters = Field(
        description="(h, w) or (C, h, w) is one filter, (N, C / groups, h, w) are N of them; "
        "(h, w) with as many groups as channels goes over each channel by itself."
    )
    bias: Biases = Field(default_factory=_zero)
    stride: Size = (1, 1)
    padding: NamedPadding = (0, 0)
    padding_mode: PaddingMode = "zeros"
    dilation: Size = (1, 1)
    groups: Channels = 1
    operation: convolution.Operation = Field(
        "cross_correlation",
        description="What deep learning calls a convolution is a cross-correlation; convolution "
        "turns each kernel by 180° first.",
    )
    activation: Activation | None = None

    def compute(self, budget: Budget) -> convolution.Convolved:
        """Compute it.

        Raises:
            BadInput: Sizes do not fit each other.
            TooLarge: It would take more than the budget.

        """
        return convolution.convolve(
            torch.from_numpy(self.input),
            torch.from_numpy(self.kernel),
            torch.from_numpy(self.bias),
            stride=self.stride,
            padding=self.padding,
            padding_mode=self.padding_mode,
            dilation=self.dilation,
            groups=self.groups,
            operation=self.operation,
            activation=self.activation,
            budget=budget,
        )


class Pooling(Fields):
    """An input, and the window that slides over it."""

    arrays: ClassVar[tuple[str, ...]] = ("input",)

    input: Maps
    operation: pooling.Operation = "max"
    kernel_size: Size
    stride: Size | None = Field(None, description="As large as the window if not given.")
    padding: Padding = Field((0, 0), description="At most half of the window.")
    dilation: Size = Field((1, 1), description="Of max only.")
    ceil_mode: StrictBool = Field(
        False, description="Whether a last window may reach out behind the padding."
    )
    count_include_pad: StrictBool = Field(
        True, description="Whether an average counts the padding's zeros."
    )

    def compute(self, budget: Budget) -> pooling.Pooled:
        """Compute it.

        Raises:
            BadInput: Sizes do not fit each other.
            TooLarge: It would take more than the budget.

        """
        return pooling.pool(
            torch.from_numpy(self.input),
            self.operation,
            self.kernel_size,
            stride=self.stride,
            padding=self.padding,
            dilation=self.dilation,
            ceil_mode=self.ceil_mode,
            count_include_pad=self.count_include_pad,
            budget=budget,
        )


class GradientDescent(Fields):
    """A kernel to start from, and what it should come to do."""

    arrays: ClassVar[tuple[str, ...]] = ("input", "kernel", "target", "target_kernel")

    input: Map
    kernel: Map = Field(description="(rows, columns), where the descent starts.")
    target_kernel: Map | None = Field(
        None, description="The kernel whose output is the target; either this or target."
    )
    target: Map | None = Field(None, description="The output that is wanted.")
    learning_rate: StrictFloat = Field(
        gt=0, le=1e6, description="How many gradients a step takes away from the kernel."
    )
    steps: StrictInt = Field(ge=0, le=MOST_STEPS)
    padding: Padding = Field((0, 0), description="Zeros around the input.")

    def compute(self, budget: Budget) -> descent.Descent:
        """Compute it.

        Raises:
            BadInput: Sizes do not fit each other, or there is not one target.
            TooLarge: It would take more than the budget.

        """
        return descent.descend(
            torch.from_numpy(self.input),
            torch.from_numpy(self.kernel),
            target=_tensor(self.target),
            target_kernel=_tensor(self.target_kernel),
            learning_rate=self.learning_rate,
            steps=self.steps,
            padding=self.padding,
            budget=budget,
        )


class _Layer(Fields):
    """A layer of an architecture, with torch's hyperparameters."""

    makes: ClassVar[type[Any]]

    def make(self) -> core.Kind:
        """Return the layer that the core knows."""
        names = type(self).model_fields.keys() - {"kind"}
        made: core.Kind = self.makes(**{name: getattr(self, name) for name in names})
        return made


class Conv2d(_Layer):
    """Slide filters over maps; the input's channels are known."""

    makes = core.Conv2d
    kind: Literal["conv2d"]
    out_channels: Channels
    kernel_size: Size
    stride: Size = (1, 1)
    padding: NamedPadding = (0, 0)
    padding_mode: PaddingMode = "zeros"
    dilation: Size = (1, 1)
    groups: Channels = 1
    bias: StrictBool = True


class MaxPool2d(_Layer):
    """Keep the largest number of each window."""

    makes = core.MaxPool2d
    kind: Literal["max_pool2d"]
    kernel_size: Size
    stride: Size | None = Field(None, description="As large as the window if not given.")
    padding: Padding = (0, 0)
    dilation: Size = (1, 1)
    ceil_mode: StrictBool = False


class AvgPool2d(_Layer):
    """Keep the mean of each window."""

    makes = core.AvgPool2d
    kind: Literal["avg_pool2d"]
    kernel_size: Size
    stride: Size | None = Field(None, description="As large as the window if not given.")
    padding: Padding = (0, 0)
    ceil_mode: StrictBool = False
    count_include_pad: StrictBool = True


class AdaptiveAvgPool2d(_Layer):
    """Keep the mean of windows, so many that the output has the size asked for."""

    makes = core.AdaptiveAvgPool2d
    kind: Literal["adaptive_avg_pool2d"]
    output_size: Size


class BatchNorm2d(_Layer):
    """Scale and shift each channel by statistics kept from training."""

    makes = core.BatchNorm2d
    kind: Literal["batch_norm2d"]


class Flatten(_Layer):
    """Write all maps in one row."""

    makes = core.Flatten
    kind: Literal["flatten"]


class Linear(_Layer):
    """Connect every unit to all of the layer before, which is flattened if need be."""

    makes = core.Linear
    kind: Literal["linear"]
    out_features: Channels
    bias: StrictBool = True


class Dropout(_Layer):
    """Leave units out in training."""

    makes = core.Dropout
    kind: Literal["dropout"]
    p: StrictFloat = Field(0.5, ge=0, le=1)


class Softmax(_Layer):
    """Turn numbers into shares of one."""

    makes = core.Softmax
    kind: Literal["softmax"]


class Activated(_Layer):
    """Apply an activation function to every number."""

    kind: Activation

    def make(self) -> core.Kind:
        """Return the layer that the core knows."""
        return core.Activated(self.kind)


Layer = Annotated[
    Conv2d
    | MaxPool2d
    | AvgPool2d
    | AdaptiveAvgPool2d
    | BatchNorm2d
    | Flatten
    | Linear
    | Dropout
    | Softmax
    | Activated,
    Field(discriminator="kind"),
]


class Architecture(Fields):
    """An input's shape, and the layers that it goes through."""

    input_shape: tuple[Channels, Side, Side] = Field(description="Channels, rows, columns.")
    layers: list[Layer] = Field(max_length=MOST_LAYERS)

    def describe(self) -> core.Architecture:
        """Describe it.

        Raises:
            ImpossibleLayer: A layer cannot read what the one before it gives.

        """
        return core.describe(self.input_shape, tuple(layer.make() for layer in self.layers))


class TransformedDrawing(Drawing):
    """One input, and how it is moved once it has the network's size."""

    rows: Whole = Field(0, ge=-32, le=32, description="Pixels downwards.")
    columns: Whole = Field(0, ge=-32, le=32, description="Pixels to the right.")
    degrees: Real = Field(0, ge=-360, le=360, description="Clockwise, about the centre.")
    scale: Real = Field(1, ge=0.1, le=10, description="About the centre.")
    mirror: bool = Field(False, description="Whether left and right change places, first.")

    @property
    def transformation(self) -> Transformation:
        """The transformation that the core knows."""
        return Transformation(self.rows, self.columns, self.degrees, self.scale, self.mirror)


class ShiftedDrawing(Drawing):
    """One input, and how far it is shifted in every direction."""

    reach: Whole = Field(4, ge=0, le=MOST_REACH, description="Pixels.")


def _tensor(array: Array | None) -> "Tensor | None":
    return None if array is None else torch.from_numpy(array)
