"""A real Chromium that complains about everything a user would not forgive."""

import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.chromium import launch

OpenPage = Callable[..., Page]


class Complaints:
    """What went wrong in the pages of one test; a test may forgive what it provoked."""

    def __init__(self, host: str) -> None:
        self._host = host
        self._texts: list[str] = []

    def watch(self, page: Page) -> None:
        """Note every console error, uncaught error, failed request and foreign host."""
        page.on("console", lambda message: self._console(message.type, message.text))
        page.on("pageerror", lambda error: self._texts.append(f"uncaught: {error}"))
        page.on("requestfailed", lambda request: self._failed(request.url))
        page.on("request", lambda request: self._request(request.url))

    def forgive(self, pattern: str) -> None:
        """Drop what matches; there must be something."""
        left = [text for text in self._texts if not re.search(pattern, text)]
        assert len(left) < len(self._texts), f"nothing like {pattern!r} in {self._texts}"
        self._texts = left

    def verdict(self) -> None:
        """Fail if anything is left."""
        assert not self._texts, "\n".join(self._texts)

    def _console(self, kind: str, text: str) -> None:
        if kind in ("error", "warning"):
            self._texts.append(f"{kind}: {text}")

    def _failed(self, url: str) -> None:
        # The browser gets the icon when it has time, and drops it when the page is left.
        if "favicon" not in url:
            self._texts.append(f"failed: {url}")

    def _request(self, url: str) -> None:
        if urlsplit(url).netloc not in ("", self._host):
            self._texts.append(f"another host: {url}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for all tests; each page has a context of its own."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture
def complaints(server) -> Iterator[Complaints]:
    """The test's complaints; any that is not forgiven fails it."""
    complaints = Complaints(urlsplit(server.url).netloc)
    yield complaints
    complaints.verdict()


@pytest.fixture
def open_page(browser: Browser, server, complaints: Complaints) -> Iterator[OpenPage]:
    """Open the page in a fresh context: ``open_page("#digit=3", color_scheme="dark")``."""
    contexts = []

    def open_page(hash_: str = "", **options: Any) -> Page:
        options.setdefault("viewport", {"width": 1440, "height": 900})
        context = browser.new_context(base_url=server.url, **options)
        contexts.append(context)
        page = context.new_page()
        complaints.watch(page)
        page.goto(f"/{hash_}")
        page.locator("network-view[aria-busy=false]").wait_for(state="attached")
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """The page as it opens, after its first reading."""
    return open_page()
