"""Whether the process is alive, and whether it can read digits."""

from fastapi import APIRouter, Request

from app import __version__, schemas
from app.catalogue import Catalogue

router = APIRouter(tags=["health"])


@router.head("/healthz", include_in_schema=False)
@router.get("/healthz", response_model=schemas.Health)
async def alive() -> dict[str, str]:
    """Answer as long as the process runs."""
    return {"status": "ok", "version": __version__}


@router.head("/readyz", include_in_schema=False)
@router.get("/readyz", response_model=schemas.Readiness)
async def ready(request: Request) -> dict[str, object]:
    """Answer once every model is loaded and warmed; the server does not listen before."""
    catalogue: Catalogue = request.app.state.catalogue
    return {"status": "ok", "models": [model.spec.id for model in catalogue]}
