"""Samples of real MNIST digits that the app carries with it, each as one sprite."""

import io
from pathlib import Path

import numpy as np
from PIL import Image

from app import ink
from app.errors import BadInput
from app.training.dataset import CLASSES, LICENCE, SOURCE, Digits
from app.training.files import to_json, write_atomically

COLUMNS = {"mnist": 20, "training": 300}
"""Digits of each class, side by side; row d of the sprite holds digit d. The sample of test
digits is the page's gallery, from the one of training digits networks learn in the app."""
STRIP = [0, 20, 40, 65, 80, 100, 120, 140, 160, 180]
"""Places in the gallery of one digit a class, which the page carries with it: all of them weigh ten
times as much. The 3 is what the page opens on."""
SEED = 5


def write_gallery(
    digits: Digits, folder: Path, name: str = "mnist", numbers: np.ndarray | None = None
) -> None:
    """Write ``<name>.png`` and ``<name>.json``: a seeded draw of so many digits a class.

    Args:
        digits: What is drawn from.
        folder: Where the files go.
        name: One of :data:`COLUMNS`.
        numbers: (N,) the digits' places in MNIST's own file, if they are not all of it.

    Raises:
        BadInput: A class has too few digits.

    """
    columns = COLUMNS[name]
    rng = np.random.default_rng(SEED)
    drawn = np.stack([_draw(digits, index, columns, rng) for index in range(CLASSES)])
    tiles = digits.images[drawn]  # (10, columns, 28, 28): class, column, row, column
    part = "test" if name == "mnist" else "training"
    description: dict[str, object] = {
        "source": SOURCE,
        "licence": LICENCE,
        "note": (
            f"{drawn.size} of the {len(digits):,} {part} images, {columns} of each class, drawn "
            f"with seed {SEED} and arranged in one picture: row d holds digit d, ink is bright. "
            f"mnist_indices count the {part} images from 0."
        ),
        "tile": ink.FRAME,
        "columns": columns,
        "class_indices": np.repeat(np.arange(CLASSES), columns).tolist(),
        "mnist_indices": (drawn if numbers is None else numbers[drawn]).ravel().tolist(),
    }
    if name == "mnist":
        description["strip"] = STRIP
    sprite = tiles.transpose(0, 2, 1, 3).reshape(CLASSES * ink.FRAME, columns * ink.FRAME)
    png = io.BytesIO()
    Image.fromarray(sprite).save(png, "PNG", optimize=True)
    write_atomically(folder / f"{name}.png", png.getvalue())
    write_atomically(folder / f"{name}.json", to_json(description))


def _draw(digits: Digits, class_index: int, count: int, rng: np.random.Generator) -> np.ndarray:
    candidates = np.flatnonzero(digits.labels == class_index)
    if len(candidates) < count:
        raise BadInput(
            f"The images show {class_index} only {len(candidates)} times.",
            f"The sample needs {count} of each class.",
        )
    return np.sort(rng.choice(candidates, count, replace=False))
