"""What answers look like: the part of the public contract that clients read.

Shapes are channels-first, coordinates of tensors are channel, row, column. Big answers are
encoded directly and only documented by these models; see :mod:`app.answers`.
:mod:`app.requests` is what requests carry. Answers about gradients, of the laboratory and
of the report are in files of their own.
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


class Familiarity(BaseModel):
    """Whether the input looks like a digit that the network knows.

    Read off its own activations: how far the logits' energy, the last feature maps and the
    features before the logits are from those of the training digits of the predicted class.
    """

    score: float = Field(
        description="Mean of log10 of the shares of training digits that are as unusual: −2 is "
        "one in a hundred."
    )
    threshold: float = Field(description="The least score of what is called familiar.")
    familiar: bool = Field(
        description="False says: this does not look like a digit the network knows."
    )


class Prediction(BaseModel):
    """What the model makes of the input."""

    model_id: str
    prediction: int = Field(description="The top class's index.")
    label: str = Field(description="The top class's name.")
    probabilities: list[float]
    logits: list[float] | None = Field(description="What the softmax was given.")
    familiarity: Familiarity | None = Field(
        description="Null if the model has none, and for an edited model: its activations are "
        "no longer comparable with those of the training digits."
    )


class ImageProblem(BaseModel):
    """What is wrong with one image among many: a problem's members."""

    code: str
    detail: str
    hint: str


class ImagePrediction(BaseModel):
    """What the model makes of one image among many; all null but ``problem`` if it has one."""

    prediction: int | None = Field(description="The top class's index.")
    label: str | None = Field(description="The top class's name.")
    probabilities: list[float] | None
    problem: ImageProblem | None


class Predictions(BaseModel):
    """What the model makes of many images."""

    model_id: str
    count: int = Field(description="Images, those with a problem included.")
    predictions: list[ImagePrediction] = Field(description="Of each image, in their order.")


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


class Neighbour(BaseModel):
    """A training digit near the input."""

    index: int = Field(description="Its place in the feature space's points.")
    class_index: int
    mnist_index: int = Field(description="Its place in MNIST's training images, from 0 on.")
    distance: float = Field(description="Euclidean, between the activations of the layer.")
    pixels: str = Field(
        description="Base64 of 28 × 28 bytes, row after row, from 0 to 255, ink bright."
    )


class Neighbours(BaseModel):
    """The training digits whose features are nearest to the input's, the nearest first."""

    model_id: str
    layer_id: str = Field(description="The layer whose activation is the features.")
    familiarity: Familiarity
    place: list[float] = Field(
        description="Where the input lies on the map, [x, y]: the mean of its neighbours' "
        "places, weighted with t-SNE's affinities."
    )
    neighbours: list[Neighbour]


class FeatureSpace(BaseModel):
    """A map of bundled training digits by what a layer makes of them: t-SNE on a plane."""

    model_id: str
    layer_id: str = Field(description="The layer whose activation is the features.")
    points: list[list[float]] = Field(description="[x, y] of each digit, within −1 to 1.")
    class_indices: list[int]
    mnist_indices: list[int] = Field(description="Places in MNIST's training images, from 0 on.")
    source: str
    licence: str


class TimelinePoint(BaseModel):
    """What was measured while the model was trained."""

    batch: int = Field(description="Batches that had been learned from.")
    epoch: float = Field(description="How often that is all training images.")
    images: int = Field(description="Images in these batches, those that came again counted again.")
    loss: float | None = Field(
        description="The training loss: the mean over the batches since the point before; null "
        "before the first."
    )
    validation_accuracy: float = Field(description="Of digits that are never learned from.")
    validation_loss: float = Field(description="Their cross-entropy, in nats.")


class LayerWeights(BaseModel):
    """A layer's learned numbers; null where it has none."""

    weight: Array | None
    bias: Array | None


class TimelineMoment(TimelinePoint):
    """A point at which the model was kept: ``moment`` in a request brings it back."""

    moment: int
    weights: dict[str, LayerWeights] = Field(
        description="Layer id -> what it had learned, of the layers that were asked for."
    )


class Timeline(BaseModel):
    """The training of the model, from random weights to its own, which are the last moment's.

    What is kept and measured is the moving average of the weights.
    """

    model_id: str
    batch_size: int = Field(description="Images that a batch has, give or take one.")
    batches_per_epoch: int
    images_per_epoch: int
    validation_images: int = Field(description="Digits that were kept aside to measure with.")
    taught: bool = Field(
        description="Whether the training loss also counts how far the outputs are from those of "
        "a larger model."
    )
    temperature: float = Field(
        description="By which all logits were divided after the training, at every moment alike; "
        "losses are from before."
    )
    points: list[TimelinePoint]
    moments: list[TimelineMoment]


class MomentReading(Prediction):
    """What the model made of the input at a moment of its training."""

    moment: int
    activations: dict[str, Array] = Field(
        description="Layer id -> activation, of the layers that were asked for."
    )


class Readings(BaseModel):
    """What the model made of the input while it was trained, moment by moment."""

    model_id: str
    frame: Frame
    moments: list[MomentReading]


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
    layer: int | None = Field(None, description="With impossible_layer: its place, from 0 on.")


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
