"""What one replica needs: seconds of its CPU for a request, and memory; as JSON.

    python -m benchmarks.replica > figures.json

Counted is the CPU time of the server's process, so whoever else is at work on the machine changes
the figures little. ``tools/capacity.py`` computes from them what many people need.
"""

import json
import os
import platform
import statistics
import sys
from collections.abc import Callable
from typing import Any

import httpx
import numpy as np
import psutil
import torch

from app import __version__
from app.openapi import SEVEN
from benchmarks.server import started

POINTS = 100
"""Of a drawn digit; a pen leaves some hundred."""
_MODEL = "/api/models/lenet5"


def measure(calls: int = 200, rounds: int = 5) -> dict[str, Any]:
    """Ask one server, one request after the other.

    Args:
        calls: Requests of a kind in a row that make one sample.
        rounds: Samples of each kind, in turns.

    Returns:
        For each kind of request the median of ``cpu_seconds``, all ``samples``, and the bytes of
        its body and of the answer's; ``memory_bytes`` resident at the end; the environment.

    """
    drawing = {"strokes": drawn(POINTS)}
    with started() as (url, pid), httpx.Client(base_url=url, timeout=60) as client:
        server = psutil.Process(pid)

        def post(path: str) -> Callable[[], httpx.Response]:
            return lambda: client.post(f"{_MODEL}/{path}", json=drawing)

        kinds: dict[str, Callable[[], httpx.Response]] = {
            "GET /healthz": lambda: client.get("/healthz"),
            "POST predictions": post("predictions"),
            "POST traces, base64": post("traces?encoding=base64"),
        }
        sizes = {name: _sizes(ask()) for name, ask in kinds.items()}
        samples: dict[str, list[float]] = {name: [] for name in kinds}
        for _ in range(rounds):
            for name, ask in kinds.items():
                before = _cpu(server)
                for _ in range(calls):
                    ask()
                samples[name].append((_cpu(server) - before) / calls)
        memory = server.memory_info().rss
    return {
        "environment": {
            "convlens": __version__,
            "python": platform.python_version(),
            "torch": torch.__version__,
            "machine": platform.machine(),
            "cores": os.cpu_count(),
        },
        "memory_bytes": memory,
        "requests": {
            name: {"cpu_seconds": statistics.median(found), "samples": found, **sizes[name]}
            for name, found in samples.items()
        },
    }


def drawn(points: int) -> list[list[list[float]]]:
    """Return the seven of the examples as a pen would leave it: with so many points."""
    (corners,) = np.array(SEVEN, dtype=float)
    lengths = np.r_[0, np.cumsum(np.hypot(*np.diff(corners, axis=0).T))]
    places = np.linspace(0, lengths[-1], points)
    columns = [np.interp(places, lengths, corners[:, axis]).round(1) for axis in (0, 1)]
    stroke: list[list[float]] = np.stack(columns, axis=1).tolist()
    return [stroke]


def _sizes(answer: httpx.Response) -> dict[str, int]:
    assert answer.status_code == 200
    if "prediction" in answer.json():
        assert answer.json()["prediction"] == 7
    return {"body_bytes": len(answer.request.content), "answer_bytes": len(answer.content)}


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


if __name__ == "__main__":
    json.dump(measure(), sys.stdout, indent=2)
    print()
