"""The chapter on the convolution operation, by keyboard and by touch."""

from playwright.sync_api import Locator, Page, expect

from tests.browser.tabs import calm

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def matrix(page: Page, label: str) -> Locator:
    return page.locator(".lab").get_by_label(label, exact=True).first


def numbers(grid: Locator) -> list[str]:
    calm(grid.page)
    return grid.locator(".cell").all_inner_texts()


def test_the_lectures_example_gives_6_in_the_first_cell(open_chapter):
    page = open_chapter("convolution")
    output = matrix(page, "Output")
    assert numbers(output)[0] == "6"
    expect(page.locator(".formulas")).to_contain_text("=6")


def test_the_page_computes_what_the_api_computes(open_chapter, server):
    page = open_chapter("convolution")
    rows = [numbers(matrix(page, "Input"))[i : i + 5] for i in range(0, 25, 5)]
    kernel = [[1, 0, -1]] * 3
    answer = server.client.post(
        "/api/convolutions", json={"input": [list(map(float, r)) for r in rows], "kernel": kernel}
    ).json()
    shown = [float(text.replace("−", "-")) for text in numbers(matrix(page, "Output"))]
    assert shown == [number for row in answer["output"]["data"][0] for number in row]


def test_by_keyboard_a_number_is_changed_and_the_window_stepped(open_chapter):
    page = open_chapter("convolution")
    cell = matrix(page, "Input").locator(".cell").first
    cell.focus()
    page.keyboard.type("9")
    page.keyboard.press("Enter")
    expect(matrix(page, "Output").locator(".cell").first).to_have_text("8")
    matrix(page, "Output").locator(".cell").first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    expect(page.locator("step-bar .told")).to_contain_text("Row 1, column 1")
    assert "at=1,1" in page.url
    assert "input=9," in page.url


def test_by_touch_the_window_steps_and_a_kernel_number_is_changed(open_chapter):
    page = open_chapter("convolution", **PHONE)
    page.get_by_role("button", name="Step on").tap()
    expect(page.locator("step-bar .told")).to_contain_text("Row 0, column 1: −9")
    cell = matrix(page, "Kernel").locator(".cell").first
    cell.tap()
    page.keyboard.type("-2")
    page.keyboard.press("Enter")
    expect(matrix(page, "Output").locator(".cell").nth(1)).to_have_text("−15")


def test_a_link_restores_the_exact_state(open_chapter):
    page = open_chapter("convolution", "#kernel=0,1,0;1,-4,1;0,1,0&at=2,1")
    assert numbers(matrix(page, "Kernel")) == ["0", "1", "0", "1", "−4", "1", "0", "1", "0"]
    expect(page.locator("step-bar .told")).to_contain_text("Row 2, column 1")


PASTE = """text => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", text);
    const paste = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
    document.activeElement.dispatchEvent(paste);
}"""


def test_a_matrix_is_pasted_from_a_cell_on_as_far_as_there_is_room(open_chapter):
    page = open_chapter("convolution")
    kernel = matrix(page, "Kernel").locator(".cell")
    kernel.first.focus()
    page.evaluate(PASTE, "0\t1\t0\n1\t-4\t1\n0\t1\t0")
    expect(kernel.nth(4)).to_have_text("−4")
    assert "kernel=0,1,0;1,-4,1;0,1,0" in page.url
    kernel.nth(8).focus()
    page.evaluate(PASTE, "5 6\n7 8")
    expect(kernel.nth(8)).to_have_text("5")
    assert "kernel=0,1,0;1,-4,1;0,1,5" in page.url
    page.evaluate(PASTE, "5 6\n7")
    expect(page.locator("number-matrix .told").nth(1)).to_contain_text("not a matrix")
    assert "kernel=0,1,0;1,-4,1;0,1,5" in page.url


def test_a_number_that_no_link_could_hold_is_refused_in_words(open_chapter):
    page = open_chapter("convolution")
    cell = matrix(page, "Input").locator(".cell").first
    cell.focus()
    page.keyboard.type("1000001")
    page.keyboard.press("Enter")
    expect(cell).to_have_text("7")
    expect(page.locator("number-matrix .told").first).to_contain_text("−1,000,000 to 1,000,000")
    page.keyboard.type("1e6")
    page.keyboard.press("Enter")
    expect(cell).to_have_text("1000000")
    page.reload()
    expect(cell).to_have_text("1000000")
