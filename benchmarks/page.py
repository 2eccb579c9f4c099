"""Loading the page in Chromium: what is transferred, and from when on a digit can be drawn.

Each first load has an empty cache; the second is of the same page in the same browser. What is
transferred is counted apart: Chromium's telling of every request would slow it down. Usable is
the page when the network has read the digit that it opens on, and so can read any other; complete,
when all that is not needed for that is there as well.
"""

import json
import statistics
from collections.abc import Iterator
from dataclasses import dataclass

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.measure import ROUNDS, Row, at_most
from benchmarks.server import running
from tests.browser.chromium import launch

_READ = "network-view[aria-busy=false]:not([data-empty])"
_COMPLETE = "main[data-complete]"
_WATCH = """(selectors) => {
  globalThis.since = {};
  addEventListener("DOMContentLoaded", () => {
    const look = () => {
      for (const [name, selector] of Object.entries(selectors)) {
        if (document.querySelector(selector)) globalThis.since[name] ??= performance.now();
      }
    };
    new MutationObserver(look).observe(document.body, {
      attributes: true, attributeFilter: ["aria-busy", "data-complete"], subtree: true,
    });
  });
}"""


@dataclass(frozen=True)
class Load:
    """When one load of the page was so far, in milliseconds from the navigation's begin."""

    usable: float
    complete: float


def run(rounds: int = ROUNDS) -> list[Row]:
    """Load the page twice a round."""
    with running() as url, sync_playwright() as playwright:
        browser = launch(playwright)
        sizes = [_weigh(page, url) for page in _visits(browser)]
        first, second = zip(
            *([_load(page, url) for page in _visits(browser)] for _ in range(rounds)), strict=True
        )
    return [
        _kilobytes("first load", sizes[0], 200),
        _milliseconds("first load: usable after", [load.usable for load in first], 500),
        _milliseconds("first load: complete after", [load.complete for load in first]),
        _kilobytes("second load", sizes[1]),
        _milliseconds("second load: usable after", [load.usable for load in second]),
    ]


def _kilobytes(name: str, sizes: list[float], most: float | None = None) -> Row:
    note = f"{sum(size > 0 for size in sizes)} requests"
    goal = None if most is None else at_most(most)
    return Row(f"{name}: transferred", sum(sizes) / 1000, "kB", goal, note)


def _milliseconds(name: str, times: list[float], most: float | None = None) -> Row:
    note = "ms: " + " ".join(f"{time:.0f}" for time in times)
    goal = None if most is None else at_most(most)
    return Row(name, statistics.median(times), "ms", goal, note)


def _visits(browser: Browser) -> Iterator[Page]:
    """Give the same page twice: first with an empty cache, then with what that has left in it."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    selectors = {"usable": _READ, "complete": _COMPLETE}
    context.add_init_script(f"({_WATCH})({json.dumps(selectors)})")
    page = context.new_page()
    yield page
    yield page
    context.close()


def _load(page: Page, url: str) -> Load:
    page.goto(url)
    page.locator(_COMPLETE).wait_for(state="attached")
    page.wait_for_load_state("networkidle")
    return Load(**page.evaluate("since"))


def _weigh(page: Page, url: str) -> list[float]:
    """Return what came over the wire with each request, heads included: bytes."""
    sizes: list[float] = []
    devtools = page.context.new_cdp_session(page)
    devtools.send("Network.enable")
    devtools.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    _load(page, url)
    devtools.detach()
    return sizes
