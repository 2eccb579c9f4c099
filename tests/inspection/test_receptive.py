import itertools
import math

import pytest
import torch

from app.inspection import ReceptiveField, capture
from app.inspection.receptive import SlidingWindow
from app.models.lenet5 import ACTIVATION
from tests.inspection.zoo import ZOO, Calling, build

pytestmark = pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel")

PIXEL = ReceptiveField((1, 1), (1, 1), (0, 0))
# Small enough to change every pixel once.
IMAGES = [name for name, (_, shape) in ZOO.items() if len(shape) == 3 and math.prod(shape) <= 1024]
# Where every unit follows every pixel it reads: no maximum, no ReLU.
SMOOTH = {
    *("grouped", "depthwise", "dilated", "strided", "rectangular", "bias_free", "same", "valid"),
    *("reflect", "average_pool", "average_pool_of_the_rest"),
}


def test_vgg_16_sees_what_araujo_et_al_give() -> None:
    field = PIXEL
    for convolutions in (2, 2, 3, 3, 3):
        for _ in range(convolutions):
            field = field.through(SlidingWindow((3, 3), padding=(1, 1)))
        field = field.through(SlidingWindow((2, 2), stride=(2, 2)))
    assert field == ReceptiveField((212, 212), (32, 32), (-90, -90))


def test_lenet_5_sees_more_from_layer_to_layer() -> None:
    fields = {layer.id: layer.receptive_field for layer in capture(*build("lenet5")).layers}
    assert fields["input"] == fields["input"].through(SlidingWindow()) == PIXEL
    assert fields[f"{ACTIVATION}1"] == ReceptiveField((5, 5), (1, 1), (0, 0))
    assert fields["pool1"] == ReceptiveField((6, 6), (2, 2), (0, 0))
    assert fields["conv2"] == ReceptiveField((14, 14), (2, 2), (0, 0))
    assert fields["pool2"] == ReceptiveField((16, 16), (4, 4), (0, 0))
    assert fields["fc3"] == ReceptiveField((32, 32), (0, 0), (0, 0))


def test_a_field_is_cut_to_the_image_on_request() -> None:
    field = ReceptiveField((5, 3), (2, 1), (-2, 0))
    assert field.at(0, 1) == (range(-2, 3), range(1, 4))
    assert field.at(0, 1, within=(9, 3)) == (range(3), range(1, 3))
    assert field.at(4, 0, within=(9, 3)) == (range(6, 9), range(3))


@pytest.mark.parametrize("name", IMAGES)
def test_a_unit_changes_only_with_pixels_of_its_field(name: str) -> None:
    """Change one pixel at a time, and see which units follow."""
    module, x = build(name)
    image = x[:1].double()
    rows, columns = image.shape[2:]
    changes = torch.zeros(rows * columns, *image.shape[1:], dtype=torch.float64)
    for pixel in range(rows * columns):
        changes[pixel, :, pixel // columns, pixel % columns] = 1.7
    captured = capture(module.double(), image)
    trace = captured.trace(torch.cat([image, image + changes]))
    for layer in captured.layers:
        if layer.receptive_field is None:
            continue
        follows = (trace[layer.id][1:] - trace[layer.id][0]).abs() > 1e-12
        is_map = len(layer.output_shape) == 3
        units = follows.any(1) if is_map else follows.flatten(1).any(1)[:, None, None]
        for row, column in itertools.product(*map(range, units.shape[1:])):
            field = layer.receptive_field.at(row, column, within=(rows, columns))
            pixels = units[:, row, column].nonzero().flatten()
            for seen, expected in zip((pixels // columns, pixels % columns), field, strict=True):
                assert set(seen.tolist()) <= set(expected)
                if name in SMOOTH and field == layer.receptive_field.at(row, column):
                    assert (seen.min(), seen.max()) == (expected[0], expected[-1])


def test_a_constant_larger_than_the_activation_has_no_field() -> None:
    wider = Calling(lambda x: x + torch.ones(1, 2, 3, 3))
    assert capture(wider, torch.rand(1, 2, 1, 1)).layers[-1].receptive_field is None
    assert capture(wider, torch.rand(1, 2, 3, 3)).layers[-1].receptive_field == PIXEL


def test_windows_of_several_sizes_or_wrapped_around_have_no_field() -> None:
    for name in ("adaptive_pool", "circular", "replicate"):
        assert capture(*build(name)).layers[-1].receptive_field is None
