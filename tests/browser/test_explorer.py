"""Opening any number: from the overview down to one multiplication, and back."""

import random
import re

import pytest
from playwright.sync_api import Locator, Page, expect

from app.models.lenet5 import ACTIVATION
from tests.browser.desk import DIGITS, Pen, prediction, settle

MINUS = str.maketrans({"−": "-", ",": ""})
ROUNDING = 0.5e-4
"""Half a unit of the last digit that is shown."""

UNITS = {
    "input": [0, 13, 15],
    "conv1": [3, 13, 15],
    f"{ACTIVATION}1": [3, 8, 15],
    "pool1": [2, 4, 8],
    "conv2": [7, 4, 5],
    f"{ACTIVATION}2": [7, 4, 5],
    "pool2": [9, 2, 2],
    "flatten": [130],
    "fc1": [81],
    f"{ACTIVATION}3": [81],
    "fc3": [3],
    "softmax": [5],
}


def number(text: str) -> float:
    """Read a number as the page writes it."""
    return float(text.strip().translate(MINUS))


def numbers(cells: Locator) -> list[float]:
    return [number(text) for text in cells.all_inner_texts()]


@pytest.fixture
def model(server):
    return server.client.get("/api/models/lenet5").json()


@pytest.fixture
def unit_of(server):
    """Ask the API about the unit, for what the page last asked it about."""

    def unit_of(request):
        path = request.url.removeprefix(server.url)
        return server.client.post(path, json=request.post_data_json).json()

    return unit_of


def at(*place) -> str:
    return "#digit=65&view=" + ",".join(map(str, place))


def title(page: Page) -> Locator:
    return page.locator(".where h1")


def ask_for(page: Page, unit: list, edits: str = ""):
    """Open a unit on an open page, and return what the page asked the API."""
    with page.expect_request("**/units") as asked:
        page.evaluate("hash => { location.hash = hash; }", at(*unit) + edits)
    opened(page, unit)
    return asked.value


def still(page: Page) -> None:
    """Wait until the zoom from one level to the next is over."""
    page.locator("html:not(:active-view-transition)").wait_for(state="attached")


def opened(page: Page, unit: list) -> None:
    """Wait until a unit's arithmetic is shown."""
    expect(page).to_have_url(re.compile("view=" + ",".join(map(str, unit)) + "(&|$)"))
    expect(page.locator("unit-level .result")).to_have_text(re.compile(r"\d"))
    page.locator(".explorer[aria-busy=false]").wait_for()


def marked(locator: Locator) -> list[float] | None:
    """Return the edges of what is framed in an element, as shares of its sides."""
    edges: list[float] | None = locator.evaluate(
        """element => {
            const frame = element.matches(".lens:not([hidden])")
                ? element : element.querySelector(":scope[data-marked] > .mark");
            return frame && ["top", "right", "bottom", "left"].map(
                (edge) => parseFloat(frame.style[edge]) / 100);
        }"""
    )
    return edges


def cell_of(image: Locator, row: int, column: int, rows: int, columns: int) -> dict[str, float]:
    box = image.bounding_box()
    assert box
    return {
        "x": box["width"] * (column + 0.5) / columns,
        "y": box["height"] * (row + 0.5) / rows,
    }


@pytest.mark.parametrize("layer", UNITS)
def test_the_way_down_to_a_unit_of_each_kind_and_back(page, model, layer):
    unit = UNITS[layer]
    shape = next(each["output_shape"] for each in model["layers"] if each["id"] == layer)
    page.locator(f"layer-view[data-layer={layer}] h3 button").click()
    expect(title(page)).to_be_visible()
    if len(unit) == 3:
        channel, row, column = unit
        page.locator("layer-level .cards li > feature-map").nth(channel).click()
        picker = page.locator("map-level unit-picker")
        expect(picker).to_be_focused()
        picker.click(position=cell_of(picker, row, column, *shape[1:]))
    else:
        picker = page.locator("layer-level unit-picker")
        columns = picker.evaluate("element => element.map.columns")
        place = divmod(unit[0], columns)
        picker.click(position=cell_of(picker, *place, shape[0] // columns, columns))
    opened(page, [layer, *unit])
    for _ in range((len(unit) == 3 and 2) or 1):
        page.keyboard.press("Escape")
        expect(page.locator("unit-level")).to_have_count(0)
    expect(page).to_have_url(re.compile(f"view={layer}$"))
    page.keyboard.press("Escape")
    expect(page.locator("network-view")).to_be_visible()
    expect(page).not_to_have_url(re.compile("view="))


def test_a_map_opens_at_the_unit_under_the_pointer_and_any_number_is_two_clicks_away(page):
    image = page.locator("layer-view[data-layer=conv2] feature-map").nth(3)
    image.click(position=cell_of(image, 4, 6, 10, 10))
    expect(page.locator("window-slider .told")).to_contain_text("row 4, column 6")
    page.get_by_role("button", name="Open this unit").click()
    opened(page, ["conv2", 3, 4, 6])


@pytest.mark.parametrize("unit", [["conv1", 3, 13, 15], ["conv2", 7, 4, 5]])
def test_the_terms_of_a_window_add_up_to_what_is_shown(page, unit_of, unit):
    answer = unit_of(ask_for(page, unit))
    everything = page.get_by_role("button", name="Show every term")
    if everything.is_visible():
        everything.click()
    blocks = page.locator("weighted-sum details")
    expect(blocks).to_have_count(len(answer["sums"]))
    sums = numbers(page.locator("weighted-sum summary .sum"))
    for place in range(blocks.count()):
        grids = blocks.nth(place).locator("number-grid")
        patch, kernel, products = (numbers(grids.nth(i).locator(".cell")) for i in range(3))
        flat = [value for row in answer["products"][place] for value in row]
        assert products == pytest.approx(flat, abs=1.01 * ROUNDING)
        terms = [a * b for a, b in zip(patch, kernel, strict=True)]
        assert terms == pytest.approx(products, abs=5 * ROUNDING)
        assert sum(products) == pytest.approx(sums[place], abs=26 * ROUNDING)
    result = number(page.locator("unit-level .result").inner_text())
    assert result == pytest.approx(answer["result"], abs=1.01 * ROUNDING)
    assert sum(sums) + answer["bias"] == pytest.approx(result, abs=8 * ROUNDING)
    told = page.locator("weighted-sum .note").inner_text()
    as_they_stand = number(re.search(r"they give ([−\d.]*\d)", told)[1])
    shown = [
        number(t)
        for t in page.locator("weighted-sum [aria-label=Products] .cell").all_inner_texts()
    ]
    assert sum(shown) + round(answer["bias"], 4) == pytest.approx(as_they_stand, abs=1e-6)


def test_all_contributions_to_a_unit_are_there_on_demand_and_add_up(page, unit_of):
    answer = unit_of(ask_for(page, ["fc1", 81]))
    rows = page.locator("contribution-list li")
    expect(rows).to_have_count(12)
    lines = page.locator("contribution-list connection-lines path")
    expect(lines).to_have_count(12)
    page.get_by_role("button", name="Show all 400").click()
    expect(rows).to_have_count(400)
    expect(lines).to_have_count(12)
    products = numbers(rows.locator(".product"))
    strengths = [abs(product) for product in products]
    assert strengths == sorted(strengths, reverse=True)
    result = number(page.locator("unit-level .result").inner_text())
    assert result == pytest.approx(answer["result"], abs=1.01 * ROUNDING)
    assert sum(products) + answer["bias"] == pytest.approx(result, abs=401 * ROUNDING)


def test_softmax_shows_every_exponential_and_tells_why_no_share_is_zero(open_page):
    page = open_page(at("softmax", 5))
    opened(page, ["softmax", 5])
    rows = page.locator("softmax-shares tbody tr")
    expect(rows).to_have_count(10)
    shares = []
    for text in rows.locator("td:last-child").all_inner_texts():
        mantissa, _, exponent = text.translate(MINUS).partition(" × 10")
        raised = exponent.translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-"))
        shares.append(float(mantissa) * 10 ** int(raised or 0))
    assert all(share > 0 for share in shares)
    assert sum(shares) == pytest.approx(1, abs=10 * ROUNDING)
    expect(page.locator("unit-level .result")).not_to_have_text("0.0000")
    expect(page.locator("softmax-shares .note")).to_contain_text("It can never be 0")


def test_average_pooling_adds_up_its_patch_and_divides(page, unit_of):
    unit = ["pool1", 2, 4, 8]
    answer = unit_of(ask_for(page, unit))
    expect(page.locator(".where .told")).to_contain_text("Keeps the mean")
    cells = page.locator("patch-mean .cell")
    expect(cells).to_have_count(4)
    mean = sum(numbers(cells)) / 4
    assert mean == pytest.approx(answer["result"], abs=2 * ROUNDING)
    formula = page.locator("patch-mean .formula-line").text_content().translate(MINUS)
    terms, _, told = formula.partition("=")
    assert terms.endswith("÷4")
    assert eval(terms.replace("÷", "/")) == pytest.approx(mean)
    assert number(told) == pytest.approx(answer["result"], abs=1.01 * ROUNDING)
    cells.nth(2).click()
    opened(page, [answer["source_id"], 2, 2 * 4 + 1, 2 * 8])


def test_a_pooling_swapped_for_the_maximum_frames_the_winner(open_page, unit_of):
    edits = "&edits=swap,pool1,max_pool2d"
    page = open_page("#digit=65" + edits)
    answer = unit_of(ask_for(page, ["pool1", 2, 4, 8], edits))
    expect(page.locator(".where .told")).to_contain_text("Keeps the largest")
    best = page.locator("patch-maximum .cell[data-best]")
    expect(best).to_have_count(1)
    assert number(best.inner_text()) == pytest.approx(answer["result"], abs=1.01 * ROUNDING)
    best.click()
    opened(page, [answer["source_id"], *answer["winner"]])


def test_flatten_leads_to_the_unit_that_the_number_was(open_page):
    page = open_page(at("flatten", 137))
    opened(page, ["flatten", 137])
    page.get_by_role("button", name="Open POOL2 map 5, row 2, column 2").click()
    opened(page, ["pool2", 5, 2, 2])


def test_a_unit_leads_to_the_function_that_follows_and_that_back_to_it(open_page, model):
    page = open_page(at("conv1", 3, 13, 15))
    opened(page, ["conv1", 3, 13, 15])
    label = next(each["label"] for each in model["layers"] if each["kind"] == "activation")
    page.get_by_role("button", name=re.compile(f"^{label} 1 makes")).click()
    opened(page, [f"{ACTIVATION}1", 3, 13, 15])
    expect(page.locator("function-plot .point")).to_be_visible()
    # Only numbers that multiply and add up are shown: x · σ(x) = x · 0.9 = result.
    formula = page.locator("function-value .formula-line").text_content().translate(MINUS)
    *_, worked, result = formula.split("=")
    x, share = map(float, worked.split("·"))
    assert x * share == pytest.approx(float(result), abs=(1 + abs(x)) * ROUNDING)
    page.get_by_role("button", name=re.compile("comes from: CONV1$")).click()
    opened(page, ["conv1", 3, 13, 15])


def test_back_escape_and_the_breadcrumb_lead_up_and_the_drawing_stays(page):
    page.locator("layer-view[data-layer=conv2] h3 button").click()
    page.locator("layer-level .cards li > feature-map").nth(3).click()
    page.locator("map-level unit-picker").press("Enter")
    expect(page.locator("unit-level")).to_be_visible()
    still(page)
    Pen(page).draw(7)
    page.go_back()
    expect(page.locator("map-level")).to_be_visible()
    settle(page)
    expect(prediction(page)).to_have_text("7")
    page.keyboard.press("Escape")
    expect(page.locator("layer-level")).to_be_visible()
    page.go_forward()
    expect(page.locator("map-level")).to_be_visible()
    page.locator("bread-crumb").get_by_role("button", name="LeNet-5").click()
    expect(page.locator("network-view")).to_be_visible()
    expect(prediction(page)).to_have_text("7")


def test_a_link_opens_the_same_unit_elsewhere(page, open_page):
    Pen(page).draw(5)
    settle(page)
    page.locator("layer-view[data-layer=conv2] feature-map").nth(3).click()
    page.locator("map-level unit-picker").press("Enter")
    expect(page.locator("unit-level .result")).to_have_text(re.compile(r"\d"))
    elsewhere = open_page(page.evaluate("location.hash"))
    for part in [".where h1", "unit-level .result", ".formula-line"]:
        expect(elsewhere.locator(part)).to_have_text(page.locator(part).text_content())


@pytest.mark.parametrize(
    "place", [["nowhere"], ["conv1", 6], ["conv1", 0, 28, 0], ["fc1", 1, 1, 1], ["conv2", 3, 99, 0]]
)
def test_a_link_to_what_is_not_there_opens_what_is_above_it(open_page, place):
    page = open_page(at(*place))
    known = place[0] != "nowhere"
    expect(page.locator("layer-level" if known else "network-view")).to_be_visible()


def test_neighbours_are_one_key_or_one_press_away(open_page):
    page = open_page(at("conv2", 3, 4, 5))
    opened(page, ["conv2", 3, 4, 5])
    page.get_by_role("button", name=re.compile("^Next")).click()
    opened(page, ["conv2", 3, 4, 6])
    title(page).focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    opened(page, ["conv2", 3, 4, 4])
    page.keyboard.press("Escape")
    page.get_by_role("button", name=re.compile("^Previous")).click()
    expect(title(page)).to_have_text("CONV2, map 2")


@pytest.mark.parametrize("layer", ["conv1", "conv2", "pool1"])
def test_the_window_is_stepped_and_the_map_appears_unit_by_unit(open_page, model, layer):
    page = open_page(at(layer, 2))
    facts = next(each for each in model["layers"] if each["id"] == layer)
    _, rows, columns = facts["output_shape"]
    canvas = page.locator("map-level .output canvas")
    expect(page.locator("map-level .node")).to_have_text(re.compile(r"\d"))
    assert canvas.evaluate("canvas => canvas.style.clipPath") == ""
    slider = page.get_by_role("slider", name="Position")
    slider.focus()
    page.keyboard.press("Home")
    expect(page.locator("window-slider .told")).to_contain_text("row 0, column 0")
    assert "polygon" in canvas.evaluate("canvas => canvas.style.clipPath")
    page.get_by_role("button", name="Step on").click()
    told = page.locator("window-slider .told")
    expect(told).to_contain_text("row 0, column 1")
    reads = facts["reads"]
    _, height, width = facts["input_shape"]
    left = reads["stride"][1] / width
    size = [reads["kernel_size"][0] / height, reads["kernel_size"][1] / width]
    window = marked(page.locator("window-inputs li > feature-map").first)
    assert window == pytest.approx([0, 1 - left - size[1], 1 - size[0], left])
    page.get_by_role("button", name="Step back").click()
    expect(told).to_contain_text("row 0, column 0")
    slider.focus()
    page.keyboard.press("End")
    expect(told).to_contain_text(f"row {rows - 1}, column {columns - 1}")
    page.keyboard.press("ArrowLeft")
    assert "polygon" in canvas.evaluate("canvas => canvas.style.clipPath")
    page.get_by_role("button", name="Whole map").click()
    assert canvas.evaluate("canvas => canvas.style.clipPath") == ""


def test_the_window_is_dragged_over_the_input(open_page):
    page = open_page(at("conv1", 2))
    image = page.locator("window-inputs li > feature-map").first
    expect(page.locator("map-level .node")).to_have_text(re.compile(r"\d"))
    box = image.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 10.5 / 32, box["y"] + box["height"] * 20.5 / 32)
    page.mouse.up()
    expect(page.locator("window-slider .told")).to_contain_text("row 18, column 8")


def test_nothing_plays_unless_asked_and_then_it_can_be_stopped(open_page):
    page = open_page(at("pool2", 2))
    told = page.locator("window-slider .told")
    expect(told).to_contain_text("row")
    page.get_by_role("slider", name="Position").press("Home")
    page.get_by_role("button", name="Play").click()
    expect(told).to_contain_text("row 4, column 4")
    expect(page.get_by_role("button", name="Play")).to_be_visible()


@pytest.mark.parametrize("seed", range(3))
def test_hovering_a_unit_frames_its_receptive_field_in_every_earlier_layer(
    page, server, model, seed
):
    rng = random.Random(seed)
    layer = rng.choice(
        [each for each in model["layers"] if each["kind"] in ("conv2d", "avg_pool2d")]
    )
    channels, rows, columns = layer["output_shape"]
    channel, row, column = (rng.randrange(size) for size in (channels, rows, columns))
    image = page.locator(f"layer-view[data-layer={layer['id']}] feature-map").nth(channel)
    image.hover(position=cell_of(image, row, column, rows, columns))
    query = {"channel": channel, "row": row, "column": column}
    path = f"/api/models/lenet5/layers/{layer['id']}/receptive_fields"
    regions = server.client.get(path, params=query).json()["regions"]
    for each in model["layers"]:
        images = page.locator(f"layer-view[data-layer={each['id']}] feature-map")
        region = regions.get(each["id"])
        for place in range(images.count()):
            frame = marked(images.nth(place))
            if region is None or place not in region["channels"]:
                assert frame is None, (each["id"], place)
                continue
            _, height, width = each["output_shape"]
            assert frame == pytest.approx(
                [
                    region["rows"][0] / height,
                    1 - (region["columns"][-1] + 1) / width,
                    1 - (region["rows"][-1] + 1) / height,
                    region["columns"][0] / width,
                ]
            )
    expect(page.locator("draw-pad .lens")).to_be_visible()
    page.mouse.move(0, 0)
    expect(page.locator("draw-pad .lens")).to_be_hidden()
    expect(page.locator("feature-map[data-marked]")).to_have_count(0)


def test_the_ink_that_a_unit_sees_is_framed_on_the_pad(open_page, server):
    page = open_page(sockets=False)
    with page.expect_request("**/traces*") as asked:
        page.locator("digit-gallery .strip button").nth(7).click()
    settle(page)
    frame = server.client.post("/api/models/lenet5/traces", json=asked.value.post_data_json).json()[
        "frame"
    ]
    image = page.locator("layer-view[data-layer=conv1] feature-map").nth(0)
    image.hover(position=cell_of(image, 8, 12, 28, 28))
    expect(page.locator("draw-pad .lens")).to_be_visible()
    height, width = frame["bottom"] - frame["top"], frame["right"] - frame["left"]
    assert marked(page.locator("draw-pad .lens")) == pytest.approx(
        [
            frame["top"] + height * 8 / 32,
            1 - (frame["left"] + width * 17 / 32),
            1 - (frame["top"] + height * 13 / 32),
            frame["left"] + width * 12 / 32,
        ],
        abs=1e-5,
    )


def test_hovering_the_drawing_shows_what_a_pixel_reaches(page):
    page.hover("draw-pad canvas", position={"x": 128, "y": 128})
    for layer, maps in [("conv1", 6), ("conv2", 16), ("pool2", 16), ("flatten", 1), ("fc2", 1)]:
        images = page.locator(f"layer-view[data-layer={layer}] feature-map[data-marked]")
        expect(images).to_have_count(maps)
    expect(page.locator("layer-view[data-layer=softmax] li[data-marked]")).to_have_count(10)
    page.mouse.move(700, 5)
    expect(page.locator("feature-map[data-marked]")).to_have_count(0)


def test_drawing_goes_on_at_the_level_of_a_unit(open_page, unit_of):
    page = open_page(at("conv1", 3, 14, 14))
    opened(page, ["conv1", 3, 14, 14])
    before = page.locator("unit-level .result").inner_text()
    asked = []
    page.on("request", lambda request: request.url.endswith("/units") and asked.append(request))
    pen = Pen(page)
    pen.stroke(DIGITS[0][0], lift=False)
    expect(page.locator("unit-level .result")).not_to_have_text(before)
    pen.lift()
    settle(page)
    page.locator(".explorer[aria-busy=false]").wait_for()
    assert len(asked[-1].post_data_json["strokes"][0]) > 10
    shown = number(page.locator("unit-level .result").inner_text())
    assert shown == pytest.approx(unit_of(asked[-1])["result"], abs=1.01 * ROUNDING)


def test_the_whole_way_by_keyboard_alone(page):
    maps = page.locator("layer-view[data-layer=conv1] feature-map")
    maps.nth(0).focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    picker = page.locator("map-level unit-picker")
    expect(picker).to_be_focused()
    before = picker.get_attribute("aria-valuetext")
    page.keyboard.press("ArrowUp")
    expect(picker).not_to_have_attribute("aria-valuetext", before)
    page.keyboard.press("Enter")
    expect(title(page)).to_be_focused()
    expect(title(page)).to_have_text(re.compile(r"^CONV1, map 1, row \d+, column \d+$"))
    page.keyboard.press("Escape")
    expect(picker).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("layer-level .cards li > feature-map").nth(1)).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("layer-view[data-layer=conv1] h3 button")).to_be_focused()


def test_a_finger_walks_down_on_a_phone_one_level_at_a_time(open_page):
    page = open_page(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page.locator("layer-view[data-layer=conv2] h3 button").tap()
    expect(title(page)).to_be_in_viewport()
    expect(page.locator("network-view")).to_be_hidden()
    page.locator("layer-level .cards li > feature-map").nth(2).tap()
    expect(page.locator("map-level")).to_be_visible()
    page.get_by_role("button", name="Open this unit").tap()
    expect(page.locator("weighted-sum")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    small = page.locator(".explorer, .where").evaluate_all(
        """parts => parts.flatMap((part) => [...part.querySelectorAll("button, input, summary")])
            .filter((element) => element.checkVisibility())
            .map((element) => [element.getBoundingClientRect(), element.outerHTML])
            .filter(([box]) => Math.min(box.width, box.height) < 43.9)
            .map(([box, html]) => `${box.width} x ${box.height}: ${html}`)"""
    )
    assert small == []
    page.locator("bread-crumb").get_by_role("button", name="map 2").tap()
    expect(page.locator("map-level")).to_be_visible()


@pytest.mark.parametrize("layer", UNITS)
@pytest.mark.parametrize("width", [390, 1024])
def test_no_level_is_cut_off_or_too_small_to_read(open_page, layer, width):
    page = open_page(at(layer, *UNITS[layer]), viewport={"width": width, "height": 800})
    opened(page, [layer, *UNITS[layer]])
    for _ in range(3):
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        small = page.locator(".desk").evaluate(
            """desk => [...desk.querySelectorAll("*")]
                .filter((element) => [...element.childNodes].some(
                    (node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim()))
                .filter((element) => element.checkVisibility())
                .filter((element) => parseFloat(getComputedStyle(element).fontSize) < 11)
                .map((element) => element.outerHTML)"""
        )
        assert small == []
        page.keyboard.press("Escape")


def test_reduced_motion_opens_without_a_transition(open_page):
    page = open_page(reduced_motion="reduce")
    page.evaluate("() => { document.startViewTransition = () => { throw Error('moved'); }; }")
    page.locator("layer-view[data-layer=conv1] feature-map").nth(0).click()
    expect(page.locator("map-level")).to_be_visible()


def test_without_view_transitions_everything_opens_all_the_same(page):
    page.evaluate("() => { document.startViewTransition = undefined; }")
    page.locator("layer-view[data-layer=conv1] feature-map").nth(0).click()
    expect(page.locator("map-level")).to_be_visible()


def test_what_cannot_be_explained_is_shown_with_the_reason(page, complaints):
    problem = {"detail": "This operation is not in the table.", "hint": "Look at its maps."}
    page.route("**/units", lambda route: route.fulfill(status=422, json=problem))
    page.locator("layer-view[data-layer=conv2] feature-map").nth(3).click()
    reason = "This operation is not in the table. Look at its maps."
    expect(page.locator("map-level .node")).to_have_text(reason)
    page.get_by_role("button", name="Open this unit").click()
    expect(page.locator("unit-level .note")).to_have_text(reason)
    complaints.forgive("422")
