"""Networks for ``capture``: random, small, some of them impossible."""

from collections.abc import Callable
from typing import Any

import torch
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.nn import functional

from app.errors import NotCapturable, NotExplained
from app.inspection import capture

_SMALL = st.integers(1, 4)
_PAIR = _SMALL | st.tuples(_SMALL, _SMALL)
_PADDING = st.integers(0, 2) | st.tuples(st.integers(0, 2), st.integers(0, 2))


class Chain(nn.Module):
    """Steps in a row, each a module or a function; or not quite in a row."""

    def __init__(self, steps: list[Callable[[Tensor], Tensor]], last: str) -> None:
        super().__init__()
        self.steps = steps
        self.last = last
        self.own = nn.ModuleList(step for step in steps if isinstance(step, nn.Module))

    def forward(self, x: Tensor) -> Any:
        first = x
        for step in self.steps:
            x = step(x)
        match self.last:
            case "skip":
                return x + first
            case "pair":
                return x, x
            case "branch":
                return x if x.sum() > 0 else -x
            case "input":
                return first
        return x


def _sliding(make: Callable[..., nn.Module]) -> st.SearchStrategy[nn.Module]:
    def built(size: Any, stride: Any, padding: Any, dilation: Any) -> nn.Module:
        return make(size, stride=stride, padding=padding, dilation=dilation)

    return st.builds(built, _PAIR, _PAIR, _PADDING, st.integers(1, 2))


def _conv(channels: int) -> st.SearchStrategy[nn.Module]:
    def made(
        out: int, grouped: bool, bias: bool, size: Any, stride: Any, padding: Any
    ) -> nn.Module:
        groups = channels if grouped else 1
        return nn.Conv2d(channels, out * groups, size, stride, padding, groups=groups, bias=bias)

    return st.builds(made, _SMALL, st.booleans(), st.booleans(), _PAIR, _PAIR, _PADDING)


def _average(size: Any, stride: Any, ceil: bool, counted: bool) -> nn.Module:
    return nn.AvgPool2d(size, stride, ceil_mode=ceil, count_include_pad=counted)


_FUNCTIONS: list[Callable[[Tensor], Tensor]] = [
    functional.relu,
    torch.tanh,
    torch.sigmoid,
    lambda x: x * 2,
    lambda x: 1 - x,
    lambda x: x.flatten(1),
    lambda x: x.relu_(),
    lambda x: functional.max_pool2d(x, 2),
    lambda x: x.transpose(1, -1),
    lambda x: x.mean((2, 3)),
    lambda x: x.softmax(-1),
    lambda x: x[:, :1],
    lambda x: x.view(x.size(0), -1),
    lambda x: functional.pad(x, (1, 0)),
    lambda x: torch.cat([x, x], 1),
    lambda x: x.unsqueeze(0),
]


@st.composite
def modules(draw: st.DrawFn) -> tuple[nn.Module, Tensor]:
    """Return a module and an example for it, which it may or may not be able to read."""
    torch.manual_seed(draw(st.integers(0, 2**32)))
    channels = draw(st.integers(1, 3))
    x = torch.randn(1, channels, draw(st.integers(1, 12)), draw(st.integers(1, 12)))
    steps: list[Callable[[Tensor], Tensor]] = []
    for _ in range(draw(st.integers(0, 5))):
        steps.append(
            draw(
                _conv(channels)
                | _sliding(nn.MaxPool2d)
                | st.builds(_average, _PAIR, _PAIR, st.booleans(), st.booleans())
                | st.sampled_from(_FUNCTIONS)
                | st.builds(nn.SiLU)
                | st.builds(nn.ReLU, st.booleans())
                | st.builds(nn.Softmax, st.integers(-1, 1))
                | st.builds(nn.Linear, st.integers(1, 12), _SMALL)
                | (st.sampled_from(steps) if steps else st.builds(nn.Flatten))
            )
        )
        if isinstance(steps[-1], nn.Conv2d):
            channels = steps[-1].out_channels
    last = draw(st.sampled_from(["", "", "", "", "skip", "pair", "branch", "input"]))
    return Chain(steps, last), x


def check_capture(given: tuple[nn.Module, Tensor]) -> str:
    """Capture a module: it is refused with a remedy, or traced as it computes by itself."""
    module, x = given
    try:
        captured = capture(module, x)
    except NotCapturable as refusal:
        return "refused" if refusal.detail and refusal.hint else "refused without a remedy"
    trace = captured.trace(x)
    expected = module.eval()(x.clone())
    *_, output = trace.values()
    assert torch.equal(output.nan_to_num(), expected.nan_to_num())
    for layer in captured.layers:
        assert trace[layer.id].shape[1:] == layer.output_shape
        if 0 in layer.output_shape:
            continue
        index = tuple(size - 1 for size in layer.output_shape)
        try:
            explained = captured.explain_unit(layer.id, trace, index)
        except NotExplained:
            continue
        found = torch.tensor(explained.result)
        assert torch.equal(found.nan_to_num(), trace[layer.id][0][index].nan_to_num())
        if explained.products is not None and found.isfinite():
            total = explained.products.sum() + (explained.bias or 0)
            rounding = 1e-5 * (abs(explained.products).sum() + abs(explained.bias or 0)) + 1e-6
            assert abs(total - explained.result) <= rounding
    return "captured"
