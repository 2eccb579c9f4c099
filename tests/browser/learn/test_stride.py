"""The chapter on stride, by keyboard and by touch."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.learn.reading import (
    AXE,
    PHONE,
    complaints_of_axe,
    matrix,
    numbers,
    printed_by,
    rows,
)
from tests.browser.tabs import calm

INPUT = "Input with padding"
# Input, kernel, padding, stride.
STATES = {
    "": ([7, 7], [3, 3], [0, 0], [2, 2]),
    "#size=8,8": ([8, 8], [3, 3], [0, 0], [2, 2]),
    "#size=8,10&stride=2,4&padding=1,0&kernel=3,2": ([8, 10], [3, 2], [1, 0], [2, 4]),
    "#size=1,10&kernel=5,1&padding=2,2&stride=9,1": ([1, 10], [5, 1], [2, 2], [9, 1]),
}


def told(page: Page) -> str:
    calm(page)
    return " ".join(page.locator(".told-of-places p").all_inner_texts())


def shaded(page: Page) -> set[tuple[int, int]]:
    calm(page)
    cells = matrix(page, INPUT).locator("[data-unread]").all()
    places = [(cell.get_attribute("data-at") or "").split(",") for cell in cells]
    return {(int(row), int(column)) for row, column in places}


def test_the_lectures_7_by_7_with_stride_2_makes_3_by_3(open_chapter):
    page = open_chapter("stride")
    assert [len(rows(page, "Output")), len(rows(page, "Output")[0])] == [3, 3]
    expect(page.locator(".formulas")).to_contain_text("=⌊2⌋+1=2+1=3")
    expect(matrix(page, INPUT).locator("[data-flag=start]")).to_have_count(9)
    assert shaded(page) == set()
    assert "9 units instead of 25 with stride 1, and 81 products instead of 225" in told(page)


def test_what_the_floor_drops_is_shaded_and_told(open_chapter):
    page = open_chapter("stride")
    page.locator("#prediction").get_by_role("button", name="Show the answer").click()
    expect(matrix(page, INPUT).locator(".row")).to_have_count(8)
    assert len(rows(page, "Output")) == 3
    assert shaded(page) == {(i, 7) for i in range(8)} | {(7, i) for i in range(8)}
    assert "drops 1 row and 1 column" in told(page)
    expect(page.locator(".formulas")).to_contain_text("=⌊2.5⌋+1=2+1=3")
    expect(page.locator(".places [data-over]")).to_have_count(2)


@pytest.mark.parametrize("link", STATES)
def test_the_page_computes_what_the_api_computes(open_chapter, server, link):
    size, kernel, padding, stride = STATES[link]
    page = open_chapter("stride", link)
    down, across = padding
    padded = rows(page, INPUT)
    inner = [row[across : across + size[1]] for row in padded[down : down + size[0]]]
    body = {"input": inner, "kernel": [[1] * kernel[1]] * kernel[0]}
    answer = server.client.post(
        "/api/convolutions", json=body | {"padding": padding, "stride": stride}
    ).json()
    assert rows(page, "Output") == answer["output"]["data"][0]
    unread = answer["unread"]
    height, width = len(padded), len(padded[0])
    assert shaded(page) == {
        (row, column)
        for row in range(height)
        for column in range(width)
        if row >= height - unread["rows"] or column >= width - unread["columns"]
    }


@pytest.mark.parametrize("link", STATES)
def test_the_code_prints_the_numbers_on_the_page(open_chapter, link):
    page = open_chapter("stride", link)
    assert printed_by(page) == [rows(page, "Output")]


def test_by_keyboard_height_and_width_are_set_apart(open_chapter):
    page = open_chapter("stride")
    page.get_by_role("checkbox", name="Height and width alike").focus()
    page.keyboard.press("Space")
    page.get_by_role("spinbutton", name="Stride S, Width").focus()
    page.keyboard.press("ArrowUp")
    expect(matrix(page, "Output").locator(".cell")).to_have_count(6)
    assert "drops 0 rows and 1 column" in told(page)
    matrix(page, "Output").locator(".cell").first.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("step-bar .told")).to_contain_text("Row 0, column 1")
    expect(page.locator(".places.across [data-now]")).to_have_attribute(
        "style", "grid-area: 1 / 4 / auto / 7;"
    )
    matrix(page, INPUT).locator("[data-at='0,3']").focus()
    page.keyboard.type("100")
    page.keyboard.press("Enter")
    first, second = numbers(page, "Output")[:2]
    assert second > 100 > first
    for part in ("stride=2,3", "alike=0", "at=0,1", "input="):
        assert part in page.url


def test_by_touch_the_window_leaps_and_sizes_change_together(open_chapter):
    page = open_chapter("stride", **PHONE)
    page.get_by_role("button", name="Step on").tap()
    assert "at=0,1" in page.url
    expect(page.locator(".places.across [data-now]")).to_have_count(1)
    page.get_by_role("button", name="More: Stride S, Height").tap()
    expect(page.get_by_role("spinbutton", name="Stride S, Width")).to_have_text("3")
    expect(matrix(page, "Output").locator(".cell")).to_have_count(4)
    assert "drops 1 row and 1 column" in told(page)
    matrix(page, "Output").locator(".cell").last.tap()
    assert "at=1,1" in page.url


def test_a_stride_beyond_the_kernel_leaves_gaps(open_chapter):
    page = open_chapter("stride", "#size=7,7&kernel=1,1&stride=3,3")
    expect(matrix(page, INPUT).locator("[data-flag=start]")).to_have_count(9)
    expect(matrix(page, INPUT).locator("[data-flag=skipped]")).to_have_count(49 - 9)
    assert "larger than the kernel" in told(page)


def test_that_only_padding_is_dropped_is_told(open_chapter):
    page = open_chapter("stride", "#size=8,8&padding=1,1")
    assert "drops 1 row and 1 column" in told(page)
    assert "only padding" in told(page)


def test_a_kernel_that_does_not_fit_is_told(open_chapter):
    page = open_chapter("stride", "#size=2,9&kernel=3,3&at=5,5")
    expect(page.locator(".impossible")).to_contain_text("3 × 3 does not fit into 2 × 9")
    expect(matrix(page, "Output")).to_be_hidden()
    expect(page.locator("step-bar")).to_be_hidden()
    expect(page.locator(".formulas")).to_contain_text("2−3+2·0=−1<0")
    page.get_by_role("button", name="More: Padding P, Height").click()
    expect(matrix(page, "Output").locator(".row")).to_have_count(1)
    expect(page.locator(".impossible")).to_be_hidden()


def test_a_link_restores_the_exact_state_and_an_odd_one_the_start(open_chapter):
    link = "#size=8,10&kernel=3,2&padding=1,0&stride=2,4&at=3,2&alike=0"
    page = open_chapter("stride", link)
    assert page.url.endswith(link)
    expect(matrix(page, "Output").locator("[data-mark]")).to_have_attribute("data-at", "3,2")
    page = open_chapter("stride", "#input=1,2,3;4,5,6;7,8,9.5&at=9,9")
    assert numbers(page, "Output") == [45.5]
    row = ",".join("1" * 12)
    odd = f"#size=11,0&kernel=6,1&stride=0,1&padding=3,0&at=-1,99&alike=yes&input={row}"
    page = open_chapter("stride", odd, language="es")
    assert len(numbers(page, "Salida")) == 9


@pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed; npm ci brings it")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(open_chapter, scheme):
    link = "#size=8,10&stride=2,4&padding=1,0&kernel=3,2&at=1,1"
    page = open_chapter("stride", link, color_scheme=scheme)
    assert complaints_of_axe(page) == []
