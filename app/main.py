"""Assembles the application; the only place that does."""

from fastapi import FastAPI

from app import (
    __version__,
    api,
    familiarity_api,
    health,
    laboratory_api,
    live_socket,
    problems,
    report_api,
    timeline_api,
    training_api,
    web,
)
from app.access import AccessLog
from app.admission import Admission
from app.catalogue import Catalogue
from app.laboratory_api import Laboratory
from app.limits import BodyLimit
from app.metrics import Metrics
from app.models import REGISTRY
from app.openapi import document
from app.sample import Sample, Tiles
from app.settings import ROOT, Settings


def create_app(settings: Settings) -> FastAPI:
    """Load the models and return the application that serves them.

    Raises:
        BadWeights: A model's weights are not the ones that its card describes.

    """
    metrics = Metrics(__version__)
    catalogue = Catalogue.load(REGISTRY.values(), settings.weights_dir, metrics.forward)
    app = FastAPI(
        title="ConvLens",
        version=__version__,
        summary="See inside a convolutional network, down to the single multiplication.",
        docs_url=None,
        redoc_url=None,
        routes=api.direct.routes,  # found first, and without looking into included routers
    )
    app.state.settings = settings
    app.state.metrics = metrics
    app.state.leaving = False
    app.state.catalogue = catalogue
    app.state.sample = Sample.load(ROOT / "static" / "digits")
    app.state.tiles = Tiles.load(ROOT / "static" / "digits", "training")
    app.state.laboratory = Laboratory(settings)
    app.state.sockets = live_socket.Sockets(settings, metrics)
    app.state.training_runs = training_api.create_runs(settings)
    app.include_router(api.router)
    app.include_router(live_socket.router)
    app.include_router(familiarity_api.router)
    app.include_router(timeline_api.router)
    app.include_router(report_api.router)
    app.include_router(laboratory_api.router)
    app.include_router(training_api.router)
    app.include_router(health.router)
    app.include_router(web.create_router(catalogue, settings))
    problems.install(app)
    app.add_middleware(
        Admission,
        metrics=metrics,
        places=settings.max_work,
        queue=settings.max_queue,
        seconds=settings.queue_seconds,
    )
    app.add_middleware(BodyLimit, max_bytes=settings.max_body_bytes, seconds=settings.body_seconds)
    app.add_middleware(AccessLog, metrics=metrics)
    document(app, catalogue, app.state.sample, app.state.tiles)
    return app
