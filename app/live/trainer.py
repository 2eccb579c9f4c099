"""LeNet-5 learns, one batch at a time."""

import math
from collections.abc import Callable, Iterator

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from torch.optim import SGD, Adam
from torch.optim import Optimizer as TorchOptimizer

from app.live.lesson import Lesson
from app.live.recipe import Optimizer, Recipe
from app.live.report import Judgement
from app.models.lenet5 import LeNet5

_OPTIMIZERS: dict[Optimizer, Callable[[Iterator[nn.Parameter], Recipe], TorchOptimizer]] = {
    "sgd": lambda weights, recipe: SGD(weights, recipe.learning_rate),
    "momentum": lambda weights, recipe: SGD(
        weights, recipe.learning_rate, momentum=recipe.momentum
    ),
    "adam": lambda weights, recipe: Adam(weights, recipe.learning_rate),
}


class Trainer:
    """A network, and how far it has learned.

    Two trainers of one recipe have the same weights after the same number of batches, whatever
    else happens in the process: each has random numbers of its own.

    Attributes:
        module: The network, in train mode; it has no layer that would behave differently.
        batch: Batches that it has learned from.
        broken: What is no longer a finite number, and has ended the learning; None while all is
            well.

    """

    def __init__(self, recipe: Recipe, lesson: Lesson) -> None:
        self.recipe = recipe
        self.lesson = lesson
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(recipe.seed)
            self.module = LeNet5(recipe.activation, recipe.pooling)
        self.batch = 0
        self.broken: str | None = None
        self._optimizer = _OPTIMIZERS[recipe.optimizer](self.module.parameters(), recipe)
        self._random = torch.Generator().manual_seed(recipe.seed)
        self._waiting: list[Tensor] = []

    @property
    def batches_per_epoch(self) -> int:
        """Steps in which every digit is seen once; the last may have fewer digits."""
        return math.ceil(len(self.lesson.labels) / self.recipe.batch_size)

    @property
    def batches(self) -> int:
        """Steps that the recipe asks for."""
        return self.batches_per_epoch * self.recipe.epochs

    @property
    def done(self) -> bool:
        """Whether there is nothing more to do."""
        return self.broken is not None or self.batch >= self.batches

    def step(self) -> float:
        """Learn from the next batch and return its loss, as it was before the step.

        Each epoch takes the digits in a new order. A loss or a weight that is not finite ends the
        learning: no step leads back from there.
        """
        if not self._waiting:
            order = torch.randperm(len(self.lesson.labels), generator=self._random)
            self._waiting = list(torch.split(order, self.recipe.batch_size))[::-1]
        places = self._waiting.pop()
        self.batch += 1
        with torch.enable_grad():
            logits = self.module.logits(self.lesson.images[places])
            loss = cross_entropy(logits, self.lesson.labels[places])
            if not loss.isfinite():
                self.broken = "loss"
                return loss.item()
            self._optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
        self._optimizer.step()
        if not all(weight.isfinite().all() for weight in self.module.parameters()):
            self.broken = "weights"
        return loss.item()

    def judge(self) -> Judgement:
        """Read the digits that were kept aside."""
        with torch.inference_mode():
            logits = self.module.logits(self.lesson.judged_images)
        labels = self.lesson.judged_labels
        read = logits.argmax(1)
        return Judgement(
            batch=self.batch,
            loss=cross_entropy(logits, labels).item(),
            accuracy=(read == labels).double().mean().item(),
            classes=len(set(read.tolist())),
        )

    def weights(self) -> dict[str, Tensor]:
        """Return each convolution's weight by its layer's id: (filters, channels, rows, columns).

        They are copies, and stay as they are.
        """
        return {
            name: layer.weight.detach().clone()
            for name, layer in self.module.named_children()
            if isinstance(layer, nn.Conv2d)
        }

    def trace(self, image: Tensor) -> dict[str, Tensor]:
        """Run the network on one (1, 1, 32, 32) image.

        Returns:
            The activation of each layer by its id, without the batch: those, and in the order,
            that :meth:`app.inspection.CapturedModule.trace` gives. That one is for weights that
            stay; these change with every batch, and capturing takes as long as five batches.

        """
        with torch.inference_mode():
            values = image
            found = {"input": values[0]}
            for name in (*self.module.order, "softmax"):
                values = self.module.get_submodule(name)(values)
                found[name] = values[0]
        return found
