"""What the server counts, and who may read it."""

import re
import socket
import time

import httpx
import pytest
from fastapi import FastAPI
from prometheus_client.parser import text_string_to_metric_families

from app import health, problems
from app.metrics import Metrics
from app.settings import ROOT, Settings
from tests.asgi import ask
from tests.pictures import SEVEN

MODEL = "/api/models/lenet5"
Numbers = dict[tuple[str, frozenset[tuple[str, str]]], float]


def read(text: str) -> Numbers:
    """Return every number of Prometheus' text format under its name and labels."""
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def number(numbers: Numbers, name: str, **labels: str) -> float:
    return numbers.get((f"convlens_{name}", frozenset(labels.items())), 0)


def collected(client: httpx.Client) -> Numbers:
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    return read(answer.text)


def test_a_request_is_counted_and_timed_under_its_route(server):
    before = collected(server.client)
    server.client.get(f"{MODEL}/layers/conv1/weights")
    server.client.get(f"{MODEL}/layers/nothing/weights")
    after = collected(server.client)
    route = {"method": "GET", "route": "/api/models/{model_id}/layers/{layer_id}/weights"}

    def grown(name: str, **labels: str) -> float:
        return number(after, name, **labels) - number(before, name, **labels)

    assert grown("http_requests_total", status="200", **route) == 1
    assert grown("http_requests_total", status="404", **route) == 1
    assert grown("http_request_seconds_count", **route) == 2
    assert grown("http_request_seconds_bucket", le="+Inf", **route) == 2
    assert 0 < grown("http_request_seconds_sum", **route) < 60


def test_nothing_that_a_client_makes_up_becomes_a_label(server):
    for path in ("/made-up", f"{MODEL}-made-up", "/static/made-up", "/learn/made-up"):
        assert server.client.get(path).status_code == 404
    assert server.client.request("PROPFIND", "/healthz").status_code == 405
    numbers = collected(server.client)
    assert "made-up" not in str(numbers).lower()
    assert "propfind" not in str(numbers).lower()
    assert number(numbers, "http_requests_total", method="other", route="/healthz", status="405")
    assert number(numbers, "http_requests_total", method="GET", route="unmatched", status="404")


@pytest.mark.parametrize(
    ("path", "body", "images"),
    [("predictions", {"strokes": SEVEN}, "one"), ("evaluations", {"edits": []}, "many")],
)
def test_the_runs_of_a_model_are_timed(server, path, body, images):
    run = {"model": "lenet5", "images": images}
    before = number(collected(server.client), "forward_seconds_count", **run)
    assert server.client.post(f"{MODEL}/{path}", json=body).status_code == 200
    assert number(collected(server.client), "forward_seconds_count", **run) == before + 1


def test_a_model_that_was_edited_is_timed_as_well(server):
    run = {"model": "lenet5", "images": "one"}
    edits = [{"edit": "switch_off", "layer": "conv1", "channel": 2}]
    before = number(collected(server.client), "forward_seconds_count", **run)
    server.client.post(f"{MODEL}/predictions", json={"strokes": SEVEN, "edits": edits})
    assert number(collected(server.client), "forward_seconds_count", **run) == before + 1


def test_a_request_is_in_flight_until_it_is_answered(server):
    name = "http_requests_in_flight"
    url = httpx.URL(server.url)
    head = f"POST {MODEL}/predictions HTTP/1.1\r\nHost: {url.host}\r\nContent-Length: 9\r\n"
    with socket.create_connection((url.host, url.port)) as connection:
        connection.sendall(f"{head}Content-Type: application/json\r\n\r\n".encode())
        while number(collected(server.client), name) < 2:
            time.sleep(0.01)
    while number(collected(server.client), name) > 1:  # itself
        time.sleep(0.01)


def test_the_process_and_its_version_are_told(server):
    numbers = collected(server.client)
    names = {name for name, _ in numbers}
    assert {"process_resident_memory_bytes", "process_open_fds"} <= names
    assert numbers["process_start_time_seconds", frozenset()] > 0
    version = server.client.get("/healthz").json()["version"]
    assert number(numbers, "build_info", version=version) == 1


def test_a_part_registers_what_it_has_to_tell():
    metrics = Metrics("1")
    waiting = ["a", "b"]
    metrics.gauge("queue_length", "Pieces of work that wait.", lambda: len(waiting))
    shed = metrics.counter("shed", "Pieces of work that were refused.", "reason")
    shed.labels("queue full").inc()
    assert number(read(metrics.text().decode()), "queue_length") == 2
    waiting.clear()
    numbers = read(metrics.text().decode())
    assert number(numbers, "queue_length") == 0
    assert number(numbers, "shed_total", reason="queue full") == 1


def test_the_readme_lists_every_metric():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    names = re.findall("^# TYPE (convlens_[a-z_]+)", Metrics("1").text().decode(), re.MULTILINE)
    assert len(names) >= 6
    assert [name for name in names if f"`{name}`" not in readme] == []


@pytest.mark.parametrize("header", ["Forwarded", "Via", "X-Forwarded-For", "X-Real-IP"])
def test_what_comes_through_a_proxy_does_not_get_the_metrics(server, header):
    answer = server.client.get("/metrics", headers={header: "127.0.0.1"})
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert "CONVLENS_METRICS" in answer.json()["hint"]


@pytest.mark.parametrize(
    ("setting", "client", "status"),
    [
        ("local", "127.0.0.1", 200),
        ("local", "::1", 200),
        ("local", "192.0.2.7", 404),
        ("local", "somebody", 404),
        ("all", "192.0.2.7", 200),
        ("off", "127.0.0.1", 404),
    ],
)
def test_the_setting_says_who_gets_the_metrics(setting, client, status):
    app = FastAPI()
    app.state.settings = Settings(metrics=setting)
    app.state.metrics = Metrics("1")
    app.include_router(health.router)
    problems.install(app)
    assert ask(app, "/metrics", client=client).status_code == status
