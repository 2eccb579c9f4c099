"""The chapter on translation, by keyboard and by touch."""

import contextlib
import io

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from app.models.lenet5 import ACTIVATION
from app.settings import ROOT
from tests.browser.tabs import calm

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
TWO, SEVEN = 40, 140


def pixels(place: int) -> list[list[int]]:
    """Return a digit of the gallery."""
    gallery = np.asarray(Image.open(ROOT / "static/digits/mnist.png"))
    top, left = 28 * (place // 20), 28 * (place % 20)
    return gallery[top : top + 28, left : left + 28].tolist()


def ready(page: Page) -> Page:
    page.locator(".square feature-map").first.wait_for()
    expect(page.locator(".ways .told")).not_to_be_empty()
    return page


def distances(page: Page) -> list[str]:
    return page.locator(".ways .distance").all_inner_texts()


def shown(page: Page, name: str) -> list[float]:
    """Return the numbers of one of the maps."""
    calm(page)
    return page.locator(f".square .{name} feature-map").evaluate("map => [...map.data.values]")


def stepper(page: Page, label: str) -> Locator:
    return page.locator(".motion").get_by_role("spinbutton", name=label, exact=True)


@pytest.mark.parametrize(("columns", "follow"), [(1, 3), (2, 6), (3, 3), (4, 7)])
def test_a_layer_follows_shifts_by_whole_strides(open_chapter, columns, follow):
    page = ready(open_chapter("translation", f"#columns={columns}"))
    expect(page.locator(".ways .told")).to_contain_text("Both ways give the same")
    assert sum(text == "0" for text in distances(page)) == follow


def test_the_distances_and_the_prediction_are_the_apis(open_chapter, server):
    page = ready(open_chapter("translation", "#columns=-2&rows=3&degrees=20&scale=1.2&mirror=1"))
    motion = {"columns": -2, "rows": 3, "degrees": 20, "scale": 1.2, "mirror": True}
    answer = server.client.post(
        "/api/models/lenet5/transformations", json={"pixels": pixels(TWO), **motion}
    ).json()
    expected = [found["distance"] for found in answer["equivariance"]]
    given = [float(text) if text != "border" else None for text in distances(page)]
    assert given == [pytest.approx(one, abs=6e-4) if one is not None else None for one in expected]
    expect(page.locator(".reading .verdict")).to_contain_text(f"read as {answer['label']}")
    assert shown(page, "moved") == pytest.approx(np.ravel(answer["input"]["data"]).tolist())


@pytest.mark.parametrize("layer", ["conv1", f"{ACTIVATION}1", "pool1", "conv2", "pool2"])
def test_the_maps_are_those_that_torch_computes(open_chapter, server, layer):
    page = ready(open_chapter("translation", f"#layer={layer}&channel=3&columns=4"))
    trace = server.client.post(
        f"/api/models/lenet5/traces?layers={layer}", json={"pixels": pixels(TWO)}
    ).json()
    expected = np.ravel(trace["activations"][layer]["data"][3]).tolist()
    assert shown(page, "map") == pytest.approx(expected, abs=1e-4)


def test_moving_first_or_last_is_the_same_for_a_shift_and_not_for_a_mirror(open_chapter):
    page = ready(open_chapter("translation", "#columns=4&layer=pool2"))
    assert max(shown(page, "apart")) < 1e-5
    assert shown(page, "map") != shown(page, "map_moved")
    page.get_by_role("switch", name="Mirror").check()
    expect(page.locator(".ways .told")).to_contain_text("The two ways differ")
    assert max(shown(page, "apart")) > 0.1


def test_a_mirrored_7_is_no_longer_a_7(open_chapter):
    page = ready(open_chapter("translation", f"#source=digit,{SEVEN}&columns=0&mirror=1"))
    expect(page.locator(".reading .verdict")).to_contain_text("Now read as 5")
    expect(page.locator(".reading .verdict")).to_contain_text("before it was 7")


def test_the_confidence_at_every_shift_is_the_apis(open_chapter, server):
    page = ready(open_chapter("translation", "#columns=7&rows=-4"))
    answer = server.client.post(
        "/api/models/lenet5/shifts", json={"pixels": pixels(TWO), "reach": 10}
    ).json()
    read = np.array(answer["predictions"])
    told = page.locator("#shift-told")
    expect(told).to_contain_text(f"at {(read == answer['class']).sum()} of 441 places")
    share = answer["probabilities"][-4 + 10][7 + 10]
    expect(told).to_contain_text(f"read as {read[-4 + 10, 7 + 10]}; 2 has {share:.1%}")


def test_by_keyboard_the_digit_is_moved(open_chapter):
    page = ready(open_chapter("translation", "#columns=0"))
    stepper(page, "To the right").press("ArrowUp")
    stepper(page, "Turn").press("ArrowUp")
    stepper(page, "Scale").press("ArrowDown")
    expect(page.locator(".ways .told")).to_contain_text("The two ways differ")
    assert page.url.endswith("#columns=1&degrees=5&scale=0.9")
    page.get_by_role("button", name="Back to where it was").press("Enter")
    map_ = page.locator(".shift-map")
    map_.focus()
    map_.press("ArrowRight")
    map_.press("ArrowUp")
    expect(page.locator("#shift-told")).to_contain_text("−1 down")
    assert page.url.endswith("#rows=-1&columns=1")


def test_by_touch_a_shift_is_chosen_on_the_map_and_a_layer_in_the_list(open_chapter):
    page = ready(open_chapter("translation", **PHONE))
    map_ = page.locator(".shift-map")
    map_.scroll_into_view_if_needed()
    box = map_.bounding_box()
    cell = box["width"] / 21
    page.touchscreen.tap(box["x"] + 12.5 * cell, box["y"] + 14.5 * cell)
    expect(page.locator("#shift-told")).to_contain_text("4 down and 2 to the right")
    page.get_by_role("button", name="POOL1").tap()
    expect(page.locator(".ways header h3")).to_contain_text("POOL1")
    assert "rows=4&columns=2&layer=pool1" in page.url
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    sides = page.locator(".ways button, .motion button").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect()).map(b => Math.min(b.width, b.height))"
    )
    assert min(sides) >= 44


def test_the_learners_own_drawing_is_moved(open_chapter):
    page = ready(open_chapter("translation"))
    page.get_by_role("radio", name="Your drawing").check()
    expect(page.locator(".trouble")).to_contain_text("nothing on the pad yet")
    canvas = page.locator("draw-pad canvas")
    box = canvas.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] * 0.15)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] * 0.85, steps=8)
    page.mouse.up()
    expect(page.locator(".reading .verdict")).to_contain_text("Still read as 1")
    expect(page.locator(".trouble")).to_be_empty()
    assert "source=drawing," in page.url
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".trouble")).to_contain_text("nothing on the pad yet")


def test_a_link_restores_the_exact_state(open_chapter):
    hash_ = "#source=digit,60&rows=2&columns=-5&degrees=15&scale=1.3&mirror=1&layer=conv2&channel=9"
    page = ready(open_chapter("translation", hash_))
    assert page.url.endswith(hash_)
    expect(page.locator(".ways header h3")).to_contain_text("CONV2")
    expect(page.locator(".ways").get_by_role("spinbutton", name="Channel")).to_have_text("9")
    expect(stepper(page, "Scale")).to_have_text("× 1.3")


@pytest.mark.parametrize(
    "hash_",
    [
        "#rows=99&scale=0&degrees=x&mirror=2&layer=fc1&channel=-1&source=photo",
        "#layer=conv1&channel=4000",
        "#rows=16&columns=16&scale=0.5",
        "#source=digit,999",
    ],
)
def test_an_odd_link_is_forgiven(open_chapter, hash_):
    page = ready(open_chapter("translation", hash_))
    assert len(distances(page)) == 7


def test_the_question_reveals_a_shift_that_all_layers_follow(open_chapter):
    page = ready(open_chapter("translation"))
    page.locator("#predict input").fill("4")
    page.keyboard.press("Enter")
    expect(page.locator("#predict .verdict")).to_contain_text("Right.")
    expect(page.locator(".ways header h3")).to_contain_text("POOL2")
    expect(page.locator(".ways .distance").last).to_have_text("0")


def test_in_spanish_the_two_ways_are_told(open_chapter):
    page = ready(open_chapter("translation", language="es"))
    expect(page.locator(".ways .told")).to_contain_text("Ambos caminos dan lo mismo")


def test_the_code_prints_what_is_on_the_screen(open_chapter):
    page = ready(open_chapter("translation", "#mirror=1"))
    given = distances(page)
    printed = io.StringIO()
    calm(page)
    with contextlib.redirect_stdout(printed):
        exec(page.locator("#code code").text_content() or "", {})
    first, *lines = printed.getvalue().splitlines()
    before, after = first.split()
    expect(page.locator(".reading .verdict")).to_contain_text(f"read as {after}")
    assert before == "2"
    told = [float(line.split()[1]) for line in lines]
    assert [float(text) for text in given] == pytest.approx(told, abs=6e-4)
