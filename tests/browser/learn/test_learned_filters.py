"""The chapter on learned filters, by keyboard and by touch."""

import contextlib
import io
import json
import math
import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.tabs import calm

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
SOBEL = ["1", "0", "−1", "2", "0", "−2", "1", "0", "−1"]


def matrix(page: Page, label: str) -> Locator:
    return page.locator(".lab").get_by_label(label, exact=True)


def as_number(text: str) -> float:
    return float(text.replace("−", "-"))


def numbers(grid: Locator) -> list[float]:
    calm(grid.page)
    return [as_number(text) for text in grid.locator(".cell").all_inner_texts()]


def told(page: Page) -> Locator:
    return page.locator("step-bar .told")


def open_ready(open_chapter, hash_: str = "", **options) -> Page:
    page = open_chapter("learned-filters", hash_, **options)
    expect(told(page)).not_to_be_empty()
    expect(page.locator(".filters .cards button")).to_have_count(6)
    return page


def run(page: Page) -> tuple[float, list[list[float]]]:
    """Return the loss and the kernel that the chapter's code prints."""
    calm(page)
    code = page.locator("#code code").text_content()
    assert code is not None
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(code, {})
    loss, kernel = out.getvalue().strip().splitlines()
    return float(loss), json.loads(kernel)


def test_descent_finds_the_sobel_kernel_and_pytorch_agrees(open_chapter):
    page = open_ready(open_chapter, "#step=400")
    expect(matrix(page, "Kernel now").locator(".cell")).to_have_text(SOBEL)
    expect(page.locator(".run + .note")).to_contain_text("Found")
    loss, kernel = run(page)
    calm(page)
    shown = as_number(told(page).inner_text().split("loss ")[1])
    assert shown == pytest.approx(loss, rel=0.01)
    flat = [weight for row in kernel for weight in row]
    assert numbers(matrix(page, "Kernel now")) == pytest.approx(flat, abs=0.005)


def test_the_step_by_hand_is_the_step_that_is_taken(open_chapter):
    page = open_ready(open_chapter, "#step=3&weight=2,0")
    calm(page)
    before = page.locator(".formulas p").nth(2).inner_text()
    parts = [as_number(text) for text in re.findall(r"[−-]?\d+\.\d+", before)]
    weight, gradient, after = parts[0], parts[2], parts[-1]
    assert after == pytest.approx(weight - 1.5 * gradient, abs=2e-4)
    assert numbers(matrix(page, "Gradient"))[6] == pytest.approx(gradient, abs=0.006)
    page.get_by_role("button", name="Step on").click()
    expect(told(page)).to_contain_text("Step 4 of 400")
    assert numbers(matrix(page, "Kernel now"))[6] == pytest.approx(after, abs=0.006)
    _, kernel = run(page)
    assert kernel[2][0] == pytest.approx(after, abs=2e-4)


def test_a_learning_rate_that_is_too_large_is_told(open_chapter):
    page = open_ready(open_chapter)
    page.get_by_label("It grows without end.").check(force=True)
    page.locator("#predict").get_by_role("button", name="Check").click()
    expect(page.locator("#predict .verdict")).to_contain_text("Right")
    expect(page.locator(".run + .note")).to_contain_text("jumps over the lowest point")
    assert "rate=5" in page.url
    expect(told(page)).to_contain_text("Step 20 of 400")
    page.get_by_role("slider", name="Position").press("End")
    expect(page.locator(".run + .note")).to_contain_text("too large for a 32-bit number")


def test_the_limit_of_the_learning_rate_is_where_the_loss_begins_to_grow(open_chapter):
    page = open_ready(open_chapter)
    calm(page)
    text = page.locator(".run + .note").inner_text()
    limit = as_number(re.findall(r"below ([\d.]+)", text)[0])
    assert limit == pytest.approx(1.99, abs=0.005)
    ends = []
    for rate in ("1.5", "2"):
        page = open_ready(open_chapter, f"#rate={rate}&target=blur")
        page.locator("#code summary").click()
        losses = []
        for place in ("Home", "End"):
            page.get_by_role("slider", name="Position").press(place)
            losses.append(run(page)[0])
        ends.append(losses[1] / losses[0])
    assert ends[0] < 1e-4
    assert ends[1] > 1


def test_by_keyboard_a_weight_is_followed_and_the_target_typed(open_chapter):
    page = open_ready(open_chapter)
    matrix(page, "Kernel now").locator(".cell").nth(3).focus()
    page.keyboard.press("ArrowRight")
    assert "weight=1,1" in page.url
    page.get_by_role("button", name="Ten steps").press("Enter")
    expect(told(page)).to_contain_text("Step 10 of 400")
    cell = matrix(page, "Target kernel").locator(".cell").nth(4)
    cell.focus()
    page.keyboard.type("3")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Target", exact=True)).to_have_value("own")
    assert "target=1,0,-1;2,3,-2;1,0,-1" in page.url
    page.get_by_label("Target", exact=True).select_option("laplacian")
    page.get_by_role("slider", name="Position").press("End")
    shown = matrix(page, "Kernel now").locator(".cell").nth(4)
    expect(shown).to_have_text(re.compile(r"−[34]"))
    page.get_by_role("spinbutton", name="Learning rate η").press("ArrowDown")
    assert "rate=1&" in page.url + "&"


def test_on_the_step_image_another_kernel_does_the_same(open_chapter):
    page = open_ready(open_chapter, "#picture=light_dark&rate=0.2&step=400")
    expect(page.locator(".run + .note")).to_contain_text("does not tell them apart")
    assert numbers(matrix(page, "Kernel now")) != [as_number(text) for text in SOBEL]
    made = matrix(page, "Output now").locator(".cell").all_inner_texts()
    assert [round(as_number(text), 2) for text in made] == [0, 4, 4, 0] * 4


def test_by_touch_it_starts_elsewhere_and_runs(open_chapter):
    page = open_ready(open_chapter, **PHONE)
    page.get_by_role("button", name="random numbers").tap()
    expect(matrix(page, "Kernel now").locator(".cell").first).not_to_have_text("0")
    assert "from=" in page.url
    page.get_by_role("button", name="Play").tap()
    expect(told(page)).not_to_contain_text("Step 0 of")
    page.get_by_role("button", name="Pause").tap()
    page.get_by_role("button", name="Step back").tap()
    matrix(page, "Gradient").locator(".cell").nth(8).tap()
    assert "weight=2,2" in page.url


def test_the_networks_filters_are_matched_with_classic_kernels(open_chapter, server):
    page = open_ready(open_chapter)
    answer = server.client.post("/api/models/lenet5/layers/conv1/weights", json={}).json()
    rows = answer["weight"]["data"][4][0]
    page.locator(".cards button").nth(4).click()
    assert "filter=4" in page.url
    expect(page.locator(".cards button").nth(4)).to_contain_text("Diagonal ↙")
    kernel = [[1, 1, 0], [1, 0, -1], [0, -1, -1]]
    length = math.hypot(*(w for row in rows for w in row)) * math.sqrt(6)
    cosines = [
        sum(kernel[i][j] * rows[r + i][c + j] for i in range(3) for j in range(3)) / length
        for r in range(3)
        for c in range(3)
    ]
    best = max(cosines, key=abs)
    calm(page)
    shown = page.locator(".cards button").nth(4).locator(".value").inner_text()
    assert as_number(shown) == pytest.approx(best, abs=6e-4)
    assert as_number(page.locator(".ranking .value").first.inner_text()) == as_number(shown)


@pytest.mark.parametrize(
    "hash_",
    [
        "#rate=7&step=999&weight=5,5&filter=9&target=1,2&from=x&picture=dark_light",
        "#target=1e6,1e6,1e6;1e6,1e6,1e6;1e6,1e6,1e6&from=-1e6,0,0;0,0,0;0,0,1e6&rate=15&step=400",
        "#picture=drawing,20,&step=7",
        "#target=0,0,0;0,0,0;0,0,0",
    ],
)
def test_odd_links_open(open_chapter, hash_):
    page = open_ready(open_chapter, hash_)
    expect(page.locator(".problem")).to_be_empty()
    expect(page.locator(".formulas p")).to_have_count(3)


def test_a_link_restores_the_exact_state_in_spanish(open_chapter):
    page = open_ready(
        open_chapter, "#picture=photo&target=blur&rate=0.5&step=42&filter=5", language="es"
    )
    expect(told(page)).to_contain_text("Paso 42 de 400")
    expect(page.get_by_label("Objetivo", exact=True)).to_have_value("blur")
    expect(page.locator(".cards button").nth(5)).to_have_attribute("aria-pressed", "true")
    assert page.url.endswith("#picture=photo&target=blur&rate=0.5&step=42&filter=5")
