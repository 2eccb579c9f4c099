import gzip
from pathlib import Path

import numpy as np
import pytest
import torch

from app import ink
from app.errors import BadInput
from app.training.dataset import FILES, pad, read_mnist, sha256, to_tensor
from tests.training.small_data import write_part


def test_both_parts_are_read(mnist: Path) -> None:
    assert len(read_mnist(mnist, "train")) == 240
    test = read_mnist(mnist, "t10k")
    assert test.images.shape == (250, 28, 28)
    assert np.bincount(test.labels).tolist() == [25] * 10


def test_a_missing_file_is_named_with_the_four_that_are_needed(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as refusal:
        read_mnist(tmp_path, "train")
    assert "train-images-idx3-ubyte" in refusal.value.detail
    assert all(name in refusal.value.hint for name in FILES)


@pytest.mark.parametrize(
    ("images", "labels", "message"),
    [
        (np.zeros((3, 28, 28)), np.zeros(4), "holds 3 images, .* 4 labels"),
        (np.zeros((0, 28, 28)), np.zeros(0), "0 × 28 × 28"),
        (np.zeros((3, 32, 32)), np.zeros(3), "3 × 32 × 32"),
        (np.zeros((3, 28, 28)), np.array([0, 10, 2]), "the label 10"),
    ],
)
def test_files_that_do_not_fit_are_refused(
    tmp_path: Path, images: np.ndarray, labels: np.ndarray, message: str
) -> None:
    write_part(tmp_path, "train", images, labels)
    with pytest.raises(BadInput, match=message):
        read_mnist(tmp_path, "train")


def test_the_checksum_is_of_the_unpacked_content(tmp_path: Path) -> None:
    plain, packed = tmp_path / "plain", tmp_path / "packed"
    plain.write_bytes(b"digits")
    packed.write_bytes(gzip.compress(b"digits"))
    assert sha256(plain) == sha256(packed)


def test_the_networks_input_is_what_the_drawing_pad_makes_of_the_same_picture(
    mnist: Path,
) -> None:
    images = read_mnist(mnist, "t10k").images[:20]
    padded = pad(to_tensor(images))
    for image, inputs in zip(images, padded, strict=True):
        frame = np.zeros((32, 32), np.uint8)
        frame[2:30, 2:30] = image
        assert torch.equal(inputs, torch.from_numpy(ink.to_tensor(frame)[0]))
