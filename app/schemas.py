"""What answers look like: the part of the public contract that clients read.

Shapes are channels-first, coordinates of tensors are channel, row, column. Big answers are
encoded directly and only documented by these models; see :mod:`app.answers`.
:mod:`app.requests` is what requests carry.
"""

from typing import Any, Literal

from pydantic import BaseModel, Field


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
