"""Frames of the page in Chromium, while nothing happens and while the pointer moves.

Timed are the distances of animation frames, so one that was missed counts double.
"""

from collections.abc import Callable

from playwright.sync_api import Locator, Page, sync_playwright

from benchmarks.measure import Measured, Row, ratios
from benchmarks.server import running
from tests.browser.chromium import launch

SECONDS = 4
_RECORD = """(milliseconds) => {
  const times = [];
  window.recorded = null;
  const step = (now) => {
    times.push(now);
    if (now - times[0] < milliseconds) requestAnimationFrame(step);
    else window.recorded = times.slice(1).map((time, i) => (time - times[i]) / 1000);
  };
  requestAnimationFrame(step);
}"""


def run(rounds: int = SECONDS) -> list[Row]:
    """Record the frames of each activity, for a second a round."""
    with running() as url, sync_playwright() as playwright:
        browser = launch(playwright)
        page = browser.new_page(viewport={"width": 1440, "height": 900})

        def measured(name: str, view: str, act: Callable[[], None]) -> Measured:
            page.goto("about:blank")
            page.goto(f"{url}/{view}")
            page.locator("network-view[aria-busy=false]").wait_for(state="attached")
            page.evaluate(_RECORD, rounds * 1000)
            while not page.evaluate("window.recorded !== null"):
                act()
            return Measured(name, page.evaluate("window.recorded"))

        found = [
            measured("nothing", "", lambda: page.wait_for_timeout(100)),
            measured("hover over a feature map", "", _sweep(page, "feature-map canvas", 3)),
            measured("hover over the pad", "", _sweep(page, "draw-pad canvas")),
            measured("draw", "", _sweep(page, "draw-pad canvas", press=True)),
            measured("slide the window", "#view=conv2,3", _sweep(page, "map-level .output canvas")),
        ]
    return ratios(found)


def _sweep(page: Page, selector: str, nth: int = 0, *, press: bool = False) -> Callable[[], None]:
    """Return a move of the mouse over an element, in many steps."""

    def act() -> None:
        target: Locator = page.locator(selector).nth(nth)
        box = target.bounding_box()
        assert box
        x, y, width, height = box["x"], box["y"], box["width"], box["height"]
        page.mouse.move(x + width * 0.2, y + height * 0.2)
        if press:
            page.mouse.down()
        page.mouse.move(x + width * 0.8, y + height * 0.7, steps=30)
        page.mouse.move(x + width * 0.3, y + height * 0.8, steps=30)
        if press:
            page.mouse.up()

    return act
