"""Who is let in, who waits, and who is told to come again."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.admission import Admission
from app.limits import BodyLimit
from app.metrics import Metrics


class Work:
    """An application whose requests are done when the test says so."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.done: dict[str, asyncio.Event] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        while (await receive()).get("more_body"):
            pass
        self.begun.append(scope["path"])
        await self.done.setdefault(scope["path"], asyncio.Event()).wait()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"done"})


class Clients:
    """Requests to an application, each a task; ``said`` has their answers' status."""

    def __init__(self, *, places: int = 2, queue: int = 3, seconds: float = 60) -> None:
        self.metrics = Metrics("0")
        self.work = Work()
        self.admission = Admission(self.work, self.metrics, places, queue, seconds)
        self.serve: ASGIApp = self.admission
        self.said: dict[str, int] = {}
        self.tasks: list[asyncio.Task[None]] = []

    def send(self, path: str, *, method: str = "POST", body: asyncio.Event | None = None) -> None:
        """Begin a request; its body is complete once the event is set."""
        self.tasks.append(asyncio.create_task(self._send(path, method, body)))

    async def _send(self, path: str, method: str, body: asyncio.Event | None) -> None:
        async def receive() -> Message:
            if body:
                await body.wait()
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.said[path] = message["status"]

        scope = {"type": "http", "path": path, "method": method, "headers": []}
        await self.serve(scope, receive, send)

    async def settle(self) -> None:
        """Let happen what can."""
        for _ in range(20):
            await asyncio.sleep(0)

    def finish(self, path: str) -> None:
        self.work.done.setdefault(path, asyncio.Event()).set()

    def metric(self, name: str) -> float:
        lines = self.metrics.text().decode().splitlines()
        (line,) = (line for line in lines if line.startswith(f"convlens_{name} "))
        return float(line.split()[-1])


def paths(count: int) -> list[str]:
    return [f"/api/{number}" for number in range(count)]


def run(scenario: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(asyncio.wait_for(scenario(), 60))  # type: ignore[arg-type]


@pytest.mark.parametrize("method", ["POST", "GET"])
def test_so_many_work_so_many_wait_and_one_more_is_shed(method):
    async def scenario() -> None:
        clients = Clients(places=2, queue=3)
        for path in paths(5):
            clients.send(path, method=method)
        await clients.settle()
        assert clients.work.begun == paths(2)
        assert clients.metric("queue_length") == 3
        assert clients.said == {}
        clients.send("/api/more", method=method)
        await clients.settle()
        assert clients.said == {"/api/more": 503}
        assert clients.metric('shed_total{reason="queue full"}') == 1
        for path in paths(5):
            clients.finish(path)
        await asyncio.gather(*clients.tasks)
        assert clients.work.begun == paths(5)
        assert [clients.said[path] for path in paths(5)] == [200] * 5
        assert clients.metric("queue_length") == 0
        assert clients.admission.free == 2

    run(scenario)


def test_who_waits_too_long_is_shed_and_leaves_no_place_taken():
    async def scenario() -> None:
        clients = Clients(places=1, queue=3, seconds=0.01)
        clients.send("/api/0", method="GET")
        await clients.settle()
        clients.send("/api/1", method="GET")
        await clients.tasks[1]
        assert clients.said == {"/api/1": 503}
        assert clients.metric('shed_total{reason="waited too long"}') == 1
        clients.finish("/api/0")
        clients.finish("/api/2")
        clients.send("/api/2")
        await asyncio.gather(*clients.tasks)
        assert clients.said["/api/2"] == 200

    run(scenario)


def test_a_body_that_never_ends_takes_no_place():
    async def scenario() -> None:
        clients, never = Clients(places=1, queue=0), asyncio.Event()
        for path in paths(20):
            clients.send(path, body=never)
        await clients.settle()
        clients.send("/api/fast")
        await clients.settle()
        assert clients.work.begun == ["/api/fast"]
        for task in clients.tasks:
            task.cancel()
        await asyncio.gather(*clients.tasks, return_exceptions=True)
        await clients.settle()
        assert clients.admission.free == 1

    run(scenario)


def test_who_leaves_while_waiting_takes_no_place():
    async def scenario() -> None:
        clients = Clients(places=1, queue=3)
        for path in paths(3):
            clients.send(path, method="GET")
        await clients.settle()
        clients.tasks[1].cancel()
        clients.finish("/api/0")
        clients.finish("/api/2")
        await asyncio.gather(*clients.tasks, return_exceptions=True)
        await clients.settle()
        assert clients.said == {"/api/0": 200, "/api/2": 200}
        assert clients.admission.free == 1

    run(scenario)


def test_pages_and_health_do_not_wait():
    async def scenario() -> None:
        clients = Clients(places=1, queue=0)
        clients.send("/api/0")
        await clients.settle()
        for path in ("/healthz", "/readyz", "/metrics", "/", "/static/page.js"):
            clients.send(path, method="GET")
            clients.finish(path)
        await asyncio.gather(*clients.tasks[1:])
        assert set(clients.said.values()) == {200}
        clients.tasks[0].cancel()

    run(scenario)


def test_a_stream_keeps_no_place_once_it_has_begun():
    async def scenario() -> None:
        clients, over = Clients(places=1, queue=0), asyncio.Event()

        async def stream(scope: Scope, receive: Receive, send: Send) -> None:
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await over.wait()

        clients.admission.app = stream
        clients.send("/api/events", method="GET")
        await clients.settle()
        clients.send("/api/more", method="GET")
        await clients.settle()
        assert clients.said == {"/api/events": 200, "/api/more": 200}
        over.set()

    run(scenario)


def test_waiting_is_not_taken_for_a_slow_body():
    async def scenario() -> None:
        clients = Clients(places=1, queue=3)
        clients.send("/api/0")
        await clients.settle()
        clients.serve = BodyLimit(clients.admission, 100, seconds=0.001)
        clients.send("/api/1")
        await asyncio.sleep(0.01)
        clients.finish("/api/0")
        clients.finish("/api/1")
        await asyncio.gather(*clients.tasks)
        assert clients.said == {"/api/0": 200, "/api/1": 200}

    run(scenario)
