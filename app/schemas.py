"""The public contract: what requests carry and what answers look like.

Shapes are channels-first, coordinates of tensors are channel, row, column. Big answers are
encoded directly and only documented by these models; see :mod:`app.api`.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat

Coordinate = Annotated[FiniteFloat, Field(ge=-1e5, le=1e5)]
Point = tuple[Coordinate, Coordinate]
Encoding = Literal["lists", "base64"]
ENCODING = "How arrays are given: nested lists, or base64 of float32."
Length = Annotated[FiniteFloat, Field(ge=1, le=1e5)]


class Request(BaseModel):
    """A request's fields; one that is not listed is refused, so that no typo goes unseen."""

    model_config = ConfigDict(extra="forbid")


class Pad(Request):
    """The surface that strokes refer to, in its own units; the origin is top left."""

    width: Length = 280
    height: Length = 280
    pen_width: Length = 20


class Drawing(Request):
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


class UnitDrawing(Drawing):
    """One input, and the unit of a layer that is asked about."""

    channel: int = Field(description="The unit's feature map; of a flat layer, the unit itself.")
    row: int | None = Field(None, description="The unit's row; none in a flat layer.")
    column: int | None = Field(None, description="The unit's column; none in a flat layer.")


class TraceQuery(BaseModel):
    """How a trace is answered."""

    layers: str | None = Field(
        None, description="Ids of the layers to return, separated by commas; all if not given."
    )
    encoding: Encoding = Field("lists", description=ENCODING)


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


class Trace(Prediction):
    """A prediction with the activations behind it."""

    activations: dict[str, Array] = Field(description="Layer id -> activation.")


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
