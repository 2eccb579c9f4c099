"""The architectures to start from."""

from dataclasses import dataclass

from app.inspection.layer import Shape
from app.laboratory.architecture import (
    Activated,
    Conv2d,
    Dropout,
    Flatten,
    Kind,
    Linear,
    MaxPool2d,
    Softmax,
)


@dataclass(frozen=True)
class Preset:
    """An architecture to start from."""

    id: str
    title: str
    input_shape: Shape
    layers: tuple[Kind, ...]


_RELU = Activated("relu")


def _conv(filters: int, size: int, stride: int = 1, padding: int = 0) -> tuple[Kind, ...]:
    conv = Conv2d(filters, (size, size), (stride, stride), (padding, padding))
    return conv, _RELU


def _pool(size: int, stride: int) -> Kind:
    return MaxPool2d((size, size), (stride, stride))


def _vgg_block(convolutions: int, filters: int) -> tuple[Kind, ...]:
    return (*(_conv(filters, 3, padding=1) * convolutions), _pool(2, 2))


LENET5 = Preset(
    "lenet5",
    "LeNet-5",
    (1, 32, 32),
    (
        *_conv(6, 5),
        _pool(2, 2),
        *_conv(16, 5),
        _pool(2, 2),
        Flatten(),
        Linear(120),
        _RELU,
        Linear(84),
        _RELU,
        Linear(10),
        Softmax(),
    ),
)
"""As the lecture has it, 61,706 parameters. :mod:`app.models.lenet5` has the same sizes; what
bends and what pools was chosen for the weights that are shipped."""

LECTURE = Preset(
    "lecture",
    "39 × 39 × 3",
    (3, 39, 39),
    (
        *_conv(10, 3),
        *_conv(20, 5, stride=2),
        *_conv(40, 5, stride=2),
        Flatten(),
        Linear(10),
        Softmax(),
    ),
)
"""The lecture's small example, 39 × 39 × 3 to 37 × 37 × 10, 17 × 17 × 20, 7 × 7 × 40 and so
to 1,960 numbers, here for ten classes."""

ALEXNET = Preset(
    "alexnet",
    "AlexNet",
    (3, 227, 227),
    (
        *_conv(96, 11, stride=4),
        _pool(3, 2),
        *_conv(256, 5, padding=2),
        _pool(3, 2),
        *_conv(384, 3, padding=1),
        *_conv(384, 3, padding=1),
        *_conv(256, 3, padding=1),
        _pool(3, 2),
        Flatten(),
        Linear(4096),
        _RELU,
        Dropout(),
        Linear(4096),
        _RELU,
        Dropout(),
        Linear(1000),
        Softmax(),
    ),
)
"""A. Krizhevsky, I. Sutskever, G. Hinton, "ImageNet classification with deep convolutional
neural networks", NeurIPS 2012, in one column, as lectures draw it: 62,378,344 parameters.

The paper splits the second, fourth and fifth convolution over two GPUs; with 2 groups in these
there are 60,965,224, its "60 million". It says 224 × 224, but only 227 × 227 gives its 55 × 55
without padding. Its local response normalisation, which has no parameters, is left out.
"""

VGG16 = Preset(
    "vgg16",
    "VGG-16",
    (3, 224, 224),
    (
        *_vgg_block(2, 64),
        *_vgg_block(2, 128),
        *_vgg_block(3, 256),
        *_vgg_block(3, 512),
        *_vgg_block(3, 512),
        Flatten(),
        Linear(4096),
        _RELU,
        Dropout(),
        Linear(4096),
        _RELU,
        Dropout(),
        Linear(1000),
        Softmax(),
    ),
)
"""K. Simonyan, A. Zisserman, "Very deep convolutional networks for large-scale image
recognition", ICLR 2015, configuration D: 138,357,544 parameters, their "138 million"."""

PRESETS = {preset.id: preset for preset in (LENET5, LECTURE, ALEXNET, VGG16)}
