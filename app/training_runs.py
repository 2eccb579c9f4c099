"""What requests and answers about training runs carry: a part of the public contract."""

from typing import Literal

from pydantic import BaseModel, Field

from app.live import Optimizer, Recipe
from app.live.report import Command, Reason, State
from app.models.lenet5_entry import Activation, Pooling
from app.requests import Fields
from app.schemas import Array, Layer
from app.values import Real, Whole

_START = Recipe()


class TrainingSettings(Fields):
    """How a network learns. The same settings give the same weights."""

    optimizer: Optimizer = Field(
        _START.optimizer,
        description="sgd is plain gradient descent, momentum the same with momentum.",
    )
    learning_rate: Real = Field(
        _START.learning_rate, gt=0, le=1e6, description="How far a step goes. It may diverge."
    )
    momentum: Real = Field(
        _START.momentum,
        ge=0,
        lt=1,
        description="The share of the step before that each step keeps; of momentum only.",
    )
    batch_size: Whole = Field(
        _START.batch_size, ge=1, description="Digits that a step is taken for."
    )
    activation: Activation = _START.activation
    pooling: Pooling = _START.pooling
    epochs: Whole = Field(_START.epochs, ge=1, description="How often it sees every digit.")
    seed: Whole = Field(
        _START.seed, ge=0, lt=2**63, description="Decides the first weights and the order."
    )

    def recipe(self) -> Recipe:
        """Return what the core knows."""
        return Recipe(**self.model_dump())


class TrainingCommand(Fields):
    """What a run is to do."""

    command: Command = Field(
        description="start: go on to the end; pause; batch: one batch, then pause; epoch: to the "
        "end of this epoch, then pause; stop: for good."
    )


class Judgement(BaseModel):
    """How the network does on digits that it does not learn from."""

    batch: int = Field(description="After so many batches.")
    loss: float = Field(description="Mean cross-entropy, in nats.")
    accuracy: float
    classes: int = Field(
        description="How many classes it answers with; 1 where it reads all digits alike."
    )


class LossCurve(BaseModel):
    """The loss of the batches in at most 400 points, whole however long the run."""

    batches: list[int] = Field(description="The last batch of each point.")
    losses: list[float] = Field(description="The mean since the point before.")


class TrainingProgress(BaseModel):
    """How far a run is; event ``progress``."""

    batch: int = Field(description="Batches learned from.")
    batches: int = Field(description="Of so many.")
    epoch: float = Field(description="Epochs done, with the part of the present one.")
    loss: float | None = Field(description="Of the last batch; null if there is none.")
    seconds: float = Field(description="Computed so far.")
    seconds_left: float | None = Field(description="At the pace of late; null if not running.")
    curve: LossCurve
    judgements: list[Judgement]


class TrainingState(BaseModel):
    """What a run does; event ``state``."""

    state: State | Literal["removed"] = Field(
        description="preparing until the worker has made the network; finished, stopped, "
        "diverged and lost are for good; removed ends the events."
    )
    reason: Reason | None = Field(description="Why it has ended; null before.")
    detail: str = Field(description="The same as a sentence.")


class TrainingSnapshot(BaseModel):
    """The network as it is; event ``snapshot``, with arrays as base64."""

    batch: int = Field(description="After so many batches.")
    weights: dict[str, Array] = Field(description="Each convolution's, by its layer's id.")
    activations: dict[str, Array] | None = Field(
        description="Each layer's for the drawing; null without one."
    )
    prediction: int | None
    probabilities: list[float] | None


class TrainingRun(TrainingState):
    """A run."""

    id: str
    settings: TrainingSettings
    layers: list[Layer]
    classes: list[str]
    progress: TrainingProgress | None = Field(description="Null while it is prepared.")
