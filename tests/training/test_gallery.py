import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.errors import BadInput
from app.training.__main__ import main
from app.training.corpus import read_corpus
from app.training.dataset import read_mnist
from app.training.gallery import COLUMNS, write_gallery
from app.training.recipe import Split
from tests.training.conftest import ROOT

SHIPPED = ROOT / "static" / "digits"


def read(folder: Path, name: str = "mnist") -> tuple[np.ndarray, dict]:
    """Tiles (N, 28, 28) of a sample, and its description."""
    description = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    with Image.open(folder / f"{name}.png") as image:
        assert image.mode == "L"
        sprite = np.asarray(image)
    tile, columns = description["tile"], description["columns"]
    rows = sprite.reshape(-1, tile, columns, tile)
    return rows.transpose(0, 2, 1, 3).reshape(-1, tile, tile), description


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sample of so many training digits as there are in the small data."""
    monkeypatch.setitem(COLUMNS, "training", 20)


@pytest.mark.usefixtures("few")
def test_each_tile_is_the_test_digit_that_the_description_names(
    mnist: Path, tmp_path: Path
) -> None:
    assert main(["gallery", "--data", str(mnist), "--output", str(tmp_path)]) == 0
    tiles, description = read(tmp_path)
    test = read_mnist(mnist, "t10k")
    indices = description["mnist_indices"]
    assert np.array_equal(tiles, test.images[indices])
    assert description["class_indices"] == test.labels[indices].tolist()
    assert test.labels[indices].tolist() == [d for d in range(10) for _ in range(20)]
    assert len(set(indices)) == 200


@pytest.mark.usefixtures("few")
def test_the_training_sample_has_none_of_the_validation_images(mnist: Path, tmp_path: Path) -> None:
    assert main(["gallery", "--data", str(mnist), "--output", str(tmp_path)]) == 0
    tiles, description = read(tmp_path, "training")
    everything, corpus = read_mnist(mnist, "train"), read_corpus(mnist, None, Split())
    indices = description["mnist_indices"]
    assert len(set(indices)) == 200
    assert set(indices) <= set(corpus.training_numbers.tolist())
    assert np.array_equal(tiles, everything.images[indices])
    classes = description["class_indices"]
    assert (
        classes == everything.labels[indices].tolist() == [d for d in range(10) for _ in range(20)]
    )
    assert "training images" in description["note"]


def test_the_draw_is_the_same_every_time(mnist: Path, tmp_path: Path) -> None:
    for name in ("once", "again"):
        write_gallery(read_mnist(mnist, "t10k"), tmp_path / name)
    for file in ("mnist.png", "mnist.json"):
        assert (tmp_path / "once" / file).read_bytes() == (tmp_path / "again" / file).read_bytes()


def test_too_few_digits_of_a_class_are_refused(mnist: Path, tmp_path: Path) -> None:
    test = read_mnist(mnist, "t10k")
    with pytest.raises(BadInput, match="show 0 only 19 times"):
        write_gallery(
            test[np.flatnonzero((test.labels != 0) | (np.cumsum(test.labels == 0) < 20))], tmp_path
        )


def test_the_strip_has_a_digit_of_each_class_and_the_one_that_the_page_opens_on() -> None:
    _, description = read(SHIPPED)
    strip = description["strip"]
    assert [description["class_indices"][place] for place in strip] == list(range(10))
    store = (ROOT / "static" / "js" / "store.js").read_text(encoding="utf-8")
    assert int(store.split("subject: { digit: ")[1].split(",")[0]) in strip


@pytest.mark.parametrize("name", COLUMNS)
def test_the_shipped_samples_say_where_they_are_from(name: str) -> None:
    tiles, description = read(SHIPPED, name)
    assert len(tiles) == len(description["class_indices"]) == 10 * COLUMNS[name]
    assert description["source"] == "MNIST, Y. LeCun, C. Cortes, C. Burges"
    assert description["licence"] == "CC BY-SA 3.0"


def test_the_shipped_samples_are_what_the_command_writes(shared_data: Path, tmp_path: Path) -> None:
    write_gallery(read_mnist(shared_data / "mnist", "t10k"), tmp_path)
    corpus = read_corpus(shared_data / "mnist", None, Split())
    write_gallery(corpus.training, tmp_path, "training", corpus.training_numbers)
    for name in COLUMNS:
        tiles, description = read(tmp_path, name)
        shipped_tiles, shipped_description = read(SHIPPED, name)
        assert np.array_equal(tiles, shipped_tiles)
        assert description == shipped_description
