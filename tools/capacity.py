"""Compute what many people who draw at once need, from what one replica was measured to need.

    python -m benchmarks.replica > figures.json
    python tools/capacity.py figures.json

Prints Markdown: the assumptions, then a row for each number of people. Every assumption is an
option.
"""

import argparse
import json
import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LIVE = "live frame"
"""What the page asks while the pen moves."""


@dataclass(frozen=True)
class Assumptions:
    """What is not measured.

    Attributes:
        frames: Times a second that a moving pen changes the drawing; screens show no more.
        round_trip: Seconds to the server and back. The page has one question under way at a
            time, so a hand asks no faster than the answers come.
        drawing: Share of the time that the pen is down; 1: all of them draw without a pause.
        utilisation: Share of a core that is used; the rest is for peaks and a lost replica.

    """

    frames: float = 60
    round_trip: float = 0.03
    drawing: float = 1
    utilisation: float = 0.7


@dataclass(frozen=True)
class Need:
    """What so many people need."""

    people: int
    frames_per_second: float
    cores: float
    replicas: int
    memory_bytes: float
    bits_per_second: float


def rate(figures: dict[str, Any], assumed: Assumptions) -> float:
    """Return how often one person asks in a second."""
    answer = assumed.round_trip + figures["requests"][LIVE]["cpu_seconds"]
    return min(assumed.frames, 1 / answer) * assumed.drawing


def need(people: int, figures: dict[str, Any], assumed: Assumptions) -> Need:
    """Return what so many people need.

    Args:
        people: Who draw at once.
        figures: As :mod:`benchmarks.replica` prints them.
        assumed: What is not measured.

    """
    frame = figures["requests"][LIVE]
    frames = people * rate(figures, assumed)
    cores = frames * frame["cpu_seconds"] / assumed.utilisation
    replicas = math.ceil(cores)  # each computes in one thread
    return Need(
        people,
        frames,
        cores,
        replicas,
        replicas * figures["memory_bytes"],
        frames * 8 * (frame["answer_bytes"] + frame["body_bytes"]),
    )


def report(people: Sequence[int], figures: dict[str, Any], assumed: Assumptions) -> str:
    """Return what they need as Markdown."""
    environment = figures["environment"]
    lines = [
        f"Measured with ConvLens {environment['convlens']}, Python {environment['python']}, torch "
        f"{environment['torch']}, {environment['machine']}:",
        "",
        "| request | CPU ms | requests a second per core | answer, kB |",
        "|---|---|---|---|",
        *(
            f"| {name} | {found['cpu_seconds'] * 1e3:.2f} | {1 / found['cpu_seconds']:,.0f} | "
            f"{found['answer_bytes'] / 1e3:,.1f} |"
            for name, found in figures["requests"].items()
        ),
        "",
        f"Memory per replica: {figures['memory_bytes'] / 2**20:,.0f} MiB. A replica computes in "
        "one thread, so it uses one core.",
        "",
        f"Assumed: a moving pen changes the drawing {assumed.frames:g} times a second; there and "
        f"back takes {assumed.round_trip * 1e3:g} ms, and the page waits for an answer before it "
        f"asks again; the pen is down {assumed.drawing:.0%} of the time; a core is used to "
        f"{assumed.utilisation:.0%}. That makes {rate(figures, assumed):.1f} frames a second and "
        f"person (`{LIVE}`). Not counted: the proxy, and what is loaded once a visit.",
        "",
        "| people drawing at once | frames a second | cores | replicas | memory, GiB | Gbit/s |",
        "|---|---|---|---|---|---|",
    ]
    lines += [_row(need(number, figures, assumed)) for number in people]
    return "\n".join(lines)


def _row(one: Need) -> str:
    memory, network = one.memory_bytes / 2**30, one.bits_per_second / 1e9
    return (
        f"| {one.people:,} | {one.frames_per_second:,.0f} | {one.cores:,.1f} | "
        f"{one.replicas:,} | {memory:,.1f} | {network:,.2f} |"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the report and return the exit status."""
    usual = Assumptions()
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("figures", type=Path, help="what benchmarks.replica printed")
    parser.add_argument("--people", type=int, nargs="+", default=[1_000, 100_000])
    for name, value in vars(usual).items():
        option = f"--{name.replace('_', '-')}"
        parser.add_argument(option, type=float, default=value, help=f"{value:g} by default")
    options = parser.parse_args(arguments)
    assumed = Assumptions(**{name: getattr(options, name) for name in vars(usual)})
    try:
        figures = json.loads(options.figures.read_text(encoding="utf-8"))
        print(report(options.people, figures, assumed))
    except (OSError, ValueError) as error:
        print(f"capacity: {options.figures}: {error}", file=sys.stderr)
        return 1
    except KeyError as error:
        print(f"capacity: {options.figures} has no {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
