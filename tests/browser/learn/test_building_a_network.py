"""The chapter on building a network, by keyboard and by touch."""

import contextlib
import io
import random

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.tabs import calm

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def column(page: Page, place: int) -> list[str]:
    return page.locator(f".layers tbody tr > :nth-child({place})").all_inner_texts()


def rows(page: Page) -> Locator:
    return page.locator(".layers tbody tr")


def editor(page: Page, label: str) -> Locator:
    return page.locator(".editor").get_by_role("spinbutton", name=label, exact=True)


def described(net: str) -> dict[str, object]:
    """Return an address's network as a request, read independently of the page."""
    first, *parts = net.split("~")
    height, width, channels = map(int, first.split("x"))
    layers = []
    for part in parts:
        if part[0] == "c" and part[1].isdigit():
            filters, kernel = part[1:].split("k")
            layers.append(
                {"kind": "conv2d", "out_channels": int(filters), "kernel_size": int(kernel)}
            )
        elif part[0] == "m" and part[1].isdigit():
            layers.append({"kind": "max_pool2d", "kernel_size": int(part[1:])})
        elif part[0] == "l" and part[1].isdigit():
            layers.append({"kind": "linear", "out_features": int(part[1:])})
        else:
            layers.append({"kind": part})
    return {"input_shape": [channels, height, width], "layers": layers}


def test_the_lectures_volumes(open_chapter):
    page = open_chapter("building-a-network")
    expect(rows(page)).to_have_count(10)
    shapes = column(page, 2)
    assert [shapes[i] for i in (0, 1, 3, 5)] == [
        "39 × 39 × 3",
        "37 × 37 × 10",
        "17 × 17 × 20",
        "7 × 7 × 40",
    ]
    assert "1,960" in shapes
    assert column(page, 3)[1] == "280"
    expect(page.locator(".unrolled h3")).to_contain_text("7 × 7 × 40 gives 1,960 numbers")


@pytest.mark.parametrize(
    ("name", "total"),
    [
        ("LeNet-5", "61,706"),
        ("39 × 39 × 3", "44,950"),
        ("AlexNet", "62,378,344"),
        ("VGG-16", "138,357,544"),
    ],
)
def test_the_architectures_to_start_from(open_chapter, server, name, total):
    page = open_chapter("building-a-network", "#net=9x9x1")
    expect(rows(page)).to_have_count(1)
    page.get_by_role("radio", name=name, exact=True).check()
    expect(page.locator(".layers tfoot td").first).to_have_text(total)
    presets = server.client.get("/api/architectures").json()
    preset = next(preset for preset in presets if preset["title"] == name)
    answer = server.client.post(
        "/api/architectures",
        json={"input_shape": preset["input_shape"], "layers": preset["layers"]},
    ).json()
    assert column(page, 3) == [f"{layer['parameter_count']:,}" for layer in answer["layers"]]
    assert column(page, 4) == [f"{layer['multiply_adds']:,}" for layer in answer["layers"]]
    assert column(page, 5) == [
        " × ".join(map(str, layer["receptive_field"]["size"])) for layer in answer["layers"]
    ]


def test_by_keyboard_layers_are_added_changed_moved_and_removed(open_chapter):
    page = open_chapter("building-a-network", "#net=32x32x1&at=-1")
    page.locator(".editor").get_by_role("button", name="Convolution").press("Enter")
    expect(rows(page)).to_have_count(2)
    editor(page, "Window f").press("ArrowUp")
    editor(page, "Window f").press("ArrowUp")
    editor(page, "Filters").press("PageDown")
    expect(rows(page).nth(1)).to_contain_text("28 × 28 × 6")
    page.locator(".editor").get_by_role("button", name="Max pooling").press("Enter")
    expect(rows(page).nth(2)).to_contain_text("14 × 14 × 6")
    assert page.url.endswith("#net=32x32x1~c6k5~m2&at=1")
    button = rows(page).nth(2).get_by_role("button")
    button.focus()
    page.keyboard.press("Alt+ArrowUp")
    expect(rows(page).nth(2)).to_contain_text("12 × 12 × 6")
    expect(rows(page).nth(1).get_by_role("button")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Delete")
    expect(rows(page)).to_have_count(2)
    assert "net=32x32x1~m2" in page.url


def test_by_touch_a_layer_moves_and_a_fully_connected_one_flattens_by_itself(open_chapter):
    page = open_chapter("building-a-network", "#net=8x8x1~c4k3~relu", **PHONE)
    page.locator(".editor").get_by_role("button", name="Move one place down").tap()
    expect(rows(page).nth(1)).to_contain_text("ReLU")
    page.locator(".editor").get_by_role("button", name="Fully connected").tap()
    expect(rows(page)).to_have_count(5)
    expect(rows(page).nth(3)).to_contain_text("put in by itself")
    sides = page.locator(".editor button, .volumes button, .layers button").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect()).map(b => Math.min(b.width, b.height))"
    )
    assert min(sides) >= 44
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize(
    ("net", "why"),
    [
        ("14x14x1~c6k5~c8k15~relu", "A window of 15 × 15 does not fit into 10 × 10"),
        ("14x14x1~c6k5~c8k15p1~relu", "with 1 of padding on each side. Use 12 × 12 at most"),
        ("14x14x1~relu~flatten~m2~l3", "needs maps with height and width, but gets a row of 196"),
        ("14x14x1~relu~m2s2p2~l3", "half its window at most: 1"),
    ],
)
def test_an_impossible_layer_has_a_reason_and_those_before_it_stay(
    open_chapter, complaints, net, why
):
    page = open_chapter("building-a-network", f"#net={net}")
    expect(page.locator(".impossible")).to_contain_text(why)
    expect(page.locator(".layers [data-wrong]")).to_contain_text(why)
    assert column(page, 2)[0] == "14 × 14 × 1"
    assert column(page, 3)[1].replace(",", "").isdigit()
    expect(page.locator(".layers [data-unreached]")).not_to_have_count(0)
    complaints.forgive("422")


def test_the_reason_is_in_the_readers_language(open_chapter, complaints):
    page = open_chapter("building-a-network", "#net=4x4x1~c2k9", language="es")
    expect(page.locator(".impossible")).to_contain_text("no cabe en 4 × 4")
    complaints.forgive("422")


def test_a_cell_becomes_a_number_and_a_number_comes_from_a_cell(open_chapter):
    page = open_chapter("building-a-network", "#cell=2,3,1")
    told = page.locator(".unrolled .told[aria-live]")
    expect(told).to_contain_text(f"number {(2 * 7 + 3) * 7 + 1} of the row")
    page.get_by_label("Height, width, channels (lecture)").check()
    expect(told).to_contain_text(f"number {(3 * 7 + 1) * 40 + 2} of the row")
    page.locator(".unrolled").get_by_role("spinbutton", name="Number").press("ArrowUp")
    expect(told).to_contain_text("Row 3, column 1 of channel 3")
    page.locator(".unrolled .cell").nth(6).click()
    expect(told).to_contain_text("Row 0, column 6 of channel 3")
    page.locator(".row-of-numbers button").last.click()
    expect(told).to_contain_text("Row 0, column 6 of channel 6")
    assert "cell=6,0,6&order=channels_last" in page.url


def test_torch_unrolls_in_the_same_order(open_chapter):
    import torch

    page = open_chapter("building-a-network", "#net=5x4x3&cell=1,0,0")
    cells = page.locator(".unrolled .cell")
    expect(cells).to_have_count(20)
    numbers = torch.arange(60).reshape(1, 3, 5, 4)
    assert torch.nn.Flatten()(numbers)[0].tolist() == list(range(60))
    assert [int(text) for text in cells.all_inner_texts()] == numbers[0, 1].flatten().tolist()


def generated(seed: int) -> str:
    """Return a network that is possible, as an address has it."""
    chance = random.Random(seed)
    side, parts = chance.randint(12, 40), []
    net = f"{side}x{side}x{chance.choice([1, 3])}"
    for _ in range(chance.randint(1, 3)):
        kernel = chance.randint(1, min(5, side))
        parts += [f"c{chance.randint(1, 8)}k{kernel}", chance.choice(["relu", "tanh", "sigmoid"])]
        side -= kernel - 1
        if side >= 4:
            parts.append("m2")
            side //= 2
    return "~".join([net, *parts, f"l{chance.randint(2, 20)}", "softmax"])


@pytest.mark.parametrize("seed", range(4))
def test_the_code_of_a_generated_network_runs_and_counts_the_same(open_chapter, server, seed):
    net = generated(seed)
    page = open_chapter("building-a-network", f"#net={net}")
    answer = server.client.post("/api/architectures", json=described(net)).json()
    count = answer["parameter_count"]
    expect(page.locator(".layers tfoot td").first).to_have_text(f"{count:,}")
    printed = io.StringIO()
    calm(page)
    with contextlib.redirect_stdout(printed):
        exec(page.locator("#code code").text_content() or "", {})
    shape, total = printed.getvalue().splitlines()
    assert shape == str((1, *answer["layers"][-1]["output_shape"]))
    assert int(total) == count
    assert page.url.endswith(f"#net={net}")


def test_the_code_is_downloaded(open_chapter):
    page = open_chapter("building-a-network")
    expect(rows(page)).to_have_count(10)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download it as .py").click()
    assert download.value.suggested_filename == "network.py"
    assert "nn.Conv2d(3, 10, kernel_size=3)" in download.value.path().read_text()


@pytest.mark.parametrize(
    ("hash_", "expected"),
    [
        ("#net=nonsense", 10),
        ("#net=9x9&at=50&cell=4000,4000,4000", 1),
        ("#net=9x9x1~zzz~c~c3k3q9~relu~l~constructor", 2),
        ("#net=99999x99999x99999", 1),
        ("#net=32X32x1~C6K5~RELU&order=x&at=-7", 3),
        ("#net=9x9x1" + "~relu" * 99, 61),
    ],
)
def test_an_odd_link_is_forgiven(open_chapter, hash_, expected):
    page = open_chapter("building-a-network", hash_)
    expect(rows(page)).to_have_count(expected)


def test_start_over_brings_the_lectures_example_back(open_chapter):
    page = open_chapter("building-a-network", "#net=9x9x1")
    expect(rows(page)).to_have_count(1)
    page.get_by_role("button", name="Start over").click()
    expect(rows(page)).to_have_count(10)
    page.get_by_role("button", name="Start over").click()
    expect(page.locator("#code code")).to_contain_text("nn.Conv2d(3, 10, kernel_size=3)")
