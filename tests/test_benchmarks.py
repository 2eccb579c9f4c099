"""The benchmarks run and check what they time; no test asserts a time."""

import importlib
import pkgutil

import pytest

import benchmarks
from benchmarks.__main__ import NOT_SCENARIOS

SCENARIOS = [m.name for m in pkgutil.iter_modules(benchmarks.__path__)]


@pytest.mark.parametrize("name", sorted(set(SCENARIOS) - NOT_SCENARIOS))
def test_a_scenario_runs(name, monkeypatch):
    scenario = importlib.import_module(f"benchmarks.{name}")
    if hasattr(scenario, "compare"):
        compare = scenario.compare
        monkeypatch.setattr(scenario, "compare", lambda c, calls: compare(c, calls=1, rounds=1))
        measured = scenario.run()
    else:
        measured = scenario.run(seconds=0.2)
    assert len(measured) > 1
    assert all(one.median > 0 for one in measured)
