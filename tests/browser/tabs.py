"""Tabs that the tests share: a new one costs the browser as much as all that it loads."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, Error, Page

DESKTOP = {"width": 1440, "height": 900}
_COUNT_REQUESTS = """
globalThis.underWay = 0;
const { fetch } = globalThis;
globalThis.fetch = async (...request) => {
  underWay += 1;
  try { return await fetch(...request); } finally { setTimeout(() => { underWay -= 1; }); }
};
"""
_NO_SOCKETS = "delete globalThis.WebSocket;"
_CALM = """
async () => {
  const frame = () => new Promise(requestAnimationFrame);
  for (let still = 0; still < 3; still += 1) {
    await frame();
    if (underWay) still = 0;
  }
}
"""
_WATCHED = ("console", "pageerror", "requestfailed", "request")


@dataclass
class Tab:
    """A page in a context of its own, and who hears what happens in it."""

    page: Page
    hear: Callable[[str, Any], None] | None = None

    def __post_init__(self) -> None:
        for kind in _WATCHED:
            self.page.on(kind, self._teller(kind))

    def _teller(self, kind: str) -> Callable[[Any], None]:
        return lambda event: self.hear(kind, event) if self.hear else None

    def wipe(self) -> None:
        """Leave nothing of what was done in the tab."""
        self.page.unroute_all(behavior="ignoreErrors")
        self.page.mouse.up()
        self.page.evaluate("localStorage.clear(); sessionStorage.clear();")
        self.hear = None
        self.page.goto("about:blank")
        self.page.mouse.move(0, 0)


def calm(page: Page) -> None:
    """Wait until every answer that was asked for has come, and has been painted."""
    page.evaluate(_CALM)


class Tabs:
    """The tabs of a browser that are free, by what cannot be changed once one is open."""

    def __init__(self, browser: Browser, url: str) -> None:
        self._browser = browser
        self._url = url
        self._free: dict[str, list[Tab]] = {}

    def take(
        self,
        hear: Callable[[str, Any], None],
        *,
        viewport: dict[str, int] = DESKTOP,
        color_scheme: str = "light",
        reduced_motion: str = "no-preference",
        sockets: bool = True,
        **fixed: Any,
    ) -> tuple[Tab, Callable[[], None]]:
        """Return an empty tab, and what gives it back; the options are those of a context.

        Without sockets, pages read everything by request.
        """
        free = self._free.setdefault(repr((sockets, sorted(fixed.items()))), [])
        if free:
            tab = free.pop()
        else:
            context = self._browser.new_context(base_url=self._url, **fixed)
            context.add_init_script(_COUNT_REQUESTS)
            if not sockets:
                context.add_init_script(_NO_SOCKETS)
            tab = Tab(context.new_page())
        tab.page.set_viewport_size(viewport)
        tab.page.emulate_media(
            media="null", color_scheme=color_scheme, reduced_motion=reduced_motion
        )
        tab.hear = hear

        def give_back() -> None:
            try:
                tab.wipe()
            except Error:  # closed, or stuck: another one will do
                tab.page.context.close()
            else:
                free.append(tab)

        return tab, give_back
