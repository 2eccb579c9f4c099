"""What many people need, computed by hand and by tools/capacity.py."""

import json
import subprocess
import sys

import pytest

from app.settings import ROOT

FIGURES = {
    "environment": {"convlens": "1", "python": "3", "torch": "2", "machine": "x", "cores": 2},
    "memory_bytes": 2**28,
    "requests": {"live frame": {"cpu_seconds": 0.005, "body_bytes": 1_000, "answer_bytes": 49_000}},
}


def capacity(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "tools/capacity.py", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)


@pytest.fixture
def figures(tmp_path) -> str:
    file = tmp_path / "figures.json"
    file.write_text(json.dumps(FIGURES))
    return str(file)


def row(text: str) -> list[str]:
    return [cell.strip() for cell in text.splitlines()[-1].strip("|").split("|")]


def test_a_thousand_hands_are_added_up(figures):
    # 1 / (0.045 + 0.005) = 20 a second each; 20,000 × 0.005 s = 100 cores, at half use 200
    printed = capacity(
        figures, "--people", "1000", "--round-trip", "0.045", "--utilisation", "0.5"
    ).stdout
    assert row(printed) == ["1,000", "20,000", "200.0", "200", "50.0", "8.00"]
    assert "200" in printed
    assert "256 MiB" in printed


def test_a_hand_asks_no_more_often_than_its_pen_moves(figures):
    printed = capacity(
        figures, "--people", "10", "--round-trip", "0", "--frames", "30", "--drawing", "0.5"
    ).stdout
    assert row(printed)[1] == "150"


def test_more_people_need_proportionally_more(figures):
    lines = capacity(figures).stdout.splitlines()[-2:]
    few, many = (float(row(line)[1].replace(",", "")) for line in lines)
    assert many == pytest.approx(100 * few, rel=1e-3)


@pytest.mark.parametrize(
    ("content", "said"),
    [("{}", "has no 'environment'"), ("no JSON", "Expecting value"), (None, "No such")],
)
def test_figures_that_are_none_are_refused(tmp_path, content, said):
    file = tmp_path / "figures.json"
    if content is not None:
        file.write_text(content)
    ended = capacity(str(file))
    assert ended.returncode == 1
    assert said in ended.stderr
    assert "Traceback" not in ended.stderr


def test_the_kept_figures_give_what_the_readme_says():
    kept = ROOT / "benchmarks" / "replica.json"
    if not kept.exists():
        pytest.skip("no figures are kept: python -m benchmarks.replica > benchmarks/replica.json")
    readme = (ROOT / "deploy" / "README.md").read_text(encoding="utf-8")
    assert capacity(str(kept)).stdout in readme
