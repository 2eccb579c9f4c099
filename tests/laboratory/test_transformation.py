"""Moved images against torch's own turning, and maps that do or do not move along."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional

from app.inspection import capture
from app.laboratory.transformation import Transformation, equivariances, shifted

IMAGE = torch.rand(1, 1, 32, 32, generator=torch.Generator().manual_seed(0))


def found(module: nn.Module, transformation: Transformation, image=IMAGE) -> dict:
    captured = capture(module, image)
    before, after = (captured.trace(i) for i in (image, transformation.apply(image)))
    return {
        e.layer_id: e.distance
        for e in equivariances(captured.layers, transformation, before, after)
    }


def moved(image: torch.Tensor, rows: int, columns: int) -> torch.Tensor:
    """Return an image moved by whole pixels, with zeros coming in."""
    height, width = image.shape[-2:]
    result = torch.zeros_like(image)
    for row in range(height):
        for column in range(width):
            if 0 <= row - rows < height and 0 <= column - columns < width:
                result[..., row, column] = image[..., row - rows, column - columns]
    return result


@settings(max_examples=30, deadline=None)
@given(rows=st.integers(-9, 9), columns=st.integers(-9, 9))
def test_a_shift_moves_whole_pixels_and_lets_zeros_in(rows, columns):
    image = IMAGE[..., :7, :8]
    assert Transformation(rows, columns).apply(image).equal(moved(image, rows, columns))


def test_nothing_done_changes_nothing():
    assert Transformation().apply(IMAGE).equal(IMAGE)


def test_a_mirror_is_exact():
    assert Transformation(mirror=True).apply(IMAGE).equal(IMAGE.flip(-1))


@pytest.mark.parametrize("quarters", [1, 2, 3, 4])
def test_quarter_turns_are_exact_and_go_clockwise(quarters):
    for image in (IMAGE, IMAGE[..., :5, :5]):
        turned = Transformation(degrees=90 * quarters).apply(image)
        torch.testing.assert_close(turned, image.rot90(-quarters, (-2, -1)), rtol=0, atol=1e-6)


@pytest.mark.parametrize("mirror", [False, True])
@pytest.mark.parametrize(("degrees", "scale"), [(30, 1), (-77, 1.5), (0, 2), (10, 0.4)])
def test_between_the_pixels_it_is_what_torch_interpolates(degrees, scale, mirror):
    angle = torch.tensor(degrees).deg2rad()
    # affine_grid has x before y, and asks where each pixel comes from
    back = torch.tensor([[angle.cos(), angle.sin()], [-angle.sin(), angle.cos()]]) / scale
    if mirror:
        back[0] *= -1
    theta = torch.cat([back, torch.zeros(2, 1)], 1)[None]
    grid = functional.affine_grid(theta, [1, 1, 32, 32], align_corners=False)
    expected = functional.grid_sample(IMAGE, grid, align_corners=False)
    found = Transformation(degrees=degrees, scale=scale, mirror=mirror).apply(IMAGE)
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-5)


@pytest.mark.parametrize("reach", [0, 1, 5])
def test_all_shifts_within_reach_are_made_at_once(reach):
    images = shifted(IMAGE[0], reach)
    assert images.shape == (2 * reach + 1, 2 * reach + 1, 1, 32, 32)
    for rows in range(-reach, reach + 1):
        for columns in range(-reach, reach + 1):
            expected = moved(IMAGE[0], rows, columns)
            assert images[reach + rows, reach + columns].equal(expected)


@pytest.mark.parametrize("padding_mode", ["zeros", "circular"])
@pytest.mark.parametrize("shift", [(0, 0), (1, 0), (3, -7), (-15, 15)])
def test_a_convolution_moves_along_with_every_shift_away_from_the_border(shift, padding_mode):
    module = nn.Sequential(
        nn.Conv2d(1, 3, 3, padding=1, padding_mode=padding_mode), nn.ReLU(), nn.Conv2d(3, 2, 5)
    )
    distances = found(module, Transformation(*shift))
    known = [d for d in distances.values() if d is not None]
    assert known == pytest.approx([0] * len(known), abs=1e-6)
    assert distances["input"] == 0
    if padding_mode == "zeros":
        assert None not in distances.values()


def test_a_stride_moves_along_with_its_multiples_only():
    module = nn.Sequential(nn.Conv2d(1, 2, 3), nn.MaxPool2d(2), nn.Conv2d(2, 2, 3), nn.MaxPool2d(2))
    whole, half, single = (list(found(module, Transformation(rows=r)).values()) for r in (4, 2, 1))
    assert whole == pytest.approx([0] * 5, abs=1e-6)
    assert half[:4] == pytest.approx([0] * 4, abs=1e-6)
    assert half[4] > 0.01
    assert single[:2] == pytest.approx([0] * 2, abs=1e-6)
    assert min(single[2:]) > 0.01


def test_a_pointwise_layer_moves_along_with_mirrors_and_quarter_turns():
    module = nn.Sequential(nn.Conv2d(1, 2, 1), nn.Tanh())
    for transformation in (Transformation(mirror=True), Transformation(degrees=90)):
        distances = found(module, transformation)
        assert list(distances.values()) == pytest.approx([0] * 3, abs=1e-5)


def test_a_symmetric_kernel_moves_along_with_a_mirror_and_another_does_not():
    conv = nn.Conv2d(1, 1, 3)
    mirror = Transformation(mirror=True)
    assert found(nn.Sequential(conv), mirror)["0"] > 0.01
    with torch.no_grad():
        conv.weight.copy_(conv.weight + conv.weight.flip(3))
    assert found(nn.Sequential(conv), mirror)["0"] == pytest.approx(0, abs=1e-6)


def test_where_every_unit_saw_the_border_there_is_no_distance():
    module = nn.Sequential(nn.Conv2d(1, 1, 31), nn.AdaptiveAvgPool2d(1))
    distances = found(module, Transformation(rows=4))
    assert distances == {"input": 0, "0": None, "1": None}


def test_layers_without_maps_are_left_out():
    module = nn.Sequential(nn.Flatten(), nn.Linear(1024, 2))
    assert list(found(module, Transformation(rows=1))) == ["input"]
