"""What requests carry: the part of the public contract that clients write.

:mod:`app.schemas` is the part that they read. A field that is not listed is refused, so that
no typo goes unseen.
"""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, WithJsonSchema
from typing_extensions import TypeAliasType

from app.inspection import edit as core
from app.values import PIXELS, Pixels, Real, Whole

_PICTURES = {"type": "array", "items": PIXELS}
Coordinate = Annotated[FiniteFloat, Field(ge=-1e5, le=1e5)]
Point = tuple[Coordinate, Coordinate]
Encoding = Literal["lists", "base64"]
ENCODING = "How arrays are given: nested lists, or base64 of float32."
Length = Annotated[FiniteFloat, Field(ge=1, le=1e5)]
Rate = Annotated[Real, Field(gt=0, le=1e6)]


class Fields(BaseModel):
    """A request's fields; one that is not listed is refused, so that no typo goes unseen."""

    model_config = ConfigDict(extra="forbid")
    arrays: ClassVar[tuple[str, ...]] = ()
    """The fields that are arrays of numbers."""


class Pad(Fields):
    """The surface that strokes refer to, in its own units; the origin is top left."""

    width: Length = 280
    height: Length = 280
    pen_width: Length = 20


Values = TypeAliasType("Values", "FiniteFloat | list[Values]")
"""A number, or nested lists of numbers."""


def _tuples(value: Any) -> Any:
    """Return nested lists as nested tuples, which can be compared and remembered."""
    return tuple(map(_tuples, value)) if isinstance(value, (list, tuple)) else value


class _Edit(Fields):
    """A change to the model, for this request alone."""

    makes: ClassVar[type[core.Edit]]

    def make(self) -> core.Edit:
        """Return the edit that the core knows."""
        names = type(self).model_fields.keys() - {"edit"}
        made: core.Edit = self.makes(**{name: _tuples(getattr(self, name)) for name in names})
        return made


class SwitchOff(_Edit):
    """Make a filter zero, its bias included."""

    makes = core.SwitchOff
    edit: Literal["switch_off"]
    layer: str
    channel: int


class Flip(_Edit):
    """Turn a filter's kernels by 180°."""

    makes = core.Flip
    edit: Literal["flip"]
    layer: str
    channel: int


class Negate(_Edit):
    """Change the sign of a filter and of its bias."""

    makes = core.Negate
    edit: Literal["negate"]
    layer: str
    channel: int


class Set(_Edit):
    """Give a number, or a part, of a weight or bias another value."""

    makes = core.Set
    edit: Literal["set"]
    layer: str
    parameter: Literal["weight", "bias"]
    index: tuple[int, ...] = Field((), description="Of one number or of a part; [] is all.")
    value: Values = Field(description="A number, or lists of the part's shape.")


class Swap(_Edit):
    """Put another kind of pooling or another activation function in a layer's place."""

    makes = core.Swap
    edit: Literal["swap"]
    layer: str
    to: str


class Randomise(_Edit):
    """Give all layers fresh weights, as before training."""

    makes = core.Randomise
    edit: Literal["randomise"]
    seed: int = Field(0, ge=0, lt=2**63)


Edit = Annotated[SwitchOff | Flip | Negate | Set | Swap | Randomise, Field(discriminator="edit")]


class Edited(Fields):
    """The model as it is, or changed for this request."""

    edits: list[Edit] = Field([], description="Changes to the model, made in this order.")
    moment: Whole | None = Field(
        None,
        description="The model as it was at this moment of its training, from 0 on as its "
        "timeline counts them; the edits are made to that. null: as it is.",
    )

    def made(self) -> list[core.Edit]:
        """Return the edits that the core knows."""
        return [edit.make() for edit in self.edits]


class Pictures(Edited):
    """What requests about pictures have in common."""

    ink: Literal["bright", "dark"] | None = Field(
        None,
        description="Whether ink is brighter or darker than the ground. Pixels are bright "
        "unless told; for an image it is found out.",
    )
    without: list[Literal["crop", "scale", "centre", "pad"]] = Field(
        [], description="Steps of the way to the network's input to leave out."
    )


class Drawing(Pictures):
    """One input: either strokes, or pixels, or (outside JSON) an image file."""

    strokes: list[list[Point]] | None = Field(
        None, description="For each stroke its [x, y] points, in the order drawn."
    )
    pad: Pad | None = Field(None, description="The pad of the strokes.")
    pixels: Pixels | None = Field(
        None, description="Rows of grey values from 0 to 255, any height and width."
    )


class Batch(Pictures):
    """Many inputs: pixels, or (outside JSON) image files or a numpy file."""

    images: Annotated[list[Any], WithJsonSchema(_PICTURES)] = Field(
        [], description="Of each its rows of grey values, as in pixels."
    )


class Comparison(Fields):
    """Two inputs, each with the model as it is or edited."""

    a: Drawing
    b: Drawing


class UnitQuery(Fields):
    """A unit of a layer."""

    @property
    def index(self) -> tuple[int, ...]:
        """Channel, row and column as far as they are given."""
        given = (self.channel, self.row, self.column)
        return tuple(position for position in given if position is not None)

    channel: int = Field(description="The unit's feature map; of a flat layer, the unit itself.")
    row: int | None = Field(None, description="The unit's row; none in a flat layer.")
    column: int | None = Field(None, description="The unit's column; none in a flat layer.")


class UnitDrawing(Drawing, UnitQuery):
    """One input, and the unit of a layer that is asked about."""


class NeighboursDrawing(Drawing):
    """One input, and how many training digits near it are asked for."""

    count: Whole = Field(5, ge=1, le=50, description="The nearest so many.")


class TargetDrawing(Drawing):
    """One input, and the class that it is to be read as."""

    target: Whole = Field(description="The class's index: the loss takes it for the right one.")


class ParameterDrawing(TargetDrawing):
    """One input with its class, one number of a layer's weight or bias, and a step for it."""

    parameter: Literal["weight", "bias"]
    index: tuple[Whole, ...] = Field(
        max_length=8,
        description="Of the number: [filter, channel, row, column] in a convolution's weight, "
        "[unit, input] in a linear layer's, [filter] or [unit] in a bias.",
    )
    learning_rate: Rate = Field(
        0.1, description="How many gradients the step takes away from the number."
    )


class StepDrawing(TargetDrawing):
    """One input with its class, and steps of all weights and biases to try."""

    learning_rates: list[Rate] = Field(
        [0.1],
        min_length=1,
        description="For each a step from where the model is: how many gradients it takes away.",
    )
    evaluate: bool = Field(
        False, description="Whether to count what becomes of the bundled MNIST test digits."
    )


class GradientsQuery(BaseModel):
    """How gradients are answered."""

    layers: str | None = Field(
        None, description="Ids of the layers to return, separated by commas; all if not given."
    )
    encoding: Encoding = Field("lists", description=ENCODING)


class TimelineQuery(BaseModel):
    """How a timeline is answered."""

    layers: str | None = Field(
        None, description="Ids of layers to return of each moment, separated by commas."
    )
    encoding: Encoding = Field("lists", description=ENCODING)


class TraceQuery(BaseModel):
    """How a trace is answered."""

    layers: str | None = Field(
        None, description="Ids of the layers to return, separated by commas; all if not given."
    )
    encoding: Literal["lists", "base64", "npy", "binary"] = Field(
        "lists",
        description=ENCODING + " npy: the answer is the one layer's numpy file. binary: it is the "
        "length of a header (uint32, a multiple of four), the header (JSON: a prediction, frame, "
        "layers with id and shape), and the layers' float32 in this order, all little-endian.",
    )
