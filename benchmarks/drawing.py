"""Drawing one digit after the other in Chromium, fast, over the socket and by request.

The mouse says where it is 125 times a second, as mice do, whether the page keeps up or not. Timed
is from the pointer's newest event before a drawing was sent to the end of the script that painted
its result in all maps. ``python -m benchmarks drawing --rounds 600`` draws for ten minutes.
"""

import asyncio
import itertools
import math
import time
from collections.abc import Iterator
from dataclasses import dataclass

from playwright.async_api import Browser, CDPSession, Page, async_playwright

from benchmarks.measure import Goal, Measured, Row, at_least, at_most
from benchmarks.server import running
from tests.browser.chromium import ARGUMENTS, executable
from tests.browser.desk import DIGITS, SIDE, Path

SECONDS = 10
_HERTZ = 125
_STEP = 3
"""Units of the pad between two places of the mouse: a digit takes a second, or a little more."""
_SETTLED = "network-view[aria-busy=false]"
_WATCH = """() => {
  const seen = (globalThis.seen = { latencies: [], longTasks: [] });
  let pointer = 0;
  let sent = null;
  let shown = null;
  document.querySelector("draw-pad canvas").addEventListener(
    "pointermove", ({ timeStamp }) => { pointer = timeStamp; }, { capture: true });
  // One drawing is under way at a time: what is shown next is the result of what was sent last.
  const watch = (object, name) => {
    const original = object[name];
    object[name] = function (...what) {
      sent = pointer;
      return original.apply(this, what);
    };
  };
  if (globalThis.WebSocket) watch(WebSocket.prototype, "send");
  else watch(globalThis, "fetch");
  const view = customElements.get("network-view").prototype;
  const { show } = view;
  view.show = function (trace, scale) {
    show.call(this, trace, scale);
    if (trace && trace !== shown && sent) {
      seen.latencies.push((performance.now() - sent) / 1000);
      sent = null;
    }
    shown = trace;
  };
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) seen.longTasks.push(duration / 1000);
  }).observe({ entryTypes: ["longtask"] });
}"""


@dataclass(frozen=True)
class Drawn:
    """What came of some seconds of drawing one digit after another."""

    results: Measured
    """From the pointer's event to the painted result, of each result."""
    seconds: float
    """That the pen was drawing."""
    long_tasks: list[float]
    """Seconds of each task of the page's main thread over 50 ms."""
    heap_growth: int
    """Bytes that were left on the page's heap, collected before and after."""

    def rows(self, name: str, *, goals: bool) -> list[Row]:
        """Return the figures."""

        def row(what: str, value: float, unit: str, goal: Goal, note: str = "") -> Row:
            return Row(f"{name}: {what}", value, unit, goal if goals else None, note)

        rate = len(self.results.samples) / self.seconds
        longest = max(self.long_tasks, default=0)
        note = f"the longest {longest * 1e3:.0f} ms" if longest else ""
        return [
            row("from pen to result, median", self.results.median * 1e3, "ms", at_most(17)),
            row("from pen to result, p95", self.results.p95 * 1e3, "ms", at_most(34)),
            row("results", rate, "1/s", at_least(55), f"of {self.seconds:.0f} s"),
            row("tasks over 50 ms", len(self.long_tasks), "", at_most(0), note),
            Row(f"{name}: growth of the page's heap", self.heap_growth / 1024, "KiB"),
        ]


def run(rounds: int = SECONDS) -> list[Row]:
    """Draw for a second a round, live, and then by request."""

    async def both(url: str) -> tuple[Drawn, Drawn]:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=executable(), args=ARGUMENTS)
            live = await draw(browser, url, rounds)
            return live, await draw(browser, url, rounds, sockets=False)

    with running() as url:
        live, asking = asyncio.run(both(url))
    return live.rows("live", goals=True) + asking.rows("by request", goals=False)


async def draw(browser: Browser, url: str, seconds: float, *, sockets: bool = True) -> Drawn:
    """Draw digits for at least so long."""
    context = await browser.new_context(viewport={"width": 1440, "height": 900})
    if not sockets:
        await context.add_init_script("delete globalThis.WebSocket")
    page = await context.new_page()
    await page.goto(url)
    await page.locator(_SETTLED).wait_for(state="attached")
    mouse = await _Mouse.on(page)
    await mouse.draw(0)  # what is made once, such as the socket, is not what is measured
    await _clear(page)
    before = await mouse.heap()
    await page.evaluate(_WATCH)
    drawn, begin = 0.0, time.perf_counter()
    for digit in itertools.cycle(DIGITS):
        start = time.perf_counter()
        await mouse.draw(digit)
        await page.locator(_SETTLED).wait_for(state="attached")
        end = time.perf_counter()
        drawn += end - start
        await _clear(page)
        if end - begin >= seconds:
            break
    seen = await page.evaluate("seen")
    growth = await mouse.heap() - before
    await context.close()
    return Drawn(Measured("", seen["latencies"]), drawn, seen["longTasks"], growth)


async def _clear(page: Page) -> None:
    await page.get_by_role("button", name="Clear", exact=True).click()
    await page.locator(_SETTLED).wait_for(state="attached")


@dataclass
class _Mouse:
    """A mouse on a page's pad that goes on without waiting for the page."""

    devtools: CDPSession
    left: float
    top: float
    scale: float

    @classmethod
    async def on(cls, page: Page) -> "_Mouse":
        box = await page.locator("draw-pad canvas").bounding_box()
        assert box
        devtools = await page.context.new_cdp_session(page)
        return cls(devtools, box["x"], box["y"], box["width"] / SIDE)

    async def draw(self, digit: int) -> None:
        """Draw a digit, and return when the page has seen all of it."""
        said = []
        for path in DIGITS[digit]:
            first, *others = _places(path)
            said += [self._say("mouseMoved", first, 0), self._say("mousePressed", first, 1)]
            due = time.perf_counter()
            for place in others:
                due += 1 / _HERTZ
                await asyncio.sleep(max(0, due - time.perf_counter()))
                said.append(self._say("mouseMoved", place, 1))
            said.append(self._say("mouseReleased", others[-1], 0))
        await asyncio.gather(*said)

    def _say(self, what: str, place: tuple[float, float], buttons: int) -> "asyncio.Task[object]":
        x, y = self.left + place[0] * self.scale, self.top + place[1] * self.scale
        event = {"type": what, "x": x, "y": y, "buttons": buttons}
        if what != "mouseMoved":
            event |= {"button": "left", "clickCount": 1}
        return asyncio.create_task(self.devtools.send("Input.dispatchMouseEvent", event))

    async def heap(self) -> int:
        """Return how many bytes of the page's heap are in use, after it was collected."""
        await self.devtools.send("HeapProfiler.collectGarbage")
        used: int = (await self.devtools.send("Runtime.getHeapUsage"))["usedSize"]
        return used


def _places(path: Path) -> Iterator[tuple[float, float]]:
    """Yield where the mouse is, on a path that is given by its corners."""
    yield path[0]
    for (x, y), (to_x, to_y) in itertools.pairwise(path):
        count = max(1, math.ceil(math.hypot(to_x - x, to_y - y) / _STEP))
        for n in range(1, count + 1):
            yield x + (to_x - x) * n / count, y + (to_y - y) * n / count
