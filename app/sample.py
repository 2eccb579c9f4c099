"""The bundled MNIST digits: of the test set to try models on, of the training set to learn."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from app import ink


@dataclass(frozen=True)
class Sample:
    """Labelled digits as the network sees them.

    Attributes:
        images: (N, 1, 32, 32) float32, ink 1 on ground 0.
        labels: (N,) the class of each.

    """

    images: Tensor
    labels: Tensor

    @classmethod
    def load(cls, folder: Path, name: str = "mnist") -> "Sample":
        """Read a sprite of 28 × 28 tiles, ``<name>.png``, and ``<name>.json`` beside it.

        Args:
            folder: Where they are.
            name: ``mnist``: 200 of MNIST's test digits, the page's gallery; ``training``: 3,000
                of its training digits. Both are in order of their classes.

        """
        description = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
        sprite = np.asarray(Image.open(folder / f"{name}.png"))
        tile = description["tile"]
        rows, columns = sprite.shape[0] // tile, sprite.shape[1] // tile
        tiles = sprite.reshape(rows, tile, columns, tile).swapaxes(1, 2).reshape(-1, tile, tile)
        labels = [digit["class_index"] for digit in description["digits"]]
        inputs = [ink.to_tensor(ink.normalise(tile).input) for tile in tiles[: len(labels)]]
        return cls(torch.cat(inputs), torch.tensor(labels))
