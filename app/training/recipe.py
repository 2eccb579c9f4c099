"""Everything that decides what a training comes to, but for the data."""

from dataclasses import dataclass, field, replace

from app.models.lenet5 import ACTIVATION, POOLING, Activation, Pooling
from app.training.augmentation import Augmentation
from app.training.pens import Placement


@dataclass(frozen=True)
class Split:
    """What is kept out of the training so that it can be judged; the same for every seed."""

    seed: int = 0
    validation_one_in: int = 12
    """One of so many training images; 5,000 of MNIST's 60,000."""
    writers: tuple[int, ...] = ()
    """These people's pen digits, all of them."""


@dataclass(frozen=True)
class Teaching:
    """What a small network is told by a larger one, which learned the same before it.

    Source: G. Hinton, O. Vinyals, J. Dean, "Distilling the knowledge in a neural network",
    NIPS Deep Learning Workshop, 2014.
    """

    seed: int = 0
    """Of the teacher's own training: networks of several seeds have the same teacher."""
    epochs: int = 15
    """Of the teacher's own training."""
    learning_rate: float = 3e-3
    """Of the teacher's own training."""
    weight: float = 0.9
    """Share of the loss that compares with the teacher; the rest compares with the labels."""
    temperature: float = 3.0
    """By which both networks' logits are divided before they are compared."""


@dataclass(frozen=True)
class Recipe:
    """The hyperparameters of a training. The defaults made the weights that are shipped."""

    seed: int = 0
    epochs: int = 60
    batch_size: int = 128
    learning_rate: float = 4e-3
    """At its highest: it rises linearly, then falls along half a cosine to zero."""
    warm_up: float = 0.1
    """Share of the steps in which the learning rate rises."""
    weight_decay: float = 1e-3
    average_decay: float = 0.999
    """Of the moving average of the weights, per step; the average is what is shipped."""
    pen_repeats: int = 3
    """How often each pen digit is drawn anew for an epoch."""
    pen_bank: int = 8
    """So many drawings of each pen digit are made, once, and an epoch takes its share of them
    at random; 0 makes new ones for every epoch."""
    activation: Activation = ACTIVATION
    pooling: Pooling = POOLING
    batch_norm: bool = True
    """Normalise over the batch while training; folded into the weights at the end."""
    label_smoothing: float = 0
    teaching: Teaching | None = field(default_factory=Teaching)
    split: Split = field(default_factory=Split)
    augmentation: Augmentation = field(default_factory=Augmentation)
    placement: Placement = field(
        default_factory=lambda: Placement(rotation=10, stretch=0.15, shear=0.2)
    )
    """How pen digits are put on the pad before the pad's own normalisation. The pen is fitted to
    held-out ones in the same way."""

    def with_epochs(self, epochs: int) -> "Recipe":
        """Return the recipe with so many epochs, and the teacher's in proportion."""
        if self.teaching is None:
            return replace(self, epochs=epochs)
        own = max(1, round(self.teaching.epochs * epochs / self.epochs))
        return replace(self, epochs=epochs, teaching=replace(self.teaching, epochs=own))
