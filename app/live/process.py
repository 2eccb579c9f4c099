"""The worker process, as the server sees it."""

import multiprocessing
import threading
from collections import deque
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

from app.live.messages import Message, Show
from app.live.report import Report

_SPAWN = multiprocessing.get_context("spawn")
"""A forked process would have the server's sockets, and its locks as they were."""


class WorkerProcess:
    """One worker process, from its start to its end.

    Two threads speak with it, so that the server never waits for it, not even for one that has
    stopped to listen.

    Args:
        digits: The folder with the digits to learn from.
        told: Called with each report, in a thread.
        ended: Called once, in a thread, when the process is gone, whoever ended it.

    """

    def __init__(
        self, digits: Path, told: Callable[[Report], None], ended: Callable[[], None]
    ) -> None:
        self._told = told
        self._ended = ended
        self._ours, self._theirs = _SPAWN.Pipe()
        self._process = _SPAWN.Process(
            target=_work, args=(self._theirs, digits), name="convlens-training", daemon=True
        )
        self._letters: deque[Message] = deque()
        self._posted = threading.Condition()
        self._over = False
        threading.Thread(target=self._live, name="convlens-training", daemon=True).start()

    def send(self, message: Message) -> None:
        """Send a message soon; of images of one run that wait, the newest replaces the others."""
        with self._posted:
            if isinstance(message, Show):
                waiting = [m for m in self._letters if not _same_drawing(m, message)]
                self._letters = deque(waiting)
            self._letters.append(message)
            self._posted.notify()

    def end(self) -> None:
        """End the process; it has nothing that would be lost."""
        with self._posted:
            self._over = True
            self._letters.clear()
            self._posted.notify()
        if self._process.pid is not None:
            self._process.kill()

    def _live(self) -> None:
        try:
            self._process.start()
        except OSError:  # no memory, no more processes
            self._theirs.close()
            self._ended()
            return
        self._theirs.close()
        writer = threading.Thread(target=self._write, name="convlens-training-out", daemon=True)
        writer.start()
        if self._over:
            self._process.kill()
        self._read(self._ours)
        self._process.kill()
        self._process.join()
        self.end()
        writer.join()
        self._ours.close()
        self._ended()

    def _read(self, connection: Connection) -> None:
        while True:
            try:
                report = connection.recv()
            except (EOFError, OSError):
                return
            self._told(report)

    def _write(self) -> None:
        while True:
            with self._posted:
                self._posted.wait_for(lambda: self._letters or self._over)
                if self._over:
                    return
                message = self._letters.popleft()
            try:
                self._ours.send(message)
            except OSError:
                return


def _work(connection: Connection, digits: Path) -> None:
    from app.live.worker import work  # with torch, of which the server knows nothing yet

    work(connection, digits)


def _same_drawing(message: Message, other: Show) -> bool:
    return isinstance(message, Show) and message.run_id == other.run_id
