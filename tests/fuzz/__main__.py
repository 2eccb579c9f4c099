"""``make fuzz``: many inputs against a server process of its own, and a report.

    python -m tests.fuzz --inputs 100000 --minutes 40 --seed 1

They go out in rounds, each with all parts. While the first half goes out, caches fill and the heap
takes its shape; in the second half memory and open files must not grow any more. Ends with 1 if
anything was wrong, or if the time was over too early.
"""

import argparse
import random
import sys
import tempfile
import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.fuzz.parts import PARTS
from tests.fuzz.target import Hang, Size, Target, running

MOST_GROWTH = 24 * 2**20
"""Bytes that a server may hold on to in the second half: an allocator is not neat. A leak of 1 kB
an input is twice as much in 50,000."""
MOST_FILES = 2
"""That may be open in the end beyond what was half-way."""


@dataclass
class Outcome:
    """What became of a run."""

    failures: list[str] = field(default_factory=list)
    sizes: list[Size] = field(default_factory=list)
    """After each round."""

    def check_growth(self) -> None:
        """Note what has grown since half-way."""
        first, last = self.sizes[(len(self.sizes) - 1) // 2], self.sizes[-1]
        grown = last.resident - first.resident
        if grown > MOST_GROWTH:
            self.failures.append(f"memory grew by {grown / 2**20:.1f} MiB in the second half")
        if last.files - first.files > MOST_FILES:
            self.failures.append(f"open files grew from {first.files} to {last.files}")
        if any(size.workers for size in self.sizes):
            self.failures.append("a process that learns was still there")


def fuzz(
    target: Target, inputs: int, seed: int, *, rounds: int = 10, seconds: float = float("inf")
) -> Outcome:
    """Send so many inputs; it ends early with a failure after so many seconds, or if it hangs."""
    outcome = Outcome()
    ends = time.monotonic() + seconds
    part_count = inputs / rounds / sum(part.share for part in PARTS)
    for round_ in range(rounds):
        for number, part in enumerate(PARTS):
            if time.monotonic() > ends:
                outcome.failures.append(f"the time was over in round {round_ + 1} of {rounds}")
                return outcome
            began, before = time.monotonic(), target.statuses.total()
            own_seed = seed * 1_000_003 + round_ * 1_009 + number * 31
            try:
                part.run(target, max(1, round(part_count * part.share)), own_seed)
            except (Hang, KeyboardInterrupt) as end:
                outcome.failures.append(f"{part.run.__name__}: {end or 'interrupted'}")
                return outcome
            except (Exception, BaseExceptionGroup):  # schemathesis raises groups
                asked = f"after asking {target.asked}"
                outcome.failures.append(f"{part.run.__name__}, {asked}\n{traceback.format_exc()}")
            took = time.monotonic() - began
            print(
                f"round {round_ + 1}: {part.run.__name__}: {target.statuses.total() - before:,} "
                f"inputs in {took:.0f} s",
                file=sys.stderr,
                flush=True,
            )
        outcome.sizes.append(target.size())
    outcome.check_growth()
    return outcome


def report(target: Target, outcome: Outcome, seed: int) -> str:
    """Return what was found as text."""
    lines = [f"{target.statuses.total():,} inputs, seed {seed}", ""]
    lines += [f"| {'answer':9} | {'inputs':>9} |", f"|{'-' * 11}|{'-' * 10}:|"]
    lines += [f"| {status:9} | {count:9,} |" for status, count in sorted(target.statuses.items())]
    lines += ["", "| after round | memory, MiB | open files | threads | workers |"]
    lines += ["|---:|---:|---:|---:|---:|"]
    lines += [
        f"| {number} | {size.resident / 2**20:.1f} | {size.files} | {size.threads} | "
        f"{size.workers} |"
        for number, size in enumerate(outcome.sizes, 1)
    ]
    lines += ["", *outcome.failures, f"{len(outcome.failures) or 'no'} failures"]
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Fuzz as asked and return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.fuzz", description=__doc__.split("\n")[0]
    )
    parser.add_argument("--inputs", type=int, default=100_000, help="at least so many; 100,000")
    parser.add_argument("--minutes", type=float, default=60, help="at most so many; 60")
    parser.add_argument("--seed", type=int, help="another every time if not given")
    parser.add_argument("--port", type=int, default=0, help="of the server; a free one")
    options = parser.parse_args(arguments)
    seed = random.SystemRandom().randrange(2**32) if options.seed is None else options.seed
    print(f"seed {seed}", file=sys.stderr, flush=True)
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        with running(log, options.port) as target:
            seconds = options.minutes * 60
            outcome = fuzz(target, options.inputs, seed, seconds=seconds)
            if target.statuses.total() < options.inputs:
                outcome.failures.append(f"fewer inputs than the {options.inputs:,} wanted")
            if '"level":"error"' in log.read_text(encoding="utf-8"):
                outcome.failures.append("the server has logged errors")
            print(report(target, outcome, seed))
    return 1 if outcome.failures else 0


if __name__ == "__main__":
    sys.exit(main())
