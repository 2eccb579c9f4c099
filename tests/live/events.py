"""Server-sent events, as a client reads them."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx

PATIENCE = 120


@dataclass(frozen=True)
class Event:
    name: str
    id: int
    data: dict[str, Any]


@contextmanager
def listening(url: str, run: str, last: int | None = None) -> Iterator[Iterator[Event]]:
    """Open a run's events; ``run`` is its address."""
    headers = {} if last is None else {"Last-Event-ID": str(last)}
    with httpx.stream("GET", f"{url}{run}/events", headers=headers, timeout=PATIENCE) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield _events(answer)


def _events(answer: httpx.Response) -> Iterator[Event]:
    fields: dict[str, str] = {}
    for line in answer.iter_lines():
        if line and not line.startswith(":"):
            name, _, value = line.partition(": ")
            fields[name] = value
        elif not line and fields:
            yield Event(fields["event"], int(fields["id"]), json.loads(fields["data"]))
            fields = {}


def until(events: Iterator[Event], wanted: Callable[[Event], bool]) -> list[Event]:
    """Return the events up to the first that is wanted."""
    seen = []
    for event in events:
        seen.append(event)
        if wanted(event):
            return seen
    raise AssertionError(f"the events ended after {[event.name for event in seen]}")


def becomes(*states: str) -> Callable[[Event], bool]:
    return lambda event: event.name == "state" and event.data["state"] in states
