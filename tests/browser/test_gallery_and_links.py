"""Choosing a digit, and views as links."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.desk import DIGITS, Pen, pad_picture, prediction, settle


def test_a_digit_of_each_class_is_at_hand(page):
    strip = page.locator("digit-gallery .strip button")
    expect(strip).to_have_count(10)
    for digit in range(10):
        strip.nth(digit).click()
        settle(page)
        expect(prediction(page)).to_have_text(str(digit))
        expect(strip.nth(digit)).to_have_attribute("aria-pressed", "true")
    expect(page.locator("digit-gallery .strip [aria-pressed=true]")).to_have_count(1)


def test_all_digits_are_reached_by_keyboard(page):
    page.get_by_role("button", name="More digits").focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    all_ = dialog.locator(".all button")
    expect(all_).to_have_count(200)
    page.keyboard.press("Tab")
    expect(all_.nth(0)).to_be_focused()
    for key in ["ArrowDown"] * 4 + ["ArrowRight"] * 2:
        page.keyboard.press(key)
    expect(all_.nth(82)).to_be_focused()
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    settle(page)
    expect(prediction(page)).to_have_text("4")
    expect(page).to_have_url(re.compile("#digit=82$"))


def test_the_dialog_closes_by_escape_and_changes_nothing(page):
    page.get_by_role("button", name="More digits").click()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(prediction(page)).to_have_text("3")


def test_a_link_restores_the_drawing_on_another_machine(page, open_page):
    Pen(page).draw(5)
    page.get_by_label("Pen width").fill("24")
    settle(page)
    expect(prediction(page)).to_have_text("5")
    hash_ = page.evaluate("location.hash")
    elsewhere = open_page(hash_)
    assert pad_picture(elsewhere) == pad_picture(page)
    expect(prediction(elsewhere)).to_have_text("5")
    assert elsewhere.locator(".certainty").inner_text() == page.locator(".certainty").inner_text()


def test_back_and_forward_go_from_view_to_view(page):
    strip = page.locator("digit-gallery .strip button")
    strip.nth(8).click()
    strip.nth(6).click()
    Pen(page).stroke(DIGITS[7][0])
    page.go_back()
    settle(page)
    expect(prediction(page)).to_have_text("6")
    page.go_back()
    settle(page)
    expect(prediction(page)).to_have_text("8")
    page.go_forward()
    page.go_forward()
    settle(page)
    expect(prediction(page)).to_have_text("7")


def test_a_link_that_leads_nowhere_opens_the_start(open_page):
    for hash_ in ("#digit=999", "#digit=x", "#ink=!!", "#<img src=x>"):
        expect(prediction(open_page(hash_))).to_have_text("3")


@pytest.mark.parametrize("hash_", ["#digit=999", "#test=99999", "#digit=65&a.digit=200"])
def test_a_link_to_a_digit_that_there_is_not_says_so(open_page, hash_):
    page = open_page(hash_)
    expect(prediction(page)).to_have_text("3")
    expect(page.locator(".notice")).to_contain_text("digit that there is not")
    page.locator("digit-gallery .strip button").nth(7).click()
    expect(prediction(page)).to_have_text("7")
    expect(page.locator(".notice")).to_be_empty()


def test_a_link_to_an_empty_pad_opens_one(open_page):
    expect(prediction(open_page("#ink="))).to_have_text("Draw a digit")


def test_a_drawing_fits_into_a_link(page):
    Pen(page).draw(8)
    expect(page).to_have_url(re.compile(r"#ink=[\w-]{20,2000}$"))


def test_links_within_the_page_leave_the_drawing_and_the_address_alone(page):
    page.locator("digit-gallery .strip button").nth(7).click()
    settle(page)
    address, steps = page.url, page.evaluate("history.length")
    links = page.locator("nav[aria-label=Site] a[href^='#']")
    assert links.count() > 3
    for link in links.all():
        link.click()
        target = page.locator(link.get_attribute("href"))
        expect(target).to_be_focused()
        expect(target).to_be_in_viewport()
        expect(page).to_have_url(address)
        expect(prediction(page)).to_have_text("7")
    assert page.evaluate("history.length") == steps
