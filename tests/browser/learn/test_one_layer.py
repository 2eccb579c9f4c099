"""The chapter on one layer, by keyboard and by touch."""

import contextlib
import io
import json

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.tabs import calm

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
STEP = "#picture=dark_light&kernel=vertical&bias=1&at=0,1"
ROWS = [[0.0, 0.0, 0.0, 1.0, 1.0, 1.0]] * 6
VERTICAL = [[1, 0, -1]] * 3


def matrix(page: Page, label: str) -> Locator:
    return page.locator(".lab").get_by_label(label, exact=True)


def as_number(text: str) -> float:
    return float(text.replace("−", "-"))


def numbers(grid: Locator) -> list[float]:
    calm(grid.page)
    return [as_number(text) for text in grid.locator(".cell").all_inner_texts()]


def unit(page: Page) -> list[float]:
    """Sum, bias, both, activation of the chosen unit."""
    calm(page)
    return [as_number(text) for text in page.locator(".unit output").all_inner_texts()]


def open_ready(open_chapter, hash_: str = "", **options) -> Page:
    page = open_chapter("one-layer", hash_, **options)
    expect(page.locator(".unit output").first).not_to_be_empty()
    return page


def printed(page: Page) -> tuple[list, list]:
    """The sums and the activations that the chapter's code prints."""
    calm(page)
    code = page.locator("#code code").text_content()
    assert code is not None
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(code, {})
    sums, output = map(json.loads, out.getvalue().strip().splitlines())
    return sums, output


@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid", "leaky_relu", "softplus"])
def test_three_maps_are_what_the_api_and_pytorch_compute(open_chapter, server, activation):
    page = open_ready(open_chapter, f"{STEP}&activation={activation}")
    answer = server.client.post(
        "/api/convolutions",
        json={"input": ROWS, "kernel": VERTICAL, "bias": 1, "activation": activation},
    ).json()
    assert numbers(matrix(page, "Sum w ∗ x")) == [0, -3, -3, 0] * 4
    assert numbers(matrix(page, "Plus bias: w ∗ x + b")) == [1, -2, -2, 1] * 4
    after = numbers(page.locator(".maps figure").nth(3))
    wanted = [number for row in answer["output"]["data"][0] for number in row]
    assert after == pytest.approx(wanted, abs=1e-3)
    assert unit(page) == pytest.approx([-3, 1, -2, wanted[1]], abs=1e-3)
    sums, output = printed(page)
    assert sums == answer["sums"]["data"][0]
    assert output == answer["output"]["data"][0]


def test_predicting_shows_relu_at_work(open_chapter):
    page = open_ready(open_chapter)
    page.locator("#predict").get_by_role("textbox").fill("-2")
    page.keyboard.press("Enter")
    expect(page.locator("#predict .verdict")).to_contain_text("ReLU is still to come")
    expect(matrix(page, "After ReLU").locator(".cell")).to_have_text(["1", "0", "0", "1"] * 4)
    expect(page.locator(".formulas")).to_contain_text("ReLU(−3+1)=ReLU(−2)=0")


def test_by_keyboard_bias_function_and_unit_are_changed(open_chapter):
    page = open_ready(open_chapter)
    page.get_by_label("Bias, as a slider").press("Home")
    expect(page.locator(".function .note").first).to_contain_text("All units are 0")
    assert "bias=-4" in page.url
    page.get_by_label("Bias", exact=True).fill("0.5")
    page.keyboard.press("Enter")
    assert "bias=0.5" in page.url
    expect(page.get_by_label("Bias, as a slider")).to_have_value("0.5")
    page.locator("#lab").get_by_label("ReLU", exact=True).focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".rule")).to_contain_text("tanh(z)")
    after = page.get_by_role("slider", name="After tanh")
    before = unit(page)
    after.press("ArrowDown")
    assert "at=8,17" in page.url
    expect(page.locator(".unit output").first).not_to_have_text(str(before[0]))
    total, bias, z, _ = unit(page)
    assert total + bias == pytest.approx(z, abs=2e-3)
    page.get_by_label("Kernel", exact=True).first.select_option("blur")
    assert "kernel=blur" in page.url


def test_the_map_changes_while_the_bias_slides(open_chapter):
    page = open_ready(open_chapter)
    before = page.url
    page.get_by_label("Bias, as a slider").evaluate(
        "slider => { slider.value = 2; slider.dispatchEvent(new Event('input')); }"
    )
    expect(page.locator(".unit output").nth(1)).to_have_text("2")
    assert page.url == before


def test_by_touch_a_photograph_goes_through_a_layer(open_chapter):
    page = open_ready(open_chapter, **PHONE)
    page.get_by_text("A photograph", exact=True).tap(force=True)
    page.locator("#lab").get_by_text("sigmoid", exact=True).tap(force=True)
    calm(page)
    after = page.get_by_role("slider", name="After sigmoid")
    after.tap(position={"x": 60, "y": 60})
    calm(page)
    number = str(after.get_attribute("aria-valuetext")).split(": ")[1]
    expect(page.locator(".unit output").last).to_have_text(number)
    sums, output = printed(page)
    _, _, z, activation = unit(page)
    assert sums[0][0] == pytest.approx(z, abs=1e-3)
    assert output[0][0] == pytest.approx(activation, abs=1e-3)


@pytest.mark.parametrize(
    "hash_",
    [
        "#bias=1e9&activation=step&at=900,900&kernel=1&picture=cat",
        "#bias=1000&kernel=1e6,0,0;0,1e6,0;0,0,1e6&activation=sigmoid&at=95,95",
        "#picture=drawing,20,&activation=identity",
        "#picture=light_dark&bias=-1000&activation=elu&at=40,40",
    ],
)
def test_odd_links_open(open_chapter, hash_):
    page = open_ready(open_chapter, hash_)
    expect(page.locator(".problem")).to_be_empty()
    expect(page.locator(".formulas p")).to_have_count(3)


def test_a_link_restores_the_exact_state_in_spanish(open_chapter):
    link = "#picture=photo&kernel=laplacian&bias=0.3&activation=softsign&at=20,30"
    page = open_ready(open_chapter, link, language="es")
    expect(page.get_by_role("slider", name="Después de softsign")).to_have_attribute(
        "aria-valuenow", str(20 * 94 + 30)
    )
    expect(page.get_by_label("Sesgo", exact=True)).to_have_value("0.3")
    assert page.url.endswith(link)
