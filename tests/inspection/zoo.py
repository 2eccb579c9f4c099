"""Small modules that a visitor of modules stumbles over.

``ZOO`` is captured and explained; ``REFUSED`` cannot be shown and must be refused with the
name of what is in the way.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812  (as the modules found in the wild do)
from torch.nn.utils.parametrizations import weight_norm

from app.models.lenet5 import LeNet5


class FunctionalLeNet(nn.Module):
    """As in many a tutorial: only what has weights is a module."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, 5)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(400, 20)
        self.fc2 = nn.Linear(20, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(torch.relu(self.conv2(x)), (2, 2))
        x = x.view(x.size(0), -1)
        x = self.fc1(x).relu()
        return F.log_softmax(self.fc2(x), dim=1)


class InPlace(nn.Module):
    """Every way to write over the activation of the layer before."""

    def __init__(self) -> None:
        super().__init__()
        self.act = nn.LeakyReLU(0.3, inplace=True)
        self.conv = nn.Conv2d(2, 3, 3)
        self.elu = nn.ELU(inplace=True)
        self.fc = nn.Linear(108, 5)

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv(self.act(x))
        x.tanh_()  # the result is left where it is
        x = F.leaky_relu(x, 0.1, True)
        x = F.relu_(x - 0.05)
        x += 0.25
        x = x.flatten(1)
        x.mul_(2).sub_(0.5)  # writes through the view
        x = F.hardtanh(x, -1.0, 2.0, inplace=True)
        return self.elu(self.fc(x))


class Reused(nn.Module):
    """One module at several places, one of them with weights."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(2, 2, 3, padding=1)
        self.relu = nn.ReLU(inplace=True)
        self.pool = nn.AvgPool2d(2)

    def forward(self, x: Tensor) -> Tensor:
        x = self.pool(self.relu(self.conv(x)))
        return self.pool(self.relu(self.conv(x)))


class FunctionalWeights(nn.Module):
    """Weights that are not those of a layer's module, and operands of all sorts."""

    def __init__(self) -> None:
        super().__init__()
        self.filters = nn.Parameter(torch.randn(4, 2, 3, 2))
        self.gain = nn.Parameter(torch.rand(1, 4, 1, 1))
        self.norm = nn.BatchNorm2d(4)
        self.matrix = nn.Parameter(torch.randn(3, 4))
        self.register_buffer("mean", torch.tensor(0.4))

    def forward(self, x: Tensor, scale: float = 2.0) -> Tensor:
        x = (x - self.mean) * scale
        x = F.conv2d(x, self.filters, stride=(2, 1), padding=(0, 1), dilation=(1, 2))
        x = F.batch_norm(
            x, self.norm.running_mean, self.norm.running_var, self.norm.weight, self.norm.bias
        )
        x = F.avg_pool2d(1 - x * self.gain, kernel_size=(3, 2), stride=1, padding=(1, 0))
        x = F.adaptive_avg_pool2d(input=x, output_size=1)
        x = F.dropout(torch.flatten(x, start_dim=1), 0.5, self.training)
        return F.linear(x, self.matrix).softmax(dim=-1)


class Activations(nn.Module):
    """One of each."""

    def __init__(self) -> None:
        super().__init__()
        self.all = nn.Sequential(
            *(nn.ReLU6(), nn.Tanh(), nn.Sigmoid(), nn.SiLU(), nn.GELU(), nn.ELU(0.7), nn.Mish()),
            *(nn.LeakyReLU(0.2), nn.Hardtanh(-0.5, 0.8), nn.Softplus(2.0), nn.SELU()),
            *(nn.Hardswish(), nn.Hardsigmoid(), nn.LogSigmoid(), nn.Softsign()),
        )

    def forward(self, x: Tensor) -> Tensor:
        x = F.gelu(self.all(x), approximate="tanh")
        return torch.sigmoid(x).tanh()


class Unlisted(nn.Module):
    """Operations that the table does not know are shown all the same."""

    def __init__(self) -> None:
        super().__init__()
        self.norm = nn.GroupNorm(2, 4)
        self.prelu = nn.PReLU(4)
        self.conv = nn.Conv2d(4, 4, 1)

    def forward(self, x: Tensor) -> Tensor:
        x = self.prelu(self.norm(self.conv(x)))
        x = F.interpolate(x, scale_factor=2.0)
        return x.transpose(2, 3).mean((2, 3)).clamp(-0.5, 1.0)


def _conv_net(**options: object) -> nn.Sequential:
    """Convolutions of one sort with something between them, and no head."""
    return nn.Sequential(
        nn.Conv2d(4, 8, **options), nn.SiLU(), nn.Conv2d(8, 4, **options), nn.Tanh()
    )


def _nested() -> nn.Sequential:
    return nn.Sequential(
        OrderedDict(
            features=nn.Sequential(
                nn.Sequential(nn.Conv2d(1, 3, 3), nn.BatchNorm2d(3), nn.ReLU()),
                nn.Sequential(nn.Dropout2d(0.3), nn.Identity(), nn.MaxPool2d(3, 2, 1)),
            ),
            head=nn.Sequential(
                nn.Flatten(), nn.Linear(75, 6), nn.BatchNorm1d(6, affine=False), nn.Softmax(-1)
            ),
        )
    )


def _global_average() -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(3, 6, 3, stride=2, bias=False),
        nn.BatchNorm2d(6),
        nn.ReLU6(inplace=True),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(6, 4, bias=False),
        nn.LogSoftmax(dim=1),
    )


def _odd_names() -> nn.Sequential:
    return nn.Sequential(
        OrderedDict({"input": nn.Identity(), "a b/c": nn.ReLU(), "a_b_c": nn.ReLU(), "é": nn.ELU()})
    )


class Calling(nn.Module):
    """Calls a function where a module could have been."""

    def __init__(self, function: Callable[[Tensor], Tensor]) -> None:
        super().__init__()
        self.function = function

    def forward(self, x: Tensor) -> Tensor:
        return self.function(x)


ZOO: dict[str, tuple[Callable[[], nn.Module], tuple[int, ...]]] = {
    "lenet5": (LeNet5, (1, 32, 32)),
    "functional_lenet": (FunctionalLeNet, (1, 32, 32)),
    "in_place": (InPlace, (2, 8, 8)),
    "reused": (Reused, (2, 8, 12)),
    "functional_weights": (FunctionalWeights, (2, 9, 11)),
    "activations": (Activations, (3, 4, 5)),
    "unlisted": (Unlisted, (4, 6, 5)),
    "nested": (_nested, (1, 12, 11)),
    "global_average": (_global_average, (3, 13, 10)),
    "odd_names": (_odd_names, (2, 3, 3)),
    "alone": (lambda: nn.Conv2d(2, 3, 2), (2, 4, 4)),
    "nothing": (nn.Sequential, (1, 3, 3)),
    "fully_connected": (
        lambda: nn.Sequential(nn.Linear(7, 5), nn.Sigmoid(), nn.Linear(5, 3)),
        (7,),
    ),
    "rows_of_features": (
        lambda: nn.Sequential(nn.Flatten(2), nn.Linear(6, 4), nn.Softmax(1), nn.Linear(4, 2)),
        (3, 2, 3),
    ),
    "softmax_of_maps": (lambda: nn.Sequential(nn.Conv2d(1, 3, 2), nn.Softmax(dim=1)), (1, 5, 5)),
    "softmax_of_columns": (lambda: nn.Sequential(nn.LogSoftmax(dim=-1)), (2, 3, 4)),
    "weight_norm": (lambda: weight_norm(nn.Linear(4, 3)), (4,)),
    "five_dimensions": (lambda: nn.Sequential(nn.Conv3d(1, 2, 2), nn.ReLU()), (1, 3, 4, 4)),
    # convolutions
    "grouped": (lambda: _conv_net(kernel_size=3, groups=2), (4, 9, 9)),
    "depthwise": (lambda: _conv_net(kernel_size=3, groups=4, padding=1), (4, 7, 6)),
    "dilated": (lambda: _conv_net(kernel_size=3, dilation=2), (4, 12, 11)),
    "strided": (lambda: _conv_net(kernel_size=3, stride=2, padding=1), (4, 13, 12)),
    "rectangular": (
        lambda: _conv_net(kernel_size=(2, 4), stride=(1, 2), padding=(0, 3), dilation=(3, 1)),
        (4, 12, 15),
    ),
    "bias_free": (lambda: _conv_net(kernel_size=2, bias=False), (4, 5, 5)),
    "same": (lambda: _conv_net(kernel_size=(3, 4), padding="same", dilation=(2, 1)), (4, 7, 8)),
    "valid": (lambda: _conv_net(kernel_size=3, padding="valid"), (4, 7, 7)),
    "reflect": (lambda: _conv_net(kernel_size=5, padding=2, padding_mode="reflect"), (4, 7, 8)),
    "replicate": (
        lambda: _conv_net(kernel_size=3, padding=(1, 4), padding_mode="replicate"),
        (4, 6, 7),
    ),
    "circular": (
        lambda: _conv_net(kernel_size=(3, 4), padding="same", padding_mode="circular"),
        (4, 6, 7),
    ),
    # pooling
    "max_pool": (
        lambda: nn.Sequential(
            nn.MaxPool2d(3, 2, 1, ceil_mode=True), nn.MaxPool2d((2, 3), 1, dilation=(1, 2))
        ),
        (2, 12, 13),
    ),
    "average_pool": (
        lambda: nn.Sequential(
            nn.AvgPool2d(3, 2, 1, ceil_mode=True),
            nn.AvgPool2d((2, 3), (2, 1), (1, 1), count_include_pad=False),
            nn.AvgPool2d(2, 1, divisor_override=3),
        ),
        (2, 14, 12),
    ),
    "average_pool_of_the_rest": (
        lambda: nn.Sequential(nn.AvgPool2d(4, 3, 1, True, False), nn.AvgPool2d(2, 2, 0, True)),
        (2, 12, 15),
    ),
    "adaptive_pool": (
        lambda: nn.Sequential(nn.AdaptiveAvgPool2d((6, 4)), nn.AdaptiveAvgPool2d((4, None))),
        (2, 12, 12),
    ),
}


class SkipConnection(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(2, 2, 3, padding=1)
        self.act = nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:
        x = self.act(x)
        return x + self.conv(x)


class Concatenation(SkipConnection):
    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([self.conv(x), self.act(x)], dim=1)


class SideGlance(SkipConnection):
    def forward(self, x: Tensor) -> Tensor:
        return self.conv(x).view(self.act(x).size())


class ControlFlow(SkipConnection):
    def forward(self, x: Tensor) -> Tensor:
        if x.mean() > 0:
            return self.conv(x)
        return self.act(x)


class Loop(SkipConnection):
    def forward(self, x: Tensor) -> Tensor:
        for row in x:
            x = self.conv(x) + row
        return x


class ToNumpy(SkipConnection):
    def forward(self, x: Tensor) -> Tensor:
        return torch.from_numpy(x.numpy() * 2)


class TwoInputs(SkipConnection):
    def forward(self, image: Tensor, mask: Tensor) -> Tensor:
        return self.conv(image * mask)


class NoInput(nn.Module):
    def forward(self) -> Tensor:
        return torch.zeros(1)


class DictOutput(SkipConnection):
    def forward(self, x: Tensor) -> dict[str, Tensor]:
        return {"logits": self.conv(x)}


class ShapeOutput(nn.Module):
    def forward(self, x: Tensor) -> torch.Size:
        return x.size()


class ConstantOutput(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return torch.zeros((x.size(0), 3))


class Recurrent(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.memory = nn.LSTM(16, 4)

    def forward(self, x: Tensor) -> Tensor:
        features, _ = self.memory(x.flatten(2))
        return features


class Pieces(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return x.chunk(2, dim=1)[0]


class NoBatch(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return torch.flatten(x)


class Counting(SkipConnection):
    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("calls", torch.zeros(1))

    def forward(self, x: Tensor) -> Tensor:
        return self.conv(x) + self.calls.add_(1)


class Remembering(Counting):
    def forward(self, x: Tensor) -> Tensor:
        self.calls.add_(x.mean())
        return self.conv(x)


class Random(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return F.dropout(x)


class ThroughView(SkipConnection):
    def forward(self, x: Tensor) -> Tensor:
        x = self.conv(x)
        x.flatten(1).relu_()
        return x


class Uncopyable(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.lock = threading.Lock()

    def forward(self, x: Tensor) -> Tensor:
        return x


REFUSED: dict[str, tuple[type[nn.Module], str]] = {
    "skip connection": (SkipConnection, "add joins act and conv"),
    "concatenation": (Concatenation, "cat joins conv and act"),
    "side glance": (SideGlance, "act reads input, as does another operation"),
    "control flow": (ControlFlow, "`if x.mean() > 0:` in forward"),
    "loop": (Loop, "`for row in x:` in forward"),
    "numpy": (ToNumpy, "`return torch.from_numpy(x.numpy() * 2)` in forward"),
    "two inputs": (TwoInputs, "TwoInputs takes several inputs: image, mask"),
    "no input": (NoInput, "NoInput cannot be traced"),
    "dict": (DictOutput, "returns a dict, not one tensor"),
    "shape": (ShapeOutput, "returns size, which is no activation: a tuple"),
    "constant": (ConstantOutput, "returns zeros, which is no activation"),
    "recurrent": (Recurrent, "memory gives a tuple, not one tensor"),
    "pieces": (Pieces, "chunk gives a tuple, not one tensor"),
    "no batch": (NoBatch, "flatten loses the batch dimension"),
    "counting": (Counting, "layers of Counting give another output"),
    "remembering": (Remembering, "add_ changes calls"),
    "random": (Random, "layers of Random give another output"),
    "through a view": (ThroughView, "layers of ThroughView give another output"),
    "uncopyable": (Uncopyable, "Uncopyable cannot be copied"),
}


def build(name: str) -> tuple[nn.Module, Tensor]:
    """Return a module of the zoo in eval mode with random weights, and two inputs for it."""
    make, shape = ZOO[name]
    torch.manual_seed(sum(name.encode()))
    module = make().eval()
    for value in module.buffers():  # so that batch norm has something to do
        if value.is_floating_point():
            value.uniform_(0.5, 2.0)
    for weight in module.parameters():
        if weight.dim() == 1:
            nn.init.uniform_(weight, -1.0, 1.0)
    return module, torch.randn(2, *shape)
