"""The chapter on counting LeNet-5, by keyboard and by touch."""

import contextlib
import io

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.tabs import calm

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
LECTURE = {
    "Input": "0",
    "CONV1": "156",
    "POOL1": "0",
    "CONV2": "2,416",
    "POOL2": "0",
    "FC": "48,120",
    "FC 84": "10,164",
    "FC + Softmax": "850",
    "Total": "61,706",
}


def blanks(page: Page, column: str = "parameters") -> Locator:
    return page.locator(f".blanks td.{column} input:visible")


def told(page: Page) -> Locator:
    return page.locator("#counted")


def test_the_lectures_numbers_are_right_by_keyboard(open_chapter):
    page = open_chapter("counting-parameters")
    blanks(page).first.focus()
    for number in LECTURE.values():
        page.keyboard.type(number)
        page.keyboard.press("Enter")
    expect(page.locator(".score")).to_have_text("9 of 9 are right.")
    assert page.locator(".blanks [data-mark=right]").count() == len(LECTURE)
    expect(page.locator(".share .percent").nth(5)).to_have_text("78.0%")
    expect(page.locator(".formulas")).to_contain_text("(5 · 5 · 6+1)·16=2,416")


def test_the_table_is_the_apis(open_chapter, server):
    page = open_chapter("counting-parameters", "#answers=1&blank=all")
    table = server.client.get("/api/models/lenet5").json()["table"]

    def column(name: str) -> list[str]:
        return page.locator(f".blanks tbody td.{name} span:visible").all_inner_texts()

    assert column("parameters") == [f"{row['parameter_count']:,}" for row in table]
    assert column("sizes") == [f"{row['activation_size']:,}" for row in table]
    shapes = [[*row["output_shape"][1:], row["output_shape"][0]] for row in table]
    assert column("shapes") == [" × ".join(map(str, shape)) for shape in shapes]
    expect(page.locator(".blanks tfoot")).to_contain_text("61,706")


@pytest.mark.parametrize(
    ("cell", "given", "why"),
    [
        ("p3", "2400", "The biases are missing"),
        ("p3", "416", "in one channel only"),
        ("p3", "241600", "at each of the 10 × 10 places"),
        ("p3", "151", "That is one filter"),
        ("p1", "4821600", "a fully connected layer"),
        ("p2", "24", "nothing to learn"),
        ("p5", "48000", "The biases are missing"),
        ("p5", "2040", "400 numbers go in"),
        ("p6", "204", "multiply"),
        ("p8", "51542", "FC is missing: 10,164"),
        ("s1", "784", "There are 6"),
        ("h1", "6x28x28", "channels first"),
        ("h3", "9x9x16", "One is missing"),
        ("h3", "10x10x6", "Each of the 16 filters gives a map"),
    ],
)
def test_a_typical_mistake_is_recognised(open_chapter, cell, given, why):
    page = open_chapter("counting-parameters", f"#blank=all&given={cell}.{given}&at={cell}")
    expect(told(page)).to_contain_text("Not quite.")
    expect(told(page)).to_contain_text(why)
    expect(page.locator(".blanks [data-mark=wrong]")).to_have_count(1)


def test_by_touch_a_blank_is_filled_and_answers_are_shown_and_hidden(open_chapter):
    page = open_chapter("counting-parameters", **PHONE)
    blanks(page).nth(1).tap()
    page.keyboard.type("150")
    page.locator("#lab h2").tap()
    expect(told(page)).to_contain_text("The biases are missing")
    page.get_by_role("button", name="Show the answers").tap()
    expect(blanks(page)).to_have_count(0)
    expect(page.locator(".blanks tfoot")).to_contain_text("61,706")
    page.get_by_role("button", name="Hide the answers").tap()
    expect(blanks(page)).to_have_count(9)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_sizes_and_shapes_are_a_level_of_their_own(open_chapter):
    page = open_chapter("counting-parameters")
    page.get_by_label("Activation shape", exact=True).check()
    blanks(page, "shapes").nth(1).fill("28, 28, 6")
    page.keyboard.press("Enter")
    expect(page.locator(".score")).to_have_text("1 of 8 are right.")
    assert "blank=shapes" in page.url
    assert "given=h1.28x28x6" in page.url


def test_what_is_no_number_is_said_to_be_none(open_chapter):
    page = open_chapter("counting-parameters")
    blanks(page).first.fill("many")
    page.keyboard.press("Enter")
    expect(told(page)).to_contain_text("“many” is not a whole number")
    expect(page.locator(".blanks [data-mark]")).to_have_count(0)


def test_enter_goes_on_only_from_a_right_answer(open_chapter):
    page = open_chapter("counting-parameters")
    blanks(page).nth(3).fill("2400")
    page.keyboard.press("Enter")
    expect(blanks(page).nth(3)).to_be_focused()
    expect(told(page)).to_contain_text("The biases are missing")
    blanks(page).nth(3).fill("2416")
    page.keyboard.press("Enter")
    expect(blanks(page).nth(4)).to_be_focused()
    expect(told(page)).to_contain_text("=2,416")


def test_the_question_reveals_the_shares_and_not_the_numbers(open_chapter):
    page = open_chapter("counting-parameters")
    page.get_by_label("CONV2", exact=True).check()
    page.locator("#predict").get_by_role("button", name="Check").click()
    expect(page.locator("#predict .verdict")).to_contain_text("78%")
    expect(page.locator(".share .percent").nth(5)).to_have_text("78.0%")
    expect(blanks(page)).to_have_count(9)


def test_a_link_restores_the_exact_state(open_chapter):
    hash_ = "#blank=sizes&given=s1.4704,s3.100&at=s3"
    page = open_chapter("counting-parameters", hash_)
    expect(page.locator(".score")).to_have_text("1 of 8 are right.")
    expect(blanks(page, "sizes").nth(3)).to_have_value("100")
    assert page.url.endswith(hash_)


@pytest.mark.parametrize(
    "hash_",
    [
        "#given=p9.1,h1.0x0x0x0,zz,p1.,p1.999999999999",
        "#given=h8.1x2&blank=all&at=h8",
        "#at=p8&given=p8.0",
        "#blank=none&answers=2&bars=x&at=q1&given=%00",
    ],
)
def test_an_odd_link_is_forgiven(open_chapter, hash_):
    page = open_chapter("counting-parameters", hash_)
    expect(page.locator(".blanks tbody tr")).to_have_count(8)


def test_in_spanish_numbers_are_read_as_they_are_written_there(open_chapter):
    page = open_chapter("counting-parameters", language="es")
    blanks(page).nth(5).fill("48.120")
    page.keyboard.press("Enter")
    expect(page.locator(".score")).to_have_text("1 de 9 son correctas.")


def test_the_code_counts_the_same(open_chapter):
    page = open_chapter("counting-parameters")
    printed = io.StringIO()
    calm(page)
    with contextlib.redirect_stdout(printed):
        exec(page.locator("#code code").text_content() or "", {})
    assert printed.getvalue().split() == ["156", "2416", "48120", "10164", "850", "61706"]
