"""Changing the way to the network and the network itself, comparing, taking away."""

import io
import json
import re
import subprocess
import sys
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from app.models.lenet5 import ACTIVATION
from tests.browser.desk import DIGITS, Pen, filters, prediction, settle
from tests.conftest import ROOT

MODEL = "/api/models/lenet5"
OFF = {"edit": "switch_off", "layer": "conv1", "channel": 2}


def drawing(page):
    """Return the request's body for what is on the pad, changes included."""
    return page.evaluate(
        """async () => {
            const { fromHash } = await import("/static/js/store.js");
            const { toDrawing } = await import("/static/js/drawing.js");
            const { loadDigits } = await import("/static/js/digits.js");
            const { index, picture } = document.querySelector("digit-gallery").dataset;
            const { list } = await loadDigits(index, picture);
            return toDrawing(fromHash(location.hash), list);
        }"""
    )


def post(server, path, body):
    answer = server.client.post(f"{MODEL}/{path}", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def numbers(page, selector):
    """Return the numbers that a map shows."""
    return page.locator(selector).evaluate("map => map.data && [...map.data.values]")


def ranges(page, selector):
    """Return the range of the colours of each map."""
    return page.locator(selector).evaluate_all("maps => maps.map((map) => map.data.range)")


def shown_as(trace, layer, channel):
    return pytest.approx(np.ravel(trace["activations"][layer]["data"][channel]).tolist(), abs=1e-5)


def first(page, layer, channel=0):
    return page.locator(f"network-view [data-layer={layer}] feature-map").nth(channel)


def map_numbers(page, layer, channel=0):
    return first(page, layer, channel).evaluate("map => [...map.data.values]")


def open_section(page, name):
    page.locator(name).scroll_into_view_if_needed()


def draw_off_centre(page):
    pen = Pen(page)
    pen.stroke([(x * 0.4, y * 0.4) for x, y in DIGITS[7][0]])
    settle(page)


# Before the network


def test_a_step_switched_off_changes_reading_and_maps_as_the_api_says(page, server):
    draw_off_centre(page)
    whole = map_numbers(page, "conv1")
    steps = page.get_by_role("switch", name="Crop")
    steps.scroll_into_view_if_needed()
    steps.uncheck()
    settle(page)
    body = drawing(page)
    assert body["without"] == ["crop"]
    trace = post(server, "traces", body)
    assert map_numbers(page, "conv1") == shown_as(trace, "conv1", 0)
    assert map_numbers(page, "conv1") != whole
    expect(prediction(page)).to_have_text(trace["label"])
    was = post(server, "predictions", body | {"without": []})
    expect(page.locator("#steps-effect output")).to_contain_text(f"all steps on: {was['label']} (")
    steps.check()
    settle(page)
    assert map_numbers(page, "conv1") == whole


def test_the_steps_pictures_are_those_of_the_api(page, server):
    draw_off_centre(page)
    open_section(page, "input-steps")
    step = page.locator("[data-step=scale]")
    found = post(server, "inputs", drawing(page))["steps"][1]
    expect(step.locator(".shape")).to_have_text("{} × {} pixels".format(*found["shape"]))
    size = step.locator("canvas").evaluate("canvas => [canvas.height, canvas.width]")
    assert size == found["shape"]


# Changing the network


def test_a_filter_switched_off_makes_a_zero_map_and_costs_what_the_api_measures(page, server):
    box = filters(page).get_by_role("switch", name="CONV1 filter 2", exact=True)
    box.uncheck()
    settle(page)
    assert set(map_numbers(page, "conv1", 2)) == {0}
    body = drawing(page)
    assert body["edits"] == [OFF]
    assert map_numbers(page, "conv2", 5) == shown_as(post(server, "traces", body), "conv2", 5)
    found = post(server, "evaluations", {"edits": [OFF]})
    before = post(server, "evaluations", {})
    report = page.locator("accuracy-report")
    expect(report).to_contain_text(f"{found['correct']} of {found['images']} test digits")
    expect(report).to_contain_text(f"{before['correct']} without changes")
    page.get_by_role("button", name="Random weights").click()
    expect(report).to_contain_text("fewer")
    found = post(server, "evaluations", {"edits": drawing(page)["edits"]})
    assert found["correct"] < before["correct"]
    expect(report).to_contain_text(f"{found['correct']} of {found['images']} test digits")
    each = report.locator(".right").all_inner_texts()
    assert [int(text) for text in each] == found["by_class"]
    expect(page.locator("edit-list li").nth(1)).to_contain_text("CONV1 filter 2 switched off")
    expect(page.locator(".changed")).to_contain_text("Network changed")


def test_reset_gives_the_trained_network_back_in_one_click(open_page):
    page = open_page()
    trained = map_numbers(page, "conv2")
    changed = open_page("#digit=65&edits=switch_off,conv1,2;swap,pool1,avg_pool2d;flip,conv2,3")
    assert map_numbers(changed, "conv2") != trained
    changed.locator(".changed").get_by_role("button", name="Reset").click()
    settle(changed)
    assert map_numbers(changed, "conv2") == trained
    expect(changed.locator(".changed")).to_be_hidden()
    expect(changed).to_have_url(re.compile("#digit=65$"))


def test_a_weight_is_edited_by_keyboard_and_only_its_last_value_counts(page, server):
    bank = filters(page).nth(0)
    bank.get_by_role("button", name="Change CONV1 filter 1").click()
    editor = bank.locator("filter-editor")
    cell = editor.get_by_role("button", name=re.compile("^kernel 0, row 0, column 0"))
    cell.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    field = editor.get_by_role("spinbutton", name="kernel 0, row 1, column 1")
    expect(field).to_be_focused()
    field.fill("1.5")
    for _ in range(3):
        page.keyboard.press("ArrowUp")
    settle(page)
    expect(field).to_have_value("1.65")
    expect(page.locator("edit-list li")).to_have_count(1)
    edits = drawing(page)["edits"]
    assert [(edit["index"], edit["value"]) for edit in edits] == [([1, 0, 1, 1], 1.65)]
    weight = post(server, "layers/conv1/weights", {"edits": edits})["weight"]["data"]
    expect(editor.locator(".grid button[aria-pressed=true]")).to_contain_text(": 1.65")
    kernel = bank.locator(".filters > .row").nth(1).locator(".kernels feature-map")
    expect(kernel).to_have_attribute("aria-label", re.compile(r"strongest 1.65 at row 1, col"))
    shown = kernel.evaluate("map => [...map.data.values]")
    assert shown == pytest.approx(np.ravel(weight[1]).tolist())
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(editor).to_be_hidden()
    expect(bank.get_by_role("button", name="Change CONV1 filter 1")).to_be_focused()


def test_filters_are_turned_and_negated_and_layers_swapped(page, server):
    bank = filters(page).nth(1)
    bank.get_by_role("button", name="Change CONV2 filter 4").click()
    page.get_by_role("button", name="Turn by 180°").click()
    page.get_by_role("button", name="Negate").click()
    page.get_by_role("combobox", name="POOL1").select_option("max pooling")
    page.get_by_role("combobox", name="after CONV2").select_option("tanh")
    page.get_by_role("button", name="Random weights").click()
    settle(page)
    body = drawing(page)
    assert [edit["edit"] for edit in body["edits"]] == [
        "randomise",
        "flip",
        "negate",
        "swap",
        "swap",
    ]
    trace = post(server, "traces", body)
    for layer, channel in [("conv1", 1), ("pool1", 1), ("conv2", 4), (f"{ACTIVATION}2", 4)]:
        assert map_numbers(page, layer, channel) == shown_as(trace, layer, channel)
    page.get_by_role("combobox", name="POOL1").select_option("average pooling")
    page.locator("edit-list").get_by_role("button", name="Undo: All weights random").click()
    settle(page)
    assert [edit["edit"] for edit in drawing(page)["edits"]] == ["flip", "negate", "swap"]


def test_more_changes_than_a_request_carries_are_declined_calmly(open_page, server):
    places = [(f, row, column) for f in range(6) for row in range(5) for column in range(5)][:64]
    edits = ";".join(f"set,conv1,weight,{f}.0.{row}.{column},0.1" for f, row, column in places)
    page = open_page(f"#digit=65&edits={edits}")
    expect(page.locator("edit-list")).to_contain_text("as many as there can be")
    box = filters(page).get_by_role("switch", name="CONV1 filter 5", exact=True)
    box.click()
    expect(page.locator("edit-list li")).to_have_count(64)
    expect(page.locator(".notice")).to_be_empty()


# Comparing


def test_a_held_drawing_is_compared_layer_by_layer(page, server):
    a = drawing(page)
    page.get_by_role("button", name="Hold as A", exact=True).click()
    page.locator("digit-gallery .strip button").nth(8).click()
    settle(page)
    b = drawing(page)
    page.get_by_role("button", name="Compare", exact=True).click()
    expect(page.locator("[data-side=a] output")).to_contain_text("3 (")
    expect(page.locator("[data-side=b] output")).to_contain_text("8 (")
    found = post(server, "comparisons", {"a": a, "b": b})["distances"]
    shown = page.locator("distance-bars .distance").all_inner_texts()
    assert shown == [f"{distance['relative']:.2f}" for distance in found]
    page.get_by_role("radio", name=re.compile("^POOL2")).check(force=True)
    rows = page.locator("map-trio .trio-row")
    expect(rows.nth(2)).to_have_accessible_name("B − A, POOL2")
    one, other = (
        np.array(post(server, "traces", side)["activations"]["pool2"]["data"]) for side in (a, b)
    )
    expect(rows.nth(0).locator("feature-map")).to_have_count(16)
    apart = rows.nth(2).locator("feature-map").nth(3).evaluate("map => [...map.data.values]")
    assert apart == pytest.approx(np.ravel(other[3] - one[3]).tolist(), abs=1e-5)
    low, high = rows.nth(2).locator("feature-map").nth(3).evaluate("map => map.data.range")
    assert low == -high


def test_pairs_are_ready_and_a_shift_is_taken_away_by_the_steps(page):
    def total(name):
        page.get_by_role("button", name=name, exact=True).click()
        settle(page)
        expect(page.locator(".lesson")).not_to_be_empty()
        expect(page.locator(".comparison")).not_to_have_attribute("data-empty", "")
        return page.locator("distance-bars .distance")

    open_section(page, "#comparing")
    expect(total("Shifted by 3 pixels").nth(0)).not_to_have_text("0.00")
    a, b = (
        np.reshape(
            page.locator(f"[data-side={side}] feature-map").evaluate("m => [...m.data.values]"),
            (32, 32),
        )
        for side in "ab"
    )
    np.testing.assert_allclose(a[:, :-3], b[:, 3:], atol=0.02)
    expect(total("Shifted, then centred")).to_have_text(["0.00"] * 14)
    expect(total("1 and 7").nth(0)).not_to_have_text("0.00")
    expect(page.locator("[data-side=a] output")).to_contain_text("1 (")
    expect(page.locator("[data-side=b] output")).to_contain_text("7 (")
    expect(total("Trained and random").nth(0)).to_have_text("0.00")
    expect(page.locator("distance-bars .distance").nth(1)).not_to_have_text("0.00")


# Scales and numbers


def test_colours_span_a_map_a_layer_or_the_network(page):
    maps = "network-view layer-view:not([data-form=bars]) feature-map"
    by_layer = ranges(page, maps)
    page.get_by_role("radio", name="the network").check(force=True)
    expect(page.locator(".toolbar .low")).not_to_have_text("low")
    whole = {tuple(range_) for range_ in ranges(page, maps)}
    assert len(whole) == 1
    assert whole.pop() == (min(low for low, _ in by_layer), max(high for _, high in by_layer))
    page.get_by_role("radio", name="a map").check(force=True)
    expect(page.locator(".toolbar .low")).to_have_text("low")
    values = page.locator(maps).evaluate_all(
        "maps => maps.map(({ data }) => [Math.min(...data.values), Math.max(...data.values)])"
    )
    assert ranges(page, maps) == values
    first(page, "pool1", 2).hover()
    expect(page.locator("value-readout")).to_contain_text(re.compile(r"colours\s−?\d[.\d]*\s…\s\d"))
    expect(page).to_have_url(re.compile("scale=map"))


def test_the_numbers_behind_a_map_are_reached_by_keyboard(page, server):
    trace = post(server, "traces?layers=pool1,fc2", drawing(page))["activations"]
    first(page, "pool1", 4).focus()
    page.keyboard.press("n")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading")).to_have_text("POOL1 feature map 4")
    expect(dialog.get_by_role("columnheader")).to_have_count(15)
    cells = dialog.locator("td").evaluate_all("cells => cells.map((cell) => +cell.title)")
    assert cells == pytest.approx(np.ravel(trace["pool1"]["data"][4]).tolist())
    dialog.get_by_label("Layer").select_option("fc2")
    expect(dialog.get_by_role("rowheader")).to_have_count(9)
    cells = dialog.locator("td").evaluate_all("cells => cells.map((cell) => +cell.title)")
    assert cells == pytest.approx(trace["fc2"]["data"])
    page.keyboard.press("Escape")
    expect(first(page, "pool1", 4)).to_be_focused()
    kernel = filters(page).locator(".kernels feature-map[tabindex='0']").first
    kernel.focus()
    page.keyboard.press("n")
    expect(dialog.get_by_role("heading")).to_have_text(re.compile("kernel"))


def test_the_numbers_are_copied_for_a_spreadsheet(open_page, server):
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Numbers", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Copy").click()
    expect(page.get_by_text("Copied")).to_be_visible()
    rows = page.evaluate("navigator.clipboard.readText()").split("\n")
    assert rows[0].split("\t") == ["row", *map(str, range(32))]
    pixels = [[float(cell) for cell in row.split("\t")[1:]] for row in rows[1:]]
    shown = post(server, "traces?layers=input", drawing(page))["activations"]["input"]["data"][0]
    np.testing.assert_array_equal(np.float32(pixels), np.float32(shown))


# Taking away


def test_a_link_restores_drawing_steps_changes_scale_and_what_is_held(page, open_page):
    page.get_by_role("button", name="Hold as A", exact=True).click()
    Pen(page).draw(5)
    page.get_by_role("radio", name="the network").check(force=True)
    page.get_by_role("switch", name="Centre of mass").uncheck()
    filters(page).get_by_role("switch", name="CONV2 filter 7", exact=True).uncheck()
    settle(page)
    hash_ = page.evaluate("location.hash")
    assert len(hash_) < 2000
    other = open_page(hash_)
    assert drawing(other) == drawing(page)
    last = f"{ACTIVATION}2"
    assert map_numbers(other, last, 3) == map_numbers(page, last, 3)
    expect(other.get_by_role("radio", name="the network")).to_be_checked()
    expect(other.get_by_role("switch", name="Centre of mass")).not_to_be_checked()
    box = filters(other).get_by_role("switch", name="CONV2 filter 7", exact=True)
    expect(box).not_to_be_checked()
    open_section(other, "#comparing")
    expect(other.locator("[data-side=a] output")).to_contain_text("3 (")
    assert other.evaluate("location.hash") == hash_


def take(page, layer):
    page.get_by_role("button", name="Take away").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Layer").select_option(layer)
    return dialog


def downloaded(page, dialog, selector):
    with page.expect_download() as waiting:
        dialog.locator(selector).click()
    return waiting.value.suggested_filename, waiting.value.path().read_bytes()


@pytest.mark.parametrize("of", ["network", "layer", "map"])
def test_pictures_are_taken_away(page, of):
    dialog = take(page, "conv2")
    name, svg = downloaded(page, dialog, f"[data-of={of}][data-file=svg]")
    assert name.endswith(".svg")
    root = ElementTree.fromstring(svg)
    space = {"s": "http://www.w3.org/2000/svg"}
    images = root.findall("s:image", space)
    assert len(images) == {"network": 74, "layer": 16, "map": 1}[of]
    words = " ".join("".join(text.itertext()) for text in root.findall("s:text", space))
    assert "LeNet-5" in words
    assert "read as 3" in words
    assert re.search(r"CONV2.* 10 × 10 × 16; range −\d", words)
    name, png = downloaded(page, dialog, f"[data-of={of}][data-file=png]")
    assert name.endswith(".png")
    picture = Image.open(io.BytesIO(png))
    assert picture.format == "PNG"
    assert picture.width == 2 * int(root.attrib["width"])
    assert len(picture.convert("RGB").getcolors(1 << 20) or []) > 20


def test_a_layers_numbers_are_taken_away_as_json_and_npy(page, server):
    dialog = take(page, "conv2")
    trace = post(server, "traces?layers=conv2", drawing(page))["activations"]["conv2"]["data"]
    name, npy = downloaded(page, dialog, "[data-file=npy]")
    assert name == "lenet5-conv2.npy"
    np.testing.assert_array_equal(np.load(io.BytesIO(npy)), np.float32(trace))
    name, text = downloaded(page, dialog, "[data-file=json]")
    assert name == "lenet5-conv2.json"
    assert json.loads(text)["activations"]["conv2"]["data"] == trace


def run(command, **options):
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False, **options
    )
    assert done.returncode == 0, done.stderr
    return float(done.stdout)


EVERY_EDIT = (
    "randomise,4;switch_off,conv1,2;flip,conv2,3;negate,conv2,1;swap,pool1,max_pool2d;"
    f"swap,{ACTIVATION}2,leaky_relu;set,conv1,weight,0.0.2.2,-0.25;set,conv1,bias,5,1.5"
)


@pytest.mark.parametrize(
    ("hash_", "layer"),
    [
        ("#digit=65", "softmax"),
        ("#digit=145&without=centre,pad", "conv1"),
        (f"#ink=AigyoAEA&pen=30&edits={EVERY_EDIT}", "pool2"),
    ],
)
def test_the_code_gives_exactly_the_number_on_the_screen(open_page, server, hash_, layer):
    page = open_page(hash_)
    dialog = take(page, layer)
    shown = float(dialog.locator("output[name=number]").inner_text())
    assert shown != 0
    assert run([sys.executable, "-c", dialog.locator("[data-code=python]").inner_text()]) == shown
    assert run(["bash", "-c", dialog.locator("[data-code=curl]").inner_text()]) == shown


# For everyone


SECTIONS = ["input-steps", "#changing", "#comparing"]


def test_the_bench_is_for_fingers_too(open_page):
    page = open_page(
        "#digit=145&a.digit=25&edits=switch_off,conv1,2",
        viewport={"width": 390, "height": 844},
        has_touch=True,
        is_mobile=True,
    )
    filters(page).get_by_role("button", name="Change CONV1 filter 0").tap()
    for section in SECTIONS:
        open_section(page, section)
    expect(page.locator("[data-side=a] output")).to_contain_text("(")
    small = page.evaluate(
        """() => [".toolbar", ".panel", ".changed", "input-steps", "#changing", "#comparing"]
            .flatMap((part) => [...document.querySelectorAll(`${part} :is(button, select, input)`)])
            .map((element) => element.closest("label") ?? element)
            .filter((element) => element.checkVisibility())
            .map((element) => [element.getBoundingClientRect(), element.outerHTML.slice(0, 120)])
            .filter(([box]) => Math.min(box.width, box.height) < 43.9)
            .map(([box, html]) => `${box.width} x ${box.height}: ${html}`)"""
    )
    assert small == [], "\n".join(small)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
