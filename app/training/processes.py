"""Trainings side by side: each in a process of its own, for torch's threads share one lock."""

from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import TypeVar

import torch

_Result = TypeVar("_Result")


def side_by_side(tasks: Sequence[Callable[[], _Result]], jobs: int) -> list[_Result]:
    """Run tasks, so many at a time, and return what they return, in their order.

    Args:
        tasks: They and their results must be picklable.
        jobs: Processes; with one, or one task, all is done in this one.

    """
    if min(jobs, len(tasks)) <= 1:
        return [task() for task in tasks]
    with ProcessPoolExecutor(jobs, get_context("spawn"), use_one_thread) as pool:
        return [future.result() for future in [pool.submit(task) for task in tasks]]


def use_one_thread() -> None:
    """Let torch compute in one thread: a small network loses more to a second than it gains.

    With one the sums also come out in the same order every time.
    """
    torch.set_num_threads(1)
