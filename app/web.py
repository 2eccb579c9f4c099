"""The HTML pages and the static files behind them.

A page is the same for everybody: what a visitor sees is in the address, which only the
browser reads. So each is rendered once, at start.
"""

import base64
import hashlib
from pathlib import Path

import fastapi_offline
from fastapi import APIRouter, Request
from fastapi.responses import Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app import __version__, answers
from app.assets import Asset, Assets
from app.catalogue import Catalogue
from app.errors import ConvLensError, NotFound
from app.settings import ROOT

_SWAGGER = Path(fastapi_offline.__file__).parent / "static"


def create_router(catalogue: Catalogue) -> APIRouter:
    """Render the pages for these models and return their routes."""
    swagger = [_SWAGGER / name for name in ("swagger-ui-bundle.js", "swagger-ui.css")]
    assets = Assets(ROOT / "static", *swagger)
    environment = Environment(
        loader=FileSystemLoader(ROOT / "templates"), autoescape=True, undefined=StrictUndefined
    )
    model = answers.description(next(iter(catalogue)))
    environment.globals.update(
        static=assets.url,
        import_map=assets.import_map(),
        # Fetched at once, where each would otherwise wait for the one that imports it.
        modules=[assets.url(name) for name in assets.modules() if name != "js/docs.js"],
        version=__version__,
        errors=[ConvLensError, *ConvLensError.kinds()],
        model=model,
        # "<" would end the script element that carries it
        model_json=answers.encode(model).decode().replace("<", "\\u003c"),
    )
    import_map_hash = hashlib.sha256(assets.import_map().encode()).digest()
    script_hash = f"'sha256-{base64.b64encode(import_map_hash).decode()}'"

    router = APIRouter(include_in_schema=False)

    def page(path: str, template: str, *, style: str = "'self'") -> None:
        html = environment.get_template(template).render().encode()
        asset = Asset(html, "text/html", headers=_security(script_hash, style))

        async def show(request: Request) -> Response:
            return asset.answer(request)

        router.add_api_route(path, show, methods=["GET", "HEAD"])

    page("/", "page.html")
    page("/docs", "docs.html", style="'self' 'unsafe-inline'")  # Swagger UI styles itself

    async def static(request: Request, name: str) -> Response:
        asset = assets.get(name)
        if asset is None:
            raise NotFound(f"There is no /static/{name}.")
        return asset.answer(request)

    router.add_api_route("/static/{name:path}", static, methods=["GET", "HEAD"])

    async def favicon(request: Request) -> Response:
        return await static(request, "favicon.svg")

    router.add_api_route("/favicon.ico", favicon, methods=["GET", "HEAD"])
    return router


def _security(script: str, style: str) -> dict[str, str]:
    policy = {
        "default-src": "'self'",
        "script-src": f"'self' {script}",
        "style-src": style,
        "img-src": "'self' data: blob:",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'self'",
    }
    return {
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
    }
