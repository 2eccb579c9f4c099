"""The map of training digits, and the place of what is drawn on it."""

import re

from playwright.sync_api import expect

from tests.browser.desk import DIGITS, Pen
from tests.browser.learn.reading import PHONE, complaints_of_axe

MOVED = """() => {
    const marks = document.querySelectorAll("feature-space canvas")[1];
    const copy = new OffscreenCanvas(marks.width, marks.height);
    const context = copy.getContext("2d", { willReadFrequently: true });
    context.drawImage(marks, 0, 0);
    const { data } = context.getImageData(0, 0, marks.width, marks.height);
    let [sum, x] = [0, 0];
    for (let i = 3; i < data.length; i += 4) {
        sum += data[i];
        x += data[i] * ((i >> 2) % marks.width);
    }
    return sum ? x / sum / marks.width : null;
}"""


def marker(page) -> float | None:
    """Where across the map what is marked lies, as a share; None where nothing is."""
    return page.evaluate(MOVED)


def test_the_drawing_moves_on_the_map_while_one_draws(open_chapter):
    page = open_chapter("model")
    nearest = page.locator("#space nearest-digits li canvas")
    expect(nearest.first).to_have_attribute("aria-label", re.compile("^3, "))
    three = marker(page)
    page.locator("#space").get_by_label("Your drawing", exact=True).check()
    expect(page.locator("#space .said")).to_contain_text("Draw a digit")
    page.wait_for_function(f"({MOVED})() === null")
    pen = Pen(page)
    for path in DIGITS[4]:
        pen.stroke(path)
    expect(nearest.first).to_have_attribute("aria-label", re.compile("^4, "))
    page.wait_for_function(f"({MOVED})() !== null")
    assert abs(marker(page) - three) > 0.1


def test_the_map_is_walked_by_keyboard_and_told_in_words(open_chapter):
    page = open_chapter("model", language="es")
    said = page.locator("#space .pointed")
    expect(page.locator("#space nearest-digits li")).to_have_count(5)
    page.locator("feature-space .plane").focus()
    page.keyboard.press("Home")
    expect(said).to_have_text(re.compile(r"^3, imagen de entrenamiento \d+ de MNIST$"))
    here = said.inner_text()
    page.keyboard.press("ArrowLeft")
    expect(said).not_to_have_text(here)
    expect(said.locator("canvas")).to_be_visible()
    page.keyboard.press("Escape")
    expect(said).to_contain_text("Señala un dígito")


def test_the_section_fits_every_page_and_axe_finds_nothing(open_chapter):
    for options in ({"color_scheme": "dark"}, PHONE):
        page = open_chapter("model", **options)
        expect(page.locator("#space nearest-digits li")).to_have_count(5)
        over = "document.documentElement.scrollWidth - innerWidth"
        assert page.evaluate(over) <= 0
        assert complaints_of_axe(page) == []
