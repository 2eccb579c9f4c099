"""The IDX format, in which MNIST is published.

A file is a magic number (two zero bytes, the code of the value type, the number of
dimensions), each dimension's size as a big-endian 32-bit integer, then the values. Only
unsigned bytes (code 8) occur here. Source: Y. LeCun, C. Cortes, C. Burges, "The MNIST database
of handwritten digits".
"""

import gzip
import math
import zlib
from pathlib import Path

import numpy as np
import numpy.typing as npt

from app.errors import BadInput

Bytes = npt.NDArray[np.uint8]

_UNSIGNED_BYTE = 8
MAX_BYTES = 2**30
"""Larger files are no data set of digits."""
_REMEDY = "Take a fresh copy of the file."


def read(path: Path, dimensions: int) -> Bytes:
    """Return the values of an IDX file.

    Args:
        path: The file, gzipped or not; which of the two is seen from its content.
        dimensions: How many dimensions it must have: 3 for images, 1 for labels.

    Raises:
        BadInput: The file is missing, damaged, too short, too long or of another kind.

    """
    content = unpack(path)
    header = 4 + 4 * dimensions
    if len(content) < header:
        raise BadInput(f"{path.name} ends inside its header ({len(content)} bytes).", _REMEDY)
    magic = bytes((0, 0, _UNSIGNED_BYTE, dimensions))
    if content[:4] != magic:
        raise BadInput(
            f"{path.name} begins with {content[:4].hex()} instead of {magic.hex()}.",
            f"It must be an IDX file of unsigned bytes with {dimensions} dimension(s).",
        )
    shape = tuple(int(size) for size in np.frombuffer(content[4:header], ">u4"))
    expected = math.prod(shape)
    if len(content) - header != expected:
        raise BadInput(
            f"{path.name} declares {' × '.join(map(str, shape))} values "
            f"but holds {len(content) - header:,}.",
            _REMEDY,
        )
    return np.frombuffer(content, np.uint8, offset=header).reshape(shape)


def unpack(path: Path) -> bytes:
    """Return a file's content, unpacked if it is gzipped.

    Raises:
        BadInput: The file cannot be read or unpacked.

    """
    try:
        with path.open("rb") as file:
            gzipped = file.read(2) == b"\x1f\x8b"
        with gzip.open(path) if gzipped else path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise BadInput(f"{path} cannot be read: {error}.", _REMEDY) from error
    if len(content) > MAX_BYTES:
        raise BadInput(f"{path.name} has more than {MAX_BYTES:,} bytes.", _REMEDY)
    return content
