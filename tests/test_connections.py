"""What is written of an answer, and when."""

import asyncio

import httpx

from app.connections import Gathering


class Wire:
    """A transport that keeps what is written."""

    def __init__(self) -> None:
        self.written: list[bytes] = []
        self.closed = False

    def write(self, data: bytes) -> None:
        assert not self.closed
        self.written.append(data)

    def close(self) -> None:
        self.closed = True

    def is_closing(self) -> bool:
        return self.closed


async def turn() -> None:
    """Let the event loop go round once."""
    await asyncio.sleep(0)


def test_head_and_body_go_out_in_one_write():
    async def write(wire: Wire) -> None:
        gathering = Gathering(wire)  # type: ignore[arg-type]
        for part in (b"head", b"body", b""):
            gathering.write(part)
        assert wire.written == []
        await turn()
        assert wire.written == [b"headbody"]
        gathering.write(b"event")
        await turn()

    wire = Wire()
    asyncio.run(write(wire))
    assert wire.written == [b"headbody", b"event"]


def test_what_is_large_goes_out_at_once_with_what_came_before():
    async def write(wire: Wire) -> None:
        gathering = Gathering(wire)  # type: ignore[arg-type]
        gathering.write(b"head")
        gathering.write(bytes(2**20))
        assert [len(data) for data in wire.written] == [4 + 2**20]
        await turn()

    wire = Wire()
    asyncio.run(write(wire))
    assert len(wire.written) == 1


def test_nothing_is_left_behind_when_it_closes():
    async def write(wire: Wire) -> None:
        gathering = Gathering(wire)  # type: ignore[arg-type]
        gathering.write(b"last")
        gathering.close()
        assert gathering.is_closing()
        await turn()

    wire = Wire()
    asyncio.run(write(wire))
    assert wire.written == [b"last"]
    assert wire.closed


def test_the_server_answers_over_such_connections(server):
    with httpx.Client(base_url=server.url) as client:
        assert client.head("/").content == b""
        sizes = [len(client.get(path).content) for path in ("/healthz", "/openapi.json", "/")]
    assert all(sizes)
