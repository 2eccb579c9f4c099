"""The chapter on cross-correlation and convolution, by keyboard and by touch."""

import pytest
from playwright.sync_api import expect

from tests.browser.learn.reading import (
    AXE,
    PHONE,
    complaints_of_axe,
    matrix,
    numbers,
    printed_by,
    rows,
)

NUMBERS = "#kernel=1,2,3;4,5,6;7,8,9"
IMPULSE = "&input=" + ";".join(["0,0,0,0,0"] * 2 + ["0,0,1,0,0"] + ["0,0,0,0,0"] * 2)
LINKS = ["", NUMBERS, "#kernel=0.5,-2,1e-3;4,0,6;7,8,-9&bond=antisymmetric"]


def test_the_lectures_kernel_gives_6_unturned_and_minus_6_turned(open_chapter):
    page = open_chapter("cross-correlation")
    assert numbers(page, "Cross-correlation") == [6, -9, -8, -3, -2, -3, -3, 0, -2]
    assert numbers(page, "Convolution") == [-6, 9, 8, 3, 2, 3, 3, 0, 2]
    assert numbers(page, "Difference") == [12, -18, -16, -6, -4, -6, -6, 0, -4]
    expect(page.locator(".formulas")).to_contain_text("=6")
    expect(page.locator(".formulas")).to_contain_text("=−6")
    expect(page.locator(".lab .verdict")).to_contain_text("twice the cross-correlation")


@pytest.mark.parametrize("link", LINKS)
def test_both_snippets_print_the_numbers_on_the_page(open_chapter, link):
    page = open_chapter("cross-correlation", link)
    shown = [rows(page, name) for name in ("Cross-correlation", "Convolution")]
    for library in ("pytorch", "scipy"):
        outputs = printed_by(page, f"[data-library={library}] code")
        for computed, on_the_page in zip(outputs, shown, strict=True):
            for row, row_on_the_page in zip(computed, on_the_page, strict=True):
                assert row == pytest.approx(row_on_the_page, rel=1e-3, abs=1e-9)


def test_the_page_computes_what_the_api_computes(open_chapter, server):
    page = open_chapter("cross-correlation", NUMBERS)
    body = {"input": rows(page, "Input"), "kernel": [[1, 2, 3], [4, 5, 6], [7, 8, 9]]}
    for operation, name in [
        ("cross_correlation", "Cross-correlation"),
        ("convolution", "Convolution"),
    ]:
        answer = server.client.post("/api/convolutions", json=body | {"operation": operation})
        assert rows(page, name) == answer.json()["output"]["data"][0]


def test_a_single_1_becomes_the_turned_kernel_and_with_convolution_the_kernel(open_chapter):
    page = open_chapter("cross-correlation")
    page.locator("#prediction").get_by_role("button", name="Show the answer").click()
    expect(matrix(page, "Cross-correlation").locator(".cell").first).to_have_text("9")
    assert numbers(page, "Cross-correlation") == [9, 8, 7, 6, 5, 4, 3, 2, 1]
    assert numbers(page, "Convolution") == numbers(page, "Kernel as it is")
    assert page.url.endswith(IMPULSE.removeprefix("&") + NUMBERS.replace("#", "&"))


def test_by_keyboard_equal_opposites_leave_no_difference(open_chapter):
    page = open_chapter("cross-correlation", NUMBERS)
    expect(page.locator(".lab .verdict")).to_contain_text("differ in 8 of 9 numbers")
    page.locator("input[name=bonds][value=free]").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".lab .verdict")).to_contain_text("the difference is 0")
    assert numbers(page, "Kernel as it is") == [1, 2, 3, 4, 5, 4, 3, 2, 1]
    assert set(numbers(page, "Difference")) == {0}
    matrix(page, "Kernel as it is").locator(".cell").last.focus()
    page.keyboard.type("7")
    page.keyboard.press("Enter")
    expect(matrix(page, "Kernel as it is").locator(".cell").first).to_have_text("7")
    page.locator("input[name=bonds]:checked").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".lab .verdict")).to_contain_text("Antisymmetric")
    assert numbers(page, "Kernel as it is") == [7, 2, 3, 4, 0, -4, -3, -2, -7]
    twice = [2 * number for number in numbers(page, "Cross-correlation")]
    assert numbers(page, "Difference") == twice


def test_by_touch_turning_the_kernel_exchanges_the_outputs(open_chapter):
    page = open_chapter("cross-correlation", NUMBERS, **PHONE)
    first, second = numbers(page, "Cross-correlation"), numbers(page, "Convolution")
    page.get_by_role("button", name="Turn the kernel").tap()
    expect(matrix(page, "Kernel as it is").locator(".cell").first).to_have_text("9")
    assert numbers(page, "Cross-correlation") == second
    assert numbers(page, "Convolution") == first
    matrix(page, "Difference").locator(".cell").nth(5).tap()
    assert "at=1,2" in page.url
    marked = page.locator(".lab .less .cell[data-mark]")
    expect(marked).to_have_attribute("data-at", "1,2")


def test_a_weight_shows_where_it_is_turned_to(open_chapter):
    page = open_chapter("cross-correlation", NUMBERS)
    matrix(page, "Kernel as it is").locator(".cell").nth(1).hover()
    turned = matrix(page, "Turned by 180° ↻").locator("[data-mark]")
    expect(turned).to_have_attribute("data-at", "2,1")
    expect(turned).to_have_text("2")


def test_an_odd_kernel_may_agree_by_chance(open_chapter):
    page = open_chapter("cross-correlation", NUMBERS + "&input=" + ";".join(["1,1,1,1,1"] * 5))
    expect(page.locator(".lab .verdict")).to_contain_text("happen to give the same")


def test_a_link_restores_the_exact_state_and_an_odd_one_the_start(open_chapter):
    page = open_chapter("cross-correlation", "#kernel=1,2,3;4,5,6;7,8,9&bond=symmetric&at=2,1")
    assert numbers(page, "Kernel as it is") == [1, 2, 3, 4, 5, 4, 3, 2, 1]
    expect(page.locator(".lab .as-it-is .cell[data-mark]")).to_have_attribute("data-at", "2,1")
    assert page.url.endswith("#kernel=1,2,3;4,5,6;7,8,9&bond=symmetric&at=2,1")
    odd = "#kernel=1,2;3,4&input=1,x&bond=best&at=9,9&kernel=1e99,0,0;0,0,0;0,0,0"
    page = open_chapter("cross-correlation", odd, language="es")
    assert numbers(page, "Correlación cruzada")[0] == 6


@pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed; npm ci brings it")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(open_chapter, scheme):
    page = open_chapter("cross-correlation", NUMBERS, color_scheme=scheme)
    assert complaints_of_axe(page) == []
