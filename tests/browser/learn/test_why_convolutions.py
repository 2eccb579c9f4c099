"""The chapter on why convolutions are used, by keyboard and by touch."""

import contextlib
import io

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.tabs import calm

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
MATRIX = "The matrix: a row for each output"
INPUT = "The input, row after row"


def matrix(page: Page, label: str) -> Locator:
    return (
        page.locator(".lab .cells:visible")
        .and_(page.get_by_label(label, exact=True))
        .and_(page.locator(":visible"))
    )


def rows(grid: Locator) -> list[list[float]]:
    calm(grid.page)
    found = [float(text.replace("−", "-")) for text in grid.locator(".cell").all_inner_texts()]
    columns = grid.locator(".row").first.locator(".cell").count()
    return [found[i : i + columns] for i in range(0, len(found), columns)]


def flat(grid: Locator) -> list[float]:
    return [number for row in rows(grid) for number in row]


def cost(page: Page, kind: str) -> Locator:
    return page.locator(f".budget td[data-kind={kind}]")


def look(page: Page, view: str) -> None:
    page.get_by_role("radio", name=view, exact=True).check(force=True)


def times(weights: list[list[float]], vector: list[float]) -> list[float]:
    return [sum(w * x for w, x in zip(row, vector, strict=True)) for row in weights]


def printed(page: Page) -> list[str]:
    """Run the code that the page shows, and return the lines that it prints."""
    calm(page)
    code = page.locator("#formula code").text_content()
    with contextlib.redirect_stdout(io.StringIO()) as out:
        exec(code, {})
    return out.getvalue().splitlines()


def test_the_lectures_layer_has_456_parameters_instead_of_14_million(open_chapter):
    page = open_chapter("why-convolutions")
    expect(page.locator(".shapes")).to_have_text("32 × 32 × 3 → 28 × 28 × 6")
    expect(cost(page, "shared")).to_have_text("456")
    expect(cost(page, "fully")).to_have_text("14,455,392")
    expect(cost(page, "local")).to_have_text(f"{28 * 28 * 6 * 76:,}")
    expect(cost(page, "saved")).to_have_text("÷ 31,700")
    expect(page.locator(".formulas")).to_contain_text("3,072·4,704+4,704")


def test_the_areas_are_to_scale(open_chapter):
    page = open_chapter("why-convolutions", "#f=8&side=16")
    widths = page.locator(".areas i[data-kind]").evaluate_all(
        "squares => squares.map(square => square.getBoundingClientRect().width)"
    )
    counts = [
        int(cost(page, kind).inner_text().replace(",", "")) for kind in ("fully", "local", "shared")
    ]
    for width, count in zip(widths, counts, strict=True):
        assert (width / widths[0]) ** 2 == pytest.approx(count / counts[0], rel=0.15)


def test_the_matrix_times_the_input_is_the_convolution(open_chapter, server):
    page = open_chapter("why-convolutions")
    weights, vector = rows(matrix(page, MATRIX)), flat(matrix(page, INPUT))
    assert [len(weights), len(weights[0])] == [4, 16]
    assert vector == flat(matrix(page, "Input"))
    assert times(weights, vector) == flat(matrix(page, "Result")) == flat(matrix(page, "Output"))
    answer = server.client.post(
        "/api/convolutions?encoding=lists",
        json={"input": rows(matrix(page, "Input")), "kernel": rows(matrix(page, "Kernel"))},
    ).json()
    assert answer["output"]["data"][0] == rows(matrix(page, "Output"))
    expect(matrix(page, MATRIX).locator("[data-flag=zero]")).to_have_count(28)
    expect(page.locator(".story").first).to_contain_text("28 of 64 entries are zero")


def test_the_patches_as_columns_give_the_same(open_chapter):
    page = open_chapter("why-convolutions", "#view=patches")
    patches = rows(matrix(page, "Patches, one per column"))
    assert [len(patches), len(patches[0])] == [9, 4]
    kernel = page.locator(".columns figure").first.locator(".cells")
    columns = [list(column) for column in zip(*patches, strict=True)]
    assert times(columns, flat(kernel)) == flat(matrix(page, "Result"))
    assert flat(matrix(page, "Result")) == flat(matrix(page, "Output"))


def test_weights_become_fewer_from_layer_to_layer(open_chapter):
    page = open_chapter("why-convolutions")
    look(page, "fully connected")
    expect(matrix(page, MATRIX).locator("[data-flag=zero]")).to_have_count(0)
    expect(page.locator(".story").first).to_contain_text("= 64 weights")
    assert 0 not in flat(matrix(page, MATRIX))
    look(page, "own window")
    expect(matrix(page, MATRIX).locator("[data-flag=zero]")).to_have_count(28)
    expect(page.locator(".story").first).to_contain_text("36 weights of their own")
    assert times(rows(matrix(page, MATRIX)), flat(matrix(page, INPUT))) == flat(
        matrix(page, "Output")
    )


def test_a_row_a_window_and_an_output_belong_together(open_chapter):
    page = open_chapter("why-convolutions")
    matrix(page, MATRIX).locator(".cell").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(matrix(page, "Output").locator("[data-mark]")).to_have_attribute("data-at", "1,0")
    expect(matrix(page, "Input").locator("[data-window]").first).to_have_attribute("data-at", "1,0")
    expect(matrix(page, INPUT).locator("[data-flag=read]")).to_have_count(9)
    assert "at=2" in page.url
    # The number in a corner is read by one output, and has one weight.
    matrix(page, "Input").locator(".cell").first.hover()
    expect(matrix(page, MATRIX).locator("[data-window]")).to_have_count(4)
    expect(matrix(page, MATRIX).locator("[data-window]:not([data-flag=zero])")).to_have_count(1)
    matrix(page, MATRIX).locator("[data-at='3,7']").hover()
    expect(matrix(page, "Output").locator("[data-mark]")).to_have_attribute("data-at", "1,1")
    page.mouse.move(2, 2)
    expect(matrix(page, "Output").locator("[data-mark]")).to_have_attribute("data-at", "1,0")


def test_by_keyboard_sizes_and_a_weight_are_changed(open_chapter):
    page = open_chapter("why-convolutions")
    page.get_by_role("slider", name="Image").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".shapes")).to_have_text("33 × 33 × 3 → 29 × 29 × 6")
    expect(cost(page, "shared")).to_have_text("456")
    page.get_by_role("spinbutton", name="Filters").focus()
    page.keyboard.press("ArrowUp")
    expect(cost(page, "shared")).to_have_text("532")
    matrix(page, "Kernel").locator(".cell").first.focus()
    page.keyboard.type("9")
    page.keyboard.press("Enter")
    expect(matrix(page, MATRIX).locator("[data-at='3,5']")).to_have_text("9")
    assert "side=33" in page.url


def test_by_touch_a_row_is_chosen_and_a_size_changed(open_chapter):
    page = open_chapter("why-convolutions", **PHONE)
    page.get_by_role("button", name="More: Channels").tap()
    expect(cost(page, "shared")).to_have_text("606")
    row = matrix(page, MATRIX).locator("[data-at='3,6']")
    assert row.bounding_box()["height"] >= 43
    row.tap()
    expect(matrix(page, "Output").locator("[data-mark]")).to_have_attribute("data-at", "1,1")
    page.locator(".machine .segments label").last.tap()
    expect(matrix(page, "Patches, one per column")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_prediction_is_shown_in_the_lab(open_chapter):
    page = open_chapter("why-convolutions")
    page.locator("#predict").get_by_role("button", name="Show the answer").click()
    expect(cost(page, "shared")).to_have_text("456")
    expect(cost(page, "fully")).to_have_text("265,442,400")


def test_the_code_shown_prints_what_is_shown(open_chapter):
    page = open_chapter("why-convolutions")
    shared, fully, weights, product, patches = printed(page)
    assert [shared, fully] == ["456", "14455392"]
    assert eval(weights) == rows(matrix(page, MATRIX))
    assert eval(product) == eval(patches) == flat(matrix(page, "Result"))


def test_a_link_restores_the_exact_state(open_chapter):
    page = open_chapter("why-convolutions", "#side=224&channels=3&f=3&filters=64&view=local&at=3")
    expect(page.locator(".shapes")).to_have_text("224 × 224 × 3 → 222 × 222 × 64")
    expect(cost(page, "shared")).to_have_text("1,792")
    expect(page.get_by_role("radio", name="own window")).to_be_checked()
    expect(matrix(page, "Output").locator("[data-mark]")).to_have_attribute("data-at", "1,1")


@pytest.mark.parametrize(
    "hash_",
    [
        "#side=8&f=8&channels=1&filters=1",
        "#side=1&f=99&at=4&view=none",
        "#side=256&channels=64&filters=64&f=1",
        "#input=1,2;3,4&kernel=1",
        "#kernel=0,0,0;0,0,0;0,0,0&at=3",
        "#kernel=1e6,1e6,1e6;1e6,1e6,1e6;1e6,-1e6,0.001",
    ],
)
def test_an_odd_link_does_no_harm(open_chapter, hash_):
    page = open_chapter("why-convolutions", hash_)
    expect(matrix(page, MATRIX).locator(".cell")).to_have_count(64)
    expect(cost(page, "saved")).to_contain_text("÷")


def test_in_spanish_it_says_the_same(open_chapter):
    page = open_chapter("why-convolutions", language="es")
    expect(cost(page, "shared")).to_have_text("456")
    expect(page.get_by_role("radio", name="parches como columnas")).to_be_attached()
