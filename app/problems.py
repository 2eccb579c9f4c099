"""Errors as RFC 9457 ``application/problem+json``, the same on every path.

A problem has ``type, title, status, detail`` as the RFC defines them, and ``code`` (stable,
for programs), ``hint`` (what to do) and ``request_id`` (to find it in the log).
"""

import logging
from http import HTTPStatus
from typing import Any

import orjson
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import BadInput, ConvLensError, NotFound, WrongMethod

MEDIA_TYPE = "application/problem+json"
_CLIENT_CLOSED_REQUEST = 499
"""nginx's status for it; there is no standard one."""
_MISTAKE = "The server made a mistake; it has been logged."
_REPORT = "Please report it with the request_id."
_LOG = logging.getLogger("convlens")


def install(app: FastAPI) -> None:
    """Make ``app`` answer every error with a problem."""
    app.add_exception_handler(ConvLensError, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(ClientDisconnect, _gone)
    app.add_middleware(Mistakes)


class Mistakes:
    """ASGI middleware that answers what no handler knows: the server's own mistakes.

    Starlette's own place for this lies outside of all middleware: its answer would go out without
    an id, and the server below would log the mistake once more.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun = False

        async def sending(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self.app(scope, receive, sending)
        except Exception as error:
            request = Request(scope)
            refusal = mistake(error, _id(request))
            if not begun:  # else the server cuts the connection, so that the client knows
                await answer(scope, refusal)(scope, receive, send)


def mistake(error: Exception, request_id: str) -> ConvLensError:
    """Log what no handler knows, and return what is said of it."""
    _LOG.error("unexpected error", exc_info=error, extra={"request_id": request_id})
    return ConvLensError(_MISTAKE, _REPORT)


def invalid(errors: list[Any]) -> BadInput:
    """Say in one sentence what Pydantic found wrong first."""
    first = errors[0]
    where = ".".join(str(part) for part in first["loc"] if part not in ("body", "query", "path"))
    more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
    said = f"{first['msg'].rstrip('.')}{more}."
    return BadInput(f"{where}: {said}" if where else said, first.get("ctx", {}).get("hint"))


def body(error: ConvLensError, request_id: str) -> dict[str, Any]:
    """Return an error as a problem's JSON object."""
    return {
        "type": f"/docs#{error.code}",
        "title": error.title,
        "status": error.status,
        "detail": error.detail,
        "code": error.code,
        "hint": error.hint,
        "request_id": request_id,
    } | error.members


def answer(scope: Scope, error: ConvLensError) -> Response:
    """Return the answer that tells an error."""
    problem = orjson.dumps(body(error, str(scope.get("request_id", ""))))
    headers = {} if error.retry_after is None else {"Retry-After": str(error.retry_after)}
    return Response(problem, error.status, headers, MEDIA_TYPE)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, ConvLensError)  # noqa: S101 - the handler's registration says so
    return answer(request.scope, error)


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101
    return await _refused(request, invalid(list(error.errors())))


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101
    if error.status_code == HTTPStatus.NOT_FOUND:
        return await _refused(request, NotFound(f"There is no {request.url.path}."))
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        allowed = (error.headers or {}).get("Allow", "another method")
        refusal = WrongMethod(f"{request.method} is not allowed here.", f"Use {allowed}.")
        said = answer(request.scope, refusal)
        said.headers["Allow"] = allowed
        return said
    return await _refused(request, BadInput(str(error.detail)))


async def _gone(request: Request, error: Exception) -> Response:
    """Answer one who has left before all was said: only the log reads it."""
    return Response(status_code=_CLIENT_CLOSED_REQUEST)


def _id(request: Request) -> str:
    return str(request.scope.get("request_id", ""))
