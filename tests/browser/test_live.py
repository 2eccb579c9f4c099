"""Drawing over the live socket, and without it."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, WebSocket, expect

from tests.browser.desk import DIGITS, Pen, clear, prediction, settle
from tests.browser.test_drawing import TRACES, layer_pictures
from tests.conftest import start_server, wait_for_url


class Wire:
    """What goes over a page's sockets, from its next load on."""

    def __init__(self, page: Page) -> None:
        self.opened = 0
        self.sent: list[dict] = []
        self.heard: list[str | bytes] = []
        self.requests: list[str] = []
        self._page = page
        page.on("websocket", self._watch)
        page.on("request", lambda request: self.requests.append(request.url))

    def _watch(self, socket: WebSocket) -> None:
        self.opened += 1
        self.heard.clear()
        socket.on("framesent", lambda said: self.sent.append(json.loads(said)))
        socket.on("framereceived", lambda said: self.heard.append(said))

    def wait_until_open(self) -> None:
        while not self.heard:
            self._page.wait_for_timeout(10)

    @property
    def answers(self) -> list[bytes]:
        return [said for said in self.heard if isinstance(said, bytes)]


@pytest.fixture
def wire(page) -> Wire:
    """The wire of a page that has loaded again."""
    wire = Wire(page)
    page.reload()
    settle(page)
    wire.wait_until_open()
    wire.requests.clear()
    return wire


@pytest.fixture
def blank(browser: Browser) -> Iterator[Page]:
    """A tab that nobody else uses, on no page yet."""
    context = browser.new_context()
    yield context.new_page()
    context.close()


def test_while_one_draws_only_what_is_new_goes_over_the_socket(page, wire):
    clear(page)
    Pen(page).draw(4)
    settle(page)
    expect(prediction(page)).to_have_text("4")
    assert [url for url in wire.requests if "/traces" in url] == []
    assert wire.answers
    points = sum(
        len(stroke)
        for said in wire.sent
        for stroke in [*said.get("strokes", []), said.get("extend", [])]
    )
    drawn = page.evaluate(
        """async () => (await import("/static/js/store.js")).fromHash(location.hash)
            .subject.strokes.flat().length"""
    )
    assert points == drawn, "every point once"
    assert any(said.keys() == {"extend"} for said in wire.sent)


def test_over_the_socket_come_the_same_maps_as_by_request(page, wire):
    Pen(page).draw(5)
    settle(page)
    assert wire.answers
    live = layer_pictures(page)
    with page.expect_request(TRACES):
        page.reload()
    settle(page)
    assert layer_pictures(page) == live


def test_undo_and_a_digit_of_the_gallery_are_read_live(page, wire):
    clear(page)
    pen = Pen(page)
    pen.stroke([(140, 50), (140, 230)])
    settle(page)
    expect(prediction(page)).to_have_text("1")
    pen.stroke(DIGITS[0][0])
    page.keyboard.press("Control+z")
    settle(page)
    expect(prediction(page)).to_have_text("1")
    page.locator("digit-gallery .strip button").nth(7).click()
    settle(page)
    assert [url for url in wire.requests if "/traces" in url] == []
    assert any("keep" in said for said in wire.sent)
    assert "pixels" in wire.sent[-1]


def test_a_page_may_open_no_socket_but_its_own(page, complaints):
    directive = page.evaluate(
        """() => new Promise((resolve) => {
            addEventListener("securitypolicyviolation",
                ({ effectiveDirective }) => resolve(effectiveDirective));
            new WebSocket("ws://127.0.0.1:9/live");
        })"""
    )
    assert directive == "connect-src"
    complaints.forgive("Content Security Policy")


def test_where_sockets_are_cut_off_the_digit_is_read_by_request(blank, server):
    cut = []
    blank.route_web_socket("**/live", lambda socket: (cut.append(socket.url), socket.close()))
    blank.goto(server.url)
    settle(blank)
    clear(blank)
    with blank.expect_request(TRACES):
        Pen(blank).draw(7)
    settle(blank)
    expect(prediction(blank)).to_have_text("7")
    assert cut


def test_where_sockets_never_say_a_word_the_digit_is_read_by_request(blank, server):
    blank.route_web_socket("**/live", lambda socket: None)
    blank.goto(server.url)
    settle(blank)
    clear(blank)
    with blank.expect_request(TRACES):
        Pen(blank).draw(7)
    settle(blank)
    expect(prediction(blank)).to_have_text("7")


def test_after_the_servers_sudden_end_and_new_start_drawing_goes_on(blank, tmp_path):
    first = start_server(tmp_path / "log")
    try:
        url = wait_for_url(first)
        wire = Wire(blank)
        blank.goto(url)
        settle(blank)
        wire.wait_until_open()
        Pen(blank).draw(7)
        settle(blank)
        expect(prediction(blank)).to_have_text("7")
    finally:
        first.kill()
        first.communicate()
    Pen(blank).stroke([(20, 20), (25, 25)])
    expect(blank.get_by_role("status").filter(has_text="cannot be reached")).to_be_visible()
    second = start_server(tmp_path / "log", port=int(url.rpartition(":")[2]))
    try:
        wait_for_url(second)
        opened = wire.opened
        while wire.opened == opened or not wire.answers:
            clear(blank)
            Pen(blank).draw(4)
            settle(blank)
            expect(prediction(blank)).to_have_text("4")
        Pen(blank).stroke([(165, 140), (165, 230)])
        settle(blank)
        expect(prediction(blank)).to_have_text("4")
    finally:
        second.kill()
        second.communicate()
