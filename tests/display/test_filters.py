import numpy as np
import pytest
import torch
from torch import nn

from app.display import show_filters
from app.display.colours import paint
from app.errors import BadInput, UnknownLayer
from app.inspection import capture
from tests.display.page import read
from tests.inspection.zoo import ZOO, build

pytestmark = pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel")


def test_each_filter_is_shown_by_its_kernels_before_its_map_on_a_scale_around_zero() -> None:
    module, x = build("lenet5")
    _, *pictures = read(show_filters(module, x[0], "conv2")).all("img")  # the first is the legend
    weight = module.get_submodule("conv2").weight.detach().double().numpy()
    reach = np.abs(weight).max()
    assert len(pictures) == 16 * (6 + 1)
    for i, stack in enumerate(weight):
        *kernels, made = pictures[7 * i : 7 * i + 7]
        assert made.pixels.shape == (10, 10, 3)
        for k, (picture, kernel) in enumerate(zip(kernels, stack, strict=True)):
            assert f"CONV2 filter {i}, channel {k}: " in picture.attributes["alt"]
            expected = paint(kernel, (-reach, reach), "diverging")[..., :3]
            np.testing.assert_array_equal(picture.pixels, expected)


def test_filters_of_a_later_group_name_the_channels_they_read() -> None:
    view = show_filters(nn.Conv2d(4, 8, 3, groups=2), torch.rand(4, 5, 5), "conv2d")
    labels = [picture.attributes["alt"].split(":")[0] for picture in read(view).all("img")]
    assert "CONV1 filter 3, channel 1" in labels
    assert "CONV1 filter 4, channel 2" in labels


@pytest.mark.parametrize("name", ZOO)
def test_every_layer_with_weights_can_be_shown(name: str) -> None:
    module, x = build(name)
    captured = capture(module, x)
    for layer in captured.layers:
        weights = captured.weights(layer.id)
        if weights:
            view = show_filters(captured, x[:1], layer.id)
            assert len(read(view).all("img")) > len(weights)
            assert all(np.isfinite(value).all() for value in weights.values())
            assert layer.label in str(view)


def test_a_layer_without_weights_is_refused_with_those_that_have_some() -> None:
    module, x = build("lenet5")
    with pytest.raises(BadInput, match="pool1 has no weights") as refused:
        show_filters(module, x[0], "pool1")
    assert refused.value.hint == "Those with: conv1, conv2, fc1, fc2, fc3."
    with pytest.raises(UnknownLayer):
        show_filters(module, x[0], "conv9")
