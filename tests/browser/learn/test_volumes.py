"""The chapter on volumes, by keyboard and by touch."""

import contextlib
import io

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.tabs import calm

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
COLOURS = ("Red", "Green", "Blue")


def matrix(page: Page, label: str) -> Locator:
    return page.locator(".lab").get_by_label(label, exact=True).and_(page.locator(".cells"))


def numbers(grid: Locator) -> list[float]:
    calm(grid.page)
    return [float(text.replace("−", "-")) for text in grid.locator(".cell").all_inner_texts()]


def rows(grid: Locator) -> list[list[float]]:
    calm(grid.page)
    found = numbers(grid)
    columns = grid.locator(".row").first.locator(".cell").count()
    return [found[i : i + columns] for i in range(0, len(found), columns)]


def fact(page: Page, name: str) -> Locator:
    return page.locator(f".cost [data-fact={name}]")


def printed(page: Page) -> list[str]:
    """Run the code that the page shows, and return the lines that it prints."""
    calm(page)
    code = page.locator("#formula code").text_content()
    with contextlib.redirect_stdout(io.StringIO()) as out:
        exec(code, {})
    return out.getvalue().splitlines()


def test_27_products_make_one_number(open_chapter):
    page = open_chapter("volumes")
    products = [numbers(matrix(page, f"Products of {c.lower()}")) for c in COLOURS]
    sums = [numbers(matrix(page, f"Sum of {c.lower()}"))[0] for c in COLOURS]
    assert sum(map(len, products)) == 27
    assert [sum(part) for part in products] == sums == [24, -24, 0]
    assert numbers(matrix(page, "Feature map"))[0] == sum(sums) == 0
    expect(page.locator(".added")).to_have_text("24 − 24 + 0 + 0 = 0")


def test_ten_filters_have_280_parameters_whatever_the_images_size(open_chapter):
    page = open_chapter("volumes")
    page.locator("#predict").get_by_role("button", name="Show the answer").click()
    expect(fact(page, "parameters")).to_have_text("280")
    expect(fact(page, "multiplications")).to_have_text(f"{27 * 1022**2 * 10:,}")
    expect(fact(page, "maps")).to_have_text("1,022 × 1,022 × 10")
    expect(page.locator(".formulas")).to_contain_text("=280")
    less = page.get_by_role("button", name="Less: Size of the image")
    seen = set()
    while less.is_enabled():
        less.click()
        expect(fact(page, "parameters")).to_have_text("280")
        calm(page)
        seen.add(fact(page, "multiplications").inner_text())
    assert len(seen) == 9
    expect(fact(page, "multiplications")).to_have_text("2,430")


def test_the_page_computes_what_the_api_computes(open_chapter, server):
    page = open_chapter("volumes", "#biases=1,-2,0.5,3,0,0,0,0,0,0")
    image = [rows(matrix(page, colour)) for colour in COLOURS]
    filters, maps = [], []
    for n in range(4):
        page.get_by_role("radio", name=f"Filter {n + 1}", exact=True).check(force=True)
        expect(page.locator(".filter-name")).to_contain_text(f"Filter {n + 1}")
        filters.append([rows(matrix(page, f"Kernel for {c.lower()}")) for c in COLOURS])
        maps.append(rows(matrix(page, "Feature map")))
    answer = server.client.post(
        "/api/convolutions?encoding=lists",
        json={"input": image, "kernel": filters, "bias": [1, -2, 0.5, 3]},
    ).json()
    assert answer["output"]["data"] == maps
    calm(page)
    assert f"{answer['parameter_count']}" == fact(page, "parameters").inner_text()
    assert f"{answer['multiply_adds']}" == fact(page, "multiplications").inner_text()


def test_the_code_shown_prints_what_is_shown(open_chapter):
    page = open_chapter("volumes", "#filter=3&biases=0,0,0,0.5,0,0,0,0,0,0")
    shape, numbers_, parameters = printed(page)
    assert shape == "(4, 3, 3)"
    assert numbers_ == str(rows(matrix(page, "Feature map")))
    calm(page)
    assert parameters == fact(page, "parameters").inner_text()


def test_by_keyboard_a_channel_a_kernel_and_the_bias_are_changed(open_chapter):
    page = open_chapter("volumes")
    matrix(page, "Green").locator(".cell").nth(2).focus()
    page.keyboard.type("4")
    page.keyboard.press("Enter")
    expect(page.locator(".added")).to_have_text("24 − 19 + 0 + 0 = 5")
    matrix(page, "Kernel for blue").locator(".cell").first.focus()
    page.keyboard.type("2")
    page.keyboard.press("Enter")
    expect(page.locator(".added")).to_have_text("24 − 19 + 2 + 0 = 7")
    expect(page.locator(".filter-name")).to_have_text("Filter 1: your own")
    matrix(page, "Bias").locator(".cell").focus()
    page.keyboard.type("-7")
    page.keyboard.press("Enter")
    expect(page.locator(".added")).to_have_text("24 − 19 + 2 − 7 = 0")
    matrix(page, "Feature map").locator(".cell").first.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("step-bar .told")).to_contain_text("Row 0, column 1")
    assert "at=0,1" in page.url


def test_by_keyboard_filters_are_stacked_and_looked_at(open_chapter):
    page = open_chapter("volumes")
    page.get_by_role("spinbutton", name="Filters").focus()
    page.keyboard.press("End")
    expect(fact(page, "parameters")).to_have_text("280")
    expect(page.locator(".sheets i")).to_have_count(9)
    page.get_by_role("radio", name="Filter 1", exact=True).focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator(".filter-name")).to_contain_text("vertical edges in red only")
    expect(page.locator(".added")).to_have_text("24 + 0 + 0 + 0 = 24")
    page.get_by_role("spinbutton", name="Filters").focus()
    page.keyboard.press("Home")
    expect(page.locator(".filter-name")).to_contain_text("Filter 1:")
    expect(fact(page, "parameters")).to_have_text("28")


def test_by_touch_a_filter_is_added_and_a_number_changed(open_chapter):
    page = open_chapter("volumes", **PHONE)
    page.get_by_role("button", name="More: Filters").tap()
    expect(fact(page, "parameters")).to_have_text("140")
    page.locator(".maps label:visible").nth(1).tap()
    expect(page.locator(".filter-name")).to_contain_text("Filter 2")
    matrix(page, "Red").locator(".cell").first.tap()
    page.keyboard.type("5")
    page.keyboard.press("Enter")
    expect(page.locator(".added")).to_have_text("20 + 0 + 0 + 0 = 20")
    page.get_by_role("button", name="Step on").tap()
    expect(page.locator("step-bar .told")).to_contain_text("Row 0, column 1")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_link_restores_the_exact_state(open_chapter):
    page = open_chapter("volumes", "#count=10&filter=8&at=2,1&side=224")
    expect(page.locator("step-bar .told")).to_contain_text("Row 2, column 1")
    expect(page.locator(".filter-name")).to_contain_text("Filter 9")
    expect(fact(page, "parameters")).to_have_text("280")
    expect(fact(page, "maps")).to_have_text("222 × 222 × 10")


@pytest.mark.parametrize(
    "hash_",
    [
        "#image=1,2;3,4&side=7&at=9,9",
        "#image=1,2,3;4,5,6;7,8,9|1,2,3;4,5,6;7,8,9&kernels=1",
        "#image=1,2,3;4,5,6;7,8,9|1,2,3;4,5,6;7,8,9|9,9,9;9,9,9;9,9,9&at=3,3",
        "#count=1&filter=9",
        "#count=99&filter=-1&biases=1e999",
    ],
)
def test_an_odd_link_falls_back(open_chapter, hash_):
    page = open_chapter("volumes", hash_)
    expect(matrix(page, "Feature map").locator("[data-mark]")).to_have_count(1)


def test_in_spanish_it_says_the_same(open_chapter):
    page = open_chapter("volumes", "#filter=1", language="es")
    expect(page.locator(".filter-name")).to_have_text("Filtro 2: bordes verticales solo en el rojo")
    expect(page.locator(".added")).to_have_text("24 + 0 + 0 + 0 = 24")
