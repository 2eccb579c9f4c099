"""What the page says of a drawing that is no digit."""

import re

from playwright.sync_api import expect

from tests.browser.desk import Pen
from tests.browser.learn.reading import complaints_of_axe

STAR = [(140, 40), (80, 220), (230, 105), (50, 105), (200, 220), (140, 40)]


def test_a_star_is_calmly_called_unfamiliar_and_a_digit_is_not(open_page):
    page = open_page("#digit=65")
    told, list_ = page.locator(".unfamiliar"), page.locator("nearest-digits ol li")
    expect(list_).to_have_count(5)
    expect(told).to_be_empty()
    first = list_.first.locator("canvas").get_attribute("aria-label")
    before = page.locator("network-view").bounding_box()

    page.get_by_role("button", name="Clear", exact=True).click()
    Pen(page).stroke(STAR)
    expect(told).to_have_text("This does not look like a digit the network knows.")
    expect(page.locator("output[name=prediction]")).to_have_text(re.compile(r"^\d"))
    expect(list_.first.locator("canvas")).not_to_have_attribute("aria-label", first)
    assert page.locator("network-view").bounding_box() == before
    assert complaints_of_axe(page) == []
