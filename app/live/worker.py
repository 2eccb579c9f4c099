"""The process that does the work of all runs, a batch of each in turn."""

import contextlib
import os
import signal
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np
import torch

from app.live.lesson import Lesson
from app.live.messages import Make, Message, Obey, Remove, Show
from app.live.run import Run

_NICE = 5
"""How far behind the server the worker stands in line: what the page asks comes first."""
_REPORT_EVERY = 0.2
"""Seconds between two reports of a run that goes on; a screen shows changes, no film."""
_SHOW_EVERY = 0.05
"""Seconds between two reports of a drawing that changes."""


@dataclass
class _Place:
    """A run, and when it is reported."""

    run: Run
    due: float | None
    """When the next report is to be made."""
    told: float = 0.0
    """When the one before was made."""


class Worker:
    """Serves one connection: messages in, reports out."""

    def __init__(self, connection: Connection, lesson: Lesson) -> None:
        self._connection = connection
        self._lesson = lesson
        self._places: dict[str, _Place] = {}

    def serve(self) -> None:
        """Work until nobody is at the other end."""
        with contextlib.suppress(EOFError, OSError):
            while True:
                self._listen()
                for place in self._places.values():
                    self._turn(place)

    def _listen(self) -> None:
        """Take what has come; with nothing to do, wait for it."""
        while self._connection.poll(self._patience()):
            self._take(self._connection.recv())

    def _patience(self) -> float | None:
        places = self._places.values()
        if any(place.run.state == "running" for place in places):
            return 0.0
        due = [place.due for place in places if place.due is not None]
        return max(0.0, min(due) - time.monotonic()) if due else None

    def _take(self, message: Message) -> None:
        now = time.monotonic()
        if isinstance(message, Make):
            run = Run(message.run_id, message.recipe, self._lesson, message.most_seconds)
            self._places[run.run_id] = _Place(run, now)
            return
        place = self._places.get(message.run_id)
        if place is None:
            return
        match message:
            case Obey(command=command):
                place.run.obey(command)
                place.due = now
            case Show(image=image):
                values = np.frombuffer(image, dtype="<f4").copy()
                place.run.image = torch.from_numpy(values).view_as(self._lesson.images[:1])
                soon = max(now, place.told + _SHOW_EVERY)
                place.due = min(place.due or soon, soon)
            case Remove(run_id=run_id):
                del self._places[run_id]

    def _turn(self, place: _Place) -> None:
        run = place.run
        was_running = run.state == "running"
        run.step()
        now = time.monotonic()
        if was_running and run.state != "running":
            place.due = now
        if place.due is not None and place.due <= now:
            self._connection.send(run.report())
            place.told = now
            place.due = now + _REPORT_EVERY if run.state == "running" else None


def work(connection: Connection, digits: Path) -> None:
    """Be the worker process.

    Args:
        connection: To the server.
        digits: The folder with the bundled digits.

    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the server, which ends this
    with contextlib.suppress(OSError):
        os.nice(_NICE)
    torch.set_num_threads(1)
    Worker(connection, Lesson.load(digits)).serve()
