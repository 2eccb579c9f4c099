"""Live drawing over a WebSocket: strokes in, traces out, the newest wins.

OpenAPI knows no sockets; this is the contract of ``WS /api/models/{model_id}/live``.

At the opening the server says in a text frame which layers it will tell of, and in which order::

    {"model_id": "lenet5", "layers": [{"id": "input", "shape": [1, 32, 32]}, ...]}

The client sends text frames, each a JSON object with what is new
(:class:`~app.live_drawing.Change`)::

    {"strokes": [[[80, 75], [195, 75]]]}      the pen goes down: another stroke
    {"extend": [[130, 215]]}                  and on: points at the end of the last stroke
    {"keep": 0}                               undo or clear: only so many strokes are left
    {"without": ["centre"], "edits": [...]}   any other field of a drawing, from now on
    {"reset": true, "strokes": [...], ...}    all of it anew

Each message is answered, unless a newer one came meanwhile. The answer is a binary frame:

1. the header's length in bytes, uint32, little-endian; a multiple of four
2. the header, JSON: ``sequence``, which is the number of the newest message in it, counted from 1;
   the fields of a prediction; and ``frame``. Its numbers are those of ``POST .../traces``
3. all activations, float32, little-endian, each in C order, in the order told at the opening

or a text frame, the problem that any other path would answer with, with the same ``sequence``. A
message that is refused changes nothing; a drawing that cannot be read stays as it was said.

The socket is closed with 1000 (silent for too long), 1003 (binary message), 1007 (no UTF-8), 1008
(one refused message after another), 1009 (message too large), 1011 (no answer to a ping), 1012
(the server leaves) and 1013 (silent, and its place is needed). Before it opens it may be refused
with a problem: 403 to pages of other origins, 404, and 503 where there is no place left.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from anyio.to_thread import run_sync
from prometheus_client import Counter
from starlette.websockets import WebSocket, WebSocketDisconnect

from app import answers, ink, problems
from app.bodies import LARGE, limit_points, normalised, read_message
from app.catalogue import Model
from app.errors import ConvLensError
from app.live_drawing import BLANK, Change, changed
from app.requests import Drawing
from app.routing import changed as changed_model
from app.routing import ready_for
from app.settings import Settings

_MOST_REFUSALS = 16
"""Refused messages in a row after which a client is taken for one that will not learn."""
_IN_A_ROW = 64
"""Messages after which others get their turn, however many more are there already."""
_MANY = 1000
"""Points or pixels from which a drawing is read in a thread, so that nobody else waits for it."""


class Conversation:
    """One socket: what was said, and who answers it.

    Two tasks take turns: one listens and puts the drawing together, the other reads the drawing
    as it then is. So what is said while one answer is under way gets one answer together.

    Args:
        socket: Not accepted yet.
        model: What reads the drawing.
        answers_told: Counts the answers.
        canvas: Returns what the conversation's drawing was last drawn on, or a new one.

    """

    def __init__(
        self,
        socket: WebSocket,
        model: Model,
        answers_told: Counter,
        canvas: Callable[["Conversation"], ink.Canvas],
    ) -> None:
        self.heard_at = asyncio.get_running_loop().time()
        """When the client last said something."""
        self._socket = socket
        self._id = str(socket.scope.get("request_id", ""))
        self._settings: Settings = socket.app.state.settings
        self._model = model
        self._ids = [layer.id for layer in model.captured.layers]
        self._told = answers_told
        self._canvas = canvas
        self._heard = 0
        self._refused = 0
        self._said: tuple[int, Drawing] = 0, BLANK
        self._news = asyncio.Event()
        self._farewell: tuple[int, str] | None = None

    async def run(self) -> None:
        """Talk until one of the two leaves."""
        await self._socket.accept()
        await self._tell(answers.encode(_opening(self._model)).decode())
        tasks = [asyncio.create_task(work()) for work in (self._answer, self._watch)]
        try:
            await self._listen()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)

    def leave(self, code: int, reason: str) -> None:
        """Close the socket as soon as no answer is under way."""
        self._farewell = code, reason
        self._news.set()

    async def _listen(self) -> None:
        while (message := await self._socket.receive())["type"] == "websocket.receive":
            text = message.get("text")
            self.heard_at = asyncio.get_running_loop().time()
            if text is None:
                self.leave(1003, "Messages are text, with JSON in it.")
                continue
            self._heard += 1
            try:
                drawing = await self._understand(text)
            except Exception as error:
                self._refused += 1
                await self._refuse(error, self._heard)
                if self._refused == _MOST_REFUSALS:
                    self.leave(1008, "Too many messages in a row were refused.")
            else:
                self._refused = 0
                self._said = self._heard, drawing
                self._news.set()
            if self._heard % _IN_A_ROW == 0:
                await asyncio.sleep(0)

    async def _understand(self, text: str) -> Drawing:
        def parse() -> Drawing:
            drawing = changed(self._said[1], read_message(text, Change, self._settings))
            limit_points(drawing.strokes or [], self._settings)
            return drawing

        return parse() if len(text) < LARGE else await run_sync(parse)

    async def _answer(self) -> None:
        while await self._news.wait():
            self._news.clear()
            if self._farewell:
                await self._close(*self._farewell)
                return
            sequence, drawing = self._said
            try:
                frame = await self._read(sequence, drawing)
            except Exception as error:
                await self._refuse(error, sequence)
            else:
                self._told.labels("trace").inc()
                await self._tell(frame)

    async def _read(self, sequence: int, drawing: Drawing) -> bytes:
        def seen() -> ink.Normalised:
            return normalised(drawing, self._settings, canvas)

        canvas = self._canvas(self)
        found = await run_sync(seen) if _takes_long(drawing) else seen()
        # As of requests, in the event loop's thread: torch.fx patches torch while it captures.
        await ready_for(drawing)
        reading = changed_model(self._model, drawing).read(ink.to_tensor(found.input))
        header = {"sequence": sequence, **answers.prediction(reading), "frame": found.frame}
        return answers.packed(header, (reading.activations[id_] for id_ in self._ids))

    async def _watch(self) -> None:
        """Close the socket once its client has been silent for too long."""
        most = self._settings.socket_idle_seconds
        while (left := self.heard_at + most - asyncio.get_running_loop().time()) > 0:
            await asyncio.sleep(left)
        self.leave(1000, "Nothing was said for a while.")

    async def _refuse(self, error: Exception, sequence: int) -> None:
        known = error if isinstance(error, ConvLensError) else problems.mistake(error, self._id)
        self._told.labels("problem").inc()
        body = {"sequence": sequence} | problems.body(known, self._id)
        await self._tell(answers.encode(body).decode())

    async def _tell(self, said: str | bytes) -> None:
        kind = "text" if isinstance(said, str) else "bytes"
        # Whoever is gone is heard to be; RuntimeError if the server below has hung up.
        with suppress(WebSocketDisconnect, RuntimeError):
            await self._socket.send({"type": "websocket.send", kind: said})

    async def _close(self, code: int, reason: str) -> None:
        with suppress(WebSocketDisconnect, RuntimeError):
            await self._socket.close(code, reason)


def _opening(model: Model) -> dict[str, Any]:
    layers = [{"id": layer.id, "shape": layer.output_shape} for layer in model.captured.layers]
    return {"model_id": model.spec.id, "layers": layers}


def _takes_long(drawing: Drawing) -> bool:
    """Return whether somebody else would notice that a drawing is read."""
    given = drawing.strokes or [] if drawing.pixels is None else drawing.pixels
    numbers = map(len, given)
    return sum(numbers) > _MANY
