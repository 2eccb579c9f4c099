"""A server to be fuzzed, and what its answers have to be."""

import json
import math
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import httpx
import psutil
import requests
import schemathesis
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks

from tests.conftest import start_server, wait_for_url

PATIENCE = 60
"""Seconds for an answer; one that takes longer hangs."""
_SETTLES = 20
"""Seconds after which nothing of what was asked may be left: far more than a run is kept."""
_LIMITS = {
    "CONVLENS_MAX_TRAINING_RUNS": "2",
    "CONVLENS_TRAINING_SECONDS": "1",
    "CONVLENS_TRAINING_ALONE_SECONDS": "1",
    "CONVLENS_TRAINING_KEPT_SECONDS": "5",
    "CONVLENS_MAX_TRAINING_EPOCHS": "2",
}
"""So that what learns is soon over."""
_CONFORMS = (
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
)


class Hang(BaseException):
    """There was no answer in time, or the server is gone: nothing more can be learned of it.

    Not an Exception, so that nobody tries to make the example smaller.
    """


@dataclass(frozen=True)
class Size:
    """What a server holds on to."""

    resident: int
    """Bytes."""
    files: int
    threads: int
    workers: int
    """Processes of training runs."""


@dataclass
class Target:
    """A running server.

    Attributes:
        statuses: How many answers of each there were.
        asked: What was asked last.

    """

    url: str
    process: psutil.Process
    statuses: Counter[str] = field(default_factory=Counter)
    asked: str = ""
    _fewest: float = math.inf
    """Files that were open once."""

    @cached_property
    def schema(self) -> schemathesis.BaseSchema:
        """What the server says of itself."""
        return schemathesis.openapi.from_url(f"{self.url}/openapi.json")

    @cached_property
    def session(self) -> requests.Session:
        """A connection for what schemathesis asks."""
        return requests.Session()

    @cached_property
    def client(self) -> httpx.Client:
        """A connection for all else."""
        return httpx.Client(base_url=self.url, timeout=PATIENCE)

    def call(self, case: schemathesis.Case) -> None:
        """Ask what schemathesis made up, and check the answer."""
        self.check(case, self.fetch(case))

    def fetch(self, case: schemathesis.Case) -> schemathesis.Response:
        """Ask what schemathesis made up."""
        with self._patiently(f"{case.method} {case.formatted_path} {str(case.body)[:2000]}"):
            return case.call(base_url=self.url, session=self.session, timeout=PATIENCE)

    def check(self, case: schemathesis.Case, answer: schemathesis.Response) -> None:
        """Check an answer against what the API says of it."""
        media_type = answer.headers.get("content-type", [""])[0]
        self._judge(answer.status_code, media_type, answer.content)
        case.validate_response(answer, checks=[*_CONFORMS])

    def ask(self, method: str, path: str, **keywords: Any) -> httpx.Response:
        """Ask anything, and return the answer if it is a refusal as it should be or none."""
        with self._patiently(f"{method} {path} {str(keywords)[:2000]}"):
            answer = self.client.request(method, path, **keywords)
        self._judge(answer.status_code, answer.headers.get("content-type", ""), answer.content)
        return answer

    def post(self, path: str, **keywords: Any) -> httpx.Response:
        """Ask an operation, and check the answer against what the API says of it."""
        answer = self.ask("POST", path, **keywords)
        answer.request.read()  # schemathesis wants to know what was sent
        self.schema.find_operation_by_path("POST", path).validate_response(answer)
        return answer

    def _judge(self, status: int, media_type: str, body: bytes) -> None:
        """Count an answer; if it is a refusal, it has to be a problem."""
        self.statuses[str(status)] += 1
        assert status < 500, (status, body[:500], self.asked)
        if status >= 400 and body:
            problem = json.loads(body)
            assert media_type == "application/problem+json", (media_type, self.asked)
            assert problem["status"] == status, problem
            wanted = ("type", "title", "detail", "code", "hint", "request_id")
            assert all(isinstance(problem[name], str) and problem[name] for name in wanted), problem

    def size(self) -> Size:
        """Return what the server holds on to, once all runs are over and all clients gone."""
        self.session.close()
        self.client.close()
        del self.session, self.client
        until = time.monotonic() + _SETTLES
        files = self.process.num_fds()
        while (self._workers() or files > self._fewest) and time.monotonic() < until:
            time.sleep(0.1)
            files = min(files, self.process.num_fds())
        self._fewest = min(files, self._fewest)
        memory = self.process.memory_info().rss
        return Size(memory, files, self.process.num_threads(), self._workers())

    def _workers(self) -> int:
        """Return how many processes learn; what multiprocessing keeps besides is none of them."""
        return sum(map(_learns, self.process.children(recursive=True)))

    @contextmanager
    def _patiently(self, request: str) -> Iterator[None]:
        self.asked = request
        try:
            yield
        except (httpx.TimeoutException, requests.Timeout) as error:
            raise Hang(f"no answer in {PATIENCE} s: {request}") from error
        except (httpx.TransportError, requests.ConnectionError) as error:
            alive = self.process.is_running() and self.process.status() != psutil.STATUS_ZOMBIE
            if not alive:
                raise Hang(f"the server has died of: {request}") from error
            raise


def _learns(child: psutil.Process) -> bool:
    """Return whether a process learns; one that is just gone does not any more."""
    with suppress(psutil.NoSuchProcess):  # a zombie is one, too
        return "spawn_main" in " ".join(child.cmdline())
    return False


@contextmanager
def running(log: Path, port: int = 0) -> Iterator[Target]:
    """Run a server of one's own for a while."""
    with start_server(log, port=port, **_LIMITS) as process:
        try:
            yield Target(wait_for_url(process), psutil.Process(process.pid))
        finally:
            process.terminate()
