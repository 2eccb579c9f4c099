"""What one replica needs: seconds of its CPU for a request, and memory; as JSON.

    python -m benchmarks.replica > figures.json

Counted is the CPU time of the server's process, so whoever else is at work on the machine changes
the figures little. ``tools/capacity.py`` computes from them what many people need.
"""

import itertools
import json
import os
import platform
import statistics
import sys
from collections.abc import Callable
from typing import Any, NamedTuple

import httpx
import psutil
import torch
from websockets.sync.client import connect

from app import __version__
from benchmarks.pen import POINTS, drawn, messages
from benchmarks.server import started

LIVE = "live frame"
"""What the page asks while the pen moves: over the socket, and all activations come back."""
_MODEL = "/api/models/lenet5"


class Sizes(NamedTuple):
    """Of what is asked and what is answered."""

    body_bytes: int
    answer_bytes: int


def measure(calls: int = 1000, rounds: int = 5) -> dict[str, Any]:
    """Ask one server, one request after the other.

    Args:
        calls: Requests of a kind in a row that make one sample.
        rounds: Samples of each kind, in turns.

    Returns:
        For each kind of request the median of ``cpu_seconds``, all ``samples``, and the bytes of
        its body and of the answer's; ``memory_bytes`` resident at the end; the environment.

    """
    drawing = {"strokes": drawn()}
    with started() as (url, pid), httpx.Client(base_url=url, timeout=60) as client:
        server = psutil.Process(pid)

        def post(path: str) -> httpx.Response:
            return client.post(f"{_MODEL}/{path}", json=drawing)

        with connect(f"ws{url.removeprefix('http')}{_MODEL}/live") as socket:
            socket.recv()  # what it says at its opening
            said = itertools.cycle(messages(drawing["strokes"][0]))

            def tell() -> Sizes:
                message = next(said)
                socket.send(message)
                return Sizes(len(message), len(socket.recv()))

            kinds: dict[str, Callable[[], Sizes]] = {
                "GET /healthz": lambda: _sizes(client.get("/healthz")),
                "POST predictions": lambda: _sizes(post("predictions")),
                "POST traces, base64": lambda: _sizes(post("traces?encoding=base64")),
                LIVE: tell,
            }
            sizes = {name: _mean([ask() for _ in range(POINTS)]) for name, ask in kinds.items()}
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
            name: {
                "cpu_seconds": statistics.median(found),
                "samples": found,
                **sizes[name]._asdict(),
            }
            for name, found in samples.items()
        },
    }


def _sizes(answer: httpx.Response) -> Sizes:
    assert answer.status_code == 200
    assert answer.json().get("prediction", 7) == 7
    return Sizes(len(answer.request.content), len(answer.content))


def _mean(sizes: list[Sizes]) -> Sizes:
    return Sizes(*(round(statistics.mean(found)) for found in zip(*sizes, strict=True)))


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


if __name__ == "__main__":
    json.dump(measure(), sys.stdout, indent=2)
    print()
