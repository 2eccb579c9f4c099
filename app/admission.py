"""How many requests are worked on at once, how many wait for that, and what becomes of the rest.

One thread does the work, so that more of it at once makes nobody's answer come sooner; but what
waits in no queue waits unseen in sockets, until nobody needs the answer any more.
"""

import asyncio
from collections import deque

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app import problems
from app.errors import Overloaded
from app.metrics import Metrics

_PREFIX = "/api/"
"""Of the paths that give work; pages, files and whether the server is well are always answered."""
_BODYLESS = frozenset({"GET", "HEAD", "DELETE"})


class Admission:
    """ASGI middleware that lets requests in as they can be worked on, first come, first served.

    A request takes a place when its body is complete, so that a slow client takes none, and has it
    until its answer begins, so that a stream keeps none.

    Args:
        app: What works.
        metrics: Is told how many wait, and of each that was shed.
        places: Requests that are worked on at once.
        queue: Requests that wait for a place; one more is shed.
        seconds: For which a request waits; then it is shed.

    """

    def __init__(
        self, app: ASGIApp, metrics: Metrics, places: int, queue: int, seconds: float
    ) -> None:
        self.app = app
        self.free = places
        self.queue = queue
        self.seconds = seconds
        self.waiting: deque[asyncio.Future[None]] = deque()
        shed = metrics.counter("shed", "Requests that were refused for lack of room.", "reason")
        self._full, self._late = shed.labels("queue full"), shed.labels("waited too long")
        metrics.gauge("queue_length", "Requests that wait to be worked on.", self.waiting.__len__)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http" or not scope["path"].startswith(_PREFIX):
            await self.app(scope, receive, send)
            return
        place = _Place(self)

        async def receiving() -> Message:
            message = await receive()
            if message["type"] == "http.request" and not message.get("more_body", False):
                await place.take()
            return message

        async def sending(message: Message) -> None:
            place.leave()
            await send(message)

        try:
            if self.full:  # said before any work is done for it
                raise self.refusal()
            if scope["method"] in _BODYLESS:
                await place.take()
        except Overloaded as error:
            await problems.answer(scope, error)(scope, receive, send)
            return
        try:
            await self.app(scope, receiving, sending)
        finally:
            place.leave()

    @property
    def full(self) -> bool:
        """Whether there is no room even to wait."""
        return not self.free and len(self.waiting) >= self.queue

    async def enter(self) -> None:
        """Wait for a place.

        Raises:
            Overloaded: Too many wait already, or it took too long.

        """
        if self.free and not self.waiting:
            self.free -= 1
            return
        if self.full:
            raise self.refusal()
        loop = asyncio.get_running_loop()
        turn = loop.create_future()
        self.waiting.append(turn)
        late = loop.call_later(self.seconds, self._give_up, turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.cancelled():
                self.waiting.remove(turn)
            else:  # it was given a place at the same time
                self.leave()
            raise
        finally:
            late.cancel()

    def leave(self) -> None:
        """Give a place back, in the event loop's next turn.

        In between, it looks at its sockets: so whoever asks whether the server is well waits for
        as many pieces of work as there are places, never for all that came at once.
        """
        asyncio.get_running_loop().call_soon(self._next)

    def refusal(self) -> Overloaded:
        """Return what is said to one for whom there is no room."""
        self._full.inc()
        return Overloaded(f"{self.queue:,} requests wait already.")

    def _next(self) -> None:
        self.free += 1
        while self.free and self.waiting:
            turn = self.waiting.popleft()
            if not turn.done():
                self.free -= 1
                turn.set_result(None)

    def _give_up(self, turn: asyncio.Future[None]) -> None:
        if not turn.done():
            self.waiting.remove(turn)
            self._late.inc()
            turn.set_exception(Overloaded(f"It waited for {self.seconds:g} s."))


class _Place:
    """One request's place; it is taken once, and given back once."""

    def __init__(self, admission: Admission) -> None:
        self._admission = admission
        self._asked = self._has = False

    async def take(self) -> None:
        if not self._asked:
            self._asked = True
            await self._admission.enter()
            self._has = True

    def leave(self) -> None:
        if self._has:
            self._has = False
            self._admission.leave()
