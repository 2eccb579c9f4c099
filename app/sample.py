"""The bundled MNIST test digits, on which a changed model is tried at once."""

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
    def load(cls, folder: Path) -> "Sample":
        """Read ``mnist.png``, a sprite of 28 × 28 tiles, and ``mnist.json`` beside it."""
        description = json.loads((folder / "mnist.json").read_text(encoding="utf-8"))
        sprite = np.asarray(Image.open(folder / "mnist.png"))
        tile = description["tile"]
        rows, columns = sprite.shape[0] // tile, sprite.shape[1] // tile
        tiles = sprite.reshape(rows, tile, columns, tile).swapaxes(1, 2).reshape(-1, tile, tile)
        labels = [digit["class_index"] for digit in description["digits"]]
        inputs = [ink.to_tensor(ink.normalise(tile).input) for tile in tiles[: len(labels)]]
        return cls(torch.cat(inputs), torch.tensor(labels))
