"""``WS /api/models/{model_id}/live``: who gets a socket, and for how long.

What is said over it is told in :mod:`app.conversation`.
"""

import asyncio
import math
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from fastapi import APIRouter
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from app import ink
from app.catalogue import Catalogue
from app.conversation import Conversation
from app.errors import ForeignOrigin, NotReady, TooManySockets
from app.metrics import Metrics
from app.settings import Settings

_CANVASES = 64
"""Drawings that are kept as drawn; of more, those that went on last. Each takes 0.3 MB."""
_CALM = 5.0
"""Seconds of silence after which a socket has to give its place to another."""


class Sockets:
    """The live sockets of one server.

    Args:
        settings: For how many there may be.
        metrics: Counts what they answer.

    """

    def __init__(self, settings: Settings, metrics: Metrics) -> None:
        self._most = settings.max_sockets
        self._open: set[Conversation] = set()
        self._canvases: OrderedDict[Conversation, ink.Canvas] = OrderedDict()
        self.answers = metrics.counter("live_answers", "Answers over live sockets.", "kind")

    @contextmanager
    def place(self, conversation: Conversation) -> Iterator[None]:
        """Give a conversation a place for as long as the context lasts.

        Raises:
            TooManySockets: There is none, and nobody silent could give his.

        """
        if len(self._open) >= self._most:
            self._make_room()
        self._open.add(conversation)
        try:
            yield
        finally:
            self._open.discard(conversation)
            self._canvases.pop(conversation, None)

    def canvas(self, conversation: Conversation) -> ink.Canvas:
        """Return what was last drawn on in a conversation, or a new one."""
        found = self._canvases.setdefault(conversation, ink.Canvas())
        self._canvases.move_to_end(conversation)
        if len(self._canvases) > _CANVASES:
            self._canvases.popitem(last=False)
        return found

    def close(self) -> None:
        """Send everybody to another server, or to this one when it is there again."""
        for conversation in self._open:
            conversation.leave(1012, "The server leaves.")

    def _make_room(self) -> None:
        silent = min(self._open, key=lambda conversation: conversation.heard_at)
        if asyncio.get_running_loop().time() - silent.heard_at < _CALM:
            full = TooManySockets(f"All {self._most:,} live sockets are being drawn on.")
            full.retry_after = math.ceil(_CALM)
            raise full
        silent.leave(1013, "Another one needs the place.")
        self._open.discard(silent)


def _check_origin(socket: WebSocket, settings: Settings) -> None:
    """Refuse a page of another origin: a browser would let it speak in its visitor's name.

    Programs name no origin, and may.
    """
    origin = socket.headers.get("origin", "").lower()
    own = urlsplit(origin).netloc == socket.headers.get("host", "").lower()
    if origin and not own and origin not in settings.socket_origins.split():
        raise ForeignOrigin(f"{origin!r} is not the origin of this server.")


async def live(socket: WebSocket) -> None:
    """Serve one socket; what is raised before it opens is answered as a problem."""
    socket.scope["route"] = _ROUTE  # for the log; Starlette tells it of requests alone
    state = socket.app.state
    catalogue: Catalogue = state.catalogue
    sockets: Sockets = state.sockets
    if state.leaving:
        raise NotReady("The server has been told to stop.")
    _check_origin(socket, state.settings)
    model = catalogue.model(socket.path_params["model_id"])
    conversation = Conversation(socket, model, sockets.answers, sockets.canvas)
    with sockets.place(conversation):
        await conversation.run()


_ROUTE = WebSocketRoute("/api/models/{model_id}/live", live)
router = APIRouter(routes=[_ROUTE])
