"""Everything that decides what a training comes to, but for the data."""

from dataclasses import dataclass, field

from app.training.augmentation import Augmentation
from app.training.pens import Placement


@dataclass(frozen=True)
class Split:
    """What is kept out of the training so that it can be judged; the same for every seed."""

    seed: int = 0
    validation_one_in: int = 12
    """One of so many training images; 5,000 of MNIST's 60,000."""
    held_out_writers: int = 5
    """So many people's pen digits, all of them."""


@dataclass(frozen=True)
class Recipe:
    """The hyperparameters of a training. The defaults made the weights that are shipped."""

    seed: int = 0
    epochs: int = 40
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
    split: Split = field(default_factory=Split)
    augmentation: Augmentation = field(default_factory=Augmentation)
    placement: Placement = field(
        default_factory=lambda: Placement(rotation=10, stretch=0.15, shear=0.2)
    )
    """How pen digits are put on the pad before the pad's own normalisation."""
