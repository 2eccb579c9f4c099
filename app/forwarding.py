"""What only one worker can answer, whichever is asked."""

from collections.abc import AsyncIterator

import anyio
import httpx
from starlette.types import ASGIApp, Receive, Scope, Send

from app import problems
from app.errors import NotReady

_OF_A_CONNECTION = frozenset({b"connection", b"keep-alive", b"transfer-encoding"})
_OURS = _OF_A_CONNECTION | {b"date", b"server"}


class Forwarding:
    """ASGI middleware that lets another process answer some paths, through a socket of its own.

    Args:
        app: Answers all others.
        prefix: Of the paths that go on.
        socket: The path of a unix socket that speaks HTTP.

    """

    def __init__(self, app: ASGIApp, prefix: str, socket: str) -> None:
        self.app = app
        self.prefix = prefix
        self.client = httpx.AsyncClient(
            transport=httpx.AsyncHTTPTransport(uds=socket, limits=httpx.Limits()),
            base_url="http://worker",
            timeout=None,  # noqa: S113 - who answers has limits of its own
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] == "http" and scope["path"].startswith(self.prefix):
            await self._forward(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _forward(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [one for one in scope["headers"] if one[0] not in _OF_A_CONNECTION]
        has_body = any(
            name in (b"content-length", b"transfer-encoding") for name, _ in scope["headers"]
        )
        url = httpx.URL("/", raw_path=scope["raw_path"] + b"?" + scope["query_string"])
        body = _body(receive) if has_body else None
        request = self.client.build_request(scope["method"], url, headers=headers, content=body)
        try:
            answer = await self.client.send(request, stream=True)
        except _Gone:
            return
        except httpx.HTTPError as error:
            ended = NotReady(f"The worker that this is for has ended: {error}.")
            await problems.answer(scope, ended)(scope, receive, send)
            return
        own = [(name.lower(), value) for name, value in answer.headers.raw]
        own = [header for header in own if header[0] not in _OURS]
        await send({"type": "http.response.start", "status": answer.status_code, "headers": own})
        try:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(_until_gone, receive, tasks.cancel_scope)
                async for part in answer.aiter_raw():
                    await send({"type": "http.response.body", "body": part, "more_body": True})
                await send({"type": "http.response.body", "body": b""})
                tasks.cancel_scope.cancel()
        except* httpx.HTTPError:
            pass  # an answer that breaks off tells the client so
        finally:
            await answer.aclose()


class _Gone(Exception):
    """The client left before all was said."""


async def _body(receive: Receive) -> AsyncIterator[bytes]:
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise _Gone
        more = message.get("more_body", False)
        yield message.get("body", b"")


async def _until_gone(receive: Receive, work: anyio.CancelScope) -> None:
    """Stop the work when the client leaves: a stream may go on for hours."""
    while (await receive())["type"] != "http.disconnect":
        pass
    work.cancel()
