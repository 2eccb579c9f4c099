"""What the tests do on the page: draw digits as people do, and look at what comes of it."""

import math

from playwright.sync_api import Locator, Page

SIDE = 280
"""Units of the pad's sides."""

Path = list[tuple[float, float]]


def arc(x: float, y: float, rx: float, ry: float, start: float, end: float) -> Path:
    """Return points of an ellipse's arc; degrees, clockwise from the right."""
    angles = [math.radians(start + (end - start) * i / 12) for i in range(13)]
    return [(x + rx * math.cos(angle), y + ry * math.sin(angle)) for angle in angles]


DIGITS: dict[int, list[Path]] = {
    0: [arc(140, 140, 55, 85, -90, 270)],
    1: [[(115, 85), (145, 55), (145, 225)]],
    2: [[*arc(138, 100, 50, 45, -170, 40), (90, 220), (200, 220)]],
    3: [[*arc(132, 97, 50, 42, -150, 90), *arc(132, 182, 55, 43, -90, 150)]],
    4: [[(150, 55), (80, 165), (205, 165)], [(165, 110), (165, 230)]],
    5: [[(190, 60), (105, 60), (97, 130), *arc(135, 172, 55, 50, -115, 145)]],
    6: [[(165, 50), (115, 110), *arc(140, 178, 45, 47, -180, 180)]],
    7: [[(80, 62), (200, 62), (130, 228)]],
    8: [[*arc(140, 98, 40, 40, 90, -270), *arc(140, 184, 48, 46, -90, 270)]],
    9: [[*arc(135, 105, 45, 45, 0, -360), (180, 105), (168, 228)]],
}


class Pen:
    """A mouse on a page's pad."""

    def __init__(self, page: Page) -> None:
        self._mouse = page.mouse
        box = page.locator("draw-pad canvas").bounding_box()
        assert box
        self._box = box

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Return where on the screen a point of the pad is."""
        scale = self._box["width"] / SIDE
        return self._box["x"] + x * scale, self._box["y"] + y * scale

    def stroke(self, path: Path, *, lift: bool = True) -> None:
        """Draw from the first point to the last."""
        self._mouse.move(*self.place(*path[0]))
        self._mouse.down()
        for point in path[1:]:
            self._mouse.move(*self.place(*point), steps=2)
        if lift:
            self.lift()

    def lift(self) -> None:
        """Take the pen off."""
        self._mouse.up()

    def draw(self, digit: int) -> None:
        """Draw a digit."""
        for path in DIGITS[digit]:
            self.stroke(path)


def prediction(page: Page) -> Locator:
    """Return what tells the digit that was read."""
    return page.locator("output[name=prediction]")


def settle(page: Page) -> None:
    """Wait until what is on the pad has been read and shown."""
    page.locator("network-view[aria-busy=false]").wait_for(state="attached")


def clear(page: Page) -> None:
    """Empty the pad."""
    page.get_by_role("button", name="Clear", exact=True).click()
    settle(page)


def pad_picture(page: Page) -> str:
    """Return the pad's pixels."""
    picture: str = page.locator("draw-pad canvas").evaluate("canvas => canvas.toDataURL()")
    return picture


def ink(page: Page) -> list[list[list[int]]]:
    """Return the strokes that the address holds."""
    strokes: list[list[list[int]]] = page.evaluate(
        """async () => {
            const { fromHash } = await import("/static/js/store.js");
            return fromHash(location.hash).subject.strokes;
        }"""
    )
    return strokes


def filters(page: Page) -> Locator:
    """Go to the filters, which are fetched when they are about to be seen; their banks."""
    page.locator("#filters").evaluate("home => home.scrollIntoView()")
    banks = page.locator("filter-bank")
    banks.last.wait_for()
    return banks
