"""The chapter on padding, by keyboard and by touch."""

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

USAGE = "How often each cell is read"
PADDED = "Input with padding"
KERNEL_5 = "#kernel=" + ";".join(["1,0,0,0,-1"] * 5)
STATES = {
    "": ([0, 0], "zeros"),
    "#amount=same": ([1, 1], "zeros"),
    "#amount=own&p=2,0": ([2, 0], "zeros"),
    "#amount=own&p=3,1&fill=reflect": ([3, 1], "reflect"),
    f"{KERNEL_5}&amount=same&fill=replicate": ([2, 2], "replicate"),
}


def test_without_padding_a_corner_is_read_once_and_the_centre_nine_times(open_chapter):
    page = open_chapter("padding")
    assert numbers(page, "Output") == [6, -9, -8, -3, -2, -3, -3, 0, -2]
    usage = rows(page, USAGE)
    assert (usage[0][0], usage[0][2], usage[2][2]) == (1, 3, 9)
    assert page.locator(".told-of-use dd").all_inner_texts() == ["1", "3", "9"]
    expect(page.locator(".told-of-use")).to_contain_text("32 × 32 → 30 × 30 → 28 × 28")


def test_same_keeps_the_size_and_gives_the_corners_more(open_chapter):
    page = open_chapter("padding")
    page.get_by_role("radio", name="same").check(force=True)
    expect(matrix(page, "Output").locator(".cell")).to_have_count(25)
    assert page.locator(".told-of-use dd").all_inner_texts() == ["4", "6", "9"]
    assert numbers(page, PADDED)[:8] == [0, 0, 0, 0, 0, 0, 0, 0]
    expect(matrix(page, PADDED).locator("[data-padding]")).to_have_count(49 - 25)
    expect(page.locator(".formulas")).to_contain_text("5−3+2·1+1=5")


@pytest.mark.parametrize("link", STATES)
def test_the_page_computes_what_the_api_computes(open_chapter, server, link):
    padding, mode = STATES[link]
    page = open_chapter("padding", link)
    down, across = padding
    padded = rows(page, PADDED)
    inner = [row[across : len(row) - across] for row in padded[down : len(padded) - down]]
    answer = server.client.post(
        "/api/convolutions",
        json={
            "input": inner,
            "kernel": rows(page, "Kernel"),
            "padding": padding,
            "padding_mode": mode,
        },
    ).json()
    assert rows(page, "Output") == answer["output"]["data"][0]
    assert rows(page, USAGE) == answer["usage"]["data"]


@pytest.mark.parametrize("link", STATES)
def test_the_code_prints_the_numbers_on_the_page(open_chapter, link):
    page = open_chapter("padding", link)
    assert printed_by(page) == [rows(page, "Output")]


def test_what_is_predicted_is_shown(open_chapter):
    page = open_chapter("padding")
    prediction = page.locator("#prediction")
    prediction.get_by_role("textbox").fill("2")
    prediction.get_by_role("textbox").press("Enter")
    expect(prediction).to_contain_text("You said 2; it is 4.")
    expect(prediction).to_contain_text("one direction only")
    expect(page.locator(".told-of-use dd").first).to_have_text("4")


def test_by_keyboard_padding_is_set_for_rows_and_columns_apart(open_chapter):
    page = open_chapter("padding")
    page.get_by_role("spinbutton", name="P above and below").focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(matrix(page, "Output").locator(".row")).to_have_count(7)
    assert len(rows(page, "Output")[0]) == 3
    expect(page.get_by_role("radio", name="my own")).to_be_checked()
    matrix(page, PADDED).locator("[data-at='2,0']").focus()
    page.keyboard.type("9")
    page.keyboard.press("Enter")
    expect(matrix(page, "Output").locator(".cell").nth(6)).to_have_text("8")
    matrix(page, USAGE).locator(".cell").first.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".told-of-use")).to_contain_text("3 down · 2 across = 6 readings")
    expect(matrix(page, "Output").locator("[data-flag]")).to_have_count(6)
    assert "amount=own&p=2,0" in page.url
    assert "cell=0,1" in page.url


def test_by_touch_a_reflection_repeats_the_cell_that_is_chosen(open_chapter):
    page = open_chapter("padding", "#amount=same", **PHONE)
    page.locator(".segments label", has_text="reflection").tap()
    expect(matrix(page, PADDED).locator(".cell").first).to_have_text("5")
    matrix(page, USAGE).locator("[data-at='1,1']").tap()
    copies = matrix(page, PADDED).locator("[data-flag]")
    expect(copies).to_have_count(4)
    assert set(copies.all_inner_texts()) == {"5"}
    matrix(page, "Output").locator(".cell").last.tap()
    assert "at=4,4" in page.url


def test_a_kernel_that_does_not_fit_is_told(open_chapter):
    page = open_chapter("padding", KERNEL_5)
    more = page.get_by_role("button", name="More: Kernel, F")
    more.click()
    expect(page.locator(".impossible")).to_contain_text("7 × 7 does not fit into 5 × 5")
    expect(matrix(page, "Output")).to_be_hidden()
    expect(page.locator(".told-of-use")).to_contain_text("nobody reads")
    expect(page.locator(".formulas")).to_contain_text("=−1<1")
    page.get_by_role("button", name="More: P above and below").click()
    expect(page.locator(".impossible")).to_contain_text("7 × 7 does not fit into 7 × 5")
    page.get_by_role("radio", name="same").check(force=True)
    expect(page.locator(".impossible")).to_be_hidden()
    expect(matrix(page, "Output").locator(".cell")).to_have_count(25)


def test_a_link_restores_the_exact_state_and_an_odd_one_the_start(open_chapter):
    link = "#amount=own&p=2,1&fill=replicate&at=3,2&cell=4,0"
    page = open_chapter("padding", link)
    assert page.url.endswith(link)
    expect(page.get_by_role("radio", name="edge again")).to_be_checked()
    expect(matrix(page, "Output").locator("[data-mark]")).to_have_attribute("data-at", "3,2")
    expect(matrix(page, USAGE).locator("[data-mark]")).to_have_attribute("data-at", "4,0")
    odd = "#kernel=1,2;3,4&amount=most&p=9,9&fill=wool&at=99,0&cell=5,5&input=1"
    page = open_chapter("padding", odd, language="es")
    assert numbers(page, "Salida")[0] == 6
    page = open_chapter("padding", "#at=10,10&amount=own&p=0,3")
    expect(matrix(page, "Output").locator("[data-mark]")).to_have_attribute("data-at", "2,8")


@pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed; npm ci brings it")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(open_chapter, scheme):
    page = open_chapter("padding", "#amount=own&p=3,3&fill=reflect", color_scheme=scheme)
    assert complaints_of_axe(page) == []
