"""The chapter on edge detection, by keyboard and by touch."""

import contextlib
import io

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.tabs import calm

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
LECTURE = ["0", "30", "30", "0"] * 4


def matrix(page: Page, label: str) -> Locator:
    return page.locator(".lab").get_by_label(label, exact=True)


def numbers(grid: Locator) -> list[str]:
    calm(grid.page)
    return grid.locator(".cell").all_inner_texts()


def as_number(text: str) -> float:
    return float(text.replace("−", "-"))


def printed(page: Page) -> str:
    """What the chapter's code prints."""
    calm(page)
    code = page.locator("#code code").text_content()
    assert code is not None
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(code, {})
    return out.getvalue().strip()


def test_the_lectures_steps_give_30_and_minus_30(open_chapter):
    page = open_chapter("edge-detection")
    assert numbers(matrix(page, "Input")) == ["10", "10", "10", "0", "0", "0"] * 6
    assert numbers(matrix(page, "Output")) == LECTURE
    page.locator("#predict").get_by_role("textbox").fill("-30")
    page.keyboard.press("Enter")
    expect(page.locator("#predict .verdict")).to_contain_text("Right")
    turned = [text.replace("30", "−30") for text in LECTURE]
    expect(matrix(page, "Output").locator(".cell")).to_have_text(turned)
    page.get_by_label("Absolute value").check(force=True)
    expect(matrix(page, "Output").locator(".cell")).to_have_text(LECTURE)
    assert "sign=absolute" in page.url


def test_the_page_computes_what_the_api_computes(open_chapter, server):
    page = open_chapter("edge-detection", "#kernel=scharr_vertical&picture=dark_light&at=3,2")
    rows = [[0.0, 0.0, 0.0, 10.0, 10.0, 10.0]] * 6
    kernel = [[3, 0, -3], [10, 0, -10], [3, 0, -3]]
    answer = server.client.post("/api/convolutions", json={"input": rows, "kernel": kernel}).json()
    wanted = [number for row in answer["output"]["data"][0] for number in row]
    expect(matrix(page, "Output").locator(".cell").nth(1)).to_have_text("−160")
    assert [as_number(text) for text in numbers(matrix(page, "Output"))] == wanted
    calm(page)
    assert as_number(page.locator("output.total").inner_text()) == wanted[3 * 4 + 2]
    assert printed(page) == str(answer["output"]["data"][0])


def test_by_keyboard_a_kernel_is_chosen_changed_and_the_window_moved(open_chapter):
    page = open_chapter("edge-detection")
    page.locator("#lab").get_by_label("Vertical (Prewitt)").focus()
    page.keyboard.press("ArrowRight")
    expect(matrix(page, "Output").locator(".cell").nth(1)).to_have_text("0")
    assert "kernel=horizontal" in page.url
    cell = matrix(page, "Kernel").locator(".cell").nth(4)
    cell.focus()
    page.keyboard.type("7")
    page.keyboard.press("Enter")
    expect(page.get_by_role("radio", name="Your own", exact=True).first).to_be_checked()
    expect(matrix(page, "Output").locator(".cell").nth(1)).to_have_text("70")
    expect(page.locator(".lab .kernels .note")).to_contain_text("7 times as bright")
    matrix(page, "Output").locator(".cell").nth(1).focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    assert "at=1,2" in page.url
    expect(page.locator("output.total")).to_have_text("0")


def test_on_the_photograph_the_nine_products_add_up_to_the_servers_number(open_chapter):
    page = open_chapter("edge-detection", "#picture=photo&kernel=sobel_horizontal&at=63,80")
    for name in ["Output of red", "Output of green", "Output of blue"]:
        picture = page.get_by_role("slider", name=name)
        picture.click(position={"x": 61, "y": 40})
        calm(page)
        place, number = str(picture.get_attribute("aria-valuetext")).split(": ")
        expect(page.locator("output.total")).to_have_text(number)
        assert as_number(number) == as_number(printed(page).strip("[]"))
        picture.press("ArrowDown")
        expect(picture).not_to_have_attribute("aria-valuetext", f"{place}: {number}")
        calm(page)
        expect(page.locator("output.total")).to_have_text(
            str(picture.get_attribute("aria-valuetext")).split(": ")[1]
        )
    page.get_by_label("Without colours").check()
    expect(page.get_by_role("slider", name="Output", exact=True)).to_be_visible()
    assert "picture=photo%2Cgrey" in page.url or "picture=photo,grey" in page.url


def test_the_products_follow_the_pointer_and_stay_where_it_clicked(open_chapter):
    page = open_chapter("edge-detection", "#picture=photo,grey&at=2,3")
    picture = page.get_by_role("slider", name="Input")
    expect(picture).to_be_visible()
    calm(page)
    kept = str(picture.get_attribute("aria-valuetext"))
    picture.hover(position={"x": 200, "y": 100})
    expect(picture).not_to_have_attribute("aria-valuetext", kept)
    page.mouse.move(5, 5)
    expect(picture).to_have_attribute("aria-valuetext", kept)
    assert "at=2,3" in page.url
    picture.click(position={"x": 200, "y": 100})
    page.mouse.move(5, 5)
    expect(picture).not_to_have_attribute("aria-valuetext", kept)
    assert "at=2,3" not in page.url


def test_the_output_changes_while_the_pen_is_down(open_chapter):
    page = open_chapter("edge-detection")
    page.get_by_role("radio", name="Your drawing").check(force=True)
    output = page.get_by_role("slider", name="Output", exact=True)
    expect(output).to_be_visible()
    pad = page.locator("draw-pad canvas").bounding_box()
    assert pad
    output.focus()
    page.evaluate("document.activeElement.scrollIntoView({block: 'center'})")
    pad = page.locator("draw-pad canvas").bounding_box()
    assert pad
    before = page.url
    page.mouse.move(pad["x"] + 20, pad["y"] + 100)
    page.mouse.down()
    page.mouse.move(pad["x"] + 180, pad["y"] + 100, steps=8)
    expect(page.locator(".below .note")).to_contain_text("±765.")
    assert page.url == before
    page.mouse.up()
    expect(page).not_to_have_url(before)


def test_by_touch_a_photograph_is_looked_into(open_chapter):
    page = open_chapter("edge-detection", **PHONE)
    page.get_by_text("A photograph", exact=True).tap(force=True)
    page.get_by_text("Without colours", exact=True).tap(force=True)
    page.get_by_text("Laplacian", exact=True).first.tap(force=True)
    output = page.get_by_role("slider", name="Output", exact=True)
    expect(output).to_be_visible()
    calm(page)
    before = output.get_attribute("aria-valuetext")
    output.tap(position={"x": 100, "y": 90})
    expect(output).not_to_have_attribute("aria-valuetext", str(before))
    page.wait_for_load_state("networkidle")
    page.wait_for_function(
        """(output) => output.getAttribute("aria-valuetext").split(": ")[1]
            === document.querySelector("output.total").textContent""",
        arg=output.element_handle(),
    )
    assert "kernel=laplacian" in page.url


def test_an_upload_is_read_and_what_is_no_picture_is_told(open_chapter, tmp_path):
    page = open_chapter("edge-detection")
    page.get_by_role("radio", name="Your own picture").check(force=True)
    broken = tmp_path / "notes.txt"
    broken.write_text("no picture")
    page.locator("picture-source input[type=file]").set_input_files(broken)
    expect(page.locator("picture-source > .told")).to_contain_text("notes.txt")
    page.locator("picture-source input[type=file]").set_input_files(
        "static/pictures/still-life.png"
    )
    expect(page.get_by_role("slider", name="Output of blue")).to_be_visible()


@pytest.mark.parametrize(
    "hash_",
    [
        "#kernel=1,2;3,4&at=900,900&picture=cat&channel=9&sign=loud",
        "#kernel=1e6,0,0;0,1e6,0;0,0,-1e6&at=191,191",
        "#picture=photo,grey&at=191,191",
        "#picture=drawing,20,&channel=2",
    ],
)
def test_odd_links_open(open_chapter, hash_):
    page = open_chapter("edge-detection", hash_)
    expect(page.locator("output.total")).not_to_be_empty()
    expect(page.locator(".problem")).to_be_empty()


def test_a_link_restores_the_exact_state_in_spanish(open_chapter):
    page = open_chapter(
        "edge-detection", "#kernel=0,1,0;1,-5,1;0,1,0&picture=dark_light&at=1,1", language="es"
    )
    expect(matrix(page, "Salida").locator(".cell").nth(1)).to_have_text("10")
    expect(page.locator("output.total")).to_have_text("10")
    expect(page.locator(".lab .kernels .note")).to_contain_text("suman −1")
