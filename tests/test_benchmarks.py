"""The benchmarks run and check what they time; no test asserts a time."""

import json
import re
import subprocess
import sys
from dataclasses import asdict

import pytest

from app.settings import ROOT
from benchmarks import replica
from benchmarks.__main__ import run, scenarios
from benchmarks.environment import describe
from benchmarks.measure import Measured, at_least, at_most, ratios
from benchmarks.table import markdown
from tools.capacity import Assumptions, need


@pytest.mark.parametrize("name", sorted({*scenarios()} - {"drawing", "frames", "page"}))
def test_a_scenario_runs(name):
    found = run(name, rounds=1)
    assert len(found["rows"]) > 1
    assert all(row["value"] > 0 for row in found["rows"])
    assert markdown({"environment": describe(), "scenarios": [found]})


def test_frames_are_recorded():
    """In a process of its own: Playwright runs once in each, and here the tests have it."""
    code = "from benchmarks.frames import run; print(*(row.value > 0 for row in run(1)))"
    ended = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=180
    )
    assert set(ended.stdout.split()) == {"True"}, ended.stderr


def table(name: str) -> str:
    """Run a scenario by the command, and return what it prints."""
    command = [sys.executable, "-m", "benchmarks", name, "--rounds", "1"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def test_drawing_is_watched_live_and_by_request():
    printed = table("drawing")
    for name in ("live", "by request"):
        assert float(re.search(rf"\| {name}: results \| ([\d.]+) 1/s", printed)[1]) > 0


def test_of_a_page_that_is_known_only_answers_are_transferred_again():
    printed = table("page")
    first, second = (
        float(re.search(rf"\| {name} load: transferred \| ([\d.]+) kB", printed)[1])
        for name in ("first", "second")
    )
    assert 0 < second < first


def test_a_row_tells_whether_its_goal_is_met():
    measured = [Measured("empty", [1e-3]), Measured("fast", [2e-3]), Measured("slow", [4e-3])]
    rows = ratios(measured, {"fast": at_most(2), "slow": at_least(5)})
    assert [(row.value, row.met) for row in rows] == [(1, None), (2, True), (4, False)]
    scenario = {"title": "Some", "rows": [asdict(row) | {"met": row.met} for row in rows]}
    text = markdown({"environment": {"CPU": "a slow one"}, "scenarios": [scenario]})
    assert text.startswith("- CPU: a slow one\n\n| what |")
    assert "| fast | 2 × | ≤ 2 | yes | median 2,000 µs, p95 2,000 µs (2,000) |" in text
    assert "| slow | 4 × | ≥ 5 | no | " in text


def test_the_command_prints_what_it_writes(tmp_path):
    file = tmp_path / "figures.json"
    command = [sys.executable, "-m", "benchmarks", "tracing", "--rounds", "1", "--json", str(file)]
    printed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=180)
    again = [sys.executable, "-m", "benchmarks.table", str(file)]
    shown = subprocess.run(again, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert printed.stdout == shown.stdout != ""
    assert "One digit" in shown.stdout


def test_the_kept_figures_are_the_table_of_the_readme():
    kept = ROOT / "benchmarks" / "figures.json"
    if not kept.exists():
        pytest.skip("no figures are kept: python -m benchmarks --json benchmarks/figures.json")
    shown = markdown(json.loads(kept.read_text(encoding="utf-8")))
    assert shown in (ROOT / "README.md").read_text(encoding="utf-8")


def test_what_a_replica_needs_is_what_the_capacity_is_computed_from():
    figures = replica.measure(calls=100, rounds=1)  # the clock of CPU time ticks slowly
    assert figures["memory_bytes"] > 0
    assert all(found["cpu_seconds"] > 0 for found in figures["requests"].values())
    assert need(1, figures, Assumptions()).replicas >= 1
