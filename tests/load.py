"""Some clients who ask for all sorts of things and know what the answers have to be."""

import hashlib
import json
import random
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType

import httpx
import numpy as np
from PIL import Image

from tests.conftest import ROOT
from tests.pictures import SEVEN

MODEL = "/api/models/lenet5"
_FILE = re.compile(r"/static/[\w/.-]+\.([0-9a-f]{12})\.\w+")
_PAUSE = 0.05
"""Seconds between two requests of a client."""
Check = Callable[[httpx.Response], None]


@dataclass(frozen=True)
class Question:
    """A request and how its answer is checked."""

    method: str
    path: str
    check: Check
    body: object = None


@dataclass
class Load:
    """Clients at work, each in a thread, for as long as the context lasts."""

    url: str
    questions: list[Question]
    name: str
    """What the ids of its requests begin with."""
    clients: int = 4
    answered: int = 0
    failures: list[str] = field(default_factory=list)
    waiting: dict[str, float] = field(default_factory=dict)
    """Requests under way, by their ids, and since when."""
    versions: set[str] = field(default_factory=set)
    """Of the servers that said theirs."""

    def __enter__(self) -> "Load":
        self._over = threading.Event()
        self._threads = [
            threading.Thread(target=self._work, args=(number,)) for number in range(self.clients)
        ]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join(60)

    def wait_for(self, answers: int) -> None:
        """Wait until so many more have come."""
        enough = self.answered + answers
        self.wait_until(lambda: self.answered >= enough)

    def wait_until(self, condition: Callable[[], bool]) -> None:
        """Wait for something that the clients bring about; at most a minute."""
        end = time.monotonic() + 60
        while not condition():
            assert time.monotonic() < end, f"{self.answered} answers, failures: {self.failures}"
            assert not self.failures, self.failures
            time.sleep(0.01)

    def stuck(self, seconds: float) -> set[str]:
        """Return the ids of the requests that have been under way for so long."""
        now = time.monotonic()
        return {id_ for id_, since in self.waiting.copy().items() if now - since >= seconds}

    def _work(self, number: int) -> None:
        chance = random.Random(number)
        with httpx.Client(base_url=self.url, timeout=60) as client:
            count = 0
            while not self._over.is_set():
                count += 1
                question = chance.choice(self.questions)
                self._ask(client, question, f"{self.name}-{number}-{count}", chance)
                time.sleep(_PAUSE)

    def _ask(
        self, client: httpx.Client, question: Question, id_: str, chance: random.Random
    ) -> None:
        self.waiting[id_] = time.monotonic()
        try:
            answer = client.request(
                question.method, question.path, json=question.body, headers={"X-Request-ID": id_}
            )
            assert answer.headers["x-request-id"] == id_
            question.check(answer)
            if question.path == "/healthz":
                self.versions.add(answer.json()["version"])
            if question.path == "/":
                self._fetch(client, chance.choice([*_FILE.finditer(answer.text)]))
        except (httpx.HTTPError, AssertionError) as error:
            self.failures.append(f"{id_}: {question.method} {question.path}: {error!r}")
        self.waiting.pop(id_)
        self.answered += 1

    @staticmethod
    def _fetch(client: httpx.Client, file: re.Match[str]) -> None:
        answer = client.get(file[0])
        assert answer.status_code == 200, file[0]
        assert hashlib.sha256(answer.content).hexdigest().startswith(file[1]), file[0]


def mixed(url: str) -> list[Question]:
    """Return questions of many kinds, with the answers of this one server as the right ones.

    A digit of the gallery is among them if that server reads it as what it is.

    """
    traces = f"{MODEL}/traces?encoding=base64"
    unit = {"strokes": SEVEN, "channel": 2, "row": 10, "column": 14}
    with httpx.Client(base_url=url, timeout=60) as client:

        def known(path: str, body: object = None) -> Question:
            method = "GET" if body is None else "POST"
            answer = client.request(method, path, json=body)
            assert answer.status_code == 200
            return Question(method, path, _same(answer.content), body)

        digits = [known(f"{MODEL}/predictions", {"pixels": pixels}) for pixels in _right(client)]
        return [
            *digits,
            known(MODEL),
            known(f"{MODEL}/layers/conv1/weights"),
            known(traces, {"strokes": SEVEN}),
            known(f"{MODEL}/layers/conv1/units", unit),
            known("/api/convolutions", {"input": [[1, 2], [3, 4]], "kernel": [[1, 0], [0, 1]]}),
            Question("POST", f"{MODEL}/predictions", _empty, {"strokes": []}),
            *[Question("GET", path, _fine) for path in ("/", "/", "/healthz", "/healthz")],
        ]


def _right(client: httpx.Client) -> list[list[list[int]]]:
    """Return a digit or two of each class that are read right, as rows of pixels."""
    folder = ROOT / "static" / "digits"
    tile = json.loads((folder / "mnist.json").read_text(encoding="utf-8"))["tile"]
    sprite = np.asarray(Image.open(folder / "mnist.png"))
    found = []
    for digit in range(10):
        for column in range(2):
            place = np.s_[digit * tile : (digit + 1) * tile, column * tile : (column + 1) * tile]
            pixels = sprite[place].tolist()
            answer = client.post(f"{MODEL}/predictions", json={"pixels": pixels}).json()
            if answer["label"] == str(digit):
                found.append(pixels)
    assert len(found) >= 10
    return found


def _same(content: bytes) -> Check:
    def check(answer: httpx.Response) -> None:
        assert answer.status_code == 200
        assert answer.content == content

    return check


def _fine(answer: httpx.Response) -> None:
    assert answer.status_code == 200


def _empty(answer: httpx.Response) -> None:
    assert answer.status_code == 422
    assert answer.json()["code"] == "empty_drawing"
