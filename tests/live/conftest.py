"""Digits that take but a moment to learn from."""

from collections.abc import Iterator

import pytest
import torch

from app.live.lesson import Lesson
from app.sample import Sample
from app.settings import ROOT


@pytest.fixture(scope="session")
def lesson() -> Lesson:
    """170 digits to learn from and 30 to judge by, of the gallery."""
    return Lesson.of(Sample.load(ROOT / "static" / "digits"))


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> Iterator[None]:
    """Learn in one thread, as the worker does."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)
