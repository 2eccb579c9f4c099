"""Many pictures to the network's inputs at once, each exactly as :func:`app.ink.normalise` does.

What that finds out with a dozen calls of numpy for one picture is here found for all pictures of
a size with the same dozen.
"""

from collections.abc import Collection, Sequence

import numpy as np
import numpy.typing as npt

from app import ink
from app.errors import ConvLensError, EmptyDrawing
from app.ink import BOX, FRAME, SIDE, Picture

_MARGIN = (SIDE - FRAME) // 2
_Whole = npt.NDArray[np.int64]


def normalise(
    pictures: Sequence[Picture | ConvLensError], without: Collection[str] = ()
) -> tuple[list[ConvLensError | None], Picture]:
    """Bring pictures into the form the network was trained on.

    Args:
        pictures: N of them, (H, W) each, ink bright; or what is wrong with one.
        without: Steps of :func:`app.ink.normalise` to leave out.

    Returns:
        For each picture what is wrong with it, or None; and (M, 32, 32), the inputs of the M that
        nothing is wrong with.

    """
    problems = [one if isinstance(one, ConvLensError) else None for one in pictures]
    inputs = np.zeros((len(pictures), SIDE, SIDE), np.uint8)
    alike: dict[tuple[int, ...], list[tuple[int, Picture]]] = {}
    for index, one in enumerate(pictures):
        if not isinstance(one, ConvLensError):
            alike.setdefault(one.shape, []).append((index, one))
    for group in alike.values():
        indices, stack = (
            np.array([index for index, _ in group]),
            np.stack([one for _, one in group]),
        )
        masses = _masses(stack)
        inked = masses[0].any(axis=1)
        for index in indices[~inked]:
            problems[index] = EmptyDrawing("There is no ink in the picture.")
        if not inked.all():
            indices, stack, masses = indices[inked], stack[inked], [one[inked] for one in masses]
        if without:
            for index, picture in zip(indices, stack, strict=True):
                inputs[index] = ink.normalise(picture, without).input
        else:
            _fill(inputs, indices, stack, masses)
    return problems, inputs[[problem is None for problem in problems]]


def _fill(inputs: Picture, indices: _Whole, pictures: Picture, masses: list[_Whole]) -> None:
    """Write the inputs of (N, H, W) pictures with these masses to these indices."""
    boxes = [_extents(lines) for lines in masses]
    sizes = [ends - begins for begins, ends in boxes]
    fitting = np.maximum(*sizes) == BOX
    _place(
        inputs,
        indices[fitting],
        pictures[fitting],
        [lines[fitting] for lines in masses],
        [begins[fitting] for begins, _ in boxes],
        [lengths[fitting] for lengths in sizes],
    )
    others = np.flatnonzero(~fitting)
    canvas = np.zeros((len(others), BOX, BOX), np.uint8)
    lengths = np.zeros((2, len(others)), np.int64)
    for place, index in enumerate(others.tolist()):
        box = tuple(slice(begins[index], ends[index]) for begins, ends in boxes)
        one = ink.scaled(pictures[index][box])
        lengths[:, place] = one.shape
        canvas[place, : one.shape[0], : one.shape[1]] = one
    begins = np.zeros(len(others), np.int64)
    _place(inputs, indices[others], canvas, _masses(canvas), [begins, begins], list(lengths))


def _place(
    inputs: Picture,
    indices: _Whole,
    pictures: Picture,
    masses: list[_Whole],
    begins: list[_Whole],
    sizes: list[_Whole],
) -> None:
    """Write pictures to inputs so that the centre of mass of each is in the middle.

    Args:
        inputs: Is written to.
        indices: (N,) which input belongs to which picture.
        pictures: (N, H, W), each as large as it is to be.
        masses: Those of the pictures.
        begins: (N,) the first row of each picture's ink; the same of its columns.
        sizes: (N,) the rows of each picture's ink; its columns.

    """
    shifts = np.stack(
        [_starts(*axis) - axis[1] for axis in zip(masses, begins, sizes, strict=True)], axis=1
    )
    for shift in np.unique(shifts, axis=0):  # most digits of MNIST have the same
        chosen = np.flatnonzero((shifts == shift).all(axis=1))
        rows, columns = (
            (slice(max(0, -by), min(side, SIDE - by)), slice(max(0, by), min(side + by, SIDE)))
            for by, side in zip(shift.tolist(), pictures.shape[1:], strict=True)
        )
        inputs[indices[chosen], rows[1], columns[1]] = pictures[chosen, rows[0], columns[0]]


def _masses(pictures: Picture) -> list[_Whole]:
    """Return the ink of (N, H, W) pictures along their rows, (N, H), and columns, (N, W)."""
    return [pictures.sum(axis=2, dtype=np.int64), pictures.sum(axis=1, dtype=np.int64)]


def _extents(masses: _Whole) -> tuple[_Whole, _Whole]:
    """Return where along an axis the ink of each picture begins, and where it ends."""
    inked = masses > 0
    return inked.argmax(axis=1), masses.shape[1] - inked[:, ::-1].argmax(axis=1)


def _starts(masses: _Whole, begins: _Whole, sizes: _Whole) -> _Whole:
    """Return where along an axis of the input the ink of each picture begins."""
    totals = masses.sum(axis=1)
    moments = masses @ np.arange(masses.shape[1]) - begins * totals
    # Of ink so faint that scaling loses it, the middle is where its box has its.
    middles = np.where(totals, moments / np.maximum(totals, 1), (sizes - 1) / 2)
    starts = np.floor(FRAME / 2 - middles + 0.5).astype(np.int64)
    return starts.clip(0, FRAME - sizes) + _MARGIN
