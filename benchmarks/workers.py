"""Two workers against one, on requests that leave the client little to do.

Each request is a numpy file of 64 digits; as many connections as a class has are kept busy. The
client shares the machine with the workers, so what it takes is missing from their gain.
"""

import asyncio
import io
from urllib.parse import urlsplit

import numpy as np

from app.sample import Tiles
from app.settings import ROOT
from benchmarks.client import Request, load
from benchmarks.measure import Measured, Row, at_least, rates
from benchmarks.server import started

_CONNECTIONS = 30
_IMAGES = 64


def run(rounds: int = 5, seconds: float = 2.0) -> list[Row]:
    """Measure servers with one worker and with two, in turns.

    Args:
        rounds: Samples of each.
        seconds: That each is asked for in one turn.

    """
    file = io.BytesIO()
    np.save(file, np.asarray(Tiles.load(ROOT / "static" / "digits").pictures[:_IMAGES]))
    path = "/api/models/lenet5/predictions"
    request = Request.of("POST", path, file.getvalue(), content_type="application/x-npy")
    samples: dict[str, list[float]] = {"1": [], "2": []}
    with started(WORKERS="1") as (one, _), started(WORKERS="2") as (two, _):
        for _ in range(rounds):
            for workers, url in (("1", one), ("2", two)):
                place = urlsplit(url)
                assert place.hostname
                assert place.port
                waits, took, _ = asyncio.run(
                    load(place.hostname, place.port, request, _CONNECTIONS, seconds)
                )
                samples[workers].append(took / len(waits))
    timed = [Measured(f"WORKERS={workers}", found) for workers, found in samples.items()]
    return rates(timed, {"WORKERS=2": at_least(1.7)})
