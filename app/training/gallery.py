"""The page's gallery: a sample of real MNIST test digits as one sprite."""

import io
from pathlib import Path

import numpy as np
from PIL import Image

from app import ink
from app.errors import BadInput
from app.training.dataset import CLASSES, LICENCE, SOURCE, Digits
from app.training.files import to_json, write_atomically

COLUMNS = 20
"""Digits of each class, side by side; row d of the sprite holds digit d."""
SEED = 5


def write_gallery(test: Digits, folder: Path) -> None:
    """Write ``mnist.png`` and ``mnist.json``: a seeded draw of 20 test digits a class.

    Raises:
        BadInput: A class has fewer than 20 digits.

    """
    rng = np.random.default_rng(SEED)
    drawn = np.stack([_draw(test, class_index, rng) for class_index in range(CLASSES)])
    tiles = test.images[drawn]  # (10, 20, 28, 28): class, column, row, column
    sprite = tiles.transpose(0, 2, 1, 3).reshape(CLASSES * ink.FRAME, COLUMNS * ink.FRAME)
    png = io.BytesIO()
    Image.fromarray(sprite).save(png, "PNG", optimize=True)
    description = {
        "source": SOURCE,
        "licence": LICENCE,
        "note": (
            f"{drawn.size} of the {len(test):,} test images, {COLUMNS} of each class, drawn with "
            f"seed {SEED} and arranged in one picture: row d holds digit d, ink is bright. "
            "mnist_index counts the test images from 0."
        ),
        "tile": ink.FRAME,
        "columns": COLUMNS,
        "digits": [
            {"class_index": class_index, "mnist_index": int(index)}
            for class_index, row in enumerate(drawn)
            for index in row
        ],
    }
    write_atomically(folder / "mnist.png", png.getvalue())
    write_atomically(folder / "mnist.json", to_json(description))


def _draw(test: Digits, class_index: int, rng: np.random.Generator) -> np.ndarray:
    candidates = np.flatnonzero(test.labels == class_index)
    if len(candidates) < COLUMNS:
        raise BadInput(
            f"The test images show {class_index} only {len(candidates)} times.",
            f"The gallery needs {COLUMNS} of each class.",
        )
    return np.sort(rng.choice(candidates, COLUMNS, replace=False))
