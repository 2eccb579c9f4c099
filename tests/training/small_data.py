"""Digits drawn with a pen, in the published formats: the data that the tests make themselves."""

import gzip
import struct
from pathlib import Path

import numpy as np

from app import ink

# Each digit as strokes on a grid of 2 × 4, x to the right and y downwards.
SKELETONS = (
    [[(1, 0), (0, 1), (0, 3), (1, 4), (2, 3), (2, 1), (1, 0)]],
    [[(1, 0), (1, 4)]],
    [[(0, 1), (1, 0), (2, 1), (0, 4), (2, 4)]],
    [[(0, 0), (2, 0), (1, 2), (2, 3), (1, 4), (0, 4)]],
    [[(0, 0), (0, 2), (2, 2)], [(2, 0), (2, 4)]],
    [[(2, 0), (0, 0), (0, 2), (2, 2), (2, 4), (0, 4)]],
    [[(2, 0), (0, 2), (0, 4), (2, 4), (2, 2), (0, 2)]],
    [[(0, 0), (2, 0), (1, 4)]],
    [[(1, 0), (0, 1), (2, 3), (1, 4), (0, 3), (2, 1), (1, 0)]],
    [[(2, 1), (1, 0), (0, 1), (1, 2), (2, 1), (2, 4)]],
)


def pen_digit(digit: int, rng: np.random.Generator) -> list[list[tuple[float, float]]]:
    """Strokes of a digit on a pad of 500 × 500, with a shaky hand."""
    return [
        [tuple((100 + 60 * np.array(p) + rng.normal(0, 5, 2)).tolist()) for p in stroke]
        for stroke in SKELETONS[digit]
    ]


def idx_bytes(values: np.ndarray) -> bytes:
    """Values as the content of an IDX file."""
    return struct.pack(f">4B{values.ndim}I", 0, 0, 8, values.ndim, *values.shape) + values.tobytes()


def write_part(folder: Path, part: str, images: np.ndarray, labels: np.ndarray) -> None:
    """Write images and labels as MNIST's files, the images gzipped, the labels not."""
    folder.mkdir(exist_ok=True)
    packed = gzip.compress(idx_bytes(images.astype(np.uint8)))
    (folder / f"{part}-images-idx3-ubyte.gz").write_bytes(packed)
    (folder / f"{part}-labels-idx1-ubyte").write_bytes(idx_bytes(labels.astype(np.uint8)))


def write_mnist(folder: Path, train: int, test: int) -> Path:
    """Write so many training and test digits; as many of each digit as can be."""
    rng = np.random.default_rng(0)
    for part, count in (("train", train), ("t10k", test)):
        labels = rng.permutation(np.arange(count) % 10)
        drawings = [ink.render(pen_digit(d, rng), ink.Pad(500, 500, 40)) for d in labels]
        images = np.stack([ink.normalise(drawing).steps["centre"] for drawing in drawings])
        write_part(folder, part, images, labels)
    return folder
