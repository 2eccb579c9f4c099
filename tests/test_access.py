"""What is noted of a request, whatever answers it."""

import asyncio
import logging

import pytest
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from app.access import AccessLog
from app.metrics import Metrics


@pytest.fixture(autouse=True)
def _access_log(caplog):
    caplog.set_level(logging.INFO, "convlens.access")


def speak(app, *said: dict, path: str = "/live/7") -> list[dict]:
    """Open a socket, say something, leave; return what the application sent."""
    scope = {"type": "websocket", "path": path, "headers": [], "subprotocols": []}
    incoming = [{"type": "websocket.connect"}, *said, {"type": "websocket.disconnect"}]
    sent: list[dict] = []

    async def receive():
        return incoming.pop(0)

    async def send(message):
        sent.append(message)

    asyncio.run(app(scope, receive, send))
    return sent


def test_a_socket_is_counted_while_it_is_open_and_then_logged(caplog):
    metrics = Metrics("1")
    open_meanwhile = []

    async def live(socket: WebSocket):
        await socket.accept()
        open_meanwhile.append(metrics.open["websocket"])
        await socket.send_bytes(b"four")
        await socket.send_text("é")

    app = Starlette(routes=[WebSocketRoute("/live/{id}", live)])
    sent = speak(AccessLog(app, metrics))
    (line,) = caplog.records
    assert open_meanwhile == [1]
    assert metrics.open["websocket"] == 0
    assert dict(sent[0]["headers"])[b"x-request-id"].decode() == line.request_id
    assert (line.getMessage(), line.status, line.bytes) == ("socket", 101, 6)


def test_a_socket_that_is_not_accepted_is_logged_as_forbidden(caplog):
    metrics = Metrics("1")
    speak(AccessLog(Starlette(), metrics), path="/nowhere")
    assert [line.status for line in caplog.records] == [403]
    assert metrics.open["websocket"] == 0
