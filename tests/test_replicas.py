"""Three servers behind nginx, and what becomes of the answers when one of them goes."""

import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from app import __version__
from tests.conftest import ROOT, start_server, wait_for_url
from tests.live.events import listening
from tests.load import Load, mixed
from tests.proxy import Proxy, needs_nginx, proxied

pytestmark = needs_nginx
NEXT = f"{__version__}+next"
RUNS = "/api/training_runs"


@dataclass
class Replicas:
    """Three servers on ports that they keep."""

    logs: Path
    processes: dict[str, subprocess.Popen[str]] = field(default_factory=dict)
    ports: dict[str, int] = field(default_factory=dict)

    def start(self, *names: str, folder: Path = ROOT) -> None:
        """Start servers, and wait until they listen."""
        for name in names:
            if name in self.processes:
                self._leave(self.processes[name])
            self.processes[name] = start_server(
                self.logs / name,
                port=self.ports.get(name, 0),
                folder=folder,
                CONVLENS_REPLICA=name,
            )
        for name in names:
            port = httpx.URL(wait_for_url(self.processes[name])).port
            assert port
            self.ports[name] = port

    def address(self, name: str) -> str:
        return f"127.0.0.1:{self.ports[name]}"

    def start_missing(self) -> None:
        self.start(
            *(name for name, process in self.processes.items() if process.poll() is not None)
        )

    def end(self) -> None:
        for process in self.processes.values():
            process.kill()
        for process in self.processes.values():
            self._leave(process)

    @staticmethod
    def _leave(process: subprocess.Popen[str]) -> None:
        """Wait for the end and close the pipes."""
        with process:
            pass


@pytest.fixture(scope="module")
def started(tmp_path_factory) -> Iterator[tuple[Replicas, Proxy]]:
    folder = tmp_path_factory.mktemp("replicas")
    replicas = Replicas(folder)
    try:
        replicas.start("a", "b", "c")
        with proxied(folder / "nginx", list(replicas.ports.values())) as proxy:
            yield replicas, proxy
    finally:
        replicas.end()


@pytest.fixture
def replicas(started) -> Replicas:
    started[0].start_missing()
    return started[0]


@pytest.fixture
def proxy(started, replicas) -> Proxy:
    return started[1]


@pytest.fixture
def next_version(tmp_path) -> Path:
    """The app as it will be: another version, and another script behind every page."""
    for name in ("app", "templates", "static", "locales", "model_weights"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / name, tmp_path / name, ignore=ignored)
    init = tmp_path / "app" / "__init__.py"
    text = re.sub(r'__version__ = ".+"', f'__version__ = "{NEXT}"', init.read_text())
    init.write_text(text)
    for script in (tmp_path / "static" / "js").glob("*.js"):
        script.write_text(f"{script.read_text()}// {NEXT}\n")
    return tmp_path


def test_one_that_is_rolled_to_a_new_version_under_load_is_not_noticed(
    replicas, proxy, next_version
):
    questions = mixed(f"http://{replicas.address('a')}")
    with Load(proxy.url, questions, "roll") as load:
        load.wait_for(100)
        assert load.versions == {__version__}
        replicas.processes["b"].terminate()
        assert replicas.processes["b"].wait(timeout=30) == -signal.SIGTERM
        load.wait_for(50)
        replicas.start("b", folder=next_version)
        load.wait_until(lambda: NEXT in load.versions)
        load.wait_for(100)
    assert load.failures == []
    assert load.versions == {__version__, NEXT}


def test_one_that_is_killed_in_mid_load_costs_no_answer(replicas, proxy):
    questions = mixed(f"http://{replicas.address('a')}")
    lost = replicas.address("c")
    with Load(proxy.url, questions, "kill") as load:
        load.wait_for(100)
        # It stops before it is killed, so that certainly some requests are on their way in it.
        replicas.processes["c"].send_signal(signal.SIGSTOP)
        load.wait_until(lambda: bool(load.stuck(1)))
        under_way = load.stuck(1)
        replicas.processes["c"].kill()
        load.wait_for(200)
    assert load.failures == []
    lines = [line for line in proxy.log(*under_way) if line["request_id"].startswith("kill-")]
    tried_again = {line["request_id"]: line for line in lines if ", " in line["replicas"]}
    assert under_way & tried_again.keys()
    for line in tried_again.values():
        first, *others = line["replicas"].split(", ")
        assert first == lost
        assert lost not in others
    assert {line["replicas"].split(", ")[-1] for line in lines} >= {
        replicas.address("a"),
        replicas.address("b"),
    }


def test_a_training_run_is_found_through_any_way_in_and_ends_with_its_replica(replicas, proxy):
    made = proxy.client.post(RUNS, json={"epochs": 1, "batch_size": 256})
    assert made.status_code == 201, made.text
    run = made.headers["location"]
    home = run.removeprefix(f"{RUNS}/").partition(".")[0]
    assert {proxy.client.get(run).status_code for _ in range(6)} == {200}
    other = next(name for name in replicas.processes if name != home)
    unknown = httpx.get(f"http://{replicas.address(other)}{run}")
    assert unknown.status_code == 404
    assert f"It was on '{home}'; this is '{other}'" in unknown.json()["detail"]
    with listening(proxy.url, run) as events:
        assert next(events).name == "state"
        replicas.processes[home].terminate()
        assert replicas.processes[home].wait(timeout=30) == -signal.SIGTERM
        list(events)  # they end
    gone = proxy.client.get(run)
    assert (gone.status_code, gone.json()["code"]) == (404, "unknown_run")
