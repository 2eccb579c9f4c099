"""What is noted of every request, in this process: around an application that does nothing."""

import asyncio
import logging
import logging.config

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.access import AccessLog
from app.metrics import Metrics
from benchmarks.measure import ROUNDS, Row, compare, ratios

_CALLS = 100
"""In one turn of the loop, so that starting it weighs nothing."""


class _Untold(Metrics):
    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count nothing."""


def run(rounds: int = ROUNDS) -> list[Row]:
    """Time 100 requests each; timed are the calls alone, log lines are made and dropped."""
    logging.getLogger("convlens.access").addHandler(logging.NullHandler())
    logging.getLogger("convlens.access").setLevel(logging.INFO)
    logging.getLogger("convlens").propagate = False

    async def empty(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"{}"})

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(_message: Message) -> None:
        pass

    async def requests(app: ASGIApp) -> None:
        for _ in range(_CALLS):
            scope = {"type": "http", "method": "GET", "path": "/", "headers": []}
            await app(scope, receive, send)

    counting = Metrics("")
    observed = AccessLog(empty, counting)
    uncounted = AccessLog(empty, _Untold(""))
    forward = counting.forward("lenet5")

    def runs() -> None:
        for _ in range(_CALLS):
            forward(0.001, 1)

    asyncio.run(requests(observed))
    assert b"http_requests_in_flight 0.0" in counting.text()
    assert f'status="200"}} {_CALLS}'.encode() in counting.text()
    measured = compare(
        {
            "no middleware": lambda: asyncio.run(requests(empty)),
            "id and log line": lambda: asyncio.run(requests(uncounted)),
            "id, log line and metrics": lambda: asyncio.run(requests(observed)),
            "a model's run": runs,
        },
        calls=20,
        rounds=rounds,
    )
    return ratios(measured)
