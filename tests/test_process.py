"""The server as a process: its start, its log, its end."""

import json
import re
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

from app import __version__
from tests.conftest import ROOT, running, start_server, wait_for_url
from tests.pictures import SEVEN

PAD = {"width": 280, "height": 280, "pen_width": 20}
PREDICTIONS = "/api/models/lenet5/predictions"


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "app", *arguments],
        cwd=ROOT,
        env={"PATH": "", **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.fixture
def weights(tmp_path) -> Path:
    """A copy of the weights folder that a test may damage."""
    return Path(shutil.copytree(ROOT / "model_weights", tmp_path / "weights"))


def test_help_and_version_are_there():
    assert "serve" in run("--help").stdout
    assert __version__ in run("--version").stdout


def test_the_openapi_command_prints_what_the_server_serves(server):
    printed = json.loads(run("openapi").stdout)
    assert printed == server.client.get("/openapi.json").json()


def test_the_contract_alone_does_not_depend_on_the_weights():
    contract = json.loads(run("openapi", "--no-examples").stdout)
    assert contract["paths"]
    assert '"example"' not in json.dumps(contract)


def test_damaged_weights_are_refused_at_start(weights):
    file = weights / "lenet5.safetensors"
    data = bytearray(file.read_bytes())
    data[-1] ^= 1
    file.write_bytes(data)
    ended = run("--port", "0", CONVLENS_WEIGHTS_DIR=str(weights))
    assert ended.returncode == 1
    assert "lenet5.safetensors" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("missing", ["lenet5.safetensors", "lenet5.json"])
def test_missing_weights_are_refused_at_start(weights, missing):
    (weights / missing).unlink()
    ended = run("--port", "0", CONVLENS_WEIGHTS_DIR=str(weights))
    assert ended.returncode == 1
    assert missing in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_bad_setting_is_named():
    ended = run(PORT="eighty")
    assert ended.returncode == 2
    assert "PORT" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_taken_port_is_named():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = run("--port", str(port))
    assert ended.returncode != 0
    assert str(port) in ended.stderr
    assert "address already in use" in ended.stderr


def log_lines(log: Path) -> list[dict]:
    return [json.loads(line) for line in log.read_text().splitlines()]


def logged(log: Path, request_id: str) -> dict:
    """Return the line of a request; it is written once the answer is out."""
    for _ in range(1000):
        for line in log_lines(log):
            if line.get("request_id") == request_id:
                return line
        time.sleep(0.01)
    pytest.fail(f"{request_id} was not logged")


def test_every_request_is_logged_with_its_id(server):
    given = server.client.get("/healthz", headers={"X-Request-ID": "lesson-7.a"})
    made = server.client.get("/nowhere", headers={"X-Request-ID": "not well\tformed"})
    assert given.headers["x-request-id"] == "lesson-7.a"
    assert logged(server.log, "lesson-7.a")["path"] == "/healthz"
    line = logged(server.log, made.headers["x-request-id"])
    assert (line["method"], line["status"], line["level"]) == ("GET", 404, "info")
    assert line["bytes"] == len(made.content)
    assert line["route"] == "unmatched"
    assert line["seconds"] >= 0


def send_garbage(url: httpx.URL) -> None:
    with socket.create_connection((url.host, url.port)) as connection:
        connection.sendall(b"garbage\r\n\r\n")
        connection.makefile("rb").read()


def test_what_the_server_below_says_is_logged_in_the_same_form(server):
    send_garbage(httpx.URL(server.url))
    while not any("Invalid HTTP" in line["event"] for line in log_lines(server.log)):
        time.sleep(0.01)


def test_the_log_can_be_text_that_nobody_can_forge(tmp_path):
    log = tmp_path / "log"
    with running(log, CONVLENS_LOG="text") as url:
        httpx.get(f"{url}/%0A2026-03-02T09:41:07.318Z%20error%1B[2J")
        send_garbage(httpx.URL(url))
        while len(log.read_text().splitlines()) < 2:
            time.sleep(0.01)
    request, warning = log.read_text().splitlines()
    stamp = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"
    assert re.fullmatch(rf"{stamp} info    request request_id=.* status=404 .*", request)
    assert r'path="/\n2026-03-02T09:41:07.318Z error\u001b[2J"' in request
    assert re.fullmatch(rf"{stamp} warning Invalid HTTP request received\.", warning)


def test_nothing_unexpected_was_logged(server):
    assert [line for line in log_lines(server.log) if line["level"] in ("error", "critical")] == []


def listens(url: httpx.URL) -> bool:
    try:
        socket.create_connection((url.host, url.port)).close()
    except ConnectionRefusedError:
        return False
    return True


def test_a_request_that_has_begun_is_answered_when_the_server_is_stopped(tmp_path):
    with start_server(tmp_path / "log") as process:
        url = httpx.URL(wait_for_url(process))
        body = json.dumps({"strokes": SEVEN}).encode()
        head = (
            f"POST {PREDICTIONS} HTTP/1.1\r\nHost: {url.host}\r\nConnection: close\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        with socket.create_connection((url.host, url.port)) as connection:
            connection.sendall(head.encode() + body[:10])
            httpx.get(f"{url}/healthz")  # so the server has certainly seen the first part
            process.send_signal(signal.SIGTERM)
            while listens(url):
                time.sleep(0.01)
            connection.sendall(body[10:])
            connection.settimeout(20)
            answer = connection.makefile("rb").read()
        assert answer.startswith(b"HTTP/1.1 200")
        assert b'"prediction":7' in answer
        # uvicorn ends its graceful stop by the signal itself, as the shell expects
        assert process.wait(timeout=20) == -signal.SIGTERM


def test_a_server_that_is_told_to_stop_says_so_first_and_loses_no_request(tmp_path):
    """Clients in a row, as behind a load balancer that asks for readiness before each request."""
    answers: list[int] = []
    failed: list[Exception] = []

    def ask(url: str, client: httpx.Client) -> None:
        try:
            while client.get(f"{url}/readyz").status_code == 200:
                answers.append(client.post(url + PREDICTIONS, json={"strokes": SEVEN}).status_code)
        except Exception as error:
            failed.append(error)

    with (
        start_server(tmp_path / "log", CONVLENS_DRAIN_SECONDS="600") as process,
        httpx.Client() as client,
    ):
        url = wait_for_url(process)
        asking = [threading.Thread(target=ask, args=(url, client)) for _ in range(3)]
        for thread in asking:
            thread.start()
        while len(answers) < 10:
            time.sleep(0.01)
        process.send_signal(signal.SIGTERM)
        for thread in asking:
            thread.join()
        leaving = client.get(f"{url}/readyz")
        alive = client.get(f"{url}/healthz")
        working = client.post(url + PREDICTIONS, json={"strokes": SEVEN})
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == -signal.SIGTERM
    assert failed == []
    assert set(answers) == {200}
    assert (leaving.status_code, leaving.json()["code"]) == (503, "not_ready")
    assert (alive.status_code, working.status_code) == (200, 200)
    assert working.headers["connection"] == "close"


def test_a_drain_ends_by_itself(tmp_path):
    with start_server(tmp_path / "log", CONVLENS_DRAIN_SECONDS="0.2") as process:
        wait_for_url(process)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == -signal.SIGTERM


def test_one_who_leaves_in_mid_request_is_no_error(server):
    url = httpx.URL(server.url)
    head = (
        f"POST {PREDICTIONS} HTTP/1.1\r\nHost: {url.host}\r\nX-Request-ID: gone\r\n"
        "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n"
    )
    with socket.create_connection((url.host, url.port)) as connection:
        connection.sendall(head.encode() + b'{"strokes"')
        server.client.get("/healthz")  # so the server has certainly seen the first part
    line = logged(server.log, "gone")
    assert (line["status"], line["level"]) == (499, "info")


def test_a_body_that_never_ends_is_given_up(tmp_path):
    with start_server(tmp_path / "log", CONVLENS_BODY_SECONDS="0.3") as process:
        url = httpx.URL(wait_for_url(process))

        def slowly():
            yield b'{"strokes":'
            time.sleep(1)
            yield b"[]}"

        answer = httpx.post(
            f"{url}{PREDICTIONS}", content=slowly(), headers={"Content-Type": "application/json"}
        )
        process.terminate()
    assert answer.status_code == 408
    assert answer.json()["code"] == "request_timeout"


def test_limits_come_from_the_environment(tmp_path):
    with start_server(
        tmp_path / "log", CONVLENS_MAX_POINTS="3", CONVLENS_MAX_BODY_BYTES="100"
    ) as process:
        url = wait_for_url(process)
        at_limit = httpx.post(f"{url}{PREDICTIONS}", json={"strokes": SEVEN})
        above = httpx.post(f"{url}{PREDICTIONS}", json={"strokes": [*SEVEN, []]})
        long = httpx.post(f"{url}{PREDICTIONS}", json={"strokes": SEVEN, "pad": PAD})
        process.terminate()
    assert at_limit.status_code == 200
    assert (above.status_code, above.json()["code"]) == (413, "too_large")
    assert "at most 3" in above.json()["hint"]
    assert (long.status_code, long.json()["code"]) == (413, "too_large")
    assert "100 bytes" in long.json()["detail"]
