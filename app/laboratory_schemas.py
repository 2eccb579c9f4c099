"""What answers of the laboratory look like: operations of one's own, and a model tried out."""

from typing import Any

from pydantic import BaseModel, Field

from app.schemas import Array, Layer, Prediction


class Unread(BaseModel):
    """The last rows and columns of the padded input that no window reaches."""

    rows: int
    columns: int


class Convolved(BaseModel):
    """What a convolution gives."""

    output: Array = Field(description="By filter, row and column.")
    sums: Array | None = Field(description="The output before the activation, if there is one.")
    usage: Array = Field(
        description="How many taps of all windows read each cell of the input, per channel and "
        "filter; a reading of padding counts at the cell that the padding repeats."
    )
    unread: Unread
    parameter_count: int = Field(description="The filters' numbers and a bias for each.")
    multiply_adds: int


class Pooled(BaseModel):
    """What a pooling gives."""

    output: Array = Field(description="By channel, row and column.")
    sources: Array | None = Field(
        description="By channel, row and column the [row, column] of the maximum in the input, "
        "the first in row order; null of an average."
    )
    usage: Array = Field(description="How many windows read each cell of the input.")
    unread: Unread


class Preset(BaseModel):
    """An architecture to start from, as a request for its description carries it."""

    id: str
    title: str
    input_shape: list[int]
    layers: list[dict[str, Any]]
    parameter_count: int


class DescribedArchitecture(BaseModel):
    """An architecture as it was understood."""

    layers: list[Layer] = Field(description="The input first, as of a model.")
    indices: list[int | None] = Field(
        description="For each layer its place in the request; null for the input and for a "
        "flatten that was put in."
    )
    parameter_count: int
    multiply_adds: int
    code: str = Field(description="A PyTorch program that builds it and prints its size.")


class Descended(BaseModel):
    """The way of a kernel to the one that is looked for."""

    losses: list[float] = Field(description="Mean squared error at the start and after each step.")
    kernels: Array = Field(description="The kernel at each of them.")
    gradients: Array = Field(description="How the loss changes with each number of it.")
    output: Array = Field(description="What the last kernel makes of the input.")
    target: Array
    diverged: bool = Field(
        description="Whether the loss grew beyond all bounds; then this is what was before."
    )


class Equivariance(BaseModel):
    """How far the maps of a layer are from moving with the input."""

    layer_id: str
    distance: float | None = Field(
        description="‖f(T x) − T f(x)‖ over the mean of both lengths, over the units that never "
        "saw the border: 0 where the maps move along; null where all of them saw it."
    )


class Transformed(Prediction):
    """A prediction for a transformed input, and whether the maps moved along."""

    input: Array = Field(description="What the network saw.")
    equivariance: list[Equivariance] = Field(description="Of the layers that have maps.")


class Shifts(BaseModel):
    """What the model makes of the input wherever it is shifted to.

    Row ``reach + r``, column ``reach + c`` is of the input shifted r down and c to the right.
    """

    model_id: str
    reach: int
    class_: int = Field(alias="class", description="The top class where the input is.")
    label: str = Field(description="Its name.")
    probabilities: list[list[float]] = Field(description="Of this class.")
    predictions: list[list[int]] = Field(description="The top class.")
