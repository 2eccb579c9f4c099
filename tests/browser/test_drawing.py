"""Drawing, and the network reading it."""

import json
import math
import re

import numpy as np
import pytest
from playwright.sync_api import Page, Route, expect

from app.models.lenet5 import ACTIVATION
from tests.browser.desk import DIGITS, Pen, clear, ink, pad_picture, prediction, settle

TRACES = "**/traces*"


@pytest.fixture
def asking(open_page) -> Page:
    """The page where sockets are forbidden: it reads by request."""
    page: Page = open_page(sockets=False)
    return page


def layer_pictures(page: Page) -> dict[str, str]:
    """Return what each layer shows, as one string of pixels."""
    return page.locator("layer-view").evaluate_all(
        """views => Object.fromEntries(views.map((view) => [
            view.dataset.layer,
            [...view.querySelectorAll("canvas")].map((canvas) => canvas.toDataURL()).join()
                || view.textContent,
        ]))"""
    )


def test_the_page_opens_on_a_digit_and_reads_it(page):
    expect(prediction(page)).to_have_text("3")
    expect(page.locator("network-view")).not_to_have_attribute("data-empty", "")


@pytest.mark.parametrize("digit", DIGITS)
def test_a_drawn_digit_is_read_right(page, digit):
    clear(page)
    Pen(page).draw(digit)
    settle(page)
    expect(prediction(page)).to_have_text(str(digit))


def test_every_layer_changes_while_the_pen_is_down(page):
    before = layer_pictures(page)
    pen = Pen(page)
    pen.stroke(DIGITS[0][0], lift=False)
    settle(page)
    during = layer_pictures(page)
    assert [id_ for id_ in before if before[id_] == during[id_]] == []
    expect(prediction(page)).to_have_text("0")
    pen.lift()


def test_an_empty_pad_is_calm(page):
    page.wait_for_load_state("networkidle")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    clear(page)
    expect(prediction(page)).to_have_text("Draw a digit")
    expect(page.locator("network-view")).to_have_attribute("data-empty", "")
    expect(page.get_by_role("status").filter(has_text="ink")).to_have_count(0)
    assert [url for url in asked if "/api/" in url] == []
    assert page.locator("layer-view .range").first.inner_text() == "–"


def test_one_request_runs_at_a_time_and_the_newest_drawing_wins(asking):
    held: list[Route] = []
    asking.route(TRACES, lambda route: held.append(route))
    pen = Pen(asking)
    pen.stroke(DIGITS[4][0])
    pen.stroke(DIGITS[4][1])
    assert len(held) == 1
    with asking.expect_request(TRACES) as asked_next:
        held.pop().continue_()
    sent = asked_next.value.post_data_json
    assert len(sent["strokes"]) == 2
    asking.evaluate("() => new Promise(requestAnimationFrame)")
    assert len(held) == 1
    held.pop().continue_()
    settle(asking)
    expect(prediction(asking)).to_have_text("4")
    assert held == []


def test_an_answer_that_comes_after_clear_is_not_shown(asking):
    held: list[Route] = []
    asking.route(TRACES, lambda route: held.append(route))
    Pen(asking).draw(7)
    clear(asking)
    with asking.expect_response(TRACES):
        held.pop().continue_()
    asking.evaluate("() => new Promise(requestAnimationFrame)")
    expect(prediction(asking)).to_have_text("Draw a digit")


def test_the_maps_are_the_numbers_of_the_api(page, server):
    Pen(page).draw(7)
    settle(page)
    with page.expect_request(TRACES) as asked:
        page.reload()
    settle(page)
    answer = server.client.post("/api/models/lenet5/traces", json=asked.value.post_data_json).json()
    for layer, channel in [
        ("input", 0),
        ("conv1", 3),
        (f"{ACTIVATION}2", 11),
        ("pool2", 5),
        ("fc1", 0),
    ]:
        numbers = np.array(answer["activations"][layer]["data"], dtype="<f4")
        maps = numbers if numbers.ndim == 3 else numbers[None]
        shown, expected = page.evaluate(
            """async ([layer, channel, values, range]) => {
                const { paint, SEQUENTIAL } = await import("/static/js/colormap.js");
                const view = document.querySelector(`layer-view[data-layer=${layer}]`);
                const canvas = view.querySelectorAll("feature-map")[channel].picture;
                const { data } = canvas.getContext("2d")
                    .getImageData(0, 0, canvas.width, canvas.height);
                const pixels = new Uint32Array(values.length);
                paint(Float32Array.from(values), range, SEQUENTIAL, pixels);
                return [[...new Uint32Array(data.buffer)], [...pixels]];
            }""",
            [
                layer,
                channel,
                maps[channel].ravel().tolist(),
                [float(numbers.min()), float(numbers.max())],
            ],
        )
        assert len(set(shown)) > 1
        assert shown == expected, layer


def test_undo_and_redo_go_through_the_drawing(page):
    opened = pad_picture(page)
    pen = Pen(page)
    pen.stroke(DIGITS[4][0])
    first = pad_picture(page)
    pen.stroke(DIGITS[4][1])
    both = pad_picture(page)
    assert len({opened, first, both}) == 3
    page.get_by_role("button", name="Undo").click()
    assert pad_picture(page) == first
    page.keyboard.press("Control+z")
    assert pad_picture(page) == opened
    settle(page)
    expect(prediction(page)).to_have_text("3")
    expect(page.get_by_role("button", name="Undo")).to_be_disabled()
    page.keyboard.press("Control+y")
    page.get_by_role("button", name="Redo").click()
    assert pad_picture(page) == both
    expect(page.get_by_role("button", name="Redo")).to_be_disabled()


def test_clear_can_be_undone(page):
    Pen(page).draw(5)
    drawn = pad_picture(page)
    clear(page)
    assert pad_picture(page) != drawn
    page.keyboard.press("Control+z")
    assert pad_picture(page) == drawn
    settle(page)
    expect(prediction(page)).to_have_text("5")


def test_the_eraser_takes_away_what_it_passes(page):
    clear(page)
    pen = Pen(page)
    pen.draw(0)
    # A bar through a zero makes it something else; without the bar it is a zero again.
    plain = pad_picture(page)
    pen.stroke([(20, 20), (20, 260)])
    settle(page)
    page.get_by_role("button", name="Eraser").click()
    pen.stroke([(20, 15), (20, 265)])
    assert pad_picture(page) == plain
    pen.stroke([(140, 20), (140, 260)])
    assert pad_picture(page) != plain
    assert len(ink(page)) > 1, "the ring is in pieces"


def test_the_eraser_changes_nothing_on_a_digit_of_the_gallery(page):
    before = pad_picture(page)
    page.get_by_role("button", name="Eraser").click()
    Pen(page).stroke([(20, 140), (260, 140)])
    assert pad_picture(page) == before


def test_drawing_replaces_a_digit_of_the_gallery(page):
    Pen(page).stroke([(140, 50), (140, 230)])
    settle(page)
    expect(prediction(page)).to_have_text("1")


def test_a_wider_pen_draws_wider(page):
    clear(page)
    Pen(page).draw(1)
    thin = pad_picture(page)
    page.get_by_label("Pen width").fill("36")
    assert pad_picture(page) != thin
    settle(page)
    expect(page).to_have_url(re.compile("pen=36$"))


def test_the_slider_offers_the_widths_that_a_link_can_hold(page):
    slider = page.get_by_label("Pen width")
    widths = page.evaluate("async () => (await import('/static/js/store.js')).PEN_WIDTHS")
    assert slider.get_attribute("min") == str(widths["least"])
    assert slider.get_attribute("max") == str(widths["most"])


def test_another_mouse_button_does_not_draw(page):
    before = pad_picture(page)
    page.locator("draw-pad canvas").click(button="right")
    assert pad_picture(page) == before


def test_a_problem_is_told_calmly_and_the_next_stroke_tries_again(asking, complaints):
    problem = {"detail": "There is too much ink.", "hint": "Draw less."}
    asking.route(TRACES, lambda route: route.fulfill(status=413, json=problem))
    pen = Pen(asking)
    pen.draw(7)
    notice = asking.get_by_role("status").filter(has_text="There is too much ink. Draw less.")
    expect(notice).to_be_visible()
    expect(asking.locator("network-view")).to_have_css("opacity", "0.35")
    drawn = pad_picture(asking)
    asking.unroute(TRACES)
    pen.stroke([(110, 140), (190, 140)])
    settle(asking)
    expect(prediction(asking)).to_have_text("7")
    expect(notice).to_have_count(0)
    expect(asking.locator("network-view")).to_have_css("opacity", "1")
    assert pad_picture(asking) != drawn
    complaints.forgive("413")


def test_a_server_that_is_gone_costs_no_ink(asking, complaints):
    asking.route(TRACES, lambda route: route.abort())
    Pen(asking).draw(7)
    expect(asking.get_by_role("status").filter(has_text="cannot be reached")).to_be_visible()
    assert ink(asking)
    asking.unroute(TRACES)
    asking.get_by_label("Pen width").fill("24")
    settle(asking)
    expect(prediction(asking)).to_have_text("7")
    complaints.forgive("failed: .*traces")
    complaints.forgive("ERR_FAILED")


def test_arrays_travel_in_binary(asking):
    with asking.expect_response(TRACES) as answered:
        Pen(asking).draw(1)
    body = answered.value.body()
    length = int.from_bytes(body[:4], "little")
    shapes = [layer["shape"] for layer in json.loads(body[4 : 4 + length])["layers"]]
    assert len(body) == 4 + length + 4 * sum(map(math.prod, shapes))
