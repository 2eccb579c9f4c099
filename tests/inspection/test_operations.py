from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from app.inspection import Layer, capture
from tests.inspection.zoo import ZOO, Calling, build

pytestmark = pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel")


def _only_layer(module: nn.Module, x: Tensor) -> Layer:
    return capture(module, x).layers[-1]


@pytest.mark.parametrize(
    ("module", "function"),
    [
        (nn.MaxPool2d(3, padding=1), lambda x: F.max_pool2d(x, 3, padding=1)),
        (nn.MaxPool2d((2, 3), 1), lambda x: torch.max_pool2d(x, (2, 3), stride=1)),
        (
            nn.AvgPool2d(2, ceil_mode=True),
            lambda x: F.avg_pool2d(input=x, kernel_size=2, ceil_mode=True),
        ),
        (
            nn.AvgPool2d(2, 1, divisor_override=3),
            lambda x: F.avg_pool2d(x, 2, 1, 0, False, True, 3),
        ),
        (nn.AdaptiveAvgPool2d((2, None)), lambda x: F.adaptive_avg_pool2d(x, (2, None))),
        (nn.Flatten(), lambda x: torch.flatten(x, 1)),
        (nn.Flatten(), lambda x: x.flatten(start_dim=1)),
        (nn.Flatten(), lambda x: x.view(x.size(0), -1)),
        (nn.Flatten(), lambda x: x.reshape(x.shape[0], x.shape[1] * x.shape[2] * x.shape[3])),
        (nn.Dropout(0.3), lambda x: F.dropout(x, p=0.3, training=False)),
        (nn.ReLU(), F.relu),
        (nn.ReLU(), lambda x: x.relu()),
        (nn.ReLU(inplace=True), lambda x: F.relu(x, True)),
        (nn.Tanh(), torch.tanh),
        (nn.Sigmoid(), torch.sigmoid),
        (nn.SiLU(), F.silu),
        (nn.GELU("tanh"), lambda x: F.gelu(x, approximate="tanh")),
        (nn.ELU(0.5), lambda x: F.elu(x, 0.5)),
        (nn.LeakyReLU(0.2), lambda x: F.leaky_relu(x, 0.2)),
        (nn.Hardtanh(-2, 3), lambda x: F.hardtanh(x, -2, 3)),
        (nn.Softplus(2), lambda x: F.softplus(x, 2)),
        (nn.Softmax(dim=1), lambda x: F.softmax(x, dim=1)),
        (nn.Softmax(dim=-1), lambda x: x.softmax(-1)),
        (nn.LogSoftmax(dim=1), lambda x: torch.log_softmax(x, 1)),
    ],
)
def test_a_function_is_described_as_its_module_is(
    module: nn.Module, function: Callable[[Tensor], Tensor]
) -> None:
    x = torch.randn(2, 3, 8, 9)
    found, expected = _only_layer(Calling(function), x), _only_layer(nn.Sequential(module), x)
    assert expected.kind != "other"
    for fact in ("label", "kind", "hyperparameters", "output_shape", "receptive_field"):
        assert getattr(found, fact) == getattr(expected, fact)


@pytest.mark.parametrize(
    ("module", "hyperparameters"),
    [
        (
            nn.Conv2d(4, 6, (3, 1), stride=2, padding=(1, 0), dilation=(2, 1), groups=2),
            {"in_channels": 4, "out_channels": 6, "kernel_size": (3, 1), "stride": (2, 2)}
            | {"padding": (1, 0), "dilation": (2, 1), "groups": 2},
        ),
        (
            nn.Conv2d(4, 4, 3, padding="same", padding_mode="circular"),
            {"in_channels": 4, "out_channels": 4, "kernel_size": (3, 3), "stride": (1, 1)}
            | {"padding": "same", "dilation": (1, 1), "groups": 1, "padding_mode": "circular"},
        ),
        (
            nn.MaxPool2d(2),
            {"kernel_size": (2, 2), "stride": (2, 2), "padding": (0, 0), "dilation": (1, 1)}
            | {"ceil_mode": False},
        ),
        (
            nn.AvgPool2d((2, 3), 1, divisor_override=5),
            {"kernel_size": (2, 3), "stride": (1, 1), "padding": (0, 0), "ceil_mode": False}
            | {"count_include_pad": True, "divisor_override": 5},
        ),
        (nn.AdaptiveAvgPool2d((3, None)), {"output_size": (3, 9)}),
        (nn.Linear(9, 2), {"in_features": 9, "out_features": 2}),
        (nn.BatchNorm2d(4), {"num_features": 4, "eps": 1e-5}),
        (nn.Dropout(0.25), {"p": 0.25}),
        (nn.Hardtanh(-2.0, 3.0), {"function": "hardtanh", "min_val": -2.0, "max_val": 3.0}),
        (nn.LogSoftmax(1), {"function": "log_softmax", "dim": 1}),
    ],
)
def test_hyperparameters_have_torchs_names(
    module: nn.Module, hyperparameters: dict[str, object]
) -> None:
    layer = _only_layer(nn.Sequential(module), torch.randn(1, 4, 8, 9))
    assert layer.hyperparameters == hyperparameters


def test_a_functional_network_is_known_as_well_as_one_of_modules() -> None:
    layers = capture(*build("functional_lenet")).layers
    assert [(layer.label, layer.kind) for layer in layers] == [
        ("Input", "input"),
        ("CONV1", "conv2d"),
        ("ReLU", "activation"),
        ("POOL1", "max_pool2d"),
        ("CONV2", "conv2d"),
        ("ReLU", "activation"),
        ("POOL2", "max_pool2d"),
        ("Flatten", "flatten"),
        ("FC", "linear"),
        ("ReLU", "activation"),
        ("FC", "linear"),
        ("LogSoftmax", "softmax"),
    ]


def test_only_what_the_table_does_not_list_is_other() -> None:
    others = {
        name: [layer.label for layer in capture(*build(name)).layers if layer.kind == "other"]
        for name in ZOO
    }
    assert {name: labels for name, labels in others.items() if labels} == {
        "in_place": ["−", "+", "×", "−"],
        "functional_weights": ["−", "×", "×", "−"],
        "unlisted": [
            *("GroupNorm", "PReLU", "interpolate", "transpose", "mean", "clamp"),
        ],
        "rows_of_features": ["Reshape"],
        "five_dimensions": ["Conv3d"],
    }


def test_a_weight_where_the_activation_belongs_is_not_taken_for_one() -> None:
    x = torch.randn(3, 4)
    swapped = Calling(lambda weight: F.linear(torch.ones(3, 4), weight))
    assert _only_layer(swapped, x).kind == "other"
