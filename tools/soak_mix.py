"""What clients ask during a soak: a table, to which a line can be added."""

import json
import random
import re
import socket
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx
from websockets.sync.client import connect

from app.openapi import SEVEN

_MODEL = "/api/models/lenet5"
_PATIENCE = 60
"""Seconds for an answer."""
_DIGITS = Path(__file__).resolve().parent.parent / "static" / "digits" / "mnist.png"


@dataclass
class Client(AbstractContextManager["Client"]):
    """Somebody who asks: a connection that is kept, and what chance says."""

    http: httpx.Client
    chance: random.Random
    image: bytes = field(default_factory=_DIGITS.read_bytes)

    @classmethod
    def of(cls, url: str, seed: int) -> "Client":
        """Return a client of a server."""
        return cls(httpx.Client(base_url=url, timeout=_PATIENCE), random.Random(seed))  # noqa: S311

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.http.close()

    def drawing(self) -> dict[str, Any]:
        """Return a seven by an unsteady hand."""
        steady = self.chance.uniform
        return {"strokes": [[[x + steady(-9, 9), y + steady(-9, 9)] for x, y in SEVEN[0]]]}

    def edits(self) -> list[dict[str, Any]]:
        """Return edits that nobody has made before."""
        value = self.chance.uniform(-0.2, 0.2)
        new = {"edit": "set", "layer": "conv1", "parameter": "bias", "index": [0], "value": value}
        return [new, {"edit": "switch_off", "layer": "conv2", "channel": 3}]


@dataclass(frozen=True)
class Line:
    """A kind of request.

    Attributes:
        weight: How often it comes, beside the others.
        ask: Asks, and returns the status of the answer; 0 if none was waited for.
        wanted: What that may be.
        timed: Whether it counts for the percentiles.

    """

    weight: int
    name: str
    ask: Callable[[Client], int]
    wanted: frozenset[int] = frozenset({200})
    timed: bool = True


def _post(path: str, body: Callable[[Client], Any] = Client.drawing) -> Callable[[Client], int]:
    return lambda client: client.http.post(path, json=body(client)).status_code


def _get(path: str) -> Callable[[Client], int]:
    return lambda client: client.http.get(path).status_code


def _unit(client: Client) -> dict[str, Any]:
    place = {"channel": client.chance.randrange(6), "row": 10, "column": 14}
    return client.drawing() | place


def _image(client: Client) -> int:
    headers = {"Content-Type": "image/png"}
    path = f"{_MODEL}/predictions"
    return client.http.post(path, content=client.image, headers=headers).status_code


def _form(client: Client) -> int:
    files = {"file": ("digit.png", client.image, "image/png")}
    return client.http.post(f"{_MODEL}/inputs", files=files).status_code


def _comparison(client: Client) -> dict[str, Any]:
    return {"a": client.drawing(), "b": client.drawing() | {"edits": client.edits()}}


def _page(client: Client) -> int:
    page = client.http.get(client.chance.choice(["/", "/learn", "/?lang=es"]))
    found = re.findall(r"/static/[\w/.-]+", page.text)
    if page.status_code != 200 or not found:
        return page.status_code
    return client.http.get(client.chance.choice(found)).status_code


def _convolution(client: Client) -> dict[str, Any]:
    numbers = [[client.chance.uniform(-1, 1) for _ in range(20)] for _ in range(20)]
    return {"input": numbers, "kernel": [[1, 0, -1]] * 3}


def _broken(client: Client) -> int:
    chance = client.chance
    body = bytearray(json.dumps(client.drawing()).encode())
    for _ in range(3):
        body[chance.randrange(len(body))] = chance.randrange(256)
    headers = {"Content-Type": "application/json"}
    return client.http.post(f"{_MODEL}/traces", content=bytes(body), headers=headers).status_code


def _aborted(client: Client) -> int:
    """Leave in the middle of a request, or before its answer."""
    body = json.dumps(client.drawing()).encode()
    url = client.http.base_url
    head = (
        f"POST {_MODEL}/traces HTTP/1.1\r\nHost: {url.host}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    sent = head.encode() + body
    with socket.create_connection((url.host, url.port or 80), timeout=_PATIENCE) as connection:
        connection.sendall(sent[: client.chance.choice([20, len(head) + 9, len(sent)])])
    return 0


def _live(client: Client) -> int:
    """Open a socket, draw the beginning of a seven, and leave."""
    (stroke,) = client.drawing()["strokes"]
    url = f"ws{str(client.http.base_url).removeprefix('http')}{_MODEL}/live"
    with connect(url, open_timeout=_PATIENCE) as talk:
        talk.recv(_PATIENCE)  # what it says at its opening
        for said in ({"strokes": [stroke[:1]]}, *({"extend": [point]} for point in stroke[1:])):
            talk.send(json.dumps(said))
            answer = talk.recv(_PATIENCE)
            if isinstance(answer, str):  # a problem
                return int(json.loads(answer)["status"])
    return 200


def _train(client: Client) -> int:
    """Begin a training run, learn from a batch, and remove it; if there is room for one."""
    made = client.http.post("/api/training_runs", json={"epochs": 1, "batch_size": 64})
    if made.status_code != 201:
        return made.status_code
    run = made.headers["location"]
    client.http.post(f"{run}/commands", json={"command": "batch"})
    with client.http.stream("GET", f"{run}/events") as events:
        for line in events.iter_lines():
            if '"paused"' in line:
                break
    return client.http.delete(run).status_code


MIX = (
    Line(20, "prediction", _post(f"{_MODEL}/predictions")),
    Line(20, "trace, base64", _post(f"{_MODEL}/traces?encoding=base64")),
    Line(6, "trace, lists", _post(f"{_MODEL}/traces")),
    Line(6, "unit", _post(f"{_MODEL}/layers/conv1/units", _unit)),
    Line(6, "live", _live),
    Line(6, "page", _page),
    Line(4, "image", _image),
    Line(4, "form", _form),
    Line(4, "edit", _post(f"{_MODEL}/predictions", lambda c: c.drawing() | {"edits": c.edits()})),
    Line(3, "comparison", _post(f"{_MODEL}/comparisons", _comparison)),
    Line(3, "gradients", _post(f"{_MODEL}/gradients", lambda c: c.drawing() | {"target": 3})),
    Line(4, "convolution", _post("/api/convolutions", _convolution)),
    Line(3, "timeline", _get(f"{_MODEL}/timeline?layers=conv1&encoding=base64")),
    Line(3, "health", _get("/healthz")),
    Line(6, "broken", _broken, frozenset({200, 422})),
    Line(6, "aborted", _aborted, frozenset({0}), timed=False),
)
"""What all clients ask, one thing after the other."""
SLOW = (Line(1, "training", _train, frozenset({204, 429}), timed=False),)
"""What takes its time: one more client asks that, with longer pauses."""
