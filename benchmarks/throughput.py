"""Requests at 1, 8 and 64 connections: each kind against the server's emptiest answer.

The same process, the same client, in turns; timed is each request, from its first byte to the last
one of its answer. A sample is the seconds a request took the server, with all connections at work:
how long a turn lasted, over the requests that were answered in it.
"""

import asyncio
import base64
import math
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

import numpy as np
import orjson

from app.sample import Tiles
from app.settings import ROOT
from benchmarks.client import Messages, Request, load
from benchmarks.measure import Measured, Row, at_least, at_most, rates
from benchmarks.pen import drawn, messages
from benchmarks.server import running

_MODEL = "/api/models/lenet5"
CONNECTIONS = (1, 8, 64)
_EMPTY = "GET /healthz"
_GOALS = {
    "predictions": at_least(0.7),
    "traces, binary": at_least(0.8),
    "traces, lists": at_least(0.3),
    "live drawing": at_least(1),
}


@dataclass
class Kind:
    """A kind of request and what it took."""

    asked: Request | Messages
    samples: list[float] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)


def run(rounds: int = 5, seconds: float = 1.0) -> list[Row]:
    """Measure all kinds at all numbers of connections; of each, the first is compared with.

    Args:
        rounds: Samples of each.
        seconds: That one kind is asked for in one turn.

    """
    found: list[Row] = []
    with running() as url:
        parts = urlsplit(url)
        assert parts.hostname
        assert parts.port
        for connections in CONNECTIONS:
            kinds = _kinds()
            asyncio.run(_measure(kinds, parts.hostname, parts.port, connections, seconds, rounds))
            timed = [Measured(name, kind.samples) for name, kind in kinds.items()]
            empty = _quantile(kinds[_EMPTY])
            for row in rates(timed, _GOALS):
                name, p99 = f"{row.name}, {connections} at once", _quantile(kinds[row.name])
                found.append(replace(row, name=name))
                found.append(
                    Row(f"p99 of {name}", p99 / empty, "×", at_most(5), f"{p99 * 1e3:.1f} ms")
                )
    return found


def _quantile(kind: Kind) -> float:
    return float(np.quantile(kind.waits, 0.99))


def _kinds() -> dict[str, Kind]:
    digit = np.asarray(Tiles.load(ROOT / "static" / "digits").pictures[140])
    body = orjson.dumps({"pixels": digit.tolist()})
    json = {"content_type": "application/json"}
    requests: dict[str, Request | Messages] = {
        _EMPTY: Request.of("GET", "/healthz"),
        "predictions": Request.of("POST", f"{_MODEL}/predictions", body, **json),
        "traces, binary": Request.of("POST", f"{_MODEL}/traces?encoding=binary", body, **json),
        "traces, base64": Request.of("POST", f"{_MODEL}/traces?encoding=base64", body, **json),
        "traces, lists": Request.of("POST", f"{_MODEL}/traces", body, **json),
    }
    live = Messages(f"{_MODEL}/live", [said.encode() for said in messages(drawn()[0])])
    return {name: Kind(asked) for name, asked in (requests | {"live drawing": live}).items()}


async def _measure(
    kinds: dict[str, Kind], host: str, port: int, connections: int, seconds: float, turns: int
) -> None:
    for kind in kinds.values():  # once without the clock, to see that it is right
        _, _, answer = await load(host, port, kind.asked, 1, 0)
        _check(answer)
    for _ in range(turns):
        for kind in kinds.values():
            waits, took, _ = await load(host, port, kind.asked, connections, seconds)
            kind.samples.append(took / len(waits))
            kind.waits += waits


def _check(answer: bytes) -> None:
    """Assert that an answer is the right one, with all of conv1 if it is a trace."""
    if not answer.startswith(b"{"):
        length = int.from_bytes(answer[:4], "little")
        header = orjson.loads(answer[4 : 4 + length])
        numbers = (len(answer) - 4 - length) / 4
        if "layers" in header:  # which a socket tells once, when it opens
            assert header["prediction"] == 7
            assert numbers == sum(math.prod(layer["shape"]) for layer in header["layers"])
        assert numbers > 8000
        return
    found = orjson.loads(answer)
    assert found.get("prediction", 7) == 7
    if "activations" in found:
        data = found["activations"]["conv1"]["data"]
        values = len(base64.b64decode(data)) // 4 if isinstance(data, str) else np.size(data)
        assert values == 6 * 28 * 28
