"""How a scenario is timed, and the shape of what it finds."""

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

ROUNDS = 7
"""Samples of each candidate, where nobody says otherwise."""
_SHOWN = 7
"""Samples that are printed one by one; of more, their number."""


@dataclass(frozen=True)
class Goal:
    """What a value should be, at least or at most."""

    sign: Literal["≥", "≤"]
    bound: float

    def met_by(self, value: float) -> bool:
        """Return whether a value is as it should be."""
        return value >= self.bound if self.sign == "≥" else value <= self.bound

    def __str__(self) -> str:
        return f"{self.sign} {self.bound:g}"


def at_least(bound: float) -> Goal:
    """Return the goal of being as large as this."""
    return Goal("≥", bound)


def at_most(bound: float) -> Goal:
    """Return the goal of being as small as this."""
    return Goal("≤", bound)


@dataclass(frozen=True)
class Row:
    """One figure of a scenario.

    Attributes:
        name: What was measured.
        value: The figure.
        unit: Its unit; ``×`` for a ratio.
        goal: What it should be; None where it is only told.
        note: What is worth knowing besides.

    """

    name: str
    value: float
    unit: str = "×"
    goal: Goal | None = None
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the goal is met; None without one."""
        return None if self.goal is None else self.goal.met_by(self.value)


@dataclass(frozen=True)
class Measured:
    """One thing that was timed."""

    name: str
    samples: list[float]
    """Seconds of one call, each the mean over one round."""

    @property
    def median(self) -> float:
        """The middle sample, in seconds."""
        return statistics.median(self.samples)

    @property
    def p95(self) -> float:
        """What 95 of 100 samples stay below, in seconds."""
        return (
            statistics.quantiles(self.samples, n=20)[-1] if len(self.samples) > 1 else self.median
        )

    @property
    def note(self) -> str:
        """The samples themselves, or what is typical of them."""
        times = f"median {self.median * 1e6:,.0f} µs, p95 {self.p95 * 1e6:,.0f} µs"
        if len(self.samples) > _SHOWN:
            return f"{times}, {len(self.samples)} samples"
        samples = " ".join(f"{sample * 1e6:,.0f}" for sample in self.samples)
        return f"{times} ({samples})"


def compare(
    candidates: Mapping[str, Callable[[], object]],
    *,
    calls: int,
    rounds: int = ROUNDS,
    after: Callable[[], object] = lambda: None,
) -> list[Measured]:
    """Time candidates in turns, so that what disturbs the machine disturbs all of them.

    Args:
        candidates: Name -> what is timed; called without arguments.
        calls: Calls in a row that make one sample.
        rounds: Samples of each.
        after: Called after each sample, untimed, to clear up.

    """
    samples: dict[str, list[float]] = {name: [] for name in candidates}
    for candidate in candidates.values():
        candidate()
        after()
    for _ in range(rounds):
        for name, candidate in candidates.items():
            start = time.perf_counter()
            for _ in range(calls):
                candidate()
            samples[name].append((time.perf_counter() - start) / calls)
            after()
    return [Measured(name, values) for name, values in samples.items()]


def ratios(measured: Sequence[Measured], goals: Mapping[str, Goal] | None = None) -> list[Row]:
    """Return how many times as long as the first each took, by the medians.

    Args:
        measured: Of one run.
        goals: Name -> what its ratio should be.

    """
    base = measured[0].median
    return [
        Row(one.name, one.median / base, "×", (goals or {}).get(one.name), one.note)
        for one in measured
    ]


def rates(measured: Sequence[Measured], goals: Mapping[str, Goal] | None = None) -> list[Row]:
    """Return how many times as often as the first each can be done, by the medians.

    Args:
        measured: Of one run.
        goals: Name -> what its ratio should be.

    """
    return [replace(row, value=1 / row.value) for row in ratios(measured, goals)]
