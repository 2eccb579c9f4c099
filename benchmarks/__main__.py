"""Runs every scenario and prints one table."""

import importlib
import os
import pkgutil
import platform

import torch

import benchmarks

NOT_SCENARIOS = {"__main__", "measure"}


def main() -> None:
    """Print the environment, then the scenarios in the order of their names."""
    print(f"Python {platform.python_version()}, torch {torch.__version__}, ", end="")
    print(f"{os.cpu_count()} cores, {platform.machine()}")
    for module in pkgutil.iter_modules(benchmarks.__path__):
        if module.name in NOT_SCENARIOS:
            continue
        scenario = importlib.import_module(f"benchmarks.{module.name}")
        print(f"\n{scenario.__doc__}\n")
        print("| what | ratio | median µs | samples, µs |")
        print("|---|---|---|---|")
        measured = scenario.run()
        for one in measured:
            ratio = one.median / measured[0].median
            samples = " ".join(f"{sample * 1e6:.0f}" for sample in one.samples)
            print(f"| {one.name} | {ratio:.2f} | {one.median * 1e6:.0f} | {samples} |")


if __name__ == "__main__":
    main()
