"""The JSON route of a model's report: what the training measured, as it was written down."""

from fastapi import APIRouter
from fastapi.responses import Response

from app import report_schemas
from app.errors import NotFound
from app.routing import ModelDep, answer, problems

router = APIRouter(prefix="/api", tags=["models"])


@router.get(
    "/models/{model_id}/report",
    response_model=report_schemas.Report,
    responses=problems(404),
)
async def report(model: ModelDep) -> Response:
    """Return how well a model reads: the test digits, every mistake, people it never saw."""
    if model.report is None:
        raise NotFound(
            f"{model.spec.title} has no report.",
            f"Put {model.spec.id}.report.json beside its weights; its training writes one.",
        )
    return answer(model.report)
