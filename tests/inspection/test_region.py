import random

import pytest
import torch

from app.errors import NotExplained, OutsideLayer, UnknownLayer
from app.inspection import CapturedModule, Window, capture
from tests.inspection.zoo import ZOO, build

pytestmark = pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel")

Index = tuple[int, ...]


MAPS = [name for name in ZOO if name != "five_dimensions"]
EXACT = {"conv2d", "max_pool2d", "avg_pool2d", "activation", "batch_norm2d", "flatten", "identity"}


def captured(name: str) -> tuple[CapturedModule, torch.Tensor]:
    module, x = build(name)
    return capture(module, x), x


def some_units(shape: Index, count: int, seed: int = 0) -> list[Index]:
    rng = random.Random(seed)
    return [tuple(rng.randrange(size) for size in shape) for _ in range(count)]


def spans(region: Window) -> list[range]:
    return [s for s in (region.channels, region.rows, region.columns) if s is not None]


def contains(region: Window, index: Index) -> bool:
    return all(i in span for i, span in zip(index, spans(region), strict=True))


@pytest.mark.parametrize("name", MAPS)
def test_one_step_back_is_what_the_arithmetic_reads(name: str) -> None:
    module, x = captured(name)
    trace = module.trace(x)
    for previous, layer in zip(module.layers, module.layers[1:], strict=False):
        for index in some_units(layer.output_shape, 3):
            region = module.receptive_fields(layer.id, index).get(previous.id)
            if region is None or layer.kind == "other":
                continue
            window = module.explain_unit(layer.id, trace, index).window
            assert window is not None
            inside = [
                [i for i in span if 0 <= i < size]
                for span, size in zip(spans(window), previous.output_shape, strict=True)
            ]
            assert all(set(i) <= set(s) for i, s in zip(inside, spans(region), strict=True))
            undilated = layer.hyperparameters.get("dilation", (1, 1)) == (1, 1)
            if layer.kind in EXACT and undilated:
                hull = [range(found[0], found[-1] + 1) for found in inside]
                assert spans(region) == hull, layer.id


@pytest.mark.parametrize("name", MAPS)
def test_what_a_unit_depends_on_has_it_among_what_depends_on_it(name: str) -> None:
    module, _ = captured(name)
    rng = random.Random(1)
    for layer in module.layers:
        for index in some_units(layer.output_shape, 3):
            for other_id, region in module.receptive_fields(layer.id, index).items():
                source = tuple(rng.choice(span) for span in spans(region))
                reached = module.projective_fields(other_id, source)
                assert contains(reached[layer.id], index), (layer.id, other_id)


def test_the_input_of_a_unit_is_its_receptive_field() -> None:
    module, _ = captured("lenet5")
    for layer in module.layers:
        for index in some_units(layer.output_shape, 5):
            region = module.receptive_fields(layer.id, index)["input"]
            assert layer.receptive_field is not None
            if layer.kind == "flatten":  # a unit of it sees less than its whole layer does
                continue
            rows, columns = layer.receptive_field.at(*index[1:], within=(32, 32))
            assert (region.rows, region.columns) == (rows, columns)


def test_what_a_pixel_does_not_reach_stays_as_it_is() -> None:
    module, _ = captured("lenet5")
    torch.manual_seed(0)
    image = torch.rand(1, 1, 32, 32)
    for _, row, column in some_units((1, 32, 32), 10):
        changed = image.clone()
        changed[0, 0, row, column] += 1
        before, after = module.trace(image), module.trace(changed)
        reached = module.projective_fields("input", (0, row, column))
        assert list(reached) == [layer.id for layer in module.layers]
        for layer in module.layers:
            moved = (before[layer.id] != after[layer.id])[0].nonzero().tolist()
            assert all(contains(reached[layer.id], tuple(index)) for index in moved), layer.id
            if layer.kind in ("conv2d", "input"):
                assert len(moved) > 0


def test_a_unit_of_a_flattened_layer_came_from_one_unit() -> None:
    module, _ = captured("lenet5")
    region = module.receptive_fields("flatten", (137,))["pool2"]
    assert region == Window(range(5, 6), range(2, 3), range(2, 3))  # 137 = 5 · 25 + 2 · 5 + 2
    assert module.projective_fields("pool2", (5, 2, 2))["flatten"] == Window(range(137, 138))


def test_a_group_of_a_convolution_stays_among_itself() -> None:
    module, _ = captured("depthwise")
    conv = next(layer for layer in module.layers if layer.kind == "conv2d")
    source = conv.input_ids[0]
    channels, *_ = conv.output_shape
    per_input = channels // conv.input_shape[0]
    for channel in range(channels):
        region = module.receptive_fields(conv.id, (channel, 1, 1))[source]
        assert region.channels == range(channel // per_input, channel // per_input + 1)
        found = module.projective_fields(source, (channel // per_input, 1, 1))[conv.id]
        assert channel in found.channels
        assert len(found.channels) == per_input


def test_it_ends_where_an_operation_is_not_known() -> None:
    for name in MAPS:
        module, _ = captured(name)
        last = module.layers[-1]
        found = module.receptive_fields(last.id, tuple(0 for _ in last.output_shape))
        unknown = [layer.id for layer in module.layers[1:] if layer.reads is None]
        assert ("input" in found) == (not unknown), name


@pytest.mark.parametrize("fields", ["receptive_fields", "projective_fields"])
def test_there_must_be_such_a_unit(fields: str) -> None:
    module, _ = captured("lenet5")
    with pytest.raises(UnknownLayer):
        getattr(module, fields)("conv9", (0, 0, 0))
    for index in [(6, 0, 0), (0, 28, 0), (0, 0), (-1, 0, 0)]:
        with pytest.raises(OutsideLayer):
            getattr(module, fields)("conv1", index)


def test_more_dimensions_than_a_map_has_are_refused() -> None:
    module, _ = captured("five_dimensions")
    with pytest.raises(NotExplained):
        module.receptive_fields(module.layers[-1].id, (0, 0, 0, 0))
