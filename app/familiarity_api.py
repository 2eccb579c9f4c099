"""The JSON routes about what a model learned from, and what of it is near a drawing."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app import answers, requests, schemas
from app.routing import (
    INPUT_PROBLEMS,
    ModelDep,
    SettingsDep,
    answer,
    input_body,
    problems,
    read_subject,
)
from app.sample import Tiles

router = APIRouter(prefix="/api/models/{model_id}", tags=["models"])


@router.post(
    "/neighbours",
    response_model=schemas.Neighbours,
    responses=INPUT_PROBLEMS,
    openapi_extra=input_body(requests.NeighboursDrawing),
)
async def find_neighbours(request: Request, model: ModelDep, settings: SettingsDep) -> Response:
    """Return the training digits most like a drawing, for the network, and its place among them.

    An edited model has none: its features are no longer those of the training digits.
    """
    subject = await read_subject(request, requests.NeighboursDrawing, model, settings)
    subject.model.feature_space()  # refused before anything is computed
    reading = subject.model.read(subject.image)
    count = subject.fields.count
    return answer(answers.neighbours(subject.model, reading, count, _tiles(request)))


@router.get(
    "/feature_space",
    response_model=schemas.FeatureSpace,
    responses=problems(404, 422),
)
async def show_feature_space(request: Request, model: ModelDep) -> Response:
    """Return the map of the bundled training digits: what the network takes for alike is near."""
    return answer(answers.feature_space(model, _tiles(request)))


def _tiles(request: Request) -> Tiles:
    tiles: Tiles = request.app.state.tiles
    return tiles
