"""The two ends of a live socket: a client as programs have it, and one that says any bytes."""

import base64
import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import numpy as np
from websockets.sync.client import ClientConnection, connect

PATH = "/api/models/lenet5/live"
TEXT, BINARY, CLOSE, PING = 0x1, 0x2, 0x8, 0x9


def address(url: str, path: str = PATH) -> str:
    return url.replace("http", "ws", 1) + path


class Live:
    """An open socket, with what it said at its opening."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self.opening = json.loads(connection.recv(timeout=60))

    def say(self, **fields: Any) -> None:
        self.connection.send(json.dumps(fields))

    def hear(self) -> dict[str, Any]:
        """Return the next answer, as a trace in lists is, or a problem; each with its sequence."""
        said = self.connection.recv(timeout=60)
        return json.loads(said) if isinstance(said, str) else decode(said, self.opening["layers"])

    def ask(self, **fields: Any) -> dict[str, Any]:
        self.say(**fields)
        return self.hear()


def decode(frame: bytes, layers: list[dict[str, Any]]) -> dict[str, Any]:
    """Read a binary frame to its last byte."""
    start = 4 + int.from_bytes(frame[:4], "little")
    assert start % 4 == 0
    header = json.loads(frame[4:start])
    values = np.frombuffer(frame, "<f4", offset=start)
    sizes = [int(np.prod(layer["shape"])) for layer in layers]
    assert sum(sizes) == len(values)
    parts = np.split(values, np.cumsum(sizes)[:-1])
    return header | {
        "activations": {
            layer["id"]: {
                "shape": layer["shape"],
                "data": base64.b64encode(part.tobytes()).decode(),
            }
            for layer, part in zip(layers, parts, strict=True)
        }
    }


@contextmanager
def live(url: str, **options: Any) -> Iterator[Live]:
    """Open a socket for a while."""
    with connect(address(url), open_timeout=60, **options) as connection:
        yield Live(connection)


def frame(opcode: int, payload: bytes, *, end: bool = True) -> bytes:
    """Return a client's frame; its mask is zero."""
    size = len(payload)
    length = bytes([0x80 | size]) if size < 126 else b"\xfe" + size.to_bytes(2, "big")
    return bytes([opcode | (0x80 if end else 0)]) + length + bytes(4) + payload


@dataclass
class Raw:
    """A connection on which a socket was asked for."""

    connection: socket.socket
    status: int

    def __post_init__(self) -> None:
        self._reader = self.connection.makefile("rb")

    def hear(self) -> tuple[int, bytes]:
        """Return the opcode and the content of the next frame."""
        head = self._reader.read(2)
        assert head, "the server hung up without a word"
        size = head[1]
        if size == 126:
            size = int.from_bytes(self._reader.read(2), "big")
        return head[0] & 0xF, self._reader.read(size)

    def closing_code(self) -> int:
        """Return the code with which the server closes, whatever it says before."""
        while True:
            opcode, payload = self.hear()
            if opcode == CLOSE:
                return int.from_bytes(payload[:2], "big")


@contextmanager
def raw(url: str, path: str = PATH) -> Iterator[Raw]:
    """Ask for a socket with nothing but bytes."""
    place = httpx.URL(url)
    head = (
        f"GET {path} HTTP/1.1\r\nHost: {place.host}:{place.port}\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    with socket.create_connection((place.host, place.port), timeout=60) as connection:
        connection.sendall(head.encode())
        answer = b""
        while not answer.endswith(b"\r\n\r\n"):
            answer += connection.recv(1)
        yield Raw(connection, int(answer.split()[1]))
