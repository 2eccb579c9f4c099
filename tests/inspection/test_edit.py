import math
from typing import Any

import pytest
import torch
from torch import nn

from app.errors import BadEdit
from app.inspection import capture, edited
from app.inspection.edit import Flip, Negate, Randomise, Set, Swap, SwitchOff
from app.models.lenet5 import POOLINGS, Activation, LeNet5, Pooling


@pytest.fixture
def lenet() -> LeNet5:
    """The lecture's, whichever is shipped: what can be swapped depends on what is there."""
    torch.manual_seed(0)
    return LeNet5("relu", "max").eval()


def trace(module: nn.Module) -> dict[str, torch.Tensor]:
    torch.manual_seed(1)
    image = torch.rand(1, 1, 32, 32)
    return capture(module, image).trace(image)


def before(layer: str, found: dict[str, torch.Tensor]) -> torch.Tensor:
    """What a layer read."""
    ids = list(found)
    return found[ids[ids.index(layer) - 1]]


def test_the_module_given_stays_as_it_is(lenet: LeNet5) -> None:
    before = {name: value.clone() for name, value in lenet.state_dict().items()}
    edits = [SwitchOff("conv1", 0), Randomise(3), Swap("pool1", "avg_pool2d"), Flip("conv2", 1)]
    edited(lenet, edits)
    assert all(torch.equal(value, before[name]) for name, value in lenet.state_dict().items())
    assert isinstance(lenet.pool1, nn.MaxPool2d)


def test_a_filter_that_is_off_makes_a_map_of_zeros_and_leaves_the_others(lenet: LeNet5) -> None:
    before, after = trace(lenet), trace(edited(lenet, [SwitchOff("conv1", 2)]))
    assert not after["conv1"][0, 2].any()
    others = [0, 1, 3, 4, 5]
    assert torch.equal(before["conv1"][0, others], after["conv1"][0, others])
    assert not torch.equal(before["fc3"], after["fc3"])


def test_a_flipped_filter_convolves_instead_of_correlating(lenet: LeNet5) -> None:
    flipped = edited(lenet, [Flip("conv1", 3)])
    turned = torch.rot90(lenet.conv1.weight[3], 2, (1, 2))
    assert torch.equal(flipped.get_parameter("conv1.weight")[3], turned)
    again = edited(flipped, [Flip("conv1", 3)])
    assert torch.equal(again.get_parameter("conv1.weight"), lenet.conv1.weight)


def test_a_negated_filter_makes_the_negative_map(lenet: LeNet5) -> None:
    before, after = trace(lenet), trace(edited(lenet, [Negate("conv2", 7)]))
    torch.testing.assert_close(after["conv2"][0, 7], -before["conv2"][0, 7])


@pytest.mark.parametrize(
    ("parameter", "index", "value"),
    [
        ("weight", (1, 0, 2, 3), 0.25),
        ("weight", (1, 0, 2), (1.0, 2.0, 3.0, 4.0, 5.0)),
        ("weight", (1, 0), tuple((float(i),) * 5 for i in range(5))),
        ("bias", (4,), -1.5),
        ("bias", (), (0.0, 1.0, 2.0, 3.0, 4.0, 5.0)),
    ],
)
def test_a_number_or_a_part_is_set(
    lenet: LeNet5, parameter: str, index: tuple[int, ...], value: Any
) -> None:
    changed = edited(lenet, [Set("conv1", parameter, index, value)])
    found = changed.get_parameter(f"conv1.{parameter}")
    assert torch.equal(found[index], torch.tensor(value))
    rest = torch.ones_like(found, dtype=torch.bool)
    rest[index] = False
    assert torch.equal(found[rest], lenet.get_parameter(f"conv1.{parameter}")[rest])


@pytest.mark.parametrize(
    ("pooling", "layer", "to", "module"),
    [
        ("max", "pool1", "avg_pool2d", nn.AvgPool2d(2, 2)),
        ("max", "pool2", "max_pool2d", nn.MaxPool2d(2, 2)),
        ("average", "pool1", "max_pool2d", nn.MaxPool2d(2, 2)),
        ("average", "pool2", "avg_pool2d", nn.AvgPool2d(2, 2)),
    ],
)
def test_a_pooling_is_swapped(pooling: Pooling, layer: str, to: str, module: nn.Module) -> None:
    torch.manual_seed(0)
    found = trace(edited(LeNet5(pooling=pooling).eval(), [Swap(layer, to)]))
    torch.testing.assert_close(found[layer], module(before(layer, found)))


@pytest.mark.parametrize("activation", ["relu", "silu", "tanh"])
@pytest.mark.parametrize(
    ("to", "module"),
    [("relu", nn.ReLU()), ("tanh", nn.Tanh()), ("silu", nn.SiLU()), ("identity", nn.Identity())],
)
def test_an_activation_is_swapped(activation: Activation, to: str, module: nn.Module) -> None:
    torch.manual_seed(0)
    layer = f"{activation}2"
    found = trace(edited(LeNet5(activation).eval(), [Swap(layer, to)]))
    torch.testing.assert_close(found[layer], module(before(layer, found)))


@pytest.mark.parametrize("pooling", POOLINGS)
def test_a_swap_can_be_taken_back(pooling: Pooling) -> None:
    torch.manual_seed(0)
    network = LeNet5("silu", pooling).eval()
    kinds = ["avg_pool2d", "max_pool2d"] if pooling == "max" else ["max_pool2d", "avg_pool2d"]
    swaps = [Swap("pool1", kind) for kind in kinds]
    swaps += [Swap("silu1", "relu"), Swap("silu1", "silu")]
    for swapped in (swaps[:1], swaps[:3]):
        assert not torch.equal(trace(edited(network, swapped))["fc3"], trace(network)["fc3"])
    assert torch.equal(trace(edited(network, swaps))["softmax"], trace(network)["softmax"])


def test_random_weights_depend_on_the_seed_alone(lenet: LeNet5) -> None:
    state = torch.random.get_rng_state()
    one, same = (edited(lenet, [Randomise(5)]).get_parameter("fc1.weight") for _ in range(2))
    other = edited(lenet, [Randomise(6)]).get_parameter("fc1.weight")
    assert torch.equal(one, same)
    assert not torch.equal(one, other)
    assert torch.equal(torch.random.get_rng_state(), state)
    # as torch initialises a linear layer: uniform in ± 1/√(inputs)
    assert one.abs().max() <= 1 / math.sqrt(400)


def test_edits_are_made_in_order(lenet: LeNet5) -> None:
    last = edited(lenet, [Set("conv1", "bias", (0,), 1.0), Set("conv1", "bias", (0,), 2.0)])
    assert last.get_parameter("conv1.bias")[0] == 2


@pytest.mark.parametrize(
    ("edit", "word"),
    [
        (SwitchOff("conv9", 0), "conv9"),
        (SwitchOff("conv1", 6), "shape"),
        (SwitchOff("conv1", -1), "shape"),
        (SwitchOff("pool1", 0), "pool1 has no weight"),
        (Flip("fc1", 0), "no kernels"),
        (Negate("relu1", 0), "relu1 has no weight"),
        (Set("conv1", "running_mean", (), 0.0), "running_mean"),
        (Set("conv1", "weight", (0, 1), 0.0), "shape"),
        (Set("conv1", "weight", (0, 0, 0, 0, 0), 0.0), "shape"),
        (Set("conv1", "weight", (0,), (1.0, 2.0)), r"\(1, 5, 5\)"),
        (Set("conv1", "weight", (0, 0, 0), ((1.0,), (2.0, 3.0))), "ragged"),
        (Set("conv1", "bias", (0,), math.nan), "not finite"),
        (Set("conv1", "bias", (0,), 1e300), "not finite"),
        (Set("conv1", "bias", (0,), "one"), "numbers"),  # type: ignore[arg-type]
        (Swap("conv1", "tanh"), "tanh"),
        (Swap("pool1", "tanh"), "max_pool2d"),
        (Swap("relu1", "avg_pool2d"), "sigmoid"),
        (Swap("softmax", "relu"), "cannot become"),
    ],
)
def test_an_edit_that_does_not_fit_is_refused(lenet: LeNet5, edit: Any, word: str) -> None:
    with pytest.raises(BadEdit, match=word):
        edited(lenet, [edit])
