"""Loading the page in Chromium: what is transferred, and from when on a digit can be drawn.

Each first load has an empty cache; the second is of the same page in the same browser. Usable is
the page when the network has read the digit that it opens on, and so can read any other.
"""

import json
import statistics
from dataclasses import dataclass

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.measure import ROUNDS, Row, at_most
from benchmarks.server import running
from tests.browser.chromium import launch

_READ = "[aria-busy=false]:not([data-empty])"
_USABLE = """(read) => {
  globalThis.usable = null;
  addEventListener("DOMContentLoaded", () => {
    const view = document.querySelector("network-view");
    const look = () => {
      if (view.matches(read)) globalThis.usable ??= performance.now();
    };
    new MutationObserver(look).observe(view, { attributes: true });
  });
}"""


@dataclass(frozen=True)
class Load:
    """One load of the page."""

    transferred: float
    """Bytes over the wire, heads included."""
    requests: int
    """Of which something was transferred."""
    usable: float
    """Milliseconds from the navigation's begin."""


def run(rounds: int = ROUNDS) -> list[Row]:
    """Load the page twice a round."""
    with running() as url, sync_playwright() as playwright:
        browser = launch(playwright)
        _load_twice(browser, url)  # what the server renders once is not what is measured
        loads = [_load_twice(browser, url) for _ in range(rounds)]
    first, second = zip(*loads, strict=True)
    return [
        _kilobytes("first load", first, 200),
        _usable("first load", first, 500),
        _kilobytes("second load", second),
        _usable("second load", second),
    ]


def _kilobytes(name: str, loads: tuple[Load, ...], most: float | None = None) -> Row:
    value = statistics.median(load.transferred for load in loads) / 1000
    note = f"{loads[0].requests} requests"
    return Row(f"{name}: transferred", value, "kB", None if most is None else at_most(most), note)


def _usable(name: str, loads: tuple[Load, ...], most: float | None = None) -> Row:
    times = [load.usable for load in loads]
    note = "ms: " + " ".join(f"{time:.0f}" for time in times)
    goal = None if most is None else at_most(most)
    return Row(f"{name}: usable after", statistics.median(times), "ms", goal, note)


def _load_twice(browser: Browser, url: str) -> tuple[Load, Load]:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.add_init_script(f"({_USABLE})({json.dumps(_READ)})")
    page = context.new_page()
    found = _load(page, url), _load(page, url)
    context.close()
    return found


def _load(page: Page, url: str) -> Load:
    sizes: list[float] = []
    devtools = page.context.new_cdp_session(page)
    devtools.send("Network.enable")
    devtools.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(url)
    page.locator(f"network-view{_READ}").wait_for(state="attached")
    page.wait_for_load_state("networkidle")
    usable: float = page.evaluate("usable")
    devtools.detach()
    return Load(sum(sizes), sum(size > 0 for size in sizes), usable)
