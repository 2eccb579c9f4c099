"""The command line: ``python -m app`` serves, ``python -m app openapi`` prints the contract."""

import gc

if __name__ == "__main__":
    gc.disable()  # nothing of what is imported is garbage; to look for some is a tenth of the start

import argparse
import logging.config
import math
import os
import resource
import signal
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from socket import AF_INET, AF_INET6, AF_UNIX, create_server, socket
from tempfile import TemporaryDirectory
from types import FrameType
from typing import cast

import orjson
import uvicorn
from fastapi import FastAPI
from pydantic import ValidationError
from starlette.types import ASGIApp

from app import __version__, logs, training_api
from app.connections import Connections, Sockets, WholeAnswers
from app.errors import ConvLensError
from app.main import create_app
from app.openapi import without_examples
from app.settings import Settings
from app.workers import Supervisor

_BACKLOG = 2048
"""Connections that wait to be accepted; as uvicorn has it."""
_OTHER_FILES = 256
"""That are open besides connections: files, pipes and sockets, with something to spare."""
_CLOSE = (b"connection", b"close")


@dataclass(frozen=True)
class Worker:
    """One of several processes that serve together."""

    number: int
    first: str
    """The unix socket of number 0, which answers what only one can."""
    supervisor: int
    """The process that started it, and ends it."""


class Server(uvicorn.Server):
    """A server that says where it is, once it is there, and that it leaves, before it does.

    Args:
        app: What it serves; ``app.state.leaving`` becomes true with the first signal.
        settings: For the address, and for the seconds that leaving takes.
        worker: Which of several it is; the first says where they are.

    """

    def __init__(self, app: FastAPI, settings: Settings, worker: Worker | None = None) -> None:
        config = uvicorn.Config(
            _forwarding(app, worker) if worker and worker.number else app,
            host=settings.host,
            port=settings.port,
            # uvicorn's annotation wants a class and calls it.
            http=cast(type[WholeAnswers], partial(WholeAnswers, all_=_connections(settings))),
            timeout_keep_alive=cast(int, settings.idle_seconds),  # handed to call_later
            log_config=None,
            access_log=False,
            server_header=False,
            headers=[("X-Content-Type-Options", "nosniff")],  # of every answer, refusals included
            timeout_graceful_shutdown=settings.shutdown_seconds,
            ws=Sockets,
            ws_max_size=settings.max_message_bytes,
            ws_ping_interval=settings.socket_ping_seconds,
            ws_ping_timeout=settings.socket_ping_seconds,
            ws_per_message_deflate=False,  # would take longer than what it saves
        )
        super().__init__(config)
        self.app = app
        self.drain_seconds = settings.drain_seconds
        self._worker = worker
        self._leaves_at = math.inf

    async def startup(self, sockets: list[socket] | None = None) -> None:
        """Start to listen."""
        await super().startup(sockets)
        if not self.should_exit and not (self._worker and self._worker.number):
            host, port = self.servers[0].sockets[0].getsockname()[:2]
            where = f"[{host}]" if ":" in host else host
            print(f"ConvLens is at http://{where}:{port} (Ctrl+C stops it)", flush=True)

    async def shutdown(self, sockets: list[socket] | None = None) -> None:
        """Stop to listen; requests that are running get some time."""
        self.app.state.training_runs.close()  # their events have no end of their own
        await super().shutdown(sockets)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Leave: at first only say so, as long as the settings want it; at once when told again."""
        super().handle_exit(sig, frame)
        if self.drain_seconds and not self.app.state.leaving:
            self.should_exit = False
            self._leaves_at = time.monotonic() + self.drain_seconds
        self.app.state.leaving = True
        self._send_away()

    async def on_tick(self, counter: int) -> bool:
        """Return whether it is time to stop listening; asked ten times a second."""
        over = await super().on_tick(counter)
        if self.app.state.leaving:
            self._send_away()
            self.app.state.sockets.close()
        # A worker whose supervisor was killed would go on for ever.
        orphaned = self._worker is not None and os.getppid() != self._worker.supervisor
        return over or orphaned or time.monotonic() >= self._leaves_at

    def _send_away(self) -> None:
        """Let whoever keeps a connection find another server with the next request."""
        headers = self.server_state.default_headers  # of which uvicorn makes new ones
        if _CLOSE not in headers:
            self.server_state.default_headers = [*headers, _CLOSE]


def _forwarding(app: FastAPI, worker: Worker) -> ASGIApp:
    """Return an application that has the first worker answer about training runs."""
    # Not needed by one that is alone, and as long to import as a tenth of the start.
    from app.forwarding import Forwarding

    return Forwarding(app, training_api.router.prefix, worker.first)


def _connections(settings: Settings) -> Connections:
    """Return the limits of connections, and let the process have as many files."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = settings.max_connections + _OTHER_FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    return Connections(
        settings.max_connections,
        settings.head_seconds,
        settings.max_head_bytes,
        settings.send_seconds,
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the process's exit status."""
    options = _parser().parse_args(arguments)
    given = {name: getattr(options, name) for name in ("host", "port")}
    try:
        settings = Settings(**{name: value for name, value in given.items() if value is not None})
        app = create_app(settings)
        gc.freeze()  # it stays, so nobody need look there again, and workers copy no pages of it
        gc.enable()
    except ValidationError as error:
        for problem in error.errors():
            print(f"convlens: {problem['loc'][0]}: {problem['msg']}", file=sys.stderr)
        return 2
    except ConvLensError as error:
        print(f"convlens: {error}", file=sys.stderr)
        return 1
    if options.command == "openapi":
        document = app.openapi() if options.examples else without_examples(app.openapi())
        sys.stdout.write(orjson.dumps(document, option=orjson.OPT_INDENT_2).decode() + "\n")
        return 0
    logging.config.dictConfig(logs.configuration(settings.log_level, settings.log))
    logging.captureWarnings(True)
    if settings.workers > 1:
        return _serve_together(app, settings)
    server = Server(app, settings)
    server.run()
    return 0 if server.started else 1


def _serve_together(app: FastAPI, settings: Settings) -> int:
    """Serve with several workers until they are told to stop; return the exit status."""
    try:
        public = create_server(
            (settings.host, settings.port),
            family=AF_INET6 if ":" in settings.host else AF_INET,
            backlog=_BACKLOG,
        )
    except OSError as error:
        print(f"convlens: {settings.host}:{settings.port}: {error.strerror}", file=sys.stderr)
        return 1
    with public, TemporaryDirectory(prefix="convlens-") as folder:
        path = str(Path(folder) / "first")
        own = socket(AF_UNIX)
        own.bind(path)
        own.listen(_BACKLOG)

        supervisor = os.getpid()

        def serve(number: int) -> None:
            listening = [public] if number else [public, own]
            Server(app, settings, Worker(number, path, supervisor)).run(listening)

        def leave() -> None:  # while anybody has it open, clients wait there in vain
            public.close()
            own.close()

        told = Supervisor(serve, settings.workers, leave).run()
    signal.raise_signal(told)  # end as one server does
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m app",
        description="ConvLens: see inside a convolutional network.",
        epilog="Every setting can also come from the environment; the README lists them. "
        "python -m app.training --help tells how the network is trained.",
    )
    parser.add_argument("--version", action="version", version=f"ConvLens {__version__}")
    parser.add_argument(
        "command",
        nargs="?",
        choices=("serve", "openapi"),
        default="serve",
        help="serve the web app (the default), or print its OpenAPI document",
    )
    parser.add_argument(
        "--no-examples",
        dest="examples",
        action="store_false",
        help="leave out of the OpenAPI document what depends on the weights",
    )
    parser.add_argument("--host", help="address to listen on (HOST, 127.0.0.1)")
    parser.add_argument("--port", type=int, help="port; 0 takes a free one (PORT, 8000)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
