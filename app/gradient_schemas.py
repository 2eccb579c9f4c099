"""What answers about gradients, and steps of gradient descent, look like."""

from typing import Literal

from pydantic import BaseModel, Field

from app.schemas import Array, Frame, Patch, Prediction, Window


class LayerGradients(BaseModel):
    """The gradients of a layer's learned numbers, of their shapes; null where it has none."""

    weight: Array | None
    bias: Array | None


class Gradients(Prediction):
    """The loss for a class, and how it changes with every number of the model.

    The loss is the cross-entropy of the logits, in nats: −log of the class's probability. It and
    the gradients are computed in float64.
    """

    frame: Frame
    target: int
    loss: float
    activations: dict[str, Array] = Field(
        description="Layer id -> ∂L/∂ activation, of the layers up to the logits: the softmax "
        "behind them is part of the loss."
    )
    weights: dict[str, LayerGradients] = Field(
        description="Layer id -> ∂L/∂ weight and bias, of the layers that have them."
    )


class GradientTerms(BaseModel):
    """What a layer adds to the gradient of one number: ``products`` = upstream × inputs.

    One product for each unit that the number helped to compute, all in the order of ``units``.
    """

    layer_id: str
    source_id: str = Field(description="The layer that is read.")
    units: Window = Field(description="The units that the number helped to compute.")
    window: Window | None = Field(
        description="The units it was multiplied by for them; null for a bias."
    )
    upstream: Patch = Field(description="∂L/∂ unit.")
    inputs: Patch | None = Field(description="The values of the window; null for a bias.")
    products: Patch = Field(description="Of a bias: upstream itself.")


class Update(BaseModel):
    """One step of gradient descent for one number: new = old − learning_rate × gradient."""

    learning_rate: float
    old: float
    new: float
    loss_before: float
    loss_after: float | None = Field(
        description="With the new number and nothing else changed; null if it is not finite."
    )


class ParameterGradient(BaseModel):
    """The sum that gives the gradient of one number of a weight or bias, and a step."""

    model_id: str
    layer_id: str
    kind: str
    parameter: Literal["weight", "bias"]
    index: list[int]
    target: int
    loss: float
    value: float = Field(description="The number itself: ``old`` of the update.")
    gradient: float = Field(description="∂L/∂ value, as torch's autograd computed it.")
    terms: list[GradientTerms] = Field(
        description="Of the layer; of several where they share the parameter."
    )
    sum: float = Field(description="All products together, in float64.")
    update: Update


class WholeStep(BaseModel):
    """A step of every weight and bias, and what it makes of the same input."""

    learning_rate: float
    loss_after: float | None = Field(description="Null if it is not finite.")
    probabilities_after: list[float] | None = Field(description="Null if one is not finite.")
    correct_after: int | None = Field(
        description="How many bundled MNIST test digits are then read right; null if not asked "
        "for, or if an output is not finite."
    )


class Steps(BaseModel):
    """Steps of gradient descent with all weights and biases at once, each from the same model.

    Computed in float64 with autograd's gradients; the model stays as it is.
    """

    model_id: str
    target: int
    loss_before: float
    probabilities_before: list[float]
    squared_gradient: float = Field(
        description="The squares of all weights' and biases' gradients together: a small step "
        "takes learning_rate times this from the loss."
    )
    images: int | None = Field(description="The bundled MNIST test digits; null if not asked for.")
    correct_before: int | None = Field(description="How many of them are read right.")
    steps: list[WholeStep] = Field(description="In the order of the learning rates.")
