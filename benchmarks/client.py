"""A client of HTTP/1.1 and sockets that does no more than a measurement needs, not to slow it.

It sends the same bytes again and again on connections that stay, and reads what its own server
answers: a head with the length of the body, or nothing else.
"""

import asyncio
import itertools
import time
from collections.abc import Sequence
from dataclasses import dataclass

_LENGTH = b"content-length: "
_HANDSHAKE = (
    b"GET %s HTTP/1.1\r\nhost: benchmark\r\nconnection: upgrade\r\nupgrade: websocket\r\n"
    b"sec-websocket-version: 13\r\nsec-websocket-key: bm8gc2VjcmV0IGF0IGFsbA==\r\n\r\n"
)


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


@dataclass(frozen=True)
class Messages:
    """What is said over a live socket, one after the other and again from the first."""

    path: str
    texts: Sequence[bytes]


class _Connection(asyncio.Protocol):
    """Asks again as soon as it is answered, and notes how long each answer took."""

    def __init__(self, until: float) -> None:
        self.samples: list[float] = []
        self.answer = b""
        self.over = asyncio.get_running_loop().create_future()
        self._until = until
        self._parts: list[bytes] = []
        self._missing: int | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._ask(self._next())

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.over.done():
            self.over.set_exception(exc or ConnectionError("The server hung up."))

    def data_received(self, data: bytes) -> None:
        self._parts.append(data)
        if self._missing is None:
            found = b"".join(self._parts)
            length = self._length(found)
            if length is None:
                return
            self._missing = length - len(found)
        else:
            self._missing -= len(data)
        if not self._missing:
            self._answered()

    def _answered(self) -> None:
        now = time.perf_counter()
        self.samples.append(now - self._began)
        if now < self._until:
            self._ask(self._next())
        else:
            self.answer = self._content(b"".join(self._parts))
            self.over.set_result(None)
            self._transport.close()

    def _ask(self, said: bytes) -> None:
        self._parts, self._missing = [], None
        self._began = time.perf_counter()
        self._transport.write(said)

    def _next(self) -> bytes:
        """Return what is asked next."""
        raise NotImplementedError

    def _length(self, found: bytes) -> int | None:
        """Return how long the answer is that begins so; None if that is not told yet."""
        raise NotImplementedError

    def _content(self, answer: bytes) -> bytes:
        """Return an answer without what is around it."""
        raise NotImplementedError


class _Http(_Connection):
    def __init__(self, request: Request, until: float) -> None:
        super().__init__(until)
        self._sent = request.head + request.body

    def _next(self) -> bytes:
        return self._sent

    def _length(self, found: bytes) -> int | None:
        end = found.find(b"\r\n\r\n")
        if end < 0:
            return None
        assert found.startswith(b"HTTP/1.1 200 "), found
        begin = found.index(_LENGTH) + len(_LENGTH)
        return end + 4 + int(found[begin : found.index(b"\r\n", begin)])

    def _content(self, answer: bytes) -> bytes:
        return answer.partition(b"\r\n\r\n")[2]


class _Socket(_Connection):
    """Opens a socket, and then begins."""

    def __init__(self, messages: Messages, until: float) -> None:
        super().__init__(until)
        self._open = False
        self._path = messages.path
        self._frames = itertools.cycle([_frame(text) for text in messages.texts])

    def _next(self) -> bytes:
        return next(self._frames) if self._open else _HANDSHAKE % self._path.encode()

    def _answered(self) -> None:
        if self._open:
            super()._answered()
        else:  # that was the server's greeting
            self._open = True
            self._ask(self._next())

    def _length(self, found: bytes) -> int | None:
        begin = 0
        if not self._open:
            begin = found.find(b"\r\n\r\n") + 4
            if begin < 4:
                return None
            assert found.startswith(b"HTTP/1.1 101 "), found
        extended = {126: 2, 127: 8}.get(found[begin + 1], 0) if len(found) > begin + 1 else 0
        if len(found) < begin + 2 + extended:
            return None
        size = found[begin + 2 : begin + 2 + extended] or found[begin + 1 : begin + 2]
        return begin + 2 + extended + int.from_bytes(size)

    def _content(self, answer: bytes) -> bytes:
        return answer[2 + {126: 2, 127: 8}.get(answer[1], 0) :]


def _frame(text: bytes) -> bytes:
    """Return a client's text frame; the mask is zero, so that the text stays as it is."""
    size = len(text)
    assert size < 2**16
    length = bytes([size | 0x80]) if size < 126 else b"\xfe" + size.to_bytes(2)
    return b"\x81" + length + bytes(4) + text


async def load(
    host: str, port: int, asked: Request | Messages, connections: int, seconds: float
) -> tuple[list[float], float, bytes]:
    """Send a request, or messages, over and over.

    Returns:
        The seconds of each, how long it took in all, and the body of one answer.

    """
    loop = asyncio.get_running_loop()
    began = time.perf_counter()

    def connection() -> _Connection:
        until = began + seconds
        return _Http(asked, until) if isinstance(asked, Request) else _Socket(asked, until)

    all_ = [(await loop.create_connection(connection, host, port))[1] for _ in range(connections)]
    await asyncio.gather(*(one.over for one in all_))
    took = time.perf_counter() - began
    return [sample for one in all_ for sample in one.samples], took, all_[0].answer
