"""``make soak``: mixed load on a server of its own for half an hour, under which nothing may grow.

    python -m tools.soak --minutes 30

Prints a line a minute: the requests, their 50th and 99th percentile, and the server's memory, open
files and threads. Ends with 1 if an answer was not as it should be (a 5xx never is), if memory or
the 99th percentile rose by more than is tolerated, or if a file was still open at the end.
"""

import argparse
import statistics
import sys
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import psutil

from benchmarks.server import started
from tools.soak_mix import MIX, SLOW, Client, Line

CLIENTS = 4
_PAUSE = 0.02
"""Seconds between two requests of a client: a soak is long, not hard."""
_LONG_PAUSE = 5.0
"""Seconds between two of what takes its time."""
MOST_MEMORY = 1.1
"""Times the memory of the second sample that the last may be; the first fills caches."""
MOST_P99 = 2.0
"""Times the 99th percentile of the first half that of the second may be, by their medians."""
MOST_FILES = 3
"""That may be open at the end beyond those of a server that was only asked for its health: of
multiprocessing the pipe to its tracker, and two of the process that ran last."""
_SETTLES = 120
"""Seconds in which all that was begun must be over: longer than a run is kept when alone."""


@dataclass(frozen=True)
class Sample:
    """A while of the soak.

    Attributes:
        requests: Answered in it.
        p50: Seconds.
        p99: Seconds.
        resident: Bytes, at its end.
        files: Open at its end.
        threads: At its end.

    """

    requests: int
    p50: float
    p99: float
    resident: int
    files: int
    threads: int


@dataclass
class Soak:
    """Clients at work, and what became of it.

    Attributes:
        answers: How many of each status there were; of those that a client broke off, 0.
        failures: Answers that were not as they should be.

    """

    url: str
    process: psutil.Process
    answers: Counter[int] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    _seconds: list[float] = field(default_factory=list)
    _over: threading.Event = field(default_factory=threading.Event)

    def run(self, seconds: float, samples: int, tell: bool = True) -> list[Sample]:
        """Keep all clients busy for so long, and look so many times."""
        clients = [*[(seed, MIX, _PAUSE) for seed in range(CLIENTS)], (CLIENTS, SLOW, _LONG_PAUSE)]
        threads = [threading.Thread(target=self._work, args=client) for client in clients]
        for thread in threads:
            thread.start()
        found: list[Sample] = []
        try:
            for number in range(samples):
                self._over.wait(seconds / samples)
                found.append(self._sample())
                if tell:
                    print(row(number + 1, found[-1]), flush=True)
        finally:
            self._over.set()
            for thread in threads:
                thread.join()
        return found

    def files(self, at_most: float = 0) -> int:
        """Return how many files are open, after some patience if more than these are."""
        until = time.monotonic() + _SETTLES
        while self.process.num_fds() > at_most and time.monotonic() < until and at_most:
            time.sleep(0.2)
        return self.process.num_fds()

    def _sample(self) -> Sample:
        seconds, self._seconds = self._seconds, []
        cuts = statistics.quantiles(seconds, n=100) if len(seconds) > 1 else [0.0] * 99
        memory = self.process.memory_info().rss
        files, threads = self.process.num_fds(), self.process.num_threads()
        return Sample(len(seconds), cuts[49], cuts[98], memory, files, threads)

    def _work(self, seed: int, lines: Sequence[Line], pause: float) -> None:
        with Client.of(self.url, seed) as client:
            while not self._over.wait(pause):
                (line,) = client.chance.choices(lines, [line.weight for line in lines])
                began = time.monotonic()
                try:
                    status = line.ask(client)
                except Exception as error:  # whatever a wrong answer led to
                    self.failures.append(f"{line.name}: {error!r}"[:500])
                    continue
                if line.timed:
                    self._seconds.append(time.monotonic() - began)
                self.answers[status] += 1
                if status >= 500 or status not in line.wanted:
                    self.failures.append(f"{line.name}: {status}")


def grown(samples: Sequence[Sample]) -> list[str]:
    """Return what rose by more than is tolerated."""
    found = []
    base, last = samples[min(1, len(samples) - 1)], samples[-1]
    if last.resident > MOST_MEMORY * base.resident:
        found.append(
            f"memory rose from {base.resident / 2**20:.1f} to {last.resident / 2**20:.1f} MiB, "
            f"more than {MOST_MEMORY:g} ×"
        )
    half = len(samples) // 2
    if half:
        first, second = (
            statistics.median(one.p99 for one in part) for part in (samples[:half], samples[half:])
        )
        if second > MOST_P99 * first:
            rise = f"from {first * 1e3:.1f} to {second * 1e3:.1f} ms"
            found.append(f"p99 rose {rise}, more than {MOST_P99:g} ×")
    return found


HEAD = (
    "| sample | requests | p50, ms | p99, ms | memory, MiB | open files | threads |\n"
    "|---:|---:|---:|---:|---:|---:|---:|"
)


def row(number: int, sample: Sample) -> str:
    """Return a sample as a line of the table."""
    return (
        f"| {number} | {sample.requests:,} | {sample.p50 * 1e3:.1f} | {sample.p99 * 1e3:.1f} | "
        f"{sample.resident / 2**20:.1f} | {sample.files} | {sample.threads} |"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Soak a server and return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.soak", description=__doc__.split("\n")[0]
    )
    parser.add_argument("--minutes", type=float, default=30, help="of load; 30")
    parser.add_argument("--samples", type=int, help="one a minute if not given, but at least 6")
    options = parser.parse_args(arguments)
    samples = options.samples or max(6, round(options.minutes))
    with started() as (url, pid):
        soak = Soak(url, psutil.Process(pid))
        with Client.of(url, 0) as client:
            client.http.get("/healthz").raise_for_status()
        before = soak.files()
        print(HEAD, flush=True)
        failures = grown(soak.run(options.minutes * 60, samples))
        after = soak.files(before + MOST_FILES)
        if after > before + MOST_FILES:
            failures.append(f"{after} files are open, before it were {before}")
    failures += [f"{count} × {what}" for what, count in Counter(soak.failures).most_common(20)]
    answers = ", ".join(f"{count:,} × {status}" for status, count in sorted(soak.answers.items()))
    print(f"\nanswers: {answers} (0: broken off by the client)")
    print(f"open files: {before} before, {after} afterwards")
    print("\n".join([*failures, f"{len(failures) or 'no'} failures"]))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
