"""Pictures of digits, and MNIST from the folder in which it lies as four IDX files."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from app import ink
from app.errors import BadInput
from app.training import idx

Part = Literal["train", "t10k"]

PARTS: tuple[Part, Part] = ("train", "t10k")
"""The training images and the test images, as the files call them."""
SOURCE = "MNIST, Y. LeCun, C. Cortes, C. Burges"
LICENCE = "CC BY-SA 3.0"
CLASSES = 10


@dataclass(frozen=True)
class Digits:
    """Pictures of digits, in the form of MNIST, and what they show."""

    images: idx.Bytes
    """(N, 28, 28), ink bright."""
    labels: idx.Bytes
    """(N,), each from 0 to 9."""

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, indices: npt.NDArray[np.int64]) -> "Digits":
        return Digits(self.images[indices], self.labels[indices])

    def __add__(self, other: "Digits") -> "Digits":
        return Digits(
            np.concatenate([self.images, other.images]),
            np.concatenate([self.labels, other.labels]),
        )


def to_tensor(images: idx.Bytes) -> Tensor:
    """Return (N, 1, 28, 28) float32 of (N, 28, 28) bytes, ink 1 and ground 0."""
    return torch.from_numpy(images.astype(np.float32) / 255)[:, None]


def pad(images: Tensor) -> Tensor:
    """Return the network's (N, 1, 32, 32) input of (N, 1, 28, 28) images."""
    return F.pad(images, [(ink.SIDE - ink.FRAME) // 2] * 4)


def file_names(part: Part) -> tuple[str, str]:
    """Return the names of a part's images and labels, as published but for the ``.gz``."""
    return f"{part}-images-idx3-ubyte", f"{part}-labels-idx1-ubyte"


FILES = tuple(name for part in PARTS for name in file_names(part))
"""The four files of MNIST."""


def read_mnist(folder: Path, part: Part) -> Digits:
    """Read the training images or the test images of MNIST.

    Raises:
        BadInput: A file is missing or damaged, or the two do not belong together.

    """
    images_file, labels_file = (find(folder, name) for name in file_names(part))
    images, labels = idx.read(images_file, 3), idx.read(labels_file, 1)
    if len(images) != len(labels):
        raise BadInput(
            f"{images_file.name} holds {len(images):,} images, "
            f"{labels_file.name} {len(labels):,} labels.",
            "Both files must come from the same data set.",
        )
    if not len(images) or images.shape[1:] != (ink.FRAME, ink.FRAME):
        raise BadInput(
            f"{images_file.name} holds {' × '.join(map(str, images.shape))} values.",
            f"It must hold images of {ink.FRAME} × {ink.FRAME} pixels, at least one.",
        )
    if labels.max() >= CLASSES:
        raise BadInput(
            f"{labels_file.name} holds the label {labels.max()}.",
            f"Labels must be from 0 to {CLASSES - 1}.",
        )
    return Digits(images, labels)


def find(folder: Path, name: str) -> Path:
    """Return the file of this name in a folder, gzipped or not.

    Raises:
        BadInput: There is neither.

    """
    for path in (folder / f"{name}.gz", folder / name):
        if path.is_file():
            return path
    raise BadInput(
        f"There is no {name} in {folder}, gzipped or not.",
        f"--data must name a folder with {', '.join(FILES)}, each with or without .gz.",
    )


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file's unpacked content: packing makes no difference to it."""
    return hashlib.sha256(idx.unpack(path)).hexdigest()
