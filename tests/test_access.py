"""What is noted of a request, whatever answers it."""

import asyncio
import logging
import re

import pytest
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.responses import StreamingResponse
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from app import problems
from app.access import AccessLog
from app.metrics import Metrics
from tests.asgi import ask


@pytest.fixture(autouse=True)
def _access_log(caplog):
    caplog.set_level(logging.INFO, "convlens")


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


def observed(answer) -> FastAPI:
    """An application with one route, put together as the real one."""
    app = FastAPI()
    app.add_api_route("/it", answer)
    problems.install(app)
    app.add_middleware(AccessLog, metrics=Metrics("1"))
    return app


def nothing() -> dict[str, str]:
    return {}


def test_the_servers_own_mistake_has_one_id_in_header_problem_and_log(caplog):
    def fail():
        raise KeyError("forgotten")

    answer = ask(observed(fail), "/it", headers={"X-Request-ID": "lesson-7"})
    assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")
    assert answer.headers["x-request-id"] == answer.json()["request_id"] == "lesson-7"
    error, access = caplog.records
    assert (error.getMessage(), error.request_id) == ("unexpected error", "lesson-7")
    assert error.exc_info[0] is KeyError
    assert (access.request_id, access.status, access.route) == ("lesson-7", 500, "/it")
    assert "forgotten" not in answer.text


def test_a_mistake_in_mid_answer_is_logged_once_and_cuts_the_answer(caplog):
    def fail():
        yield b"the beginning"
        raise KeyError("forgotten")

    sent = []

    async def receive():
        await asyncio.Event().wait()  # the client listens to the end

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": "/it", "headers": [], "query_string": b""}
    asyncio.run(observed(lambda: StreamingResponse(fail()))(scope, receive, send))
    error, access = caplog.records
    assert dict(sent[0]["headers"])[b"x-request-id"].decode() == error.request_id
    assert access.request_id == error.request_id
    assert sent[-1]["more_body"]
    assert (error.exc_info[0], access.status, access.bytes) == (KeyError, 200, 13)


@pytest.mark.parametrize(
    "given", ["", "a" * 65, "two words", "a\tb", "line\\nbreak", "é", "<b>", "../etc", "a;b"]
)
def test_an_id_that_is_not_well_formed_is_replaced(given):
    headers = {"X-Request-ID": given.encode()}
    answer = ask(observed(nothing), "/it", headers=headers)
    assert re.fullmatch("[0-9a-f]{32}", answer.headers["x-request-id"])


def test_ids_that_are_made_are_all_different():
    app = observed(nothing)
    assert len({ask(app, "/it").headers["x-request-id"] for _ in range(20)}) == 20


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/", b"", 200),
        ("HEAD", "/", b"", 200),
        ("GET", "/static/js/page.js", b"", 200),
        ("GET", "/static/nothing.js", b"", 404),
        ("GET", "/nowhere", b"", 404),
        ("GET", "/healthz/", b"", 307),
        ("PUT", "/healthz", b"", 405),
        ("POST", "/api/models/lenet5/predictions", b"{}", 422),
        ("POST", "/api/models/lenet5/predictions", b"0" * (8 * 2**20 + 1), 413),
        ("GET", "/openapi.json", b"", 200),
        ("GET", "/metrics", b"", 200),
    ],
)
def test_every_answer_carries_the_id_and_a_problem_repeats_it(server, method, path, body, status):
    id_ = f"{method}.{status}"
    headers = {"X-Request-ID": id_, "Content-Type": "application/json"}
    answer = server.client.request(method, path, content=body, headers=headers)
    assert (answer.status_code, answer.headers.get_list("x-request-id")) == (status, [id_])
    if answer.headers.get("content-type") == problems.MEDIA_TYPE:
        assert answer.json()["request_id"] == id_
