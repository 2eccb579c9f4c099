"""An application that is asked without a server, from whatever address."""

import asyncio
from collections.abc import Mapping

import httpx
from starlette.types import ASGIApp


def ask(
    app: ASGIApp,
    path: str,
    *,
    client: str = "127.0.0.1",
    headers: Mapping[str, str | bytes] | None = None,
) -> httpx.Response:
    """Send one GET request; what the application does not catch is raised."""

    async def asked() -> httpx.Response:
        transport = httpx.ASGITransport(app, client=(client, 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://app") as sender:
            return await sender.get(path, headers=headers)

    return asyncio.run(asked())
