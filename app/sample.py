"""The bundled MNIST digits: of the test set to try models on, of the training set to learn."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from app import ink


@dataclass(frozen=True)
class Tiles:
    """Bundled digits as they are stored, in order of their classes.

    Attributes:
        pictures: (N, 28, 28), ink bright.
        class_indices: What each is.
        mnist_indices: Its place in MNIST's own file.
        source: Where they are from.
        licence: Under which they may be passed on.
        strip: Places of one digit a class, which the page begins with; none of those to learn from.

    """

    pictures: npt.NDArray[np.uint8]
    class_indices: tuple[int, ...]
    mnist_indices: tuple[int, ...]
    source: str
    licence: str
    strip: tuple[int, ...] = ()

    @classmethod
    def load(cls, folder: Path, name: str = "mnist") -> "Tiles":
        """Read a sprite of 28 × 28 tiles, ``<name>.png``, and ``<name>.json`` beside it.

        Args:
            folder: Where they are.
            name: ``mnist``: 200 of MNIST's test digits, the page's gallery; ``training``: 3,000
                of its training digits.

        """
        description = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
        sprite = np.asarray(Image.open(folder / f"{name}.png"))
        tile, classes = description["tile"], description["class_indices"]
        rows, columns = sprite.shape[0] // tile, sprite.shape[1] // tile
        tiles = sprite.reshape(rows, tile, columns, tile).swapaxes(1, 2).reshape(-1, tile, tile)
        return cls(
            tiles[: len(classes)],
            tuple(classes),
            tuple(description["mnist_indices"]),
            description["source"],
            description["licence"],
            tuple(description.get("strip", ())),
        )


@dataclass(frozen=True)
class Sample:
    """Labelled digits as the network sees them.

    Attributes:
        images: (N, 1, 32, 32) float32, ink 1 on ground 0.
        labels: (N,) the class of each.

    """

    images: npt.NDArray[np.float32]
    labels: npt.NDArray[np.int64]

    def split(self, size: int) -> "Iterator[Sample]":
        """Return parts of at most so many digits, one after the other."""
        starts = range(0, len(self.labels), size)
        return (Sample(self.images[i : i + size], self.labels[i : i + size]) for i in starts)

    @classmethod
    def load(cls, folder: Path, name: str = "mnist") -> "Sample":
        """Read a sprite, as :meth:`Tiles.load` does, into what the network sees."""
        tiles = Tiles.load(folder, name)
        inputs = [ink.to_tensor(ink.normalise(tile).input) for tile in tiles.pictures]
        return cls(np.concatenate(inputs), np.array(tiles.class_indices))
