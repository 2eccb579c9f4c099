"""MNIST from its public mirrors, for those who have a network and no copy."""

import gzip
import hashlib
import zlib
from collections.abc import Sequence
from pathlib import Path

import httpx

from app.errors import BadInput
from app.training.dataset import FILES
from app.training.files import write_atomically

MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
    "https://azureopendatastorage.blob.core.windows.net/mnist/",
    "https://systemds.apache.org/assets/datasets/mnist/",
    "https://raw.githubusercontent.com/fgnt/mnist/master/",
    "https://yann.lecun.com/exdb/mnist/",
)
"""Tried in this order."""
CHECKSUMS = {
    "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}
"""SHA-256 of each file unpacked: mirrors have packed the same content differently."""
_TIMEOUT = 20
"""Seconds without an answer after which the next mirror is tried."""


def download_mnist(folder: Path, mirrors: Sequence[str]) -> None:
    """Bring the four files of MNIST into a folder; those that are there already stay.

    Raises:
        BadInput: No mirror gave a file with the right checksum.

    """
    with httpx.Client(timeout=_TIMEOUT, follow_redirects=True) as client:
        for name in FILES:
            path = folder / f"{name}.gz"
            if not path.is_file():
                write_atomically(path, _fetch(client, name, mirrors))


def _fetch(client: httpx.Client, name: str, mirrors: Sequence[str]) -> bytes:
    """Return a file, gzipped, from the first mirror that has it right."""
    reasons = []
    for mirror in mirrors:
        try:
            packed = client.get(f"{mirror}{name}.gz").raise_for_status().content
            content = gzip.decompress(packed)
        except (httpx.HTTPError, OSError, EOFError, zlib.error) as error:
            reasons.append(f"{mirror}: {error}")
        else:
            if hashlib.sha256(content).hexdigest() == CHECKSUMS[name]:
                return packed
            reasons.append(f"{mirror}: the file has another checksum")
    raise BadInput(
        f"{name}.gz could not be downloaded.\n  " + "\n  ".join(reasons) + "\n",
        "Get the four files "
        + ", ".join(f"{name}.gz" for name in FILES)
        + " in some other way, put them into one folder, and name it with --data FOLDER.",
    )
