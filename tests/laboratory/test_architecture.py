"""Architectures against the programs that are written for them."""

import ast
import contextlib
import io
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import BadInput, ImpossibleLayer
from app.laboratory.activation import MODULES
from app.laboratory.architecture import (
    Activated,
    AdaptiveAvgPool2d,
    AvgPool2d,
    BatchNorm2d,
    Conv2d,
    Dropout,
    Flatten,
    Linear,
    MaxPool2d,
    Softmax,
    describe,
)
from app.laboratory.presets import ALEXNET, LECTURE, LENET5, PRESETS, VGG16


def run(code: str) -> tuple[tuple[int, ...], int]:
    """Run a program and return the output shape, without the batch, and the count it prints."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(code, {})
    shape, count = map(ast.literal_eval, printed.getvalue().splitlines())
    return shape[1:], count


def refusal(input_shape, layers) -> ImpossibleLayer | None:
    try:
        describe(input_shape, tuple(layers))
    except ImpossibleLayer as error:
        return error
    return None


def described(preset):
    return describe(preset.input_shape, preset.layers)


pairs = st.tuples(st.integers(1, 3), st.integers(1, 3))
paddings = st.tuples(st.integers(0, 2), st.integers(0, 2))
kinds = st.one_of(
    st.builds(
        Conv2d,
        st.integers(1, 6),
        pairs,
        stride=pairs,
        padding=paddings | st.sampled_from(["valid", "same"]),
        padding_mode=st.sampled_from(["zeros", "reflect", "replicate", "circular"]),
        dilation=pairs,
        groups=st.integers(1, 3),
        bias=st.booleans(),
    ),
    st.builds(
        MaxPool2d,
        pairs,
        stride=pairs | st.none(),
        padding=paddings,
        dilation=pairs,
        ceil_mode=st.booleans(),
    ),
    st.builds(
        AvgPool2d,
        pairs,
        stride=pairs | st.none(),
        padding=paddings,
        ceil_mode=st.booleans(),
        count_include_pad=st.booleans(),
    ),
    st.builds(AdaptiveAvgPool2d, pairs),
    st.builds(BatchNorm2d),
    st.builds(Flatten),
    st.builds(Linear, st.integers(1, 20), bias=st.booleans()),
    st.builds(Dropout, st.sampled_from([0.0, 0.25, 0.5, 1.0])),
    st.builds(Softmax),
    st.builds(Activated, st.sampled_from(sorted(MODULES))),
)


@settings(max_examples=150, deadline=None)
@given(
    input_shape=st.tuples(st.integers(1, 4), st.integers(1, 24), st.integers(1, 24)),
    layers=st.lists(kinds, max_size=8),
)
def test_the_code_runs_and_prints_what_the_description_says(input_shape, layers):
    while error := refusal(input_shape, layers):  # leave out what is impossible, one by one
        assert error.hint
        assert f"Layer {error.members['layer'] + 1} (" in error.detail
        del layers[error.members["layer"]]
    found = describe(input_shape, tuple(layers))
    assert run(found.code) == (found.layers[-1].output_shape, found.parameter_count)
    assert [i for i in found.indices if i is not None] == list(range(len(layers)))
    assert len(found.indices) == len(found.layers)
    assert sum(layer.parameter_count for layer in found.layers) == found.parameter_count


def test_lenet5_has_the_lectures_counts():
    found = described(LENET5)
    counts = [layer.parameter_count for layer in found.layers if layer.parameter_count]
    assert counts == [156, 2_416, 48_120, 10_164, 850]
    assert found.parameter_count == 61_706


def test_lenet5_is_the_model_that_convlens_runs_but_for_what_bends_and_what_pools():
    import torch

    from app.inspection import capture
    from app.models.lenet5 import LeNet5

    found = described(LENET5).layers
    lectures, shipped = (
        capture(network, torch.zeros(1, 1, 32, 32)).layers
        for network in (LeNet5("relu", "max"), LeNet5())
    )

    def facts(layers, *names):
        return [[getattr(layer, name) for name in names] for layer in layers]

    everything = ("id", "label", "kind", "hyperparameters", "output_shape", "multiply_adds")
    assert facts(found, *everything[1:]) == facts(lectures, *everything[1:])
    sizes = ("input_shape", "output_shape", "parameter_count", "multiply_adds", "receptive_field")
    assert facts(found, *sizes) == facts(shipped, *sizes)


def test_the_lectures_example_ends_in_1960_numbers():
    found = described(LECTURE)
    shapes = [layer.output_shape for layer in found.layers if layer.kind in ("conv2d", "flatten")]
    assert shapes == [(10, 37, 37), (20, 17, 17), (40, 7, 7), (1_960,)]


def test_alexnet_has_its_published_counts():
    assert described(ALEXNET).parameter_count == 62_378_344
    convolutions = [layer for layer in ALEXNET.layers if isinstance(layer, Conv2d)]
    split = {id(convolutions[n]): replace(convolutions[n], groups=2) for n in (1, 3, 4)}
    layers = tuple(split.get(id(layer), layer) for layer in ALEXNET.layers)
    assert describe(ALEXNET.input_shape, layers).parameter_count == 60_965_224
    shapes = [layer.output_shape for layer in described(ALEXNET).layers if layer.kind == "conv2d"]
    assert shapes == [(96, 55, 55), (256, 27, 27), (384, 13, 13), (384, 13, 13), (256, 13, 13)]


def test_vgg16_has_138_million_parameters_and_takes_no_memory_for_them():
    found = described(VGG16)
    assert found.parameter_count == 138_357_544
    assert sum(layer.kind in ("conv2d", "linear") for layer in found.layers) == 16
    assert found.layers[-1].output_shape == (1000,)


def test_a_filter_of_5_by_5_costs_456_and_a_full_connection_14_million():
    shared = describe((3, 32, 32), (Conv2d(6, (5, 5)),))
    assert shared.parameter_count == 456
    assert shared.layers[-1].output_shape == (6, 28, 28)
    full = describe((3, 32, 32), (Linear(4_704),))
    assert full.parameter_count == 3_072 * 4_704 + 4_704 == 14_455_392


def test_a_linear_layer_behind_maps_gets_a_flatten_that_is_shown():
    found = describe((2, 4, 4), (Linear(3), Linear(2)))
    assert [layer.kind for layer in found.layers] == ["input", "flatten", "linear", "linear"]
    assert found.indices == (None, None, 0, 1)
    assert "nn.Flatten()" in found.code


def test_the_code_is_what_a_person_would_write():
    layers = (
        Conv2d(6, (5, 5)),
        Activated("relu"),
        MaxPool2d((2, 2), (2, 2)),
        Linear(10),
        Softmax(),
    )
    assert describe((1, 32, 32), layers).code == (
        "import torch\n"
        "from torch import nn\n"
        "\n"
        "model = nn.Sequential(\n"
        "    nn.Conv2d(1, 6, kernel_size=5),\n"
        "    nn.ReLU(),\n"
        "    nn.MaxPool2d(kernel_size=2),\n"
        "    nn.Flatten(),\n"
        "    nn.Linear(1176, 10),\n"
        "    nn.Softmax(dim=1),\n"
        ")\n"
        "\n"
        "images = torch.zeros(1, 1, 32, 32)\n"
        "print(tuple(model.eval()(images).shape))\n"
        "print(sum(parameter.numel() for parameter in model.parameters()))\n"
    )


def test_long_lines_of_code_are_broken_as_a_formatter_does():
    long = Conv2d(
        64,
        (3, 5),
        stride=(1, 2),
        padding=(1, 2),
        padding_mode="circular",
        dilation=(2, 1),
        groups=4,
        bias=False,
    )
    code = describe(
        (64, 32, 32), (replace(long, stride=(1, 1), dilation=(1, 1), bias=True), long)
    ).code
    assert (
        "    nn.Conv2d(\n"
        "        64, 64, kernel_size=(3, 5), padding=(1, 2), groups=4, "
        'padding_mode="circular"\n'
        "    ),\n"
        "    nn.Conv2d(\n"
        "        64,\n"
        "        64,\n"
        "        kernel_size=(3, 5),\n"
    ) in code
    assert run(code) == ((64, 30, 16), 2 * 64 * 16 * 15 + 64)


def test_an_input_that_is_too_large_is_refused():
    with pytest.raises(BadInput, match="1025 × 1024 × 1024"):
        describe((1025, 1024, 1024), ())
    assert describe((1024, 1024, 1024), ())


def test_nothing_in_a_row_is_an_architecture_too():
    found = describe((3, 5, 7), ())
    assert run(found.code) == ((3, 5, 7), 0)


@pytest.mark.parametrize(
    ("layers", "layer", "words"),
    [
        ((Conv2d(4, (3, 3)), Conv2d(4, (9, 9))), 1, ["Layer 2 (conv2d)", "9 × 9", "6 × 6"]),
        ((Linear(4), Activated("relu"), Conv2d(4, (3, 3))), 2, ["row of 4", "before"]),
        ((Flatten(), MaxPool2d((2, 2))), 1, ["row of 192", "before"]),
        ((Flatten(), AdaptiveAvgPool2d((2, 2))), 1, ["row of 192"]),
        ((Flatten(), BatchNorm2d()), 1, ["row of 192"]),
        ((Conv2d(4, (3, 3), groups=2),), 0, ["Channels: 3", "2 groups"]),
        ((MaxPool2d((2, 2)), MaxPool2d((2, 2), padding=(2, 2))), 1, ["half", "1 × 1"]),
        ((MaxPool2d((8, 8)), AvgPool2d((2, 2))), 1, ["2 × 2", "1 × 1"]),
        ((Conv2d(4, (2, 2), padding="same"),), 0, ["odd"]),
        ((Conv2d(4, (1, 1), padding=(8, 8), padding_mode="reflect"),), 0, ["at most 7 × 7"]),
        ((Conv2d(65_536, (1, 1), padding=(1024, 1024)),), 0, ["65536 × 2056", "fewer channels"]),
    ],
)
def test_an_impossible_layer_is_refused_with_its_number_sizes_and_a_remedy(layers, layer, words):
    with pytest.raises(ImpossibleLayer) as error:
        describe((3, 8, 8), layers)
    assert error.value.members == {"layer": layer}
    for word in words:
        assert word in str(error.value)


def test_every_preset_is_possible():
    for preset in PRESETS.values():
        assert described(preset).parameter_count
