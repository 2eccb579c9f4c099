"""The digits that a network learns from, and those that it is judged by."""

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from app.sample import Sample

_JUDGED_SHARE = 6
"""One digit in so many is kept aside."""
_SEED = 0


@dataclass(frozen=True)
class Lesson:
    """Digits as the network sees them, and their classes.

    Attributes:
        images: (N, 1, 32, 32) to learn from.
        labels: (N,)
        judged_images: (M, 1, 32, 32), none of them among the others.
        judged_labels: (M,)

    """

    images: Tensor
    labels: Tensor
    judged_images: Tensor
    judged_labels: Tensor

    @classmethod
    def of(cls, sample: Sample) -> "Lesson":
        """Keep a sixth of each class aside, the same digits every time."""
        generator = torch.Generator().manual_seed(_SEED)
        images, labels = torch.as_tensor(sample.images), torch.as_tensor(sample.labels)
        learned, judged = [], []
        for index in range(int(labels.max()) + 1):
            places = (labels == index).nonzero().flatten()
            places = places[torch.randperm(len(places), generator=generator)]
            count = len(places) // _JUDGED_SHARE
            judged.append(places[:count])
            learned.append(places[count:])
        here, there = torch.cat(learned), torch.cat(judged)
        return cls(images[here], labels[here], images[there], labels[there])

    @classmethod
    def load(cls, folder: Path) -> "Lesson":
        """Return 2,500 digits of MNIST's training set to learn from, and 500 to judge by."""
        return cls.of(Sample.load(folder, "training"))
