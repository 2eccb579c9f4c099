from dataclasses import fields, replace
from pathlib import Path

import pytest
import torch
from torch import Generator, Tensor

from app.training.augmentation import Augmentation
from app.training.dataset import read_mnist, to_tensor

NOTHING = Augmentation(**{field.name: 0 for field in fields(Augmentation)})


@pytest.fixture(scope="module")
def images(mnist: Path) -> Tensor:
    return to_tensor(read_mnist(mnist, "t10k").images[:40])


def seeded(seed: int = 0) -> Generator:
    return Generator().manual_seed(seed)


def test_shape_range_and_input_are_kept(images: Tensor) -> None:
    before = images.clone()
    augmented = Augmentation()(images, seeded())
    assert augmented.shape == images.shape
    assert augmented.dtype == torch.float32
    assert augmented.min() >= 0
    assert augmented.max() <= 1 + 1e-6
    assert torch.equal(images, before)


def test_without_any_distortion_the_images_stay_the_same(images: Tensor) -> None:
    torch.testing.assert_close(NOTHING(images, seeded()), images, atol=1e-4, rtol=0)


@pytest.mark.parametrize("name", [field.name for field in fields(Augmentation)])
def test_each_distortion_alone_changes_the_images(images: Tensor, name: str) -> None:
    alone = replace(NOTHING, **{name: getattr(Augmentation(), name)})
    assert (alone(images, seeded()) - images).abs().max() > 0.1


def test_the_same_seed_gives_the_same_distortions_and_another_seed_others(images: Tensor) -> None:
    augment = Augmentation()
    assert torch.equal(augment(images, seeded()), augment(images, seeded()))
    assert not torch.equal(augment(images, seeded()), augment(images, seeded(1)))


def test_each_image_of_a_batch_is_distorted_in_its_own_way(images: Tensor) -> None:
    augmented = Augmentation()(images[:1].repeat(8, 1, 1, 1), seeded())
    for i in range(8):
        for j in range(i):
            assert not torch.equal(augmented[i], augmented[j])


def test_a_shift_is_counted_in_pixels(images: Tensor) -> None:
    shifted = replace(NOTHING, shift=2.0)(images, seeded())
    moved = _middle(shifted) - _middle(images)
    assert moved.abs().max() <= 2.01
    assert moved.abs().max() > 1.5


def test_the_stroke_becomes_thicker_or_thinner_by_at_most_a_pixel_on_each_side() -> None:
    line = torch.zeros(200, 1, 28, 28)
    line[:, :, 5:23, 13:16] = 1
    widths = replace(NOTHING, stroke=1.0)(line, seeded())[:, 0, 14].sum(dim=1)
    assert widths.min() >= 0.99
    assert widths.max() <= 5.01
    assert widths.min() < 1.1
    assert widths.max() > 4.9


def _middle(images: Tensor) -> Tensor:
    """The centres of mass, (N, 2)."""
    mass = images.sum(dim=(1, 2, 3))
    along = torch.arange(28.0)
    rows = (images.sum(dim=(1, 3)) * along).sum(dim=1) / mass
    columns = (images.sum(dim=(1, 2)) * along).sum(dim=1) / mass
    return torch.stack([rows, columns], dim=1)
