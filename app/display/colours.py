"""The colours of the data: those of the page (``static/js/colormap.js``), byte for byte.

A scale is given by a few colours in OKLCH and runs between them on straight lines in OKLab,
B. Ottosson's space in which equal steps look equal ("A perceptual color space for image
processing", 2020).
"""

from typing import Literal

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Bytes = npt.NDArray[np.uint8]
Range = tuple[float, float]
ScaleName = Literal["sequential", "diverging"]

STEPS = 256

SEQUENTIAL_COLOURS = (
    (0.19, 0.05, 278),
    (0.345, 0.095, 264),
    (0.5, 0.105, 240),
    (0.655, 0.095, 205),
    (0.81, 0.095, 155),
    (0.965, 0.065, 105),
)
"""Activations: lightness, chroma and hue in degrees, at equal distances along the scale."""
DIVERGING_COLOURS = (
    (0.38, 0.15, 290),
    (0.65, 0.11, 290),
    (0.92, 0.004, 90),
    (0.65, 0.125, 62),
    (0.38, 0.085, 50),
)
"""Weights: violet for negative, pale grey for zero, amber for positive."""

_TO_CONE = np.array(
    (
        (1, 0.3963377774, 0.2158037573),
        (1, -0.1055613458, -0.0638541728),
        (1, -0.0894841775, -1.291485548),
    )
)
_TO_LINEAR = np.array(
    (
        (4.0767416621, -3.3077115913, 0.2309699292),
        (-1.2684380046, 2.6097574011, -0.3413193965),
        (-0.0041960863, -0.7034186147, 1.707614701),
    )
)


def to_srgb(colours: npt.ArrayLike) -> Bytes:
    """Return the (N, 3) red, green and blue of (N, 3) colours in OKLCH."""
    return _encode(_to_oklab(np.asarray(colours, np.float64)))


def _scale(colours: npt.ArrayLike) -> Bytes:
    stops = _to_oklab(np.asarray(colours, np.float64))
    places = np.arange(STEPS) / (STEPS - 1) * (len(stops) - 1)
    left = np.minimum(places.astype(int), len(stops) - 2)
    share = (places - left)[:, None]
    return _encode(stops[left] + (stops[left + 1] - stops[left]) * share)


def _to_oklab(colours: Floats) -> Floats:
    lightness, chroma, hue = colours.T
    angle = np.radians(hue)
    return np.stack([lightness, chroma * np.cos(angle), chroma * np.sin(angle)], axis=1)


def _encode(oklab: Floats) -> Bytes:
    light = (oklab @ _TO_CONE.T) ** 3 @ _TO_LINEAR.T
    gamma = 1.055 * np.maximum(light, 0.0031308) ** (1 / 2.4) - 0.055
    encoded = np.where(light <= 0.0031308, 12.92 * light, gamma)
    rounded: Bytes = np.rint(np.clip(255 * encoded, 0, 255)).astype(np.uint8)
    return rounded


SCALES: dict[ScaleName, Bytes] = {
    "sequential": _scale(SEQUENTIAL_COLOURS),
    "diverging": _scale(DIVERGING_COLOURS),
}
"""The (256, 3) red, green and blue of each."""


def paint(values: Floats, ends: Range, scale: ScaleName) -> Bytes:
    """Return the (…, 4) red, green, blue and opacity of values.

    Args:
        values: Of any shape. What is not a number is transparent.
        ends: The values at the scale's ends; what lies beyond has their colours.
        scale: Its name.

    """
    low, high = ends
    factor = (STEPS - 1) / (high - low) if high > low else 0.0
    known = ~np.isnan(values)
    inside = np.clip(np.where(known, values, low), low, high)
    steps = np.floor((inside - low) * factor + 0.5).astype(int)
    opacity = np.where(known, 255, 0).astype(np.uint8)
    return np.concatenate([SCALES[scale][steps], opacity[..., None]], axis=-1)


def luminance(colour: npt.ArrayLike) -> float:
    """Return the relative luminance of red, green and blue, by WCAG 2."""
    share = np.asarray(colour, np.float64) / 255
    light = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    return float(light @ (0.2126, 0.7152, 0.0722))


def is_deep(colour: npt.ArrayLike) -> bool:
    """Return whether white stands out from a colour more than black does."""
    return luminance(colour) < 0.179


def finite_range(values: Floats) -> Range:
    """Return the least and the greatest of the values that are finite; 0 and 0 without any."""
    finite = values[np.isfinite(values)]
    return (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)


def symmetric_range(values: Floats) -> Range:
    """Return the range that has 0 in its middle and holds every finite value."""
    reach = max(map(abs, finite_range(values)))
    return -reach, reach
