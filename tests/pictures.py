"""Image files that tests send, made on the spot."""

import io
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

SEVEN = [[[80.0, 75.0], [195.0, 75.0], [130.0, 215.0]]]
"""A seven in one stroke, in the default pad of 280 × 280."""


def seven(size: int = 120, ink: int = 20, ground: int = 235) -> Image.Image:
    """Draw a seven with a thick pen."""
    image = Image.new("L", (size, size), ground)
    points = [(x / 280 * size, y / 280 * size) for x, y in SEVEN[0]]
    ImageDraw.Draw(image).line(points, fill=ink, width=size // 12, joint="curve")
    return image


def encoded(image: Image.Image, file_format: str = "PNG", **options: Any) -> bytes:
    """Return the image as a file."""
    file = io.BytesIO()
    image.save(file, file_format, **options)
    return file.getvalue()


def mnist_like() -> np.ndarray:
    """Return a seven as MNIST would hold it: 28 × 28, ink bright."""
    return np.asarray(seven(28, ink=255, ground=0))
