"""From ``python -m app`` to the first answer, against importing torch alone.

A server that only reads drawings does not import torch. Timed are processes, torch's to its end and
the server's to its first answer; on a machine that does something else, believe the ratio and not
the seconds.
"""

import compileall
import subprocess
import sys
from contextlib import ExitStack

import httpx

from app.openapi import SEVEN
from app.settings import ROOT
from benchmarks.measure import ROUNDS, Row, at_most, compare, ratios
from benchmarks.server import running

_PREDICTIONS = "/api/models/lenet5/predictions"


_FIRST = "start to the first answer"


def run(rounds: int = ROUNDS) -> list[Row]:
    """Start processes, one after the other."""
    compileall.compile_dir(ROOT / "app", quiet=1)  # as pip has done with torch
    command = [sys.executable, "-c", "import torch"]
    with httpx.Client(timeout=60) as client, ExitStack() as servers:

        def served() -> None:
            url = servers.enter_context(running())
            answer = client.post(url + _PREDICTIONS, json={"strokes": SEVEN})
            assert answer.json()["prediction"] == 7

        def imported() -> None:
            subprocess.run(command, check=True)

        candidates = {"import torch": imported, _FIRST: served}
        timed = compare(candidates, calls=1, rounds=rounds, after=servers.close)
    return ratios(timed, {_FIRST: at_most(0.6)})
