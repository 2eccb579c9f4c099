"""A client of HTTP/1.1 that does no more than a measurement needs, so that it does not slow it.

It sends the same bytes again and again on connections that stay, and reads what its own server
answers: a head with the length of the body, or nothing else.
"""

import asyncio
import time
from dataclasses import dataclass

_LENGTH = b"content-length: "


@dataclass(frozen=True)
class Request:
    """What is sent, again and again."""

    head: bytes
    body: bytes

    @classmethod
    def of(cls, method: str, path: str, body: bytes = b"", **headers: str) -> "Request":
        """Return a request; a header's name has _ where - is meant."""
        lines = [f"{method} {path} HTTP/1.1", "host: benchmark", f"content-length: {len(body)}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        return cls("\r\n".join([*lines, "", ""]).encode(), body)


class _Connection(asyncio.Protocol):
    """Sends a request as soon as the one before is answered, and notes how long each took."""

    def __init__(self, request: Request, until: float) -> None:
        self.samples: list[float] = []
        self.answer = b""
        self.over = asyncio.get_running_loop().create_future()
        self._sent = request.head + request.body
        self._until = until
        self._parts: list[bytes] = []
        self._missing: int | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._ask()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.over.done():
            self.over.set_exception(exc or ConnectionError("The server hung up."))

    def data_received(self, data: bytes) -> None:
        self._parts.append(data)
        if self._missing is None:
            found = b"".join(self._parts)
            end = found.find(b"\r\n\r\n")
            if end < 0:
                return
            assert found.startswith(b"HTTP/1.1 200 "), found
            begin = found.index(_LENGTH) + len(_LENGTH)
            length = int(found[begin : found.index(b"\r\n", begin)])
            self._missing = length - (len(found) - end - 4)
        else:
            self._missing -= len(data)
        if not self._missing:
            self._done()

    def _done(self) -> None:
        now = time.perf_counter()
        self.samples.append(now - self._began)
        if now < self._until:
            self._ask()
        else:
            self.answer = b"".join(self._parts).partition(b"\r\n\r\n")[2]
            self.over.set_result(None)
            self._transport.close()

    def _ask(self) -> None:
        self._parts, self._missing = [], None
        self._began = time.perf_counter()
        self._transport.write(self._sent)


async def load(
    host: str, port: int, request: Request, connections: int, seconds: float
) -> tuple[list[float], float, bytes]:
    """Send a request over and over.

    Returns:
        The seconds of each, how long it took in all, and the body of one answer.

    """
    loop = asyncio.get_running_loop()
    began = time.perf_counter()
    all_ = [
        (await loop.create_connection(lambda: _Connection(request, began + seconds), host, port))[1]
        for _ in range(connections)
    ]
    await asyncio.gather(*(one.over for one in all_))
    took = time.perf_counter() - began
    return [sample for one in all_ for sample in one.samples], took, all_[0].answer
