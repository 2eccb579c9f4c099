"""Runs every scenario and prints one table."""

import importlib
import os
import pkgutil
import platform

import torch

import benchmarks

NOT_SCENARIOS = {"__main__", "measure", "replica", "server"}
_SHOWN = 7
"""Samples that are printed one by one; of more, their number."""


def main() -> None:
    """Print the environment, then the scenarios in the order of their names."""
    print(f"Python {platform.python_version()}, torch {torch.__version__}, ", end="")
    print(f"{os.cpu_count()} cores, {platform.machine()}")
    for module in pkgutil.iter_modules(benchmarks.__path__):
        if module.name in NOT_SCENARIOS:
            continue
        scenario = importlib.import_module(f"benchmarks.{module.name}")
        print(f"\n{scenario.__doc__}\n")
        print("| what | ratio | median µs | p95 µs | samples, µs |")
        print("|---|---|---|---|---|")
        measured = scenario.run()
        for one in measured:
            ratio = one.median / measured[0].median
            samples = " ".join(f"{sample * 1e6:.0f}" for sample in one.samples)
            if len(one.samples) > _SHOWN:
                samples = f"{len(one.samples)} of them"
            times = f"{one.median * 1e6:.0f} | {one.p95 * 1e6:.0f}"
            print(f"| {one.name} | {ratio:.2f} | {times} | {samples} |")


if __name__ == "__main__":
    main()
