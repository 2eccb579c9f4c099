"""The benchmarks run and check what they time; no test asserts a time."""

import importlib
import pkgutil
import subprocess
import sys

import pytest

import benchmarks
from app.settings import ROOT
from benchmarks import replica
from benchmarks.__main__ import NOT_SCENARIOS
from tools.capacity import Assumptions, need

SCENARIOS = {module.name for module in pkgutil.iter_modules(benchmarks.__path__)} - NOT_SCENARIOS


@pytest.mark.parametrize("name", sorted(SCENARIOS - {"frames"}))
def test_a_scenario_runs(name, monkeypatch):
    scenario = importlib.import_module(f"benchmarks.{name}")
    compare = scenario.compare
    monkeypatch.setattr(scenario, "compare", lambda c, calls: compare(c, calls=1, rounds=1))
    measured = scenario.run()
    assert len(measured) > 1
    assert all(one.median > 0 for one in measured)


def test_frames_are_recorded():
    """In a process of its own: Playwright runs once in each, and here the tests have it."""
    code = "from benchmarks.frames import run; print(*(len(one.samples) > 1 for one in run(0.3)))"
    ended = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=180
    )
    assert ended.stdout.split() == ["True"] * 5, ended.stderr


def test_what_a_replica_needs_is_what_the_capacity_is_computed_from():
    figures = replica.measure(calls=20, rounds=1)
    assert figures["memory_bytes"] > 0
    assert all(found["cpu_seconds"] > 0 for found in figures["requests"].values())
    assert need(1, figures, Assumptions()).replicas >= 1
