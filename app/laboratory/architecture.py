"""Layers in a row: what becomes of an input on its way through, and the code for it.

Each kind of layer says, for the shape that it reads, which of torch's modules it is. The
module and the line of code come from the same :class:`Constructor`, so that what is described
is what the code does. The modules stand on torch's meta device, where tensors have shapes and
no numbers: VGG-16's 138 million parameters take no memory.
"""

import math
from collections import Counter, OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from app.errors import BadInput, ImpossibleLayer
from app.inspection import Layer
from app.inspection.layer import Shape
from app.inspection.receptive import Pair
from app.laboratory import pooling, slide
from app.laboratory.activation import MODULES, Activation
from app.laboratory.convolution import check_groups, check_padding
from app.laboratory.slide import Padding, PaddingMode
from app.lazy import torch

if TYPE_CHECKING:
    from torch import nn

LARGEST = 2**30
"""Units that a layer may have: what comes of them stays within torch's 64-bit sizes."""
_WIDTH = 88
"""Characters of a line of code, as formatters have it."""


@dataclass(frozen=True)
class Constructor:
    """A module of ``torch.nn``, yet to be made.

    Attributes:
        module: Its name there.
        arguments: By position.
        keywords: Those that differ from torch's defaults.

    """

    module: str
    arguments: tuple[int, ...] = ()
    keywords: Mapping[str, Any] | None = None

    def make(self) -> "nn.Module":
        """Make the module."""
        made: nn.Module = getattr(torch.nn, self.module)(*self.arguments, **(self.keywords or {}))
        return made

    def line(self) -> str:
        """Return the line of code that makes it, as a formatter leaves it."""
        keywords = (f"{name}={_literal(v)}" for name, v in (self.keywords or {}).items())
        arguments = [*map(str, self.arguments), *keywords]
        name = f"nn.{self.module}"
        line = f"    {name}({', '.join(arguments)}),"
        if len(line) <= _WIDTH:
            return line
        line = f"        {', '.join(arguments)}"
        if len(line) > _WIDTH:
            line = "\n".join(f"        {argument}," for argument in arguments)
        return f"    {name}(\n{line}\n    ),"


class Kind(Protocol):
    """A kind of layer with its hyperparameters."""

    @property
    def kind(self) -> str:
        """What people call it."""

    @property
    def name(self) -> str:
        """What its id begins with."""

    def constructor(self, shape: Shape) -> Constructor:
        """Return its module for an input of this shape.

        Raises:
            BadInput: It cannot read such an input.

        """


@dataclass(frozen=True)
class Conv2d:
    """Slide filters over maps."""

    out_channels: int
    kernel_size: Pair
    stride: Pair = (1, 1)
    padding: Padding = (0, 0)
    padding_mode: PaddingMode = "zeros"
    dilation: Pair = (1, 1)
    groups: int = 1
    bias: bool = True
    kind: ClassVar[str] = "conv2d"
    name: ClassVar[str] = "conv"

    def constructor(self, shape: Shape) -> Constructor:
        """Return its module for an input of this shape."""
        channels, size = _maps(shape)
        check_groups(channels, self.out_channels, self.groups)
        padding = slide.amount(self.padding, self.kernel_size, self.stride, self.dilation)
        slide.slides(size, self.kernel_size, self.stride, padding, self.dilation)
        check_padding(size, padding, self.padding_mode)
        keywords = _keywords(
            {"kernel_size": None, "stride": 1, "padding": 0, "dilation": 1},
            kernel_size=self.kernel_size,
            stride=self.stride,
            padding="same" if self.padding == "same" else padding,
            dilation=self.dilation,
        ) | _keywords(
            {"groups": 1, "bias": True, "padding_mode": "zeros"},
            groups=self.groups,
            bias=self.bias,
            padding_mode=self.padding_mode,
        )
        return Constructor("Conv2d", (channels, self.out_channels), keywords)


@dataclass(frozen=True)
class MaxPool2d:
    """Keep the largest number of each window."""

    kernel_size: Pair
    stride: Pair | None = None
    padding: Pair = (0, 0)
    dilation: Pair = (1, 1)
    ceil_mode: bool = False
    kind: ClassVar[str] = "max_pool2d"
    name: ClassVar[str] = "pool"

    def constructor(self, shape: Shape) -> Constructor:
        """Return its module for an input of this shape."""
        stride = self.stride or self.kernel_size
        pooling.windows(
            _maps(shape)[1], self.kernel_size, stride, self.padding, self.dilation, self.ceil_mode
        )
        return Constructor(
            "MaxPool2d",
            keywords=_keywords(
                {"stride": self.kernel_size, "padding": 0, "dilation": 1, "ceil_mode": False},
                kernel_size=self.kernel_size,
                stride=stride,
                padding=self.padding,
                dilation=self.dilation,
                ceil_mode=self.ceil_mode,
            ),
        )


@dataclass(frozen=True)
class AvgPool2d:
    """Keep the mean of each window."""

    kernel_size: Pair
    stride: Pair | None = None
    padding: Pair = (0, 0)
    ceil_mode: bool = False
    count_include_pad: bool = True
    kind: ClassVar[str] = "avg_pool2d"
    name: ClassVar[str] = "pool"

    def constructor(self, shape: Shape) -> Constructor:
        """Return its module for an input of this shape."""
        stride = self.stride or self.kernel_size
        pooling.windows(
            _maps(shape)[1], self.kernel_size, stride, self.padding, ceil_mode=self.ceil_mode
        )
        return Constructor(
            "AvgPool2d",
            keywords=_keywords(
                {
                    "stride": self.kernel_size,
                    "padding": 0,
                    "ceil_mode": False,
                    "count_include_pad": True,
                },
                kernel_size=self.kernel_size,
                stride=stride,
                padding=self.padding,
                ceil_mode=self.ceil_mode,
                count_include_pad=self.count_include_pad,
            ),
        )


@dataclass(frozen=True)
class AdaptiveAvgPool2d:
    """Keep the mean of windows, so many that the output has the size asked for."""

    output_size: Pair
    kind: ClassVar[str] = "adaptive_avg_pool2d"
    name: ClassVar[str] = "pool"

    def constructor(self, shape: Shape) -> Constructor:
        """Return its module for an input of this shape."""
        _maps(shape)
        return Constructor("AdaptiveAvgPool2d", (), {"output_size": _short(self.output_size)})


@dataclass(frozen=True)
class BatchNorm2d:
    """Scale and shift each channel by statistics kept from training."""

    kind: ClassVar[str] = "batch_norm2d"
    name: ClassVar[str] = "norm"

    def constructor(self, shape: Shape) -> Constructor:
        """Return its module for an input of this shape."""
        return Constructor("BatchNorm2d", (_maps(shape)[0],))


@dataclass(frozen=True)
class Flatten:
    """Write all maps in one row, channel by channel and row by row."""

    kind: ClassVar[str] = "flatten"
    name: ClassVar[str] = "flatten"

    def constructor(self, shape: Shape) -> Constructor:
        """Return its module for an input of this shape."""
        return Constructor("Flatten")


@dataclass(frozen=True)
class Linear:
    """Connect every unit to all of the layer before."""

    out_features: int
    bias: bool = True
    kind: ClassVar[str] = "linear"
    name: ClassVar[str] = "fc"

    def constructor(self, shape: Shape) -> Constructor:
        """Return its module for an input of this shape."""
        keywords = _keywords({"bias": True}, bias=self.bias)
        return Constructor("Linear", (math.prod(shape), self.out_features), keywords)


@dataclass(frozen=True)
class Dropout:
    """Leave units out in training."""

    p: float = 0.5
    kind: ClassVar[str] = "dropout"
    name: ClassVar[str] = "dropout"

    def constructor(self, shape: Shape) -> Constructor:
        """Return its module for an input of this shape."""
        return Constructor("Dropout", (), _keywords({"p": 0.5}, p=self.p))


@dataclass(frozen=True)
class Softmax:
    """Turn numbers into shares of one; of maps, at each place over the channels."""

    kind: ClassVar[str] = "softmax"
    name: ClassVar[str] = "softmax"

    def constructor(self, shape: Shape) -> Constructor:
        """Return its module for an input of this shape."""
        return Constructor("Softmax", (), {"dim": 1})


@dataclass(frozen=True)
class Activated:
    """Apply an activation function to every number."""

    kind: Activation

    @property
    def name(self) -> str:
        """What its id begins with."""
        return self.kind

    def constructor(self, shape: Shape) -> Constructor:
        """Return its module for an input of this shape."""
        return Constructor(MODULES[self.kind])


@dataclass(frozen=True)
class Architecture:
    """An architecture as it was understood.

    Attributes:
        layers: The input and every layer, as of a captured model.
        indices: For each of them its place in what was asked for; None for the input and for
            a flatten that was put in.
        code: A PyTorch program that builds it and prints output shape and parameter count.

    """

    layers: tuple[Layer, ...]
    indices: tuple[int | None, ...]
    parameter_count: int
    multiply_adds: int
    code: str


@lru_cache(maxsize=64)  # who builds asks for the same again with every step back
def describe(input_shape: Shape, kinds: tuple[Kind, ...]) -> Architecture:
    """Build an architecture without its numbers and describe it.

    A linear layer, which reads a row of numbers, gets a flatten before it where it stands
    behind maps.

    Args:
        input_shape: Channels, rows and columns.
        kinds: The layers, in order.

    Raises:
        BadInput: The input is too large.
        ImpossibleLayer: A layer cannot read what the one before it gives.

    """
    if math.prod(input_shape) > LARGEST:
        raise BadInput(
            f"The input has {_units(input_shape)}.", f"Give it at most {LARGEST:,} numbers."
        )
    from app.inspection import capture

    constructors: list[Constructor] = []
    modules: OrderedDict[str, nn.Module] = OrderedDict()
    indices: list[int | None] = [None]
    numbers: Counter[str] = Counter()
    shape = input_shape

    def add(kind: Kind, index: int | None) -> None:
        nonlocal shape
        numbers[kind.name] += 1
        constructor = kind.constructor(shape)
        with torch.device("meta"), torch.no_grad():
            module = constructor.make().eval()
            shape = tuple(module(torch.empty(1, *shape)).shape[1:])
        constructors.append(constructor)
        modules[f"{kind.name}{numbers[kind.name]}"] = module
        indices.append(index)

    for index, kind in enumerate(kinds):
        try:
            if isinstance(kind, Linear) and len(shape) > 1:
                add(Flatten(), None)
            add(kind, index)
        except BadInput as error:
            raise ImpossibleLayer(
                f"Layer {index + 1} ({kind.kind}): {error.detail}", error.hint, layer=index
            ) from error
        if math.prod(shape) > LARGEST:
            raise ImpossibleLayer(
                f"Layer {index + 1} ({kind.kind}): It would have {_units(shape)}.",
                f"Keep to {LARGEST:,}: fewer channels, less padding, or a larger stride.",
                layer=index,
            )
    captured = capture(torch.nn.Sequential(modules), torch.empty(1, *input_shape, device="meta"))
    return Architecture(
        layers=captured.layers,
        indices=tuple(indices),
        parameter_count=captured.parameter_count,
        multiply_adds=sum(layer.multiply_adds for layer in captured.layers),
        code=code(input_shape, constructors),
    )


def code(input_shape: Shape, constructors: Sequence[Constructor]) -> str:
    """Return a program that builds a network and prints its output's shape and its size."""
    lines = "".join(f"{constructor.line()}\n" for constructor in constructors)
    shape = ", ".join(map(str, (1, *input_shape)))
    return (
        "import torch\n"
        "from torch import nn\n\n"
        f"model = nn.Sequential({lines and chr(10)}{lines})\n\n"
        f"images = torch.zeros({shape})\n"
        "print(tuple(model.eval()(images).shape))\n"
        "print(sum(parameter.numel() for parameter in model.parameters()))\n"
    )


def _units(shape: Shape) -> str:
    return f"{' × '.join(map(str, shape))} = {math.prod(shape):,} units"


def _literal(value: Any) -> str:
    return f'"{value}"' if isinstance(value, str) else repr(value)


def _maps(shape: Shape) -> tuple[int, Pair]:
    """Return how many maps there are, and their size.

    Raises:
        BadInput: There are none.

    """
    if len(shape) != 3:
        raise BadInput(
            f"It reads maps, but gets a row of {shape[0]:,} numbers.",
            "Move it before the first flatten or linear layer.",
        )
    channels, rows, columns = shape
    return channels, (rows, columns)


def _keywords(defaults: Mapping[str, Any], **given: Any) -> dict[str, Any]:
    """Return what differs from the defaults, pairs of equal numbers as one."""
    short = {name: _short(value) for name, value in given.items()}
    return {k: v for k, v in short.items() if k not in defaults or v != _short(defaults[k])}


def _short(value: Any) -> Any:
    return value[0] if isinstance(value, tuple) and value[0] == value[1] else value
