"""The chapter on pooling, by keyboard and by touch."""

import contextlib
import io

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.tabs import calm

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
LECTURE = [[0, 0, 2, 4], [2, 2, 6, 8], [9, 3, 2, 2], [7, 5, 2, 2]]


def matrix(page: Page, label: str, part: str = ".pooled") -> Locator:
    return page.locator(f".lab {part} .cells").and_(page.get_by_label(label, exact=True))


def rows(grid: Locator) -> list[list[float]]:
    calm(grid.page)
    found = [float(text.replace("−", "-")) for text in grid.locator(".cell").all_inner_texts()]
    columns = grid.locator(".row").first.locator(".cell").count()
    return [found[i : i + columns] for i in range(0, len(found), columns)]


def fact(page: Page, name: str) -> Locator:
    return page.locator(f".facts [data-fact={name}]")


def changed(page: Page, part: str) -> Locator:
    return page.locator(f".shift [data-part={part}]")


def printed(page: Page) -> list[str]:
    """Run the code that the page shows, and return the lines that it prints."""
    calm(page)
    code = page.locator("#formula code").text_content()
    with contextlib.redirect_stdout(io.StringIO()) as out:
        exec(code, {})
    return out.getvalue().splitlines()


def test_the_lectures_example_gives_the_lectures_numbers(open_chapter):
    page = open_chapter("pooling")
    assert rows(matrix(page, "Input")) == LECTURE
    assert rows(matrix(page, "Average pooling")) == [[1, 5], [6, 2]]
    assert rows(matrix(page, "Max pooling")) == [[2, 8], [9, 2]]
    expect(fact(page, "shapes")).to_have_text("4 × 4 × 3 → 2 × 2 × 3")
    expect(fact(page, "parameters")).to_have_text("0")


@pytest.mark.parametrize("hash_", ["", "#f=3&s=1", "#f=2&s=3", "#f=1&s=2", "#f=4&s=4"])
def test_the_page_computes_what_the_api_computes(open_chapter, server, hash_):
    page = open_chapter("pooling", hash_)
    size = int(page.get_by_role("spinbutton", name="Window F").inner_text())
    stride = int(page.get_by_role("spinbutton", name="Stride S").inner_text())

    def answer(operation: str) -> dict:
        return server.client.post(
            "/api/poolings?encoding=lists",
            json={
                "input": LECTURE,
                "operation": operation,
                "kernel_size": size,
                "stride": stride,
            },
        ).json()

    largest = answer("max")
    assert rows(matrix(page, "Max pooling")) == largest["output"]["data"][0]
    shown = rows(matrix(page, "Average pooling"))
    for line, exact in zip(shown, answer("average")["output"]["data"][0], strict=True):
        assert line == pytest.approx(exact, rel=1e-3)
    places = [[4 * r + c for r, c in line] for line in largest["sources"]["data"][0]]
    assert rows(matrix(page, "The maximum’s place")) == places
    rest = largest["unread"]
    expect(fact(page, "dropped")).to_have_text(f"rows: {rest['rows']}, columns: {rest['columns']}")


def test_where_a_maximum_came_from_is_marked(open_chapter):
    page = open_chapter("pooling", "#at=0,1")
    expect(matrix(page, "Input").locator("[data-mark]")).to_have_attribute("data-at", "1,3")
    expect(matrix(page, "Input").locator("[data-window]")).to_have_count(4)
    expect(matrix(page, "Input").locator("[data-flag=source]")).to_have_count(4)
    expect(page.locator("step-bar .told")).to_have_text(
        "Row 0, column 1: largest 8, from (1, 3); mean 5"
    )


def test_a_small_shift_vanishes_and_a_larger_one_does_not(open_chapter):
    page = open_chapter("pooling")
    page.locator("#predict").get_by_role("textbox").fill("8")
    page.locator("#predict").get_by_role("button", name="Check").click()
    expect(page.locator("#predict .verdict")).to_contain_text("You said 8; it is 0.")
    expect(changed(page, "input")).to_have_text("12 of 64 changed (18.8%)")
    expect(changed(page, "max")).to_have_text("0 of 16 changed (0.0%)")
    page.get_by_role("button", name="More: To the right").click()
    expect(changed(page, "input")).to_have_text("12 of 64 changed (18.8%)")
    expect(changed(page, "max")).to_have_text("8 of 16 changed (50.0%)")
    expect(page.locator(".shift [data-flag=changed]")).to_have_count(12 + 8 + 8)


def test_what_the_floor_drops_is_shown_and_what_does_not_fit_is_said(open_chapter):
    page = open_chapter("pooling", "#f=3&s=2")
    expect(matrix(page, "Input").locator("[data-unread]")).to_have_count(7)
    expect(fact(page, "dropped")).to_have_text("rows: 1, columns: 1")
    size = page.get_by_role("spinbutton", name="Window F")
    size.focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(page.locator(".pooled .none")).to_contain_text("5 × 5 does not fit into an input of 4")
    expect(fact(page, "shapes")).to_have_text("4 × 4 × 3 → —")
    page.keyboard.press("ArrowDown")
    expect(matrix(page, "Max pooling").locator(".cell")).to_have_text(["9"])


def test_by_keyboard_a_number_is_changed_and_an_output_chosen(open_chapter):
    page = open_chapter("pooling")
    matrix(page, "Input").locator(".cell").first.focus()
    page.keyboard.type("20")
    page.keyboard.press("Enter")
    expect(matrix(page, "Max pooling").locator(".cell").first).to_have_text("20")
    expect(matrix(page, "Average pooling").locator(".cell").first).to_have_text("6")
    matrix(page, "Average pooling").locator(".cell").first.focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator("step-bar .told")).to_contain_text("Row 1, column 0: largest 9")
    page.get_by_role("radio", name="a stroke").check(force=True)
    expect(matrix(page, "Input").locator(".cell")).to_have_count(64)
    page.get_by_role("spinbutton", name="Down").focus()
    page.keyboard.press("ArrowDown")
    expect(changed(page, "input")).to_have_text("2 of 64 changed (3.1%)")
    assert "shift=-1,0" in page.url


def test_by_touch_window_stride_and_shift_are_changed(open_chapter):
    page = open_chapter("pooling", **PHONE)
    page.get_by_role("button", name="Less: Stride S").tap()
    expect(matrix(page, "Max pooling").locator(".cell")).to_have_count(9)
    page.get_by_role("button", name="More: Window F").tap()
    expect(matrix(page, "Max pooling").locator(".cell")).to_have_text(["9", "8", "9", "8"])
    matrix(page, "Max pooling").locator(".cell").last.tap()
    expect(page.locator("step-bar .told")).to_contain_text("Row 1, column 1: largest 8")
    page.get_by_role("button", name="More: To the right").tap()
    expect(changed(page, "max")).to_contain_text("of 4 changed")
    page.get_by_role("button", name="More: Channels").tap()
    expect(fact(page, "shapes")).to_have_text("4 × 4 × 4 → 2 × 2 × 4")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_code_shown_prints_what_is_shown(open_chapter):
    page = open_chapter("pooling", "#f=3&s=1")
    maxima, means, sources = printed(page)
    assert maxima == str(rows(matrix(page, "Max pooling")))
    exact = [number for line in eval(means) for number in line]
    shown = [number for line in rows(matrix(page, "Average pooling")) for number in line]
    assert shown == pytest.approx(exact, rel=1e-3)
    assert eval(sources) == rows(matrix(page, "The maximum’s place"))


def test_a_link_restores_the_exact_state(open_chapter):
    page = open_chapter("pooling", "#input=1,2,3;4,5,6;7,8,9&f=2&s=1&at=1,0&shift=0,1&channels=16")
    assert rows(matrix(page, "Max pooling")) == [[5, 6], [8, 9]]
    expect(page.locator("step-bar .told")).to_contain_text("Row 1, column 0: largest 8")
    expect(changed(page, "input")).to_have_text("9 of 9 changed (100.0%)")
    expect(fact(page, "shapes")).to_have_text("3 × 3 × 16 → 2 × 2 × 16")


@pytest.mark.parametrize(
    "hash_",
    [
        "#input=5&f=8&s=8&at=7,7&shift=3,3",
        "#input=1,2;3&f=0&s=-1&shift=9,9&channels=0",
        "#input=" + ";".join([",".join(["1"] * 12)] * 12),
        "#input=-1e6,1e6;0,0&at=7,7",
        "#input=1,2,3,4,5,6,7,8&f=1&s=8",
    ],
)
def test_an_odd_link_does_no_harm(open_chapter, hash_):
    page = open_chapter("pooling", hash_)
    expect(matrix(page, "Input").locator(".cell").first).to_be_visible()


def test_in_spanish_it_says_the_same(open_chapter):
    page = open_chapter("pooling", language="es")
    assert rows(matrix(page, "Agrupación por promedio")) == [[1, 5], [6, 2]]
