"""Requests to a server process: each route against the emptiest one."""

import httpx

from app.openapi import SEVEN
from benchmarks.measure import ROUNDS, Row, compare, ratios
from benchmarks.server import running


def run(rounds: int = ROUNDS) -> list[Row]:
    """Time requests one after the other over one connection; timed from call to parsed body."""
    with running() as url, httpx.Client(base_url=url) as client:
        model = "/api/models/lenet5"
        drawing = {"strokes": SEVEN}

        def post(path: str) -> object:
            answer = client.post(f"{model}/{path}", json=drawing)
            assert answer.status_code == 200
            return answer.json()

        measured = compare(
            {
                "GET /healthz": lambda: client.get("/healthz").json(),
                "POST predictions": lambda: post("predictions"),
                "POST traces, base64": lambda: post("traces?encoding=base64"),
                "POST traces, lists": lambda: post("traces"),
            },
            calls=50,
            rounds=rounds,
        )
        return ratios(measured)
