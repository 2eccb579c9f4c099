"""A server that only reads drawings never imports torch; one that must, does."""

import json
import subprocess
import sys

import httpx
import psutil

from app.settings import ROOT
from benchmarks.server import started
from tests.pictures import SEVEN

MODEL = "/api/models/lenet5"
DRAWING = {"strokes": SEVEN}
EDITED = DRAWING | {
    "edits": [
        {"edit": "switch_off", "layer": "conv1", "channel": 0},
        {"edit": "set", "layer": "fc3", "parameter": "bias", "index": [1], "value": 0.5},
    ]
}
MEGABYTE = 2**20
_TELL = """
import json, sys
from fastapi.testclient import TestClient
from app.main import create_app
from app.settings import Settings

client = TestClient(create_app(Settings()))
for method, path, body in json.load(sys.stdin):
    answer = client.request(method, path, json=body)
    print(answer.status_code, "torch" in sys.modules, method, path, flush=True)
"""
"""The application in a process of its own, which tells after each request if torch is there."""


def told(requests: list[tuple[str, str, object]]) -> list[list[str]]:
    ended = subprocess.run(
        [sys.executable, "-c", _TELL],
        cwd=ROOT,
        input=json.dumps(requests),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return [line.split() for line in ended.stdout.splitlines()]


def test_torch_is_there_when_something_needs_it_and_not_before():
    unit = DRAWING | {"channel": 0, "row": 1, "column": 2}
    without = [
        ("GET", "/readyz", None),
        ("GET", "/", None),
        ("GET", "/learn", None),
        ("GET", "/api/models", None),
        ("GET", MODEL, None),
        ("GET", f"{MODEL}/layers/conv1/weights", None),
        ("POST", f"{MODEL}/layers/conv1/weights", {"edits": EDITED["edits"]}),
        ("GET", f"{MODEL}/layers/conv2/receptive_fields?channel=0&row=1&column=2", None),
        ("POST", f"{MODEL}/predictions", DRAWING),
        ("POST", f"{MODEL}/predictions", EDITED),
        ("POST", f"{MODEL}/predictions", DRAWING | {"moment": 3}),
        ("POST", f"{MODEL}/traces", DRAWING),
        ("POST", f"{MODEL}/layers/conv1/units", unit),
        ("POST", f"{MODEL}/comparisons", {"a": DRAWING, "b": EDITED}),
        ("POST", f"{MODEL}/evaluations", {"edits": EDITED["edits"]}),
        ("POST", f"{MODEL}/neighbours", DRAWING),
        ("POST", f"{MODEL}/timeline", DRAWING),
        ("GET", "/healthz", None),
    ]
    needing = [
        ("POST", f"{MODEL}/gradients", DRAWING | {"target": 2}),
        ("POST", f"{MODEL}/predictions", DRAWING),
        ("GET", "/api/architectures", None),
        ("POST", f"{MODEL}/predictions", DRAWING | {"edits": [{"edit": "randomise", "seed": 1}]}),
    ]
    lines = told([*without, *needing])
    assert [line[:2] for line in lines] == [["200", "False"]] * len(without) + [
        ["200", "True"]
    ] * len(needing)


def test_a_server_without_torch_takes_no_more_than_150_megabytes():
    with started() as (url, pid), httpx.Client(base_url=url, timeout=60) as client:
        for path, body in (("predictions", DRAWING), ("traces", DRAWING), ("predictions", EDITED)):
            assert client.post(f"{MODEL}/{path}", json=body).status_code == 200
        assert client.get("/").status_code == 200
        assert psutil.Process(pid).memory_info().rss <= 150 * MEGABYTE
