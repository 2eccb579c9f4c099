"""What breaks around the server: the disk, the files, the clock, its own process."""

import contextlib
import json
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import pytest
import torch
from safetensors.torch import save_file

from app.models import REGISTRY
from tests.conftest import ROOT, start_server, wait_for_url
from tests.live.test_training_api import begin, children, gone, tell, wait_until
from tests.pictures import SEVEN, encoded, seven
from tests.test_process import PREDICTIONS, listens, log_lines, run

DRAWING = {"strokes": SEVEN}


def test_a_full_disk_stops_nothing(tmp_path):
    """At run time the server writes its log and nothing else: uploads do not touch the disk."""
    with start_server(tmp_path / "log", TMPDIR=str(tmp_path)) as process:
        url = wait_for_url(process)
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (0, 0))
        large = encoded(seven(), "PNG") + bytes(3 * 2**20)
        with httpx.Client(base_url=url, timeout=60) as client:
            form = client.post(PREDICTIONS, files={"file": ("7.png", large, "image/png")})
            answers = [
                client.post(PREDICTIONS, content=large, headers={"Content-Type": "image/png"}),
                client.post(PREDICTIONS, json=DRAWING),
                client.get("/"),
                client.post("/api/training_runs", json={"epochs": 1}),
                client.get("/healthz"),
            ]
        process.terminate()
    assert form.json().get("prediction") == 7, form.text
    assert [answer.status_code for answer in answers] == [200, 200, 200, 201, 200]


@pytest.fixture
def weights(tmp_path) -> Path:
    """A copy of the weights folder that a test may damage."""
    return Path(shutil.copytree(ROOT / "model_weights", tmp_path / "weights"))


def truncated(weights: Path, share: float) -> None:
    file = weights / "lenet5.safetensors"
    os.truncate(file, int(file.stat().st_size * share))


def swapped_by_others(weights: Path) -> None:
    torch.manual_seed(0)
    save_file(REGISTRY["lenet5"].build().state_dict(), weights / "lenet5.safetensors")


def swapped_by_the_timeline(weights: Path) -> None:
    shutil.copy(weights / "lenet5.timeline.safetensors", weights / "lenet5.safetensors")


def timeline_swapped_by_the_weights(weights: Path) -> None:
    shutil.copy(weights / "lenet5.safetensors", weights / "lenet5.timeline.safetensors")


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda weights: truncated(weights, 0), id="empty"),
        pytest.param(lambda weights: truncated(weights, 0.5), id="half"),
        swapped_by_others,
        swapped_by_the_timeline,
        timeline_swapped_by_the_weights,
    ],
)
def test_files_that_are_not_the_right_ones_are_refused_at_start_in_one_line(weights, damage):
    damage(weights)
    ended = run("--port", "0", CONVLENS_WEIGHTS_DIR=str(weights))
    assert ended.returncode == 1
    assert ended.stdout == ""
    [line] = ended.stderr.splitlines()
    assert line.startswith("convlens: lenet5")
    assert ".safetensors" in line


def test_a_server_killed_in_mid_request_cuts_the_connection_and_serves_again_at_once(tmp_path):
    with start_server(tmp_path / "log") as process:
        url = httpx.URL(wait_for_url(process))
        with httpx.Client(base_url=url, timeout=60) as kept:
            learning = begin(str(url), epochs=100, batch_size=1)
            tell(str(url), learning, "start")
            wait_until(lambda: kept.get(learning).json()["state"] == "running")
            [worker] = children(process.pid)
            head = (
                f"POST {PREDICTIONS} HTTP/1.1\r\nHost: {url.host}\r\n"
                "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n"
            )
            with socket.create_connection((url.host, url.port)) as connection:
                connection.sendall(head.encode() + b"{")
                kept.get("/healthz").raise_for_status()  # so the server has certainly seen it
                process.kill()
                connection.settimeout(20)
                with contextlib.suppress(ConnectionResetError):
                    assert connection.recv(1) == b""
            process.wait()
            assert url.port is not None
            with start_server(tmp_path / "log", port=url.port) as another:
                wait_for_url(another)
                # The kept connection is dead; a client asks once more, as browsers do.
                with contextlib.suppress(httpx.TransportError):
                    kept.get("/healthz")
                assert kept.post(PREDICTIONS, json=DRAWING).json()["prediction"] == 7
                assert kept.get(learning).status_code == 404
                another.terminate()
            wait_until(lambda: gone(worker))


def test_every_request_that_was_worked_on_under_load_is_answered_when_the_server_is_stopped(
    tmp_path,
):
    log = tmp_path / "log"
    whole: list[int] = []
    without: list[Exception] = []
    over = threading.Event()

    def ask(url: str) -> None:
        with httpx.Client(base_url=url, timeout=60) as client:
            while not over.is_set():
                try:
                    answer = client.post("/api/models/lenet5/traces", json=DRAWING)
                    assert len(answer.json()["activations"]) > 1
                    whole.append(answer.status_code)
                except httpx.TransportError as error:
                    without.append(error)
                    return

    with start_server(log) as process:
        url = wait_for_url(process)
        asking = [threading.Thread(target=ask, args=(url,)) for _ in range(6)]
        for thread in asking:
            thread.start()
        wait_until(lambda: len(whole) >= 20)
        process.send_signal(signal.SIGTERM)
        wait_until(lambda: not listens(httpx.URL(url)))
        over.set()
        for thread in asking:
            thread.join()
        assert process.wait(timeout=30) == -signal.SIGTERM
    assert set(whole) == {200}
    logged = [line["status"] for line in log_lines(log) if "status" in line]
    assert logged == whole, "each that the log has was answered whole"
    refused = (httpx.ConnectError, httpx.ReadError, httpx.WriteError, httpx.RemoteProtocolError)
    assert all(isinstance(error, refused) for error in without)


_JUMPING = """
import itertools, sys, time
true, year = time.time, 365 * 86_400
jumps = itertools.cycle([0, year, -year])
time.time = lambda: true() + next(jumps)
from app.__main__ import main
sys.exit(main(["--port", "0"]))
"""


def test_limits_do_not_mind_a_clock_that_jumps_by_years(tmp_path):
    """They go by the monotonic clock: nothing is over too early, and nothing lasts for ever."""
    limits = {"CONVLENS_BODY_SECONDS": "6", "CONVLENS_TRAINING_ALONE_SECONDS": "8"}
    with (
        (tmp_path / "log").open("w") as log,
        subprocess.Popen(
            [sys.executable, "-c", _JUMPING],
            cwd=ROOT,
            env=os.environ | limits,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        ) as process,
    ):
        try:
            url = wait_for_url(process)
            learning = begin(url, epochs=1)
            body = json.dumps(DRAWING).encode()
            headers = {"Content-Type": "application/json"}

            def slowly(ends: threading.Event | None):
                yield body[:5]
                if ends is None:
                    time.sleep(0.3)
                else:
                    ends.wait(60)
                yield body[5:]

            def send(ends: threading.Event | None) -> httpx.Response:
                path = url + PREDICTIONS
                return httpx.post(path, content=slowly(ends), headers=headers, timeout=60)

            assert send(None).json()["prediction"] == 7
            assert httpx.get(url + learning).status_code == 200
            ends = threading.Event()
            threading.Timer(10, ends.set).start()
            assert send(ends).json()["code"] == "request_timeout"
            wait_until(lambda: children(process.pid) == [])
            assert httpx.get(url + learning).status_code == 404
        finally:
            process.terminate()
