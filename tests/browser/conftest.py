"""A real Chromium that complains about everything a user would not forgive."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.chromium import launch
from tests.browser.tabs import Tabs

OpenPage = Callable[..., Page]
PATIENCE = 20_000
"""Milliseconds until what is waited for counts as failed: on a busy machine all takes longer."""


class Complaints:
    """What went wrong in the pages of one test; a test may forgive what it provoked."""

    def __init__(self, host: str) -> None:
        self._host = host
        self._texts: list[str] = []

    def hear(self, kind: str, event: Any) -> None:
        """Note every console error, uncaught error, failed request and foreign host."""
        match kind:
            case "console":
                self._console(event.type, event.text, event.location["url"])
            case "pageerror":
                self._texts.append(f"uncaught: {event}")
            case "requestfailed":
                self._failed(event.url, event.failure)
            case "request":
                self._request(event.url)

    def forgive(self, pattern: str) -> None:
        """Drop what matches; there must be something."""
        left = [text for text in self._texts if not re.search(pattern, text)]
        assert len(left) < len(self._texts), f"nothing like {pattern!r} in {self._texts}"
        self._texts = left

    def verdict(self) -> None:
        """Fail if anything is left."""
        assert not self._texts, "\n".join(self._texts)

    def _console(self, kind: str, text: str, url: str) -> None:
        if kind in ("error", "warning"):
            self._texts.append(f"{kind}: {text} ({url})")

    def _failed(self, url: str, why: str | None) -> None:
        # What is under way when a page is left, or newer when it comes, is dropped on purpose.
        if why != "net::ERR_ABORTED":
            self._texts.append(f"failed: {url} ({why})")

    def _request(self, url: str) -> None:
        if urlsplit(url).netloc not in ("", self._host):
            self._texts.append(f"another host: {url}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for all tests."""
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def tabs(browser: Browser, server) -> Tabs:
    """The browser's tabs. What a test stores in one is gone before the next test."""
    return Tabs(browser, server.url)


@pytest.fixture
def complaints(server) -> Iterator[Complaints]:
    """The test's complaints; any that is not forgiven fails it."""
    complaints = Complaints(urlsplit(server.url).netloc)
    yield complaints
    complaints.verdict()


@pytest.fixture
def open_path(tabs: Tabs, complaints: Complaints) -> Iterator[OpenPage]:
    """Open any page in a tab of its own: ``open_path("/learn", color_scheme="dark")``."""
    with ExitStack() as taken:

        def open_path(path: str, **options: Any) -> Page:
            tab, give_back = tabs.take(complaints.hear, **options)
            taken.callback(give_back)
            tab.page.goto(path)
            return tab.page

        yield open_path


@pytest.fixture
def open_page(open_path: OpenPage) -> OpenPage:
    """Open the page in a tab of its own: ``open_page("#digit=3", color_scheme="dark")``."""

    def open_page(hash_: str = "", **options: Any) -> Page:
        page = open_path(f"/{hash_}", **options)
        page.locator("network-view[aria-busy=false]").wait_for(state="attached")
        page.locator("main[data-complete]").wait_for(state="attached")
        return page

    return open_page


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """The page as it opens, after its first reading."""
    return open_page()
