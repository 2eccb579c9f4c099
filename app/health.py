"""What whoever runs the server asks: is it alive, can it read digits, what has it counted."""

from ipaddress import ip_address

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app import __version__, schemas
from app.catalogue import Catalogue
from app.errors import NotFound, NotReady
from app.metrics import MEDIA_TYPE, Metrics
from app.routing import problems
from app.settings import Settings

_FORWARDED = ("forwarded", "via", "x-forwarded-for", "x-real-ip")
"""What proxies add to a request, each some of it."""

router = APIRouter(tags=["health"])


@router.head("/healthz", include_in_schema=False)
@router.get("/healthz", response_model=schemas.Health)
async def alive() -> dict[str, str]:
    """Answer as long as the process runs."""
    return {"status": "ok", "version": __version__}


@router.head("/readyz", include_in_schema=False)
@router.get("/readyz", response_model=schemas.Readiness, responses=problems(503))
async def ready(request: Request) -> dict[str, object]:
    """Answer once every model is loaded and warmed, until the server is told to stop.

    Before, it does not listen.
    """
    if request.app.state.leaving:
        raise NotReady("The server has been told to stop.")
    catalogue: Catalogue = request.app.state.catalogue
    return {"status": "ok", "models": [model.spec.id for model in catalogue]}


# Not async: thousands of lines are written in a thread, while others are answered.
@router.get("/metrics", include_in_schema=False)
def measure(request: Request) -> Response:
    """Return what the process has counted, to whom the settings let have it."""
    settings: Settings = request.app.state.settings
    metrics: Metrics = request.app.state.metrics
    if settings.metrics == "off":
        raise NotFound("The metrics are switched off.")
    if settings.metrics == "local" and not _is_local(request):
        raise NotFound("The metrics are for this machine.", "CONVLENS_METRICS says for whom.")
    return Response(metrics.text(), media_type=MEDIA_TYPE)


def _is_local(request: Request) -> bool:
    """Return whether a request comes from this machine itself, as far as can be seen."""
    if request.client is None or any(name in request.headers for name in _FORWARDED):
        return False
    try:
        return ip_address(request.client.host).is_loopback
    except ValueError:  # a test's client, or a proxy's idea of an address
        return False
