"""Training runs over HTTP, from a real server with its worker process."""

import base64
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import numpy as np
import pytest

from app import training_runs
from tests.conftest import start_server, wait_for_url
from tests.live.events import PATIENCE, becomes, listening, until
from tests.pictures import SEVEN
from tests.test_bad_input import assert_problem

RUNS = "/api/training_runs"
SHORT = {"epochs": 1, "batch_size": 256}
ENDLESS = {"epochs": 100, "batch_size": 1}


def begin(url: str, **settings) -> str:
    """Begin a run and return its address."""
    answer = httpx.post(f"{url}{RUNS}", json=settings, timeout=PATIENCE)
    assert answer.status_code == 201, answer.text
    assert answer.headers["location"] == f"{RUNS}/{answer.json()['id']}"
    return answer.headers["location"]


def tell(url: str, run: str, command: str) -> httpx.Response:
    return httpx.post(f"{url}{run}/commands", json={"command": command}, timeout=PATIENCE)


def children(pid: int) -> list[int]:
    """Return the worker processes of a server."""
    # The one that is started by a thread is the thread's.
    lists = Path(f"/proc/{pid}/task").glob("*/children")
    found = [child for list_ in lists for child in list_.read_text().split()]
    lines = {int(child): Path(f"/proc/{child}/cmdline").read_bytes() for child in found}
    return [child for child, line in lines.items() if b"spawn_main" in line]


def gone(pid: int) -> bool:
    return not Path(f"/proc/{pid}").exists()


def wait_until(condition) -> None:
    """Wait for what takes a moment; a test that waits in vain fails by its own limit."""
    ends = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < ends, "it did not come"
        time.sleep(0.05)


@pytest.fixture
def run(server) -> Iterator[str]:
    """A run of the session's server that is gone afterwards."""
    address = begin(server.url, **SHORT)
    yield address
    httpx.delete(f"{server.url}{address}")


def test_the_whole_life_of_a_run(server, run):
    url = server.url
    drawn = httpx.put(f"{url}{run}/drawing", json={"strokes": SEVEN}, timeout=PATIENCE)
    assert (drawn.status_code, drawn.content) == (204, b"")
    with listening(url, run) as events:
        until(events, becomes("ready"))
        first = until(events, lambda e: e.name == "snapshot" and e.data["activations"] is not None)[
            -1
        ]
        assert tell(url, run, "batch").status_code == 202
        seen = until(events, becomes("paused"))
        progress = until(events, lambda e: e.name == "progress")[-1].data
        assert progress["batch"] == 1
        assert progress["curve"]["batches"] == [1]
        assert [judged["batch"] for judged in progress["judgements"]] == [0, 1]
        second = until(events, lambda e: e.name == "snapshot")[-1]
        assert tell(url, run, "start").status_code == 202
        seen += until(events, becomes("finished"))
        assert seen[-1].data["reason"] == "epochs"
        end = until(events, lambda e: e.name == "progress")[-1].data
    assert end["batch"] == end["batches"] == 10
    assert end["seconds"] > 0
    ids = [event.id for event in seen]
    assert ids == sorted(set(ids))

    described = httpx.get(f"{url}{run}").json()
    assert described["state"] == "finished"
    assert described["progress"]["curve"] == end["curve"]
    layers = [layer["id"] for layer in described["layers"]]
    assert list(second.data["activations"]) == layers
    for layer in described["layers"]:
        array = second.data["activations"][layer["id"]]
        assert array["shape"] == layer["output_shape"]
        assert len(base64.b64decode(array["data"])) == 4 * layer["activation_size"]
    # The drawing stays, what the network makes of it changes.
    assert second.data["activations"]["input"] == first.data["activations"]["input"]
    assert second.data["weights"] != first.data["weights"]
    assert second.data["probabilities"][second.data["prediction"]] == max(
        second.data["probabilities"]
    )
    assert_problem(tell(url, run, "start"), 409, "run_ended")
    assert httpx.delete(f"{url}{run}").status_code == 204
    assert_problem(httpx.get(f"{url}{run}"), 404, "unknown_run")


def test_one_who_comes_again_gets_only_what_is_new(server, run):
    with listening(server.url, run) as events:
        until(events, becomes("ready"))
        last = until(events, lambda e: e.name == "snapshot")[-1].id
    tell(server.url, run, "batch")
    with listening(server.url, run, last) as events:
        again = until(events, becomes("paused"))
        assert min(event.id for event in again) > last
    with listening(server.url, run, 10**9) as events:
        told = until(events, lambda e: e.name == "snapshot")
    assert {event.name for event in told} == {"state", "progress", "snapshot"}, "none of ours: all"


def test_other_answers_come_and_runs_take_turns_while_one_computes(server, run):
    url = server.url
    busy = begin(url, **ENDLESS)
    with listening(url, busy) as events, listening(url, run) as others:
        tell(url, busy, "start")
        until(events, becomes("running"))
        before = until(events, lambda e: e.name == "progress")[-1].data["batch"]
        assert server.client.get("/healthz").status_code == 200
        read = server.client.post("/api/models/lenet5/predictions", json={"strokes": SEVEN})
        assert read.json()["prediction"] == 7
        # The short one is done long before the other.
        tell(url, run, "start")
        until(others, becomes("finished"))
        later = until(events, lambda e: e.name == "progress" and e.data["batch"] > before)
        assert later[-1].data["seconds_left"] > 0
        tell(url, busy, "pause")
        until(events, becomes("paused"))
        httpx.delete(f"{url}{busy}")
        assert until(events, becomes("removed"))[-1].data["reason"] is None
        assert list(events) == [], "the stream ends with the run"


def test_a_run_shows_nothing_of_another(server, run):
    other = begin(server.url, **SHORT)
    httpx.put(f"{server.url}{other}/drawing", json={"strokes": SEVEN}, timeout=PATIENCE)
    with listening(server.url, other) as events:
        until(events, lambda e: e.name == "snapshot" and e.data["activations"] is not None)
    with listening(server.url, run) as events:
        seen = until(events, lambda e: e.name == "snapshot")
    assert seen[-1].data["activations"] is None
    assert other not in (run, "")
    httpx.delete(f"{server.url}{other}")


@pytest.mark.parametrize(
    "settings",
    [
        {"optimizer": "lion"},
        {"optimizer": None},
        {"learning_rate": 0},
        {"learning_rate": -1},
        {"learning_rate": 1e7},
        {"learning_rate": True},
        {"learning_rate": "fast"},
        {"momentum": 1},
        {"momentum": -0.1},
        {"batch_size": 0},
        {"batch_size": 513},
        {"batch_size": 2.5},
        {"batch_size": 10**30},
        {"epochs": 0},
        {"epochs": 101},
        {"epochs": [1]},
        {"activation": "sigmoid"},
        {"pooling": "min"},
        {"seed": -1},
        {"seed": 2**63},
        {"speed": 1},
    ],
    ids=str,
)
def test_settings_that_cannot_be_are_refused(server, settings):
    problem = assert_problem(server.client.post(RUNS, json=settings), 422, "bad_input")
    assert next(iter(settings)) in problem["detail"]


@pytest.mark.parametrize(
    ("body", "kind", "status", "code"),
    [
        (b"", "application/json", 422, "bad_input"),
        (b"[]", "application/json", 422, "bad_input"),
        (b'{"learning_rate": NaN}', "application/json", 422, "bad_input"),
        (b'{"learning_rate": 1e999}', "application/json", 422, "bad_input"),
        (b"{}", "text/plain", 415, "unsupported_type"),
    ],
)
def test_bodies_that_are_none_are_refused(server, run, body, kind, status, code):
    for path in (RUNS, f"{run}/commands"):
        answer = server.client.post(path, content=body, headers={"Content-Type": kind})
        assert_problem(answer, status, code)


def test_commands_and_drawings_that_cannot_be_are_refused(server, run):
    for command in ("jump", "", None, 3):
        answer = server.client.post(f"{run}/commands", json={"command": command})
        assert_problem(answer, 422, "bad_input")
    drawing = f"{run}/drawing"
    assert_problem(server.client.put(drawing, json={"strokes": []}), 422, "empty_drawing")
    assert_problem(server.client.put(drawing, json={}), 422, "bad_input")
    edited = {"strokes": SEVEN, "edits": [{"edit": "flip", "layer": "conv1", "channel": 0}]}
    assert_problem(server.client.put(drawing, json=edited), 422, "bad_input")
    broken = server.client.put(drawing, content=b"x", headers={"Content-Type": "image/png"})
    assert_problem(broken, 422, "undecodable_image")
    assert_problem(server.client.patch(run), 405, "method_not_allowed")
    for path in ("", "/events"):
        assert_problem(server.client.get(f"{RUNS}/none{path}"), 404, "unknown_run")
    none = server.client.post(f"{RUNS}/none/commands", json={"command": "start"})
    assert_problem(none, 404, "unknown_run")
    assert_problem(server.client.put(f"{RUNS}/none/drawing", json={}), 404, "unknown_run")
    assert_problem(server.client.delete(f"{RUNS}/none"), 404, "unknown_run")


def test_each_limit_allows_what_it_says_and_no_more(tmp_path):
    with start_server(
        tmp_path / "log",
        CONVLENS_MAX_TRAINING_RUNS="2",
        CONVLENS_MAX_TRAINING_LISTENERS="1",
        CONVLENS_MAX_TRAINING_EPOCHS="3",
        CONVLENS_MAX_TRAINING_BATCH_SIZE="500",
        CONVLENS_TRAINING_SECONDS="0.001",
        CONVLENS_TRAINING_ALONE_SECONDS="600",
    ) as process:
        try:
            url = wait_for_url(process)
            for name, limit in (("epochs", 3), ("batch_size", 500)):
                above = httpx.post(f"{url}{RUNS}", json={name: limit + 1})
                assert f"at most {limit}" in assert_problem(above, 422, "bad_input")["hint"]
            one = begin(url, epochs=3, batch_size=500)
            two = begin(url)
            third = httpx.post(f"{url}{RUNS}", json={})
            assert_problem(third, 429, "too_many")
            assert 1 <= int(third.headers["retry-after"]) <= 600
            httpx.delete(f"{url}{two}")
            two = begin(url)
            with listening(url, one) as events:
                second = httpx.get(f"{url}{one}/events")
                assert_problem(second, 429, "too_many")
                assert int(second.headers["retry-after"]) >= 1
                tell(url, one, "start")
                assert until(events, becomes("finished"))[-1].data["reason"] == "seconds"
            with listening(url, two) as events:
                until(events, becomes("ready"))

            # A stopped server lets listeners go, and takes its worker with it.
            [worker] = children(process.pid)
            with listening(url, two) as events:
                until(events, becomes("ready"))
                process.send_signal(signal.SIGTERM)
                assert [event.data["state"] for event in events if event.name == "state"] == [
                    "removed"
                ]
            assert process.wait(timeout=PATIENCE) == -signal.SIGTERM
            wait_until(lambda: gone(worker))
        finally:
            process.kill()


def test_a_lost_worker_is_told_and_the_next_run_has_another(tmp_path):
    with start_server(tmp_path / "log", CONVLENS_TRAINING_ALONE_SECONDS="600") as process:
        try:
            url = wait_for_url(process)
            assert children(process.pid) == []
            run = begin(url, **ENDLESS)
            with listening(url, run) as events:
                tell(url, run, "start")
                until(events, becomes("running"))
                [worker] = children(process.pid)
                os.kill(worker, signal.SIGKILL)
                lost = until(events, becomes("lost"))[-1].data
            assert lost["reason"] == "worker"
            assert "ended" in lost["detail"]
            assert gone(worker), "no zombie is left"
            assert_problem(tell(url, run, "start"), 409, "run_ended")
            drawing = httpx.put(f"{url}{run}/drawing", json={"strokes": SEVEN})
            assert_problem(drawing, 409, "run_ended")
            after = begin(url, **SHORT)
            with listening(url, after) as events:
                tell(url, after, "epoch")
                until(events, becomes("finished"))
            assert httpx.get(f"{url}{run}").json()["state"] == "lost"
        finally:
            process.kill()
            process.wait()


def test_a_run_goes_after_its_last_listener_and_the_worker_after_the_last_run(tmp_path):
    with start_server(tmp_path / "log", CONVLENS_TRAINING_ALONE_SECONDS="1") as process:
        try:
            url = wait_for_url(process)
            run = begin(url, **ENDLESS)
            with listening(url, run) as events:
                tell(url, run, "start")
                until(events, becomes("running"))
                [worker] = children(process.pid)
                start = time.monotonic()
                until(events, lambda e: time.monotonic() > start + 2)
            # Whoever asks keeps it: so it is the worker that is looked at.
            wait_until(lambda: gone(worker))
            assert_problem(httpx.get(f"{url}{run}"), 404, "unknown_run")
        finally:
            process.kill()
            process.wait()


def test_a_run_is_removed_in_the_end_even_if_somebody_listens(tmp_path):
    with start_server(tmp_path / "log", CONVLENS_TRAINING_KEPT_SECONDS="1") as process:
        try:
            url = wait_for_url(process)
            with listening(url, begin(url, **ENDLESS)) as events:
                until(events, becomes("removed"))
        finally:
            process.kill()
            process.wait()


def test_arrays_are_little_endian_float32(server, run):
    with listening(server.url, run) as events:
        snapshot = until(events, lambda e: e.name == "snapshot")[-1].data
    weight = snapshot["weights"]["conv1"]
    numbers = np.frombuffer(base64.b64decode(weight["data"]), "<f4").reshape(weight["shape"])
    assert numbers.shape == (6, 1, 5, 5)
    assert 0.1 < abs(numbers).max() <= 0.2, "as torch begins: within one over the root of 25"


def test_every_answer_and_example_fits_its_schema(server, run):
    with listening(server.url, run) as events:
        until(events, becomes("ready"))
        told = until(events, lambda e: e.name == "snapshot")
    schemas = {
        "state": training_runs.TrainingState,
        "progress": training_runs.TrainingProgress,
        "snapshot": training_runs.TrainingSnapshot,
    }
    for event in told:
        schemas[event.name].model_validate(event.data, extra="forbid")
    whole = training_runs.TrainingRun
    whole.model_validate(server.client.get(run).json(), extra="forbid")
    paths = server.client.get("/openapi.json").json()["paths"]
    for path, method, status in [
        ("", "post", "201"),
        ("/{run_id}", "get", "200"),
        ("/{run_id}/commands", "post", "202"),
    ]:
        operation = paths[RUNS + path][method]
        example = operation["responses"][status]["content"]["application/json"]["example"]
        whole.model_validate(example, extra="forbid")
    example = paths[RUNS]["post"]["requestBody"]["content"]["application/json"]["example"]
    training_runs.TrainingSettings.model_validate(example)
