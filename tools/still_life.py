"""Render the lecture's photograph: fruit and a striped cup on a checked cloth, beside a window.

A small path tracer. Rays from the camera meet round things and planes, bounce off at random (by
Lambert's cosine law, or like a mirror's where there is glaze) and look at the window at every
step. The same seed gives the same picture:

    python tools/still_life.py static/pictures/still-life.png
"""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image

Array = np.ndarray

WIDTH, HEIGHT, SEED = 192, 144, 7
SAMPLES, BOUNCES = 20, 5  # squared, the rays through a pixel; how often each is followed on
FAR, NEAR = 1e9, 1e-4
# Metres; x to the right, y up, z away from the camera. The window is a corner and two sides.
CAMERA, LOOK_AT, ZOOM = np.array([0.06, 0.54, -1.1]), np.array([0.0, 0.122, 0.06]), 2.45
CORNER, UP, ALONG = np.array([[-1.25, 0.5, -0.55], [0, 0.62, 0], [0.28, 0, 0.5]])
LIGHT, SKY = np.array([35, 31.5, 26.5]), np.array([0.06, 0.07, 0.09])


class Solid(NamedTuple):
    """What rays can meet: how far off, its surface's direction and colour there, its glaze."""

    meet: Callable[[Array, Array], Array]
    normal: Callable[[Array], Array]
    colour: Callable[[Array], Array]
    glaze: float = 0


def dot(a: Array, b: Array) -> Array:  # noqa: D103
    return np.sum(a * b, axis=-1)


def unit(a: Array) -> Array:  # noqa: D103
    return a / np.linalg.norm(a, axis=-1, keepdims=True)


def mix(a: tuple, b: tuple, share: Array) -> Array:
    """Go from one colour to another."""
    return np.array(a) + np.subtract(b, a) * np.clip(share, 0, 1)[:, None]


def rounded(
    at: tuple, size: tuple, colour: Callable, glaze: float = 0, tube: bool = False
) -> Solid:
    """Make an ellipsoid, or an upright tube that stands there and is open at the top."""
    middle, scale = np.array(at), 1 / np.array(size)
    bent = scale * [1, not tube, 1]

    def meet(origin: Array, way: Array) -> Array:
        o, w, found = (origin - middle) * bent, way * bent, np.full(len(way), FAR)
        a, b, c = dot(w, w) + 1e-12, dot(o, w), dot(o, o) - 1
        for sign in (1, -1):
            t = (-b + sign * np.sqrt(np.maximum(b * b - a * c, 0))) / a
            y = (origin[:, 1] + t * way[:, 1] - middle[1]) * scale[1]
            within = (y > 0) & (y < 1) if tube else True
            found = np.where((b * b > a * c) & (t > NEAR) & within, t, found)
        return found

    def normal(p: Array) -> Array:
        return unit((p - middle) * bent * bent)

    return Solid(meet, normal, lambda p: colour((p - middle) * scale), glaze)


def plane(axis: int, place: float, colour: Callable) -> Solid:
    """Make a wall or a table: all points with one coordinate the same."""

    def meet(origin: Array, way: Array) -> Array:
        t = (place - origin[:, axis]) / (way[:, axis] + 1e-12)
        return np.where(t > NEAR, t, FAR)

    return Solid(meet, lambda p: np.broadcast_to(np.eye(3)[axis], p.shape), colour)


def shaded(a: tuple, b: tuple) -> Callable:
    """Colour from the middle up."""
    return lambda p: mix(a, b, p[:, 1])


def streaked(p: Array) -> Array:
    """Colour an apple, redder where the sun was."""
    turn = np.arctan2(p[:, 2], p[:, 0])
    ripe = 0.15 + 0.9 * p[:, 0] - 0.7 * p[:, 1] - 0.1 * (np.sin(23 * turn) + np.sin(37 * turn))
    return mix((0.55, 0.02, 0.02), (0.70, 0.40, 0.05), ripe)


def striped(p: Array) -> Array:
    """Paint slanted stripes between two bands."""
    y, turn = p[:, 1], np.arctan2(p[:, 2], p[:, 0]) * 13 / (2 * np.pi)
    slanted = ((turn + 2.6 * y) % 1 < 0.5) & (y > 0.3) & (y < 0.8)
    bands = ((y > 0.1) & (y < 0.2)) | ((y > 0.87) & (y < 0.94))
    colour = mix((0.82, 0.79, 0.71), (0.03, 0.09, 0.32), slanted)
    return np.where(bands[:, None], (0.55, 0.04, 0.03), colour)


def checked(p: Array) -> Array:
    """Weave two sets of stripes over each other, turned a little."""
    u, v = 0.92 * p[:, 0] + 0.39 * p[:, 2], 0.92 * p[:, 2] - 0.39 * p[:, 0]
    crossing = (u / 0.16 % 1 < 0.5) * 0.5 + (v / 0.16 % 1 < 0.5) * 0.5
    return mix((0.80, 0.76, 0.67), (0.03, 0.19, 0.20), crossing)


ORANGE, PLUM = (
    shaded((0.82, 0.22, 0.01), (0.86, 0.3, 0.02)),
    shaded((0.07, 0.03, 0.16), (0.17, 0.1, 0.28)),
)
LIME, WOOD = (
    shaded((0.35, 0.5, 0.04), (0.55, 0.62, 0.1)),
    shaded((0.1, 0.06, 0.03), (0.02, 0.01, 0.01)),
)
SCENE = [
    plane(1, 0, checked),
    plane(2, 0.7, lambda p: mix((0.34, 0.27, 0.2), (0.42, 0.35, 0.27), np.sin(9 * p[:, 0]))),
    rounded((0.18, 0, 0.2), (0.11, 0.27, 0.11), striped, 0.06, tube=True),
    rounded((-0.155, 0.112, 0.17), (0.118, 0.112, 0.118), streaked, 0.05),
    rounded((-0.15, 0.21, 0.17), (0.006, 0.05, 0.006), WOOD, tube=True),
    rounded((0.005, 0.087, -0.05), (0.09, 0.087, 0.09), ORANGE, 0.03),
    rounded((-0.195, 0.06, -0.09), (0.062, 0.06, 0.062), PLUM, 0.04),
    rounded((0.215, 0.05, -0.075), (0.053, 0.05, 0.053), LIME, 0.04),
]
GLAZES = np.array([solid.glaze for solid in SCENE])


def nearest(origin: Array, way: Array) -> tuple[Array, Array]:
    """Find how far it is to what rays meet first, and what it is."""
    distances = np.stack([solid.meet(origin, way) for solid in SCENE])
    return distances.min(axis=0), distances.argmin(axis=0)


def lit(point: Array, normal: Array, rng: np.random.Generator) -> Array:
    """Look at a random place of the window: no light where something stands between."""
    across, along = rng.random((2, len(point), 1))
    to = CORNER + across * UP + along * ALONG - point
    distance = np.linalg.norm(to, axis=-1)
    way = to / distance[:, None]
    seen = np.maximum(dot(normal, way), 0) * np.abs(way @ np.cross(UP, ALONG)) / distance**2 / np.pi
    return (seen * (nearest(point, way)[0] > distance))[:, None] * LIGHT


def beyond(origin: Array, way: Array, mirrored: Array) -> Array:
    """Say what light comes from outside; in a mirror there is the window, with its four panes."""
    sides = np.stack(np.broadcast_arrays(way, -UP, -ALONG), -1)
    t, up, along = np.linalg.solve(sides, (CORNER - origin)[..., None])[..., 0].T
    panes = (np.abs(np.abs([up, along] - np.array(0.5)) - 0.28) < 0.22).all(axis=0)
    return np.where((mirrored & panes & (t > 0))[:, None], LIGHT, SKY)


def trace(origin: Array, way: Array, rng: np.random.Generator) -> Array:
    """Follow rays until they are lost, and add up the light that they find."""
    light, share, rays = np.zeros_like(way), np.ones_like(way), np.arange(len(way))
    mirrored, clear = np.zeros(len(way), bool), np.ones(len(way), bool)
    for _ in range(BOUNCES):
        distance, which = nearest(origin, way)
        gone = distance == FAR
        outside = beyond(origin[gone], way[gone], (mirrored & clear)[gone])
        light[rays[gone]] += share[gone] * outside
        kept = [a[~gone] for a in (origin, way, share, rays, which, distance, clear)]
        origin, way, share, rays, which, distance, clear = kept
        point = origin + way * distance[:, None]
        normal, colour = np.empty_like(point), np.empty_like(point)
        for i, solid in enumerate(SCENE):
            on = which == i
            normal[on], colour[on] = solid.normal(point[on]), solid.colour(point[on])
        normal *= -np.sign(dot(normal, way))[:, None]
        origin, glaze, cosine = (
            point + NEAR * normal,
            GLAZES[which],
            np.clip(-dot(normal, way), 0, 1),
        )
        # Schlick's approximation of how much a glaze mirrors.
        mirrored = rng.random(len(point)) < (glaze + (1 - glaze) * (1 - cosine) ** 5) * (glaze > 0)
        clear &= mirrored
        matt = ~mirrored[:, None]
        share = np.where(matt, share * colour, share)
        light[rays] += np.where(matt, share * lit(origin, normal, rng), 0)
        mirror = way + 2 * cosine[:, None] * normal + 0.05 * rng.normal(size=way.shape)
        way = unit(np.where(matt, normal + unit(rng.normal(size=way.shape)), mirror))
    return light


def main(path: Path) -> None:
    """Render the picture into a file."""
    rng = np.random.default_rng(SEED)
    ahead = unit(LOOK_AT - CAMERA)
    right = unit(np.cross([0, 1, 0], ahead))
    y, x = np.mgrid[:HEIGHT, :WIDTH].reshape(2, -1)
    light = np.zeros((HEIGHT * WIDTH, 3))
    for i in range(SAMPLES**2):
        dx, dy = (np.array([[i % SAMPLES], [i // SAMPLES]]) + rng.random((2, len(x)))) / SAMPLES
        across, down = (x + dx - WIDTH / 2) / HEIGHT, (y + dy - HEIGHT / 2) / HEIGHT
        way = unit(ZOOM * ahead + np.outer(across, right) - np.outer(down, np.cross(ahead, right)))
        light += trace(np.broadcast_to(CAMERA, way.shape), way, rng) / SAMPLES**2
    # As film answers to light: K. Narkowicz's fit to the ACES curve, 2015.
    film = (light * (2.51 * light + 0.03)) / (light * (2.43 * light + 0.59) + 0.14)
    pixels = np.clip(film, 0, 1) ** (1 / 2.2) + rng.normal(scale=0.006, size=(len(film), 1))
    image = np.clip(255 * pixels + 0.5, 0, 255).astype(np.uint8).reshape(HEIGHT, WIDTH, 3)
    Image.fromarray(image).save(path, optimize=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
