"""Drawing digits in Chromium as fast as the pointer can be moved, over the socket and by request.

Timed is from the pointer's newest event before a drawing was sent to the end of the script that
painted its result in all maps. ``python -m benchmarks drawing --rounds 600`` draws for ten minutes.
"""

from dataclasses import dataclass
from itertools import cycle

from playwright.sync_api import Browser, sync_playwright

from benchmarks.measure import Goal, Measured, Row, at_least, at_most
from benchmarks.server import running
from tests.browser.chromium import launch
from tests.browser.desk import DIGITS, Pen, clear, settle

SECONDS = 10
_NOW = "performance.now() / 1000"
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
    with running() as url, sync_playwright() as playwright:
        browser = launch(playwright)
        live = draw(browser, url, rounds)
        asking = draw(browser, url, rounds, sockets=False)
    return live.rows("live", goals=True) + asking.rows("by request", goals=False)


def draw(browser: Browser, url: str, seconds: float, *, sockets: bool = True) -> Drawn:
    """Draw digits for at least so long."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    if not sockets:
        context.add_init_script("delete globalThis.WebSocket")
    page = context.new_page()
    page.goto(url)
    settle(page)
    pen = Pen(page)
    pen.draw(0)  # what is made once, such as the socket, is not what is measured
    clear(page)
    devtools = context.new_cdp_session(page)

    def heap() -> int:
        devtools.send("HeapProfiler.collectGarbage")
        used: int = devtools.send("Runtime.getHeapUsage")["usedSize"]
        return used

    before = heap()
    page.evaluate(_WATCH)
    drawn, begin = 0.0, page.evaluate(_NOW)
    for digit in cycle(DIGITS):
        start = page.evaluate(_NOW)
        pen.draw(digit)
        settle(page)
        end = page.evaluate(_NOW)
        drawn += end - start
        clear(page)
        if end - begin >= seconds:
            break
    seen = page.evaluate("seen")
    growth = heap() - before
    context.close()
    return Drawn(Measured("", seen["latencies"]), drawn, seen["longTasks"], growth)
