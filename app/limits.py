"""The limits on a request's body, whoever reads it."""

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import TooLarge, TooSlow


class BodyLimit:
    """ASGI middleware under which reading a body ends at so many bytes and seconds."""

    def __init__(self, app: ASGIApp, max_bytes: int, seconds: float) -> None:
        self.app = app
        self.max_bytes = max_bytes
        self.seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        received = 0
        complete = False
        deadline = asyncio.get_running_loop().time() + self.seconds

        async def receiving() -> Message:
            nonlocal received, complete
            if complete:  # now only a disconnect can come, and that may take its time
                return await receive()
            try:
                async with asyncio.timeout_at(deadline):
                    message = await receive()
            except TimeoutError:
                raise TooSlow(f"No complete body in {self.seconds:g} s.") from None
            received += len(message.get("body", b""))
            complete = not message.get("more_body", False)
            if received > self.max_bytes:
                raise TooLarge(
                    f"The body is larger than {self.max_bytes:,} bytes.",
                    "Send a smaller picture or fewer points.",
                )
            return message

        await self.app(scope, receiving, send)
