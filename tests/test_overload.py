"""A real process that is asked for more than it can do, and clients that hold on to it."""

import asyncio
import json
import socket
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit

import httpx
import pytest

from tests.conftest import running
from tests.pictures import SEVEN, mnist_like

PATH = "/api/models/lenet5/predictions"
DRAWING = {"strokes": SEVEN}
ASK = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
CONTINUE = b"\r\nExpect: 100-continue\r\n\r\n"
LONGEST = 10_000
"""Bytes of a head that the strict server waits for."""


def opened(url: str) -> socket.socket:
    """Return a connection on which nothing was said yet."""
    parts = urlsplit(url)
    assert parts.hostname
    return socket.create_connection((parts.hostname, parts.port), timeout=60)


def is_closed(connection: socket.socket) -> bool:
    """Return whether the server has hung up, which is waited for."""
    try:
        while connection.recv(65536):
            pass
    except ConnectionResetError:
        pass
    except TimeoutError:
        return False
    return True


@contextmanager
def held(url: str, count: int, said: bytes = b"") -> Iterator[list[socket.socket]]:
    """Hold so many connections on which this much was said."""
    with ExitStack() as stack:
        connections = [stack.enter_context(opened(url)) for _ in range(count)]
        for connection in connections:
            connection.sendall(said)
        yield connections


def works(url: str) -> None:
    """Assert that somebody who comes now is served."""
    with httpx.Client(base_url=url, timeout=60) as client:
        assert client.get("/healthz").status_code == 200
        assert client.post(PATH, json=DRAWING).json()["prediction"] == 7


def request_of(body: bytes, *, length: int | None = None) -> bytes:
    head = f"POST {PATH} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {length or len(body)}\r\n\r\n".encode() + body


def test_at_ten_times_the_load_some_are_answered_and_the_rest_is_shed(tmp_path):
    limits = {
        "CONVLENS_MAX_WORK": "1",
        "CONVLENS_MAX_QUEUE": "5",
        "CONVLENS_QUEUE_SECONDS": "3600",
    }
    body = json.dumps({"images": [mnist_like().tolist()] * 200}).encode()

    async def ask(url: str) -> list[httpx.Response]:
        pool = httpx.Limits(max_connections=61)
        async with httpx.AsyncClient(base_url=url, timeout=120, limits=pool) as client:
            headers = {"Content-Type": "application/json"}
            crowd = [
                asyncio.create_task(client.post(PATH, content=body, headers=headers))
                for _ in range(60)
            ]
            well = await client.get("/healthz")
            assert well.status_code == 200
            return await asyncio.gather(*crowd)

    with running(tmp_path / "log", **limits) as url:
        answers = asyncio.run(ask(url))
        statuses = Counter(answer.status_code for answer in answers)
        assert statuses.keys() == {200, 503}
        # Whoever came first, and whoever could wait; more as places became free.
        assert statuses[200] >= 6
        for answer in answers:
            if answer.status_code == 200:
                assert answer.json()["count"] == 200
            else:
                assert answer.headers["retry-after"] == "1"
                assert answer.headers["content-type"] == "application/problem+json"
                assert answer.json()["code"] == "overloaded"
        works(url)
        shed = 'convlens_shed_total{reason="queue full"} '
        lines = httpx.get(f"{url}/metrics").text.splitlines()
        (count,) = (line.removeprefix(shed) for line in lines if line.startswith(shed))
        assert float(count) == statuses[503]


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"POST /api/models HTTP/1.1\r\nHost: x\r\n",
        request_of(b'{"strokes": [', length=1_000_000),
        f"POST {PATH} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n".encode(),
    ],
    ids=["silent", "half a head", "half a body", "endless body"],
)
def test_a_thousand_who_hold_on_take_nobodys_place(server, said):
    with held(server.url, 1000, said):
        works(server.url)


def test_who_asks_for_nothing_more_is_hung_up_on(server):
    with opened(server.url) as connection:
        connection.sendall(ASK)
        assert connection.recv(65536).startswith(b"HTTP/1.1 200")
        assert is_closed(connection)


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server that waits for little, but for the next request for long."""
    limits = {
        "CONVLENS_HEAD_SECONDS": "2",
        "CONVLENS_BODY_SECONDS": "0.2",
        "CONVLENS_SEND_SECONDS": "0.2",
        "CONVLENS_IDLE_SECONDS": "3600",
        "CONVLENS_MAX_HEAD_BYTES": str(LONGEST),
    }
    with running(tmp_path_factory.mktemp("strict") / "log", **limits) as url:
        yield url


@pytest.mark.parametrize("said", [b"", ASK[:-2], ASK + b"GET /"])
def test_a_head_that_is_not_completed_is_given_up(strict, said):
    with opened(strict) as connection:
        connection.sendall(said)
        assert is_closed(connection)


def test_what_is_left_of_a_body_that_was_given_up_is_not_waited_for(strict):
    with opened(strict) as connection:
        connection.sendall(request_of(b"{}", length=9))
        assert connection.recv(65536).startswith(b"HTTP/1.1 408")
        connection.sendall(b" ")
        assert is_closed(connection)


def test_a_head_may_be_so_long_and_not_longer(strict):
    begin, end = ASK[:-4] + b"\r\nX-Filler: ", b"\r\n\r\n"
    filler = b"a" * (LONGEST - len(begin))
    with opened(strict) as connection:
        connection.sendall(begin + filler)
        time.sleep(0.05)  # so that the end comes by itself; if not, the test proves less
        connection.sendall(end)
        assert connection.recv(65536).startswith(b"HTTP/1.1 200")
    with opened(strict) as connection:
        connection.sendall(begin + filler + b"a")
        assert connection.recv(65536).startswith(b"HTTP/1.1 431")
        assert is_closed(connection)


def test_who_takes_nothing_of_an_answer_is_hung_up_on(strict):
    with opened(strict) as stuck:
        stuck.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        with pytest.raises(ConnectionError):
            ask_without_reading(stuck)
    works(strict)


def test_of_too_many_connections_the_one_idle_longest_is_closed_or_the_newest(tmp_path):
    limits = {"MAX_CONNECTIONS": "3", "HEAD_SECONDS": "3600", "IDLE_SECONDS": "3600"}
    settings = {f"CONVLENS_{name}": value for name, value in limits.items()}
    with running(tmp_path / "log", **settings) as url:
        with held(url, 3) as connections:
            for connection in connections[:0:-1]:  # the first never asks, the second asks last
                assert_answers(connection)
            with opened(url) as another:
                assert is_closed(connections[0])
                for connection in (*connections[1:], another):
                    assert_answers(connection)
        body = json.dumps(DRAWING).encode()
        expect = request_of(b"", length=len(body)).replace(b"\r\n\r\n", CONTINUE)
        with held(url, 3, expect) as connections:
            for connection in connections:  # the server waits for their bodies
                assert connection.recv(65536).startswith(b"HTTP/1.1 100")
            with opened(url) as another:
                assert is_closed(another)
            for connection in connections:
                connection.sendall(body)
                assert connection.recv(65536).startswith(b"HTTP/1.1 200")


def ask_without_reading(connection: socket.socket) -> None:
    """Go on until both sides' buffers are full and beyond; a timeout would be another error."""
    while True:
        connection.sendall(b"GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n" * 100)
        time.sleep(0.05)


def assert_answers(connection: socket.socket) -> None:
    connection.sendall(ASK)
    assert connection.recv(65536).startswith(b"HTTP/1.1 200")
