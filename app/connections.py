"""Connections on which an answer goes out whole.

uvicorn writes the head of an answer, then its body. If the process is killed in between, a proxy
has begun to pass the answer on, and can no longer ask another replica instead.
"""

import asyncio
from typing import Any, cast

from uvicorn.protocols.http.h11_impl import H11Protocol

_MOST = 2**20
"""Bytes that are gathered at most; more go out at once, so that a stream cannot fill the memory."""


class Gathering:
    """A transport that writes once what is written to it in one turn of the event loop."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._parts: list[bytes] = []
        self._size = 0

    def __getattr__(self, name: str) -> Any:
        """Do anything else as the transport itself does."""
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Write soon."""
        if not self._parts:
            asyncio.get_running_loop().call_soon(self._flush)
        self._parts.append(data)
        self._size += len(data)
        if self._size >= _MOST:
            self._flush()

    def close(self) -> None:
        """Write what is left, and close."""
        self._flush()
        self._transport.close()

    def _flush(self) -> None:
        parts, self._parts, self._size = self._parts, [], 0
        if parts:
            self._transport.write(b"".join(parts))


class WholeAnswers(H11Protocol):
    """uvicorn's HTTP, over a transport that gathers."""

    def connection_made(  # type: ignore[override] # as uvicorn's own
        self, transport: asyncio.Transport
    ) -> None:
        """Serve a new connection."""
        super().connection_made(cast(asyncio.Transport, Gathering(transport)))
