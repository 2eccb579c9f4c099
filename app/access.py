"""What is noted of every request: a line in the log, an id that the client gets too, its time."""

import logging
import random
import re
import time
from http import HTTPStatus

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.metrics import UNMATCHED, Metrics

_LOG = logging.getLogger("convlens.access")
_WELL_FORMED = re.compile(r"[A-Za-z0-9._-]{1,64}")


_STARTS = ("http.response.start", "websocket.accept", "websocket.http.response.start")


class AccessLog:
    """ASGI middleware that gives each request an id, and logs and counts how it was answered.

    A well-formed ``X-Request-ID`` of the client (or of a proxy) is kept, otherwise a new one
    is made; the answer carries it in the same header. A socket is a request that lasts.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        kind = scope["type"]
        if kind not in self.metrics.open:
            await self.app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        request_id = given if _WELL_FORMED.fullmatch(given) else _new_id()
        scope["request_id"] = request_id
        status, sent = 0, 0

        async def sending(message: Message) -> None:
            nonlocal status, sent
            if message["type"] in _STARTS:
                status = message.get("status", HTTPStatus.SWITCHING_PROTOCOLS.value)
                message.setdefault("headers", [])
                MutableHeaders(scope=message)["X-Request-ID"] = request_id
            elif message["type"] == "websocket.close" and not status:
                status = HTTPStatus.FORBIDDEN.value  # the server's word for a socket not accepted
            sent += _size(message)
            await send(message)

        self.metrics.open[kind] += 1
        start = time.perf_counter()
        try:
            await self.app(scope, receive, sending)
        finally:
            seconds = time.perf_counter() - start
            self.metrics.open[kind] -= 1
            method = scope.get("method", "GET")
            route = getattr(scope.get("route"), "path", UNMATCHED)
            if kind == "http":
                self.metrics.answered(method, route, status, seconds)
            _LOG.info(
                "request" if kind == "http" else "socket",
                extra={
                    "request_id": request_id,
                    "method": method,
                    "route": route,
                    "path": scope["path"],
                    "status": status,
                    "seconds": round(seconds, 6),
                    "client": (scope.get("client") or ("",))[0],
                    "bytes": sent,
                },
            )


def _new_id() -> str:
    """Return 128 random bits: an id is a name, no secret, and needs no call of the system."""
    return f"{random.getrandbits(128):032x}"


def _size(message: Message) -> int:
    """Return how many bytes of content a message carries to the client."""
    content = message.get("body") or message.get("bytes") or message.get("text") or b""
    return len(content.encode() if isinstance(content, str) else content)
