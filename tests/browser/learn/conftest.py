"""Chapters of the lecture, opened in the browser."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.tabs import calm

OpenChapter = Callable[..., Page]


@pytest.fixture
def open_chapter(open_path: Callable[..., Page]) -> OpenChapter:
    """Open a chapter: ``open_chapter("stride", "#s=2", language="es", has_touch=True)``."""

    def open_chapter(
        chapter: str, hash_: str = "", *, language: str = "en", **options: Any
    ) -> Page:
        options.setdefault("reduced_motion", "reduce")
        root = "/learn" if language == "en" else f"/learn/{language}"
        page = open_path(f"{root}/{chapter}{hash_}", **options)
        page.locator("body:not([aria-busy])").wait_for(state="attached")
        calm(page)
        return page

    return open_chapter
