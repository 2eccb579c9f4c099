"""Several processes behind one port."""

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx
import psutil
import pytest

from tests.conftest import start_server, wait_for_url
from tests.pictures import SEVEN

PATH = "/api/models/lenet5/predictions"
RUNS = "/api/training_runs"


@pytest.fixture
def supervised(tmp_path) -> Iterator[tuple[str, psutil.Process]]:
    """The address of two workers, and the process that supervises them."""
    with start_server(tmp_path / "log", WORKERS="2") as process:
        try:
            url = wait_for_url(process)
            supervisor = psutil.Process(process.pid)
            wait_until(lambda: len(workers(supervisor)) == 2)
            yield url, supervisor
        finally:
            process.terminate()
            assert process.wait(timeout=60) == -signal.SIGTERM
            assert "Traceback" not in (tmp_path / "log").read_text()


def workers(supervisor: psutil.Process) -> list[psutil.Process]:
    """Return the workers, which are forks, unlike what they start themselves."""
    line = supervisor.cmdline()
    return sorted(
        (child for child in supervisor.children() if child.cmdline() == line),
        key=lambda child: child.pid,
    )


def wait_until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def predict(url: str) -> int:
    """Ask over a connection of one's own."""
    prediction: int = httpx.post(f"{url}{PATH}", json={"strokes": SEVEN}, timeout=60).json()[
        "prediction"
    ]
    return prediction


def test_a_worker_that_is_killed_is_started_again_and_the_other_serves_meanwhile(supervised):
    url, supervisor = supervised
    for place in (0, 1):
        before = workers(supervisor)
        before[place].kill()
        assert [predict(url) for _ in range(5)] == [7] * 5
        wait_until(
            lambda before=before: len(workers(supervisor)) == 2 and workers(supervisor) != before
        )
    assert predict(url) == 7


def test_a_training_run_is_found_from_whichever_worker_is_asked(supervised):
    url, supervisor = supervised
    second = workers(supervisor)[1]
    first = workers(supervisor)[0]
    # One of the two is made to sleep, so that the other certainly accepts.
    with httpx.Client(base_url=url, timeout=60) as of_second:
        with stopped(first):
            assert of_second.get("/healthz").status_code == 200
        run = of_second.post(RUNS, json={"seed": 7})
        assert run.status_code == 201
        id_ = run.json()["id"]
        with httpx.Client(base_url=url, timeout=60) as of_first:
            with stopped(second):
                assert of_first.get("/healthz").status_code == 200
                assert of_first.get(f"{RUNS}/{id_}").json()["settings"]["seed"] == 7
            assert of_second.get(f"{RUNS}/{id_}").json()["settings"]["seed"] == 7
            told = of_second.post(f"{RUNS}/{id_}/commands", json={"command": "batch"})
            assert told.status_code == 202
            with of_second.stream("GET", f"{RUNS}/{id_}/events") as events:
                assert events.headers["content-type"].startswith("text/event-stream")
                lines = events.iter_lines()
                assert next(lines) == "event: state"
            refused = of_second.post(f"{RUNS}/{id_}/commands", content=b"{")
            assert refused.status_code == 415
            assert of_second.get(f"{RUNS}/none").json()["code"] == "unknown_run"
            assert of_first.delete(f"{RUNS}/{id_}").status_code == 204
            assert of_second.get(f"{RUNS}/{id_}").status_code == 404


@contextmanager
def stopped(process: psutil.Process) -> Iterator[None]:
    """Keep a process from running."""
    process.suspend()
    try:
        yield
    finally:
        process.resume()


def test_what_was_accepted_is_answered_when_all_are_told_to_stop(tmp_path):
    said: list[int] = []

    def ask(url: str) -> None:
        with httpx.Client(base_url=url, timeout=60) as client:
            closed = False
            while not closed:  # whoever is sent away goes elsewhere
                answer = client.post(PATH, json={"strokes": SEVEN})
                closed = answer.headers.get("connection") == "close"
                said.append(answer.status_code)

    with start_server(tmp_path / "log", WORKERS="2", CONVLENS_DRAIN_SECONDS="0.5") as process:
        url = wait_for_url(process)
        threads = [threading.Thread(target=ask, args=(url,)) for _ in range(4)]
        for thread in threads:
            thread.start()
        wait_until(lambda: len(said) >= 20)
        process.terminate()
        assert process.wait(timeout=60) == -signal.SIGTERM
        for thread in threads:
            thread.join()
    assert set(said) == {200}


def test_workers_do_not_outlive_a_supervisor_that_is_killed(tmp_path):
    with start_server(tmp_path / "log", WORKERS="2") as process:
        wait_for_url(process)
        supervisor = psutil.Process(process.pid)
        wait_until(lambda: len(workers(supervisor)) == 2)
        orphans = workers(supervisor)
        process.kill()
    gone, alive = psutil.wait_procs(orphans, timeout=60)
    assert not alive
    assert len(gone) == 2


def test_every_request_has_an_id_of_its_own_whoever_answers(supervised):
    url, _ = supervised
    ids = [httpx.get(f"{url}/healthz").headers["x-request-id"] for _ in range(20)]
    assert len(set(ids)) == 20
