"""The public contract: what requests carry and what answers look like.

Shapes are channels-first, coordinates of tensors are channel, row, column. Big answers are
encoded directly and only documented by these models; see :mod:`app.api`.
"""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat
from typing_extensions import TypeAliasType

from app.inspection import edit as core

Coordinate = Annotated[FiniteFloat, Field(ge=-1e5, le=1e5)]
Point = tuple[Coordinate, Coordinate]
Encoding = Literal["lists", "base64"]
ENCODING = "How arrays are given: nested lists, or base64 of float32."
Length = Annotated[FiniteFloat, Field(ge=1, le=1e5)]


class Fields(BaseModel):
    """A request's fields; one that is not listed is refused, so that no typo goes unseen."""

    model_config = ConfigDict(extra="forbid")


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

    def made(self) -> list[core.Edit]:
        """Return the edits that the core knows."""
        return [edit.make() for edit in self.edits]


class Drawing(Edited):
    """One input: either strokes, or pixels, or (outside JSON) an image file."""

    strokes: list[list[Point]] | None = Field(
        None, description="For each stroke its [x, y] points, in the order drawn."
    )
    pad: Pad | None = Field(None, description="The pad of the strokes.")
    pixels: list[list[FiniteFloat]] | None = Field(
        None, description="Rows of grey values from 0 to 255, any height and width."
    )
    ink: Literal["bright", "dark"] | None = Field(
        None,
        description="Whether ink is brighter or darker than the ground. Pixels are bright "
        "unless told; for an image it is found out.",
    )
    without: list[Literal["crop", "scale", "centre", "pad"]] = Field(
        [], description="Steps of the way to the network's input to leave out."
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


class TraceQuery(BaseModel):
    """How a trace is answered."""

    layers: str | None = Field(
        None, description="Ids of the layers to return, separated by commas; all if not given."
    )
    encoding: Encoding | Literal["npy"] = Field(
        "lists", description=ENCODING + " npy: the answer is the one layer's numpy file."
    )


class Array(BaseModel):
    """A tensor: nested lists, or base64 of its little-endian float32 values in C order."""

    shape: list[int]
    data: list[Any] | str | float


class ReceptiveField(BaseModel):
    """Which window of the image the units of a layer see, as [rows, columns].

    Unit (r, c) sees ``size`` pixels from ``start + (r, c) × stride`` on.
    """

    size: list[int]
    stride: list[int]
    start: list[int]


class SlidingWindow(BaseModel):
    """How the window that a unit reads slides over the layer before, as [rows, columns]."""

    kernel_size: list[int]
    stride: list[int]
    padding: list[int]
    dilation: list[int]


class Layer(BaseModel):
    """One captured operation."""

    id: str
    label: str
    kind: str
    hyperparameters: dict[str, Any]
    input_ids: list[str]
    input_shape: list[int]
    output_shape: list[int]
    activation_size: int
    parameter_count: int
    multiply_adds: int
    receptive_field: ReceptiveField | None
    reads: SlidingWindow | Literal["all"] | None = Field(
        description="What a unit reads of the layer before; null if not known."
    )


class Row(BaseModel):
    """A row of the lecture's table: a layer with the activations that follow it."""

    label: str
    layer_ids: list[str]
    output_shape: list[int]
    activation_size: int
    parameter_count: int


class ModelSummary(BaseModel):
    """A model in the list of models."""

    id: str
    title: str
    input_shape: list[int]
    classes: list[str]
    parameter_count: int


class Model(ModelSummary):
    """A model with its layers, the lecture's table and the card of its weights."""

    layers: list[Layer]
    table: list[Row]
    card: dict[str, Any]


class Weights(BaseModel):
    """A layer's learned numbers; null where it has none."""

    model_id: str
    layer_id: str
    weight: Array | None
    bias: Array | None


class Prediction(BaseModel):
    """What the model makes of the input."""

    model_id: str
    prediction: int = Field(description="The top class's index.")
    label: str = Field(description="The top class's name.")
    probabilities: list[float]
    logits: list[float] | None = Field(description="What the softmax was given.")


class Frame(BaseModel):
    """The edges of the network's input in the drawing, as fractions of its height and width."""

    top: float
    left: float
    bottom: float
    right: float


class Trace(Prediction):
    """A prediction with the activations behind it."""

    frame: Frame
    activations: dict[str, Array] = Field(description="Layer id -> activation.")


class Step(BaseModel):
    """A picture on the way from the drawing to the network."""

    id: Literal["crop", "scale", "centre", "pad"]
    shape: list[int]
    png: str = Field(description="Base64 of a grey PNG, ink bright.")


class Input(BaseModel):
    """The way from the drawing to the network's input; the last step is the input."""

    frame: Frame
    steps: list[Step]


class Regions(BaseModel):
    """What a unit depends on, or what depends on it, layer by layer."""

    model_id: str
    layer_id: str
    index: list[int]
    regions: dict[str, "Window"] = Field(description="Layer id -> the units, as a block.")


class Distance(BaseModel):
    """How far the activations of a layer lie apart."""

    layer_id: str
    euclidean: float = Field(description="The length of a − b.")
    relative: float = Field(description="That, over the mean of the lengths of a and b.")
    cosine: float | None = Field(description="The cosine of their angle; null if one is zero.")


class Compared(BaseModel):
    """Two predictions and the distance in every layer."""

    a: Prediction
    b: Prediction
    distances: list[Distance]


class Evaluation(BaseModel):
    """How many of the bundled MNIST test digits the model reads right."""

    model_id: str
    correct: int
    images: int
    accuracy: float
    by_class: list[int] = Field(description="Right ones of each class.")


class Window(BaseModel):
    """The units that are read; rows and columns outside their layer lie in the padding."""

    channels: list[int]
    rows: list[int] | None
    columns: list[int] | None


Patch = list[list[list[float | None]]] | list[list[float]] | list[float]
"""By channel, row and column; by channel alone where no map is read."""


class Unit(BaseModel):
    """The arithmetic of one unit, from the units of the layer before to its own value.

    By ``operation``: ``weighted_sum`` adds ``products`` (patch × kernel) and ``bias``;
    ``maximum`` takes the largest of ``patch``; ``function`` applies ``function`` to the one
    value in it; ``softmax`` divides its own exponential by their ``total``; ``copy`` takes the
    one value as it is.
    """

    model_id: str
    layer_id: str
    kind: str
    index: list[int] = Field(description="Channel, row and column, or channel alone.")
    source_id: str | None = Field(description="The layer that is read; null for the input.")
    operation: Literal["weighted_sum", "maximum", "function", "softmax", "copy"]
    window: Window | None
    patch: Patch = Field(description="The values read; null is padding that can never win.")
    kernel: Patch | None = Field(description="The weight of each value of the patch.")
    products: Patch | None
    sums: list[float] | None = Field(description="The products' sum for each channel read.")
    bias: float | None
    winner: list[int] | None = Field(description="The index of the largest unit read.")
    function: str | None = Field(description="Its name in torch.nn.functional.")
    shift: float | None = Field(description="The largest of the patch, taken off each exponent.")
    exponentials: Patch | None
    total: float | None = Field(description="The sum of the exponentials.")
    result: float = Field(description="The unit's activation, as torch computed it.")


class Problem(BaseModel):
    """An error, as RFC 9457 defines it, with a stable code and what to do."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    hint: str
    request_id: str


PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
"""How OpenAPI says that an answer is a problem."""


class Health(BaseModel):
    """The state of the process."""

    status: Literal["ok"]
    version: str


class Readiness(BaseModel):
    """The models that are loaded and warmed."""

    status: Literal["ok"]
    models: list[str]
