"""Small data and a short recipe for the tests of the training, and the real data if at hand."""

import gzip
import json
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.training.corpus import Corpus, read_corpus
from app.training.recipe import Recipe, Split
from tests.training.small_data import pen_digit, write_mnist

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def mnist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with 240 training and 250 test digits in MNIST's format."""
    return write_mnist(tmp_path_factory.mktemp("mnist"), train=240, test=250)


@pytest.fixture(scope="session")
def pens(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of pen digits: seven writers, ten digits each."""
    rng = np.random.default_rng(1)
    records = [
        {"digit": digit, "writer": writer, "strokes": pen_digit(digit, rng)}
        for writer in range(1, 8)
        for digit in range(10)
    ]
    path = tmp_path_factory.mktemp("pens") / "pens.jsonl.gz"
    path.write_bytes(gzip.compress("\n".join(map(json.dumps, records)).encode()))
    return path


@pytest.fixture(scope="session")
def recipe() -> Recipe:
    """A training of a second."""
    split = Split(writers=(2, 5))
    return replace(Recipe(), epochs=3, batch_size=64, teaching=None, split=split)


@pytest.fixture(scope="session")
def corpus(mnist: Path, pens: Path, recipe: Recipe) -> Corpus:
    """The small data, split."""
    return read_corpus(mnist, pens, recipe.split)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder with the real MNIST and pen digits, where there is one."""
    folder = Path(os.environ.get("CONVLENS_DATA", ROOT.parent / "shared" / "data"))
    if not (folder / "mnist").is_dir():
        pytest.skip(f"there is no {folder / 'mnist'}; CONVLENS_DATA can name the data folder")
    return folder
