"""How it learned: the network at every moment of its training, in the browser."""

import shutil

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from app.settings import ROOT
from tests.browser.learn.reading import PHONE, complaints_of_axe
from tests.conftest import running

MODEL = "/api/models/lenet5"
DIGIT = 65
SCRUB = "step-bar input[type=range]"
DATA = "map => [Array.from(map.data.values), [...map.data.range]]"


@pytest.fixture(scope="module")
def drawing() -> dict:
    """The digit that the page opens with."""
    sprite = np.asarray(Image.open(ROOT / "static/digits/mnist.png"))
    tiles = sprite.reshape(10, 28, 20, 28).swapaxes(1, 2).reshape(200, 28, 28)
    return {"pixels": tiles[DIGIT].tolist()}


def answer(server, path: str, **body):
    answer = server.client.post(f"{MODEL}/{path}", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def pictures(page: Page, row: int) -> Locator:
    """Find the pictures of a row: 0 is the first layer's filters, then its maps, and so on."""
    return page.locator(".inside .row").nth(row).locator("feature-map")


def ready(page: Page) -> None:
    page.locator("body:not([aria-busy])").wait_for(state="attached")


def test_scrubbing_by_keyboard_shows_what_the_api_says_of_each_moment(
    open_chapter, server, drawing
):
    page = open_chapter("timeline")
    ready(page)
    moments = server.client.get(f"{MODEL}/timeline").json()["moments"]
    last = len(moments) - 1
    gains = np.diff([moment["validation_accuracy"] for moment in moments])
    expect(page.locator(SCRUB)).to_have_js_property("value", str(gains.argmax() + 1))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.locator(SCRUB).focus()
    for keys, moment in [("Home", 0), ("ArrowRight ArrowRight ArrowRight", 3), ("End", last)]:
        for key in keys.split():
            page.keyboard.press(key)
        told = f"Moment {moment + 1} of {last + 1}: "
        expect(page.locator(".player .told")).to_contain_text(told)
        trace = answer(server, "traces", **drawing, moment=moment)
        expect(page.locator("output[name=prediction]")).to_have_text(trace["label"])
        shares = [f"{share:.1%}" for share in trace["probabilities"]]
        expect(page.locator(".bars .share")).to_have_text(shares)
        accuracy = f"{round(100 * moments[moment]['validation_accuracy'], 2):g}%"
        expect(page.locator("moment-curves .key b").first).to_have_text(accuracy)
        weights = answer(server, "layers/conv1/weights", moment=moment)["weight"]["data"]
        for n in (0, 5):
            values, (low, high) = pictures(page, 0).nth(n).evaluate(DATA)
            np.testing.assert_allclose(values, np.ravel(weights[n]), rtol=1e-6)
            assert low == -high
        for row, layer in [(1, "conv1"), (3, "pool1"), (10, "conv2")]:
            values, _ = pictures(page, row).nth(2).evaluate(DATA)
            expected = np.ravel(trace["activations"][layer]["data"][2])
            np.testing.assert_allclose(values, expected, atol=1e-5)
        strip = page.locator("moment-strip .slot[data-now]")
        expect(strip).to_have_text(trace["label"])
    calls = [url for url in asked if "/api/" in url]
    assert calls == [], "all moments are there: scrubbing asks for nothing"
    readings = answer(server, "timeline", **drawing)["moments"]
    labels = [reading["label"] for reading in readings]
    expect(page.locator("moment-strip .slot")).to_have_text(labels)
    page.get_by_role("button", name="First moment").press("Enter")
    expect(page.locator(".player .told")).to_contain_text("random weights")
    assert "moment=0" in page.url


def test_colours_stand_for_the_whole_training_or_for_the_moment(open_chapter, server, drawing):
    page = open_chapter("timeline", "#moment=2")
    ready(page)

    def ranges() -> list[list[float]]:
        return [pictures(page, row).first.evaluate(DATA)[1] for row in (0, 1)]

    traces = answer(server, "timeline?layers=conv1", **drawing)["moments"]
    maps = [np.array(trace["activations"]["conv1"]["data"]) for trace in traces]
    whole = [min(map_.min() for map_ in maps), max(map_.max() for map_ in maps)]
    before = ranges()
    np.testing.assert_allclose(before[1], whole, rtol=1e-5)
    page.keyboard.press("Tab")
    page.get_by_role("radio", name="This moment").focus()
    page.keyboard.press("Space")
    expect(page.locator(".range").nth(1)).not_to_have_text("")
    page.wait_for_function("location.hash.includes('scale=moment')")
    page.wait_for_function(
        "low => document.querySelectorAll('.inside .row')[1].querySelector('feature-map')"
        ".data.range[0] > low",
        arg=whole[0],
    )
    np.testing.assert_allclose(ranges()[1], [maps[2].min(), maps[2].max()], rtol=1e-5)
    assert ranges()[0][1] < before[0][1]


def test_a_drawing_goes_through_the_training_and_its_link_restores_all_of_it(open_chapter, server):
    page = open_chapter("timeline", "#scale=moment", **PHONE)
    ready(page)
    page.get_by_role("radio", name="Your drawing").check(force=True)
    expect(page.locator(".since")).to_contain_text("nothing on the pad")
    expect(page.locator("output[name=prediction]")).to_have_text("–")
    pad = page.locator("draw-pad canvas")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box
    places = [(0.28, 0.27), (0.5, 0.27), (0.7, 0.27), (0.55, 0.5), (0.46, 0.77)]
    with page.expect_response(lambda response: "layers=input" in response.url) as read:
        for step, (x, y) in enumerate(places):
            page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=4)
            if step == 0:
                page.mouse.down()
        page.mouse.up()
    ready(page)
    asked = read.value.request.post_data_json
    assert len(asked["strokes"]) == 1
    plot = page.locator("moment-curves .plot").first
    plot.scroll_into_view_if_needed()
    box = plot.bounding_box()
    assert box
    plot.click(position={"x": box["width"] * 10.6 / 16, "y": box["height"] / 2})
    expect(page.locator(".player .told")).to_contain_text("Moment 11 of 16")
    trace = answer(server, "predictions", **asked, moment=10)
    expect(page.locator("output[name=prediction]")).to_have_text(trace["label"])
    labels = page.locator("moment-strip .slot").all_inner_texts()
    assert labels[-1] == "7"
    again = open_chapter("timeline", page.url.partition("timeline")[2])
    ready(again)
    expect(again.locator("draw-pad canvas")).to_be_visible()
    expect(again.locator("moment-strip .slot")).to_have_text(labels)
    expect(again.locator(".player .told")).to_contain_text("Moment 11 of 16")
    expect(again.get_by_role("radio", name="This moment")).to_be_checked()
    expect(again.locator(".since")).to_have_text(page.locator(".since").inner_text())
    other = again.locator("a[hreflang]").first.get_attribute("href") or ""
    assert other.endswith(f"/learn/es/timeline#{page.url.partition('#')[2]}")
    for odd in ("#moment=99", "#moment=-1&scale=both", "#source=drawing,3,x", "#moment=a"):
        again.goto(f"/learn/timeline{odd}")
        again.reload()
        ready(again)
        expect(again.locator("moment-strip .slot").last).to_have_text("3")


def test_the_page_is_for_everybody_and_fits(open_chapter, browser, tmp_path):
    page = open_chapter("timeline", language="es")
    ready(page)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        assert complaints_of_axe(page) == []
    for width, height in [(1440, 900), (1024, 768), (390, 844), (320, 640)]:
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        small = page.locator(".player button, .player input").evaluate_all(
            "all => all.filter((e) => e.getBoundingClientRect().height < 44).length"
        )
        assert small == 0
    for name in ("lenet5.safetensors", "lenet5.json"):
        shutil.copy(ROOT / "model_weights" / name, tmp_path)
    with running(tmp_path / "log", CONVLENS_WEIGHTS_DIR=str(tmp_path)) as url:
        page = browser.new_page()
        page.goto(f"{url}/learn/timeline")
        expect(page.locator(".trouble")).to_contain_text("make train")
        expect(page.locator(".player")).to_be_hidden()
        page.close()
