"""Random distortions that leave a digit what it is, for a whole batch at once."""

import math
from dataclasses import dataclass
from functools import cache

import torch
from torch import Generator, Tensor
from torch.nn import functional as F  # noqa: N812


@dataclass(frozen=True)
class Augmentation:
    """How far images may be distorted; each is drawn evenly from both sides of none at all."""

    rotation: float = 8
    """Degrees."""
    stretch: float = 0.1
    """Change of height and of width, each for itself, as a share."""
    shear: float = 0.15
    """Slant: pixels sideways for each pixel upwards."""
    shift: float = 1.0
    """Pixels, in both directions."""
    elastic: float = 0.6
    """Pixels (standard deviation) by which the nodes of a coarse net are displaced."""
    stroke: float = 0.3
    """Stroke width: 1 takes every pixel to the brightest, or darkest, of its 3 × 3."""

    def __call__(self, images: Tensor, generator: Generator) -> Tensor:
        """Return distorted copies of (N, 1, H, W) images, each distorted in its own way."""
        return self._warp(self._restroke(images, generator), generator)

    def _restroke(self, images: Tensor, generator: Generator) -> Tensor:
        amount = self.stroke * _even((len(images), 1, 1, 1), generator)
        # The darkest of some pixels is the brightest of their negatives.
        signed = torch.where(amount > 0, images, -images)
        brightest = _brightest(_brightest(signed, dim=2), dim=3)
        return images + amount * (brightest - signed)

    def _warp(self, images: Tensor, generator: Generator) -> Tensor:
        """Warp by an affine map and an elastic net in one interpolation.

        The elastic net follows P. Simard, D. Steinkraus, J. Platt, "Best practices for
        convolutional neural networks applied to visual document analysis", ICDAR 2003, with a
        spline over coarse nodes in place of a smoothed random field.
        """
        count, _, height, width = images.shape
        angle = math.radians(self.rotation) * _even((count,), generator)
        shear = self.shear * _even((count,), generator)
        stretch = 1 + self.stretch * _even((count, 2, 1), generator)
        # grid_sample counts in half sides of the image.
        pixel = torch.tensor([2 / width, 2 / height])
        shift = self.shift * _even((count, 2), generator) * pixel
        cos, sin = angle.cos(), angle.sin()
        turn = torch.stack([cos, -sin, sin, cos], dim=1).view(-1, 2, 2)
        slant = torch.eye(2).repeat(count, 1, 1)
        slant[:, 0, 1] = shear
        affine = torch.cat([turn @ slant * stretch, shift[:, :, None]], dim=2)
        grid = F.affine_grid(affine, list(images.shape), align_corners=False)
        nodes = torch.randn((count, 2, _NODES, _NODES), generator=generator)
        net = _spline(height) @ nodes @ _spline(width).T
        grid = grid + self.elastic * pixel * net.permute(0, 2, 3, 1)
        return F.grid_sample(images, grid, align_corners=False)


_NODES = 6
"""Nodes of the elastic net along each side."""


@cache
def _spline(size: int) -> Tensor:
    """Return (size, nodes): how much each node weighs at each pixel of a bicubic net."""
    unit = torch.eye(_NODES)[None, None]
    return F.interpolate(unit, (size, _NODES), mode="bicubic", align_corners=True)[0, 0]


def _brightest(images: Tensor, dim: int) -> Tensor:
    """Return the maximum of each pixel and its two neighbours along a dimension."""
    size = images.shape[dim]
    brightest = images.clone()
    for here, there in ((0, 1), (1, 0)):
        part = brightest.narrow(dim, here, size - 1)
        torch.maximum(part, images.narrow(dim, there, size - 1), out=part)
    return brightest


def _even(shape: tuple[int, ...], generator: Generator) -> Tensor:
    """Return values drawn evenly from -1..1."""
    return torch.rand(shape, generator=generator) * 2 - 1
