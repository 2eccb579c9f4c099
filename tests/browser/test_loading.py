"""What the page begins with, and what it fetches when that is wanted."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.desk import Pen, filters, prediction, settle


def want_all_digits(page):
    page.get_by_role("button", name="More digits").click()
    expect(page.locator("digit-gallery .all button")).to_have_count(200)
    page.keyboard.press("Escape")


def want_filters(page):
    expect(filters(page)).to_have_count(2)


def want_a_level(page):
    page.locator("layer-view[data-layer=conv1] feature-map").first.click()
    expect(page.locator("map-level")).to_be_visible()
    page.locator("bread-crumb").get_by_role("button", name="LeNet-5").click()
    expect(page.locator("network-view")).to_be_visible()


def want_seven(page):
    page.locator("digit-gallery .strip button").nth(7).click()


LATER = {
    r"/static/digits/mnist\.\w{12}\.png": want_all_digits,
    r"/static/js/bench/filters\.\w{12}\.js": want_filters,
    r"/api/models/lenet5/layers/conv2/weights": want_filters,
    r"/static/js/explorer/stage\.\w{12}\.js": want_a_level,
}


def count(page, pattern):
    """Return how often what is called like this was fetched."""
    paths = page.evaluate(
        "performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname)"
    )
    return sum(re.fullmatch(pattern, path) is not None for path in paths)


@pytest.mark.parametrize("pattern", LATER)
def test_what_is_not_shown_is_fetched_once_and_when_it_is_wanted(page, pattern):
    page.wait_for_load_state("networkidle")
    assert count(page, pattern) == 0
    for _ in range(2):
        LATER[pattern](page)
        assert count(page, pattern) == 1


def test_what_changes_and_compares_comes_after_the_first_reading(page):
    order = page.evaluate(
        """performance.getEntriesByType("resource").filter(({ name }) => /traces|bench/.test(name))
            .map(({ name }) => new URL(name).pathname)"""
    )
    assert order[0].endswith("/traces")
    assert order[1].startswith("/static/js/bench.")


@pytest.mark.parametrize("hash_", ["#ink=", "#digit=130"])
def test_it_comes_without_a_digit_at_hand_as_well(open_page, hash_):
    page = open_page(hash_)
    page.get_by_role("radio", name="a map", exact=True).check(force=True)
    expect(page).to_have_url(re.compile("scale=map"))


def test_the_first_reading_is_asked_for_once_and_all_that_goes_with_it(page):
    page.locator("nearest-digits [data-place], nearest-digits canvas").first.wait_for()
    page.wait_for_load_state("networkidle")
    for question in ("traces", "neighbours"):
        assert count(page, f"/api/models/lenet5/{question}") == 1, question


def test_all_digits_can_be_wanted_again_after_a_failure(page, complaints):
    page.route("**/digits/mnist.*.png", lambda route: route.abort())
    page.get_by_role("button", name="More digits").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("status")).to_contain_text("once more")
    complaints.forgive("digits/mnist")
    page.keyboard.press("Escape")
    page.unroute("**/digits/mnist.*.png")
    want_all_digits(page)
    expect(page.locator("digit-gallery .told")).to_be_empty()


def test_a_page_older_than_its_server_says_what_to_do(page, complaints):
    page.route("**/explorer/stage.*.js", lambda route: route.fulfill(status=404))
    page.locator("layer-view[data-layer=conv1] feature-map").first.click()
    expect(page.locator(".notice")).to_contain_text("Reload")
    complaints.forgive("404")
    settle(page)
    expect(prediction(page)).to_have_text("3")
    page.unroute("**/explorer/stage.*.js")
    page.locator("layer-view[data-layer=conv1] feature-map").first.click()
    expect(page.locator("map-level")).to_be_visible()


@pytest.mark.parametrize("choose", [lambda page: Pen(page).draw(7), want_seven])
def test_who_goes_on_before_the_digit_of_a_link_has_come_is_not_led_back(page, choose):
    held = []
    page.route("**/digits/mnist.*.png", lambda route: held.append(route))
    page.goto(page.url.split("#")[0] + "?slow#digit=130", wait_until="commit")
    page.locator("digit-gallery .strip button").nth(7).wait_for()
    choose(page)
    expect(prediction(page)).to_have_text("7")
    held[0].continue_()
    want_all_digits(page)
    expect(prediction(page)).to_have_text("7")


@pytest.mark.parametrize("digit", [7, 65, 199])
def test_a_link_to_any_digit_shows_it_and_one_that_is_held(open_page, digit):
    page = open_page(f"#digit={digit}&a.digit=130")
    expect(prediction(page)).to_have_text(str(digit // 20))
    assert count(page, r"/static/digits/mnist\.\w{12}\.png") == 1
    page.locator("#comparing").scroll_into_view_if_needed()
    expect(page.locator("[data-side=a] output")).to_contain_text("6 (")


def test_a_held_digit_that_there_is_not_is_let_go(open_page):
    page = open_page("#digit=20&a.digit=999")
    expect(prediction(page)).to_have_text("1")
    page.locator("#comparing").scroll_into_view_if_needed()
    expect(page.locator("#comparing .comparison")).to_be_hidden()
