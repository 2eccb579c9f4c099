"""How a scenario is timed."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


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


def compare(
    candidates: dict[str, Callable[[], object]], *, calls: int, rounds: int = 7
) -> list[Measured]:
    """Time candidates in turns, so that what disturbs the machine disturbs all of them.

    Args:
        candidates: Name -> what is timed; called without arguments.
        calls: Calls in a row that make one sample.
        rounds: Samples of each.

    """
    samples: dict[str, list[float]] = {name: [] for name in candidates}
    for candidate in candidates.values():
        candidate()
    for _ in range(rounds):
        for name, candidate in candidates.items():
            start = time.perf_counter()
            for _ in range(calls):
                candidate()
            samples[name].append((time.perf_counter() - start) / calls)
    return [Measured(name, values) for name, values in samples.items()]
