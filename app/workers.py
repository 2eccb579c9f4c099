"""Several processes behind one port, and the one that keeps them there.

They are forked from a process that has loaded everything, so that what none of them changes is in
memory once. All accept from the same listening socket: whoever is idle takes the next connection,
and what waits there outlives a worker that is killed.
"""

import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from types import FrameType

_PAUSE = 1.0
"""Seconds between two starts of the same worker, so that one that cannot start is no storm."""


class Supervisor:
    """Keeps workers running until it is told to stop; then they end, each in its own time.

    Args:
        serve: What a worker does, given its number; returns or ends the process when it is done.
        count: How many workers.
        leave: Is called when it is told to stop, to let go of what only workers need then.

    """

    def __init__(self, serve: Callable[[int], None], count: int, leave: Callable[[], None]) -> None:
        self._serve = serve
        self._leave = leave
        self._count = count
        self._running: dict[int, tuple[int, float]] = {}
        """Process id -> the worker's number, and since when it runs."""
        self._told: int | None = None

    def run(self) -> int:
        """Return, once all have ended, the signal that said so."""
        before = {sig: signal.signal(sig, self._stop) for sig in (signal.SIGTERM, signal.SIGINT)}
        for number in range(self._count):
            self._start(number)
        while self._running:
            pid, _ = os.wait()
            number, since = self._running.pop(pid, (0, 0.0))
            if self._told is None:
                time.sleep(max(0.0, since + _PAUSE - time.monotonic()))
            if self._told is None:
                self._start(number)
        for sig, handler in before.items():
            signal.signal(sig, handler)
        assert self._told is not None  # noqa: S101 - nothing else ends the loop
        return self._told

    def _start(self, number: int) -> None:
        # A signal that came between the fork and the note of it would be lost.
        signals = {signal.SIGTERM, signal.SIGINT}
        signal.pthread_sigmask(signal.SIG_BLOCK, signals)
        pid = os.fork()
        if pid:
            self._running[pid] = number, time.monotonic()
            signal.pthread_sigmask(signal.SIG_UNBLOCK, signals)
            return
        status = 1
        try:
            for sig in signals:
                signal.signal(sig, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, signals)
            self._serve(number)
            status = 0
        finally:
            os._exit(status)

    def _stop(self, sig: int, frame: FrameType | None) -> None:
        self._told = sig
        self._leave()
        for pid in self._running:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
