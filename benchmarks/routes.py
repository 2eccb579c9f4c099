"""Requests to a server process: each route against the emptiest one."""

import re
import subprocess
import sys

import httpx

from app.openapi import SEVEN
from app.settings import ROOT
from benchmarks.measure import Measured, compare


def run() -> list[Measured]:
    """Time requests one after the other over one connection; timed from call to parsed body."""
    command = [sys.executable, "-m", "app", "--port", "0"]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        url = re.search(r"http://\S+", process.stdout.readline())
        assert url
        with httpx.Client(base_url=url[0]) as client:
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
            )
        process.terminate()
    return measured
