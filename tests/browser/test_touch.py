"""Fingers."""

import pytest
from playwright.sync_api import expect

from tests.browser.desk import DIGITS, Pen, clear, ink, pad_picture, prediction, settle


@pytest.fixture
def phone(open_page):
    return open_page(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)


@pytest.fixture
def touch(phone):
    """Send touches as the hardware does; Playwright itself can only tap."""
    session = phone.context.new_cdp_session(phone)

    def touch(kind, *points):
        touches = [{"x": x, "y": y, "id": i} for i, (x, y) in enumerate(points)]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})

    return touch


def test_a_finger_draws_and_the_page_stays_where_it_is(phone, touch):
    clear(phone)
    pen = Pen(phone)
    path = [pen.place(*point) for point in DIGITS[2][0]]
    touch("touchStart", path[0])
    for point in path[1:]:
        touch("touchMove", point)
    expect(prediction(phone)).to_have_text("2")
    expect(prediction(phone)).to_be_in_viewport()
    touch("touchEnd")
    expect(prediction(phone)).to_have_text("2")
    assert phone.evaluate("scrollY") == 0


def test_a_second_finger_draws_nothing(phone, touch):
    clear(phone)
    pen = Pen(phone)
    one, other = pen.place(60, 60), pen.place(220, 60)
    touch("touchStart", one)
    touch("touchStart", one, other)
    touch("touchMove", one, pen.place(220, 200))
    touch("touchEnd")
    assert ink(phone) == [[[60, 60]]]


def test_a_cancelled_touch_leaves_the_pad_as_it_was(phone, touch):
    before = pad_picture(phone)
    pen = Pen(phone)
    touch("touchStart", pen.place(60, 60))
    touch("touchMove", pen.place(200, 200))
    touch("touchCancel")
    settle(phone)
    assert pad_picture(phone) == before
    expect(prediction(phone)).to_have_text("3")
