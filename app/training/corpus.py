"""What a training learns from and what it is judged by, the test images apart."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt

from app.errors import BadInput
from app.training.dataset import Digits, read_mnist
from app.training.pens import PenDigit, Placement, as_written, pictures, read_pens
from app.training.recipe import Split


@dataclass(frozen=True)
class Corpus:
    """The data of a training, split."""

    training: Digits
    training_numbers: npt.NDArray[np.int64]
    """Their places in MNIST's own file."""
    pens: list[PenDigit]
    """Empty without a file of pen digits."""
    held_out: dict[str, Digits]
    """What is never trained on: the ``validation`` images and, if writers are held out, their
    digits ``pen_as_written`` and ``pen_placed`` anywhere, in any size, with any pen."""
    held_out_writers: list[int]


def read_corpus(
    data: Path,
    pens: Path | None,
    split: Split,
    pen_share: tuple[float, float] | None = None,
) -> Corpus:
    """Read the training images, and the pen digits if there are any, and split them.

    Args:
        data: The folder with MNIST.
        pens: The file of pen digits.
        split: What is held out.
        pen_share: How the pad fits the pen to a drawing's size.

    Raises:
        BadInput: A file is missing or damaged, or there is too little to split.

    """
    digits = read_mnist(data, "train")
    order = np.random.default_rng([split.seed, 0]).permutation(len(digits))
    count = len(digits) // split.validation_one_in
    if not count:
        raise BadInput(
            f"{len(digits)} training images are too few to split.",
            f"There must be at least {split.validation_one_in}.",
        )
    validation, training = np.sort(order[:count]), np.sort(order[count:])
    held_out = {"validation": digits[validation]}
    trained_on, kept, writers = [], [], []
    if pens:
        pen_digits = read_pens(pens)
        writers = _hold_out(pen_digits, split)
        trained_on = [pen for pen in pen_digits if pen.writer not in writers]
        kept = [pen for pen in pen_digits if pen.writer in writers]
    if writers:
        place = partial(Placement(pen_share=pen_share), rng=np.random.default_rng([split.seed, 2]))
        held_out["pen_as_written"] = pictures(kept, partial(as_written, pen_share=pen_share))
        held_out["pen_placed"] = pictures(kept, place)
    return Corpus(digits[training], training, trained_on, held_out, writers)


def _hold_out(pen_digits: list[PenDigit], split: Split) -> list[int]:
    writers = {pen.writer for pen in pen_digits}
    if unknown := set(split.writers) - writers:
        raise BadInput(
            f"No pen digits are by the writers {sorted(unknown)}, who are to be held out.",
            "Take the file of pen digits that the split was made for.",
        )
    if writers == set(split.writers):
        raise BadInput(
            f"The pen digits are by {len(writers)} people, and all of them are held out.",
            "Take pen digits of more people.",
        )
    return sorted(split.writers)
