"""Connections: answers go out whole, none can take another's place; sockets that may be refused.

uvicorn writes the head of an answer, then its body. If the process is killed in between, a proxy
has begun to pass the answer on, and can no longer ask another replica instead.
"""

import asyncio
from dataclasses import dataclass, field
from typing import Any, cast

from uvicorn._types import ASGISendEvent
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

_MOST = 2**20
"""Bytes that are gathered at most; more go out at once, so that a stream cannot fill the memory."""


_TOO_LONG = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
    b"content-length: 0\r\nconnection: close\r\n\r\n"
)


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


@dataclass
class Connections:
    """What one server's connections may do, and which of them do nothing."""

    most: int
    """At once, sockets not counted."""
    head_seconds: float
    """For which the head of a request is waited for."""
    head_bytes: int
    """Of a head that is not complete."""
    send_seconds: float
    """For which a client may take nothing of its answer."""
    idle: dict["WholeAnswers", None] = field(default_factory=dict)
    """Those without a request, the one that is so for longest first."""


class WholeAnswers(HttpToolsProtocol):
    """uvicorn's HTTP, over a transport that gathers, with limits where it has none.

    Args:
        arguments: uvicorn's own.
        all_: Of one server.
        options: uvicorn's own.

    """

    def __init__(self, *arguments: Any, all_: Connections, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._all = all_
        self._begun = False
        self._head_bytes = 0
        self._late: asyncio.TimerHandle | None = None
        self._stuck: asyncio.TimerHandle | None = None
        self._upgraded = False

    def connection_made(  # type: ignore[override] # as uvicorn's own
        self, transport: asyncio.Transport
    ) -> None:
        """Serve a new connection."""
        super().connection_made(cast(asyncio.Transport, Gathering(transport)))
        self._all.idle[self] = None
        self._wait_for_head()
        if len(self.connections) > self._all.most:
            next(iter(self._all.idle)).timeout_keep_alive_handler()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget a connection."""
        super().connection_lost(exc)
        self._has_head()
        self.resume_writing()

    def data_received(self, data: bytes) -> None:
        """Take what came; a head of which only a part came has to follow soon."""
        super().data_received(data)
        if self._upgraded or (self.cycle is not None and not self.cycle.response_complete):
            return
        self._head_bytes += len(data)
        if self._head_bytes > self._all.head_bytes:
            self.transport.write(_TOO_LONG)
            self.transport.close()
        else:
            self._wait_for_head()

    def on_message_begin(self) -> None:
        """Begin with a head."""
        self._begun = True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Begin with a request."""
        self._begun = False
        self._has_head()
        super().on_headers_complete()

    def on_response_complete(self) -> None:
        """Be idle, until the next request."""
        super().on_response_complete()
        if self.cycle.response_complete and not self.transport.is_closing():
            self._all.idle[self] = None
            if self._begun:  # the next head came with the request, and only in part
                self._wait_for_head()

    def handle_websocket_upgrade(self) -> None:
        """Leave the connection to a socket."""
        self._upgraded = True
        super().handle_websocket_upgrade()

    def pause_writing(self) -> None:
        """Wait for a client that does not keep up."""
        super().pause_writing()
        self._watch(self.transport.get_write_buffer_size() + 1)

    def resume_writing(self) -> None:
        """Go on with one that has caught up."""
        super().resume_writing()
        if self._stuck:
            self._stuck.cancel()

    def _watch(self, unsent: int) -> None:
        left = self.transport.get_write_buffer_size()
        if left < unsent:
            self._stuck = self.loop.call_later(self._all.send_seconds, self._watch, left)
        else:
            self.transport.abort()

    def _wait_for_head(self) -> None:
        if self._late is None:
            self._late = self.loop.call_later(
                self._all.head_seconds, self.timeout_keep_alive_handler
            )

    def _has_head(self) -> None:
        self._head_bytes = 0
        self._all.idle.pop(self, None)
        if self._late:
            self._late.cancel()
            self._late = None


class Sockets(WebSocketsSansIOProtocol):
    """uvicorn's sockets, without its log of errors that are the client's."""

    async def send(self, message: ASGISendEvent) -> None:
        """Pass on what the application says; a refusal ends the handshake too."""
        await super().send(message)
        if message["type"] == "websocket.http.response.body":
            self.handshake_complete = True

    def send_receive_event_to_app(self) -> None:
        """Pass on what the client said, if it is what it says."""
        try:
            if self.curr_msg_data_type == "text":
                b"".join(self.frames).decode()
        except UnicodeDecodeError:
            self.conn.send_close(1007, "Text is UTF-8.")
            self.handle_parser_exception()
        else:
            super().send_receive_event_to_app()
