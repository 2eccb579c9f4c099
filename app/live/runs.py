"""What the server knows of its runs."""

import asyncio
import contextlib
import secrets
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.errors import RunEnded, TooMany, UnknownRun
from app.inspection.unit import Array
from app.live.messages import Make, Message, Obey, Remove, Show
from app.live.process import WorkerProcess
from app.live.recipe import Recipe
from app.live.report import ENDED, Command, Progress, Reason, Report, Snapshot, State

_SWEEP_EVERY = 0.5
"""Seconds between two looks for runs that nobody listens to."""


@dataclass(frozen=True)
class Limits:
    """What runs may take.

    Attributes:
        runs: At once.
        listeners: Of one run, at once.
        seconds: That a run may compute.
        alone_seconds: That a run is kept when nobody asks for it any more.
        kept_seconds: That a run is kept in any case.

    """

    runs: int
    listeners: int
    seconds: float
    alone_seconds: float
    kept_seconds: float


class Listed:
    """A run in the server's list: the newest of what the worker told of it.

    Args:
        replica: The server's name, with which the id begins.
        recipe: How it learns.

    Attributes:
        version: Grows with each change; that of each part tells whether one has it already.

    """

    def __init__(self, replica: str, recipe: Recipe) -> None:
        self.id = f"{replica}.{secrets.token_urlsafe(12)}"
        self.recipe = recipe
        self.state: State = "preparing"
        self.reason: Reason | None = None
        self.progress: Progress | None = None
        self.snapshot: Snapshot | None = None
        self.removed = False
        self.version = 1
        self.versions = {"state": 1, "progress": 0, "snapshot": 0}
        self.listeners = 0
        self.made = self.asked = time.monotonic()
        self._changed = asyncio.Event()

    def take(self, report: Report) -> None:
        """Take what the worker tells."""
        if (self.state, self.reason) != (report.state, report.reason):
            self.state, self.reason = report.state, report.reason
            self._note("state")
        self.progress = report.progress
        self._note("progress")
        if report.snapshot is not None:
            self.snapshot = report.snapshot
            self._note("snapshot")

    def lose(self) -> None:
        """Note that the worker is gone."""
        if self.state not in ENDED:
            self.state, self.reason = "lost", "worker"
            self._note("state")

    def remove(self) -> None:
        """Let the listeners go."""
        self.removed = True
        self._note("state")

    def since(self, version: int) -> list[tuple[int, str]]:
        """Return the parts that have changed since a version, oldest first."""
        changed = [(number, name) for name, number in self.versions.items() if number > version]
        return sorted(changed)

    async def change(self, version: int, seconds: float) -> bool:
        """Wait, at most so long, until there is something newer; return whether there is."""
        if self.version <= version:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._changed.wait()
        return self.version > version

    def _note(self, part: str) -> None:
        self.version += 1
        self.versions[part] = self.version
        self._changed.set()
        self._changed = asyncio.Event()


class Runs:
    """All runs of this server, in one worker process while there are any.

    Everything here belongs to the event loop's thread.

    Args:
        limits: What they may take.
        digits: The folder with the digits that they learn from.
        replica: The server's name. A run is in one server's memory: where there are several, the
            name in its id tells which to ask.

    """

    def __init__(self, limits: Limits, digits: Path, replica: str) -> None:
        self.limits = limits
        self._replica = replica
        self._digits = digits
        self._runs: dict[str, Listed] = {}
        self._worker: WorkerProcess | None = None
        self._sweeper: asyncio.Task[None] | None = None

    def require_room(self) -> None:
        """See that one more run may begin.

        Raises:
            TooMany: There are as many as may be.

        """
        if len(self._runs) >= self.limits.runs:
            wait = min(self._seconds_left(run) for run in self._runs.values())
            raise TooMany(
                f"There are {len(self._runs)} runs already, as many as this server allows.",
                "Delete one, or wait: a run that nobody listens to goes by itself after "
                f"{self.limits.alone_seconds:g} s.",
                wait,
            )

    def make(self, recipe: Recipe) -> Listed:
        """Begin a run; it waits for a command.

        Raises:
            TooMany: There are as many as may be.

        """
        self.require_room()
        run = Listed(self._replica, recipe)
        self._runs[run.id] = run
        self._send(Make(run.id, recipe, self.limits.seconds))
        return run

    def get(self, run_id: str) -> Listed:
        """Return a run; who asks for it keeps it.

        Raises:
            UnknownRun: There is none, or no more.

        """
        try:
            run = self._runs[run_id]
        except KeyError:
            home, dot, _ = run_id.rpartition(".")
            elsewhere = dot and home != self._replica
            raise UnknownRun(
                f"There is no training run {run_id!r} here."
                + (f" It was on {home!r}; this is {self._replica!r}." if elsewhere else ""),
                "A run is in the memory of the server that made it, until "
                f"{self.limits.alone_seconds:g} s after the last client has left, for at most "
                f"{self.limits.kept_seconds:g} s. POST /api/training_runs begins another.",
            ) from None
        run.asked = time.monotonic()
        return run

    def command(self, run: Listed, command: Command) -> None:
        """Tell a run what to do; what becomes of it is told by the worker.

        Raises:
            RunEnded: It will not do anything any more.

        """
        if run.state in ENDED:
            raise RunEnded(f"The run has ended: it is {run.state}.")
        self._send(Obey(run.id, command))

    def show(self, run: Listed, image: Array) -> None:
        """Let a run's network look at a (1, 1, 32, 32) image from now on.

        Raises:
            RunEnded: Its worker is gone, and the network with it.

        """
        if run.state == "lost":
            raise RunEnded("The run is lost, and its network with it.")
        self._send(Show(run.id, image.astype("<f4").tobytes()))

    def remove(self, run: Listed) -> None:
        """Forget a run."""
        if self._runs.pop(run.id, None) is None:
            return
        run.remove()
        if self._worker is not None:
            self._worker.send(Remove(run.id))

    @contextmanager
    def listening(self, run: Listed) -> Iterator[None]:
        """Keep a run for as long as somebody listens.

        Raises:
            TooMany: As many do as may.

        """
        if run.listeners >= self.limits.listeners:
            raise TooMany(
                f"{run.listeners} clients listen to this run already, as many as may.",
                "Ask for its state with GET instead, or wait until one has left.",
                self.limits.alone_seconds,
            )
        run.listeners += 1
        try:
            yield
        finally:
            run.listeners -= 1
            run.asked = time.monotonic()

    async def changes(
        self, run: Listed, version: int, patience: float
    ) -> AsyncIterator[list[tuple[int, str]]]:
        """Yield which parts of a run have changed since a version, until it is removed.

        What changes while the parts before are being sent is told once, as it is then.

        Args:
            run: One that is listened to.
            version: What the listener has; of another run's numbers, or none, 0.
            patience: Seconds after which an empty list says that nothing has changed.

        """
        seen = version if version <= run.version else 0
        while True:
            changed = run.since(seen)
            seen = run.version
            yield changed
            if run.removed:
                return
            await run.change(seen, patience)

    def close(self) -> None:
        """End everything, at the end of the server."""
        for run in list(self._runs.values()):
            self.remove(run)
        if self._sweeper is not None:
            self._sweeper.cancel()
        if self._worker is not None:
            self._worker.end()
            self._worker = None

    def _send(self, message: Message) -> None:
        if self._worker is None:
            self._worker = self._start()
        if self._sweeper is None or self._sweeper.done():
            self._sweeper = asyncio.get_running_loop().create_task(self._sweep())
        self._worker.send(message)

    def _start(self) -> WorkerProcess:
        loop = asyncio.get_running_loop()

        def in_loop(report: Report) -> None:
            with contextlib.suppress(RuntimeError):  # the loop has ended before the thread
                loop.call_soon_threadsafe(self._take, report)

        def ended() -> None:
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(lambda: self._lose(worker))

        worker = WorkerProcess(self._digits, in_loop, ended)
        return worker

    def _take(self, report: Report) -> None:
        run = self._runs.get(report.run_id)
        if run is not None:
            run.take(report)

    def _lose(self, worker: WorkerProcess) -> None:
        if worker is not self._worker:
            return
        self._worker = None
        for run in self._runs.values():
            run.lose()

    async def _sweep(self) -> None:
        """Remove what nobody wants any more; at last the worker."""
        alone = 0.0
        while self._runs or self._worker is not None:
            await asyncio.sleep(_SWEEP_EVERY)
            for run in list(self._runs.values()):
                if self._seconds_left(run) <= 0:
                    self.remove(run)
            alone = 0.0 if self._runs else alone + _SWEEP_EVERY
            if self._worker is not None and alone >= self.limits.alone_seconds:
                self._worker.end()
                self._worker = None

    def _seconds_left(self, run: Listed) -> float:
        """Return how long a run stays if nobody asks for it."""
        now = time.monotonic()
        kept = run.made + self.limits.kept_seconds - now
        if run.listeners:
            return kept
        return min(kept, run.asked + self.limits.alone_seconds - now)
