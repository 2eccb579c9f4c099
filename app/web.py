"""The HTML pages and the static files behind them.

A page is the same for everybody: what a visitor sees is in the address, which only the
browser reads. So each is rendered once in every language that it is written in: when it is first
asked for, as all of them would take longer than the rest of the start.
"""

import base64
import hashlib
from functools import cache
from pathlib import Path
from typing import Any

import fastapi_offline
from fastapi import APIRouter, Request
from fastapi.responses import Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from app import __version__, answers, conversation, formulas, languages
from app.assets import Asset, Assets
from app.catalogue import Catalogue
from app.errors import ConvLensError, NotFound
from app.languages import Language
from app.lecture import CHAPTERS, STUDIES
from app.sample import Tiles
from app.settings import ROOT, Settings

_SWAGGER = Path(fastapi_offline.__file__).parent / "static"


def create_router(catalogue: Catalogue, settings: Settings) -> APIRouter:
    """Return the routes of the pages for these models."""
    swagger = [_SWAGGER / name for name in ("swagger-ui-bundle.js", "swagger-ui.css")]
    assets = Assets(ROOT / "static", *swagger)
    environment = Environment(
        loader=FileSystemLoader(ROOT / "templates"), autoescape=True, undefined=StrictUndefined
    )
    environment.globals.update(
        static=assets.url,
        import_map=Markup(assets.import_map()),  # noqa: S704 - our own files' names
        # Fetched at once, where each would otherwise wait for the one that imports it.
        modules=cache(lambda entry: [assets.url(name) for name in assets.imported_by(entry)]),
        inline=_inline,
        version=__version__,
    )
    import_map_hash = hashlib.sha256(assets.import_map().encode()).digest()
    script_hash = f"'sha256-{base64.b64encode(import_map_hash).decode()}'"

    router = APIRouter(include_in_schema=False)

    def page(path: str, template: str, *, style: str = "'self'", **context: Any) -> None:
        @cache
        def rendered() -> Asset:
            html = environment.get_template(template).render(**context).encode()
            headers = _security(script_hash, style, settings.embed_from)
            return Asset(html, "text/html", headers=headers)

        async def show(request: Request) -> Response:
            return rendered().answer(request)

        router.add_api_route(path, show, methods=["GET", "HEAD"])

    known = languages.load(settings.locales_dir)
    model = answers.description(next(iter(catalogue)))
    page("/", "page.html", language=known[0], model=model, strip=_strip)
    page(
        "/docs",
        "docs.html",
        style="'self' 'unsafe-inline'",  # Swagger UI styles itself
        live_socket=conversation.__doc__,
        errors=[ConvLensError, *ConvLensError.kinds()],
    )
    shared: dict[str, Any] = {
        "languages": known,
        "model": model,
        "chapters": CHAPTERS,
        "studies": STUDIES,
        "learn": _learn,
    }
    for language in known:
        lecture = shared | {"language": language}
        root = _learn(language)
        page(root, "learn/contents.html", here="", **lecture)
        for chapter in CHAPTERS:
            here = f"/{chapter}"
            page(root + here, "learn/chapter.html", here=here, chapter=chapter, **lecture)
        for study in STUDIES:
            here = f"/{study}"
            page(root + here, f"learn/{study}.html", here=here, study=study, **lecture)
        page(
            f"{root}/cheat-sheet",
            "learn/cheat-sheet.html",
            here="/cheat-sheet",
            formulas=formulas.of_chapters(row.parameter_count for row in model["table"]),
            mathml=formulas.mathml,
            **lecture,
        )

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


def _strip() -> dict[str, Any]:
    """Return the digits that the page carries with it, so that it need not wait for them."""
    tiles = Tiles.load(ROOT / "static" / "digits")
    return {
        "count": len(tiles.pictures),
        "places": tiles.strip,
        "digits": [
            {
                "class_index": tiles.class_indices[place],
                "mnist_index": tiles.mnist_indices[place],
                "pixels": base64.b64encode(tiles.pictures[place].tobytes()).decode(),
            }
            for place in tiles.strip
        ],
    }


def _learn(language: Language) -> str:
    """Return the address of the lecture in a language."""
    return "/learn" if language.id == languages.ENGLISH else f"/learn/{language.id}"


def _inline(value: Any) -> Markup:
    """Return a value as JSON that cannot end the script element that carries it."""
    return Markup(answers.encode(value).decode().replace("<", "\\u003c"))  # noqa: S704


def _security(script: str, style: str, embed_from: str) -> dict[str, str]:
    policy = {
        "default-src": "'self'",
        "script-src": f"'self' {script}",
        "style-src": style,
        "connect-src": "'self'",  # the page's own socket as well
        "img-src": "'self' data: blob:",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": embed_from,
    }
    return {
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "Referrer-Policy": "same-origin",
    }
