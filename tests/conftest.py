"""What all tests share: a real server in a process of its own."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Server:
    """A running ``python -m app``."""

    url: str
    client: httpx.Client
    process: subprocess.Popen[str]
    log: Path


def start_server(
    log: Path, *, port: int = 0, folder: Path = ROOT, **environment: str
) -> subprocess.Popen[str]:
    """Start a server on a free port, or this one; its log goes to a file."""
    with log.open("w") as stderr:
        return subprocess.Popen(
            [sys.executable, "-m", "app", "--port", str(port)],
            cwd=folder,
            env=os.environ | environment,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
        )


@contextmanager
def running(log: Path, **environment: str) -> Iterator[str]:
    """Run a server of one's own for a while; whatever happens, it is ended. Gives its address."""
    with start_server(log, **environment) as process:
        try:
            yield wait_for_url(process)
        finally:
            process.terminate()


def wait_for_url(process: subprocess.Popen[str]) -> str:
    """Return the address that the server prints once it listens."""
    assert process.stdout is not None
    line = process.stdout.readline()
    found = re.search(r"http://\S+", line)
    assert found, f"the server said {line!r} and ended with {process.wait()}"
    return found[0]


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server for the whole session; tests leave it as they found it."""
    log = tmp_path_factory.mktemp("server") / "log.jsonl"
    with start_server(log) as process:
        url = wait_for_url(process)
        with httpx.Client(base_url=url, timeout=30) as client:
            yield Server(url, client, process, log)
        process.terminate()
        assert process.wait(timeout=20) == -signal.SIGTERM


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the browser's tests be the last, but for the look into the log of all.

    Playwright keeps an event loop running in this thread; asyncio.run then works no more.
    """

    def turn(item: pytest.Item) -> int:
        if item.name == "test_nothing_unexpected_was_logged":
            return 2
        return int("browser" in item.path.parts)

    items.sort(key=turn)
