"""Chapters of the lecture, opened in the browser."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

OpenChapter = Callable[..., Page]


@pytest.fixture
def open_chapter(browser: Browser, server, complaints) -> Iterator[OpenChapter]:
    """Open a chapter: ``open_chapter("stride", "#s=2", language="es", has_touch=True)``."""
    contexts = []

    def open_chapter(
        chapter: str, hash_: str = "", *, language: str = "en", **options: Any
    ) -> Page:
        options.setdefault("viewport", {"width": 1440, "height": 900})
        options.setdefault("reduced_motion", "reduce")
        context = browser.new_context(base_url=server.url, **options)
        contexts.append(context)
        page = context.new_page()
        complaints.watch(page)
        root = "/learn" if language == "en" else f"/learn/{language}"
        page.goto(f"{root}/{chapter}{hash_}")
        page.locator("body:not([aria-busy])").wait_for(state="attached")
        return page

    yield open_chapter
    for context in contexts:
        context.close()
