"""What the page shows, and that everybody can use it."""

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.desk import filters

SIZES = {"projector": (1440, 900), "tablet": (1024, 768), "phone": (390, 844)}


def sized(open_page, name, **options):
    width, height = SIZES[name]
    return open_page(viewport={"width": width, "height": height}, **options)


@pytest.fixture
def model(server):
    return server.client.get("/api/models/lenet5").json()


def written(shape):
    channels, *sides = shape
    return " × ".join(f"{side:,}" for side in [*sides, channels])


def test_every_layer_is_there_with_its_label_shape_parameters_and_maps(page, model):
    views = page.locator("layer-view")
    expect(views).to_have_count(len(model["layers"]))
    for place, layer in enumerate(model["layers"]):
        view = views.nth(place)
        expect(view.get_by_role("heading")).to_have_text(layer["label"])
        expect(view.locator(".shape")).to_have_text(written(layer["output_shape"]))
        expect(view.locator(".parameters")).to_have_text(f"{layer['parameter_count']:,} parameters")
        maps = layer["output_shape"][0] if len(layer["output_shape"]) == 3 else 1
        if layer["kind"] == "softmax":
            expect(view.get_by_role("listitem")).to_have_count(len(model["classes"]))
        else:
            expect(view.locator("feature-map")).to_have_count(maps)


def test_layers_of_one_row_of_the_table_stand_in_one_block(page, model):
    blocks = page.locator(".block").evaluate_all(
        """blocks => blocks.map((block) =>
            [...block.querySelectorAll("layer-view")].map((view) => view.dataset.layer))"""
    )
    assert blocks == [row["layer_ids"] for row in model["table"]]


def test_the_whole_network_is_in_one_view_on_a_projector(page):
    for part in ("draw-pad canvas", "output[name=prediction]", ".certainty"):
        expect(page.locator(part)).to_be_in_viewport(ratio=1)
    for view in page.locator("layer-view").all():
        expect(view).to_be_in_viewport(ratio=1)


def test_layers_run_from_left_to_right_on_a_projector_and_downwards_on_a_phone(open_page):
    def places(page, side):
        return page.locator("layer-view").evaluate_all(
            "(views, side) => views.map((view) => view.getBoundingClientRect()[side])", side
        )

    across = places(sized(open_page, "projector"), "left")
    assert across == sorted(across)
    assert len(set(across)) == len(across)
    down = places(sized(open_page, "phone"), "top")
    assert down == sorted(down)
    assert len(set(down)) == len(down)


def test_the_range_of_every_layer_is_stated(page):
    shown = page.locator("layer-view .range").all_inner_texts()
    assert all("…" in text for text in shown if text)
    assert len([text for text in shown if text]) == len(shown) - 1, "all but the probabilities"


def test_the_value_under_the_pointer_is_told(page, server):
    image = page.locator("layer-view[data-layer=pool1] feature-map").nth(4)
    box = image.bounding_box()
    assert box
    cell = box["width"] / 14
    page.mouse.move(box["x"] + 6.5 * cell, box["y"] + 9.5 * cell)
    readout = page.locator("value-readout")
    expect(readout).to_contain_text("POOL1 feature map 4")
    expect(readout).to_contain_text("row 9, column 6")
    page.mouse.move(0, 0)
    expect(readout).to_be_hidden()


def test_a_map_says_in_words_what_it_shows(page):
    image = page.locator("layer-view[data-layer=conv1] feature-map").nth(3)
    expect(image).to_have_attribute(
        "aria-label", re.compile(r"^CONV1 feature map 3: strongest .+ at row \d+, column \d+$")
    )


def test_maps_are_walked_by_keyboard(page):
    maps = page.locator("layer-view[data-layer=conv2] feature-map")
    maps.nth(0).focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    expect(maps.nth(2)).to_be_focused()
    expect(page.locator("value-readout")).to_contain_text("CONV2 feature map 2")
    assert page.locator("layer-view[data-layer=conv2] [tabindex='0']").count() == 1


def test_the_filters_stand_beside_the_maps_they_make(page, server):
    for layer, count, inputs in [("conv1", 6, 1), ("conv2", 16, 6)]:
        bank = filters(page).nth(0 if layer == "conv1" else 1)
        rows = bank.locator(".filters > li")
        expect(rows).to_have_count(count)
        for row in (0, count - 1):
            expect(rows.nth(row).locator(".kernels feature-map")).to_have_count(inputs)
            expect(rows.nth(row).locator(".output")).to_have_count(1)
        weights = server.client.get(f"/api/models/lenet5/layers/{layer}/weights").json()
        bias = weights["bias"]["data"][2]
        told = rows.nth(2).locator(".bias").inner_text().removeprefix("bias ").replace("−", "-")
        assert float(told) == pytest.approx(bias, rel=0.005)


def test_a_kernel_is_painted_on_a_scale_with_zero_in_its_middle(page, server):
    filters(page).nth(1).wait_for()
    weight = server.client.get("/api/models/lenet5/layers/conv2/weights").json()["weight"]["data"]
    flat = [value for f in weight for kernel in f for row in kernel for value in row]
    reach = max(abs(value) for value in flat)
    kernel = [value for row in weight[7][2] for value in row]
    same = page.evaluate(
        """async ([values, reach]) => {
            const { paint, DIVERGING } = await import("/static/js/colormap.js");
            const row = document.querySelectorAll("filter-bank")[1]
                .querySelectorAll(".filters > li")[7];
            const image = row.querySelectorAll(".kernels img")[2];
            await image.decode();
            const context = new OffscreenCanvas(5, 5).getContext("2d");
            context.drawImage(image, 0, 0);
            const { data } = context.getImageData(0, 0, 5, 5);
            const pixels = new Uint32Array(25);
            paint(Float32Array.from(values), [-reach, reach], DIVERGING, pixels);
            return [...new Uint32Array(data.buffer)].join() === [...pixels].join();
        }""",
        [kernel, reach],
    )
    assert same


def test_the_table_counts_every_parameter(page, model):
    table = page.get_by_role("table")
    rows = table.locator("tbody tr")
    expect(rows).to_have_count(8)
    counts = []
    for place, row in enumerate(model["table"]):
        cells = rows.nth(place).locator("th, td").all_inner_texts()
        assert cells[0].split()[0] == row["label"].split()[0]
        assert cells[2] == f"{row['activation_size']:,}"
        counts.append(int(cells[4].replace(",", "")))
        if cells[3]:
            arithmetic = cells[3].replace("×", "*")
            assert set(arithmetic) <= set("0123456789 ()+*")
            assert eval(arithmetic) == counts[-1]
        else:
            assert counts[-1] == 0
    expect(table.locator("tfoot td")).to_have_text(f"{sum(counts):,}")
    assert sum(counts) == model["parameter_count"] == 61_706


def test_the_model_is_described_by_its_card(page, model):
    section = page.get_by_role("region", name="The model")
    expect(section).to_contain_text(f"{model['card']['test_accuracy']:.2%}")
    low, high = model["card"]["test_accuracy_interval"]
    expect(section).to_contain_text(f"{low:.2%}")
    expect(section).to_contain_text(f"{high:.2%}")


def test_the_theme_is_chosen_and_kept(page):
    def ground():
        return page.evaluate("getComputedStyle(document.documentElement).backgroundColor")

    light = ground()
    page.get_by_label("Dark", exact=True).check()
    dark = ground()
    assert dark != light
    page.reload()
    assert ground() == dark
    page.get_by_label("As the system").check()
    assert ground() == light
    page.emulate_media(color_scheme="dark")
    assert ground() == dark


@pytest.mark.parametrize("width", [320, 390, 768, 1024, 1440, 1920])
def test_nothing_is_cut_off_or_scrolls_sideways(open_page, width):
    page = open_page(viewport={"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator(".blocks").evaluate("list => list.scrollWidth - list.clientWidth") <= 0


@pytest.mark.parametrize("size", SIZES)
def test_no_text_is_smaller_than_eleven_pixels(open_page, size):
    page = sized(open_page, size)
    small = page.evaluate(
        """() => [...document.querySelectorAll("body *")]
            .filter((element) => [...element.childNodes].some(
                (node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim()))
            .filter((element) => element.checkVisibility())
            .filter((element) => parseFloat(getComputedStyle(element).fontSize) < 11)
            .map((element) => element.outerHTML)"""
    )
    assert small == []


CONTRASTS = """() => {
    const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
    const rgba = (colour) => {
        canvas.clearRect(0, 0, 1, 1);
        canvas.fillStyle = colour;
        canvas.fillRect(0, 0, 1, 1);
        return [...canvas.getImageData(0, 0, 1, 1).data];
    };
    const light = (colour) => {
        const [r, g, b] = rgba(colour).map((byte) => byte / 255)
            .map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const ground = (element) => {
        const colour = getComputedStyle(element).backgroundColor;
        return rgba(colour)[3] === 255 || !element.parentElement
            ? colour : ground(element.parentElement);
    };
    return [...document.querySelectorAll("body *")]
        .filter((element) => element.checkVisibility() && !element.closest(":disabled"))
        .filter((element) => [...element.childNodes].some(
            (node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim()))
        .map((element) => {
            const pair = [light(getComputedStyle(element).color), light(ground(element))];
            const ratio = (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
            return [ratio, element.outerHTML.slice(0, 90)];
        });
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground(open_page, scheme):
    contrasts = open_page(color_scheme=scheme).evaluate(CONTRASTS)
    assert len(contrasts) > 100
    assert [(ratio, html) for ratio, html in contrasts if ratio < 4.5] == []


def test_everything_to_press_is_large_enough_for_a_finger(open_page):
    page = sized(open_page, "phone", has_touch=True, is_mobile=True)
    page.get_by_role("button", name="More digits").scroll_into_view_if_needed()
    small = page.evaluate(
        """() => [...document.querySelectorAll("button, [type=range], nav a, label:has(input)")]
            .filter((element) => element.checkVisibility())
            .map((element) => [element.getBoundingClientRect(), element.outerHTML])
            .filter(([box]) => Math.min(box.width, box.height) < 43.9)
            .map(([box, html]) => `${box.width} x ${box.height}: ${html}`)"""
    )
    assert small == []


def test_reduced_motion_is_honoured(open_page):
    page = open_page(reduced_motion="reduce")
    moving = page.evaluate(
        """() => [...document.querySelectorAll("*")].filter((element) => {
            const { transitionDuration, animationName } = getComputedStyle(element);
            return parseFloat(transitionDuration) > 0 || animationName !== "none";
        }).map((element) => element.outerHTML.slice(0, 90))"""
    )
    assert moving == []


def test_the_first_load_is_light(open_page):
    """The page with all its modules, styles and pictures; what the network answers comes on top."""
    page = open_page()
    sizes = page.evaluate(
        """() => [
            ...performance.getEntriesByType("navigation"),
            ...performance.getEntriesByType("resource"),
        ].map((entry) => [entry.name, entry.transferSize])"""
    )
    assert len(sizes) > 20
    assert sum(size for name, size in sizes if "/api/" not in name) < 200_000, sizes


SCREENSHOTS = os.environ.get("CONVLENS_SCREENSHOTS")


@pytest.mark.skipif(not SCREENSHOTS, reason="set CONVLENS_SCREENSHOTS to a folder to take them")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_screenshots_are_taken(open_page, size, scheme):
    page = sized(open_page, size, color_scheme=scheme)
    folder = Path(SCREENSHOTS)
    page.screenshot(path=folder / f"{size}-{scheme}.png")
    if (size, scheme) == ("projector", "light"):
        page.screenshot(path=folder / "screenshot.png")
