"""The study of one step, by keyboard and by touch, against torch's own autograd."""

import contextlib
import io
import re

import numpy as np
import pytest
import torch
from PIL import Image
from playwright.sync_api import Page, expect
from safetensors.torch import load_file
from torch.nn import functional

from app import ink
from app.models.lenet5 import LeNet5
from app.sample import Sample
from app.settings import ROOT
from tests.browser.learn.reading import PHONE, complaints_of_axe
from tests.browser.tabs import calm

START = 139
"""The gallery digit that the page begins with, of which there are 20 a class."""
PATIENCE = 60_000


def tile(place: int = START) -> torch.Tensor:
    """Return a digit of the gallery as the network sees it."""
    gallery = np.asarray(Image.open(ROOT / "static/digits/mnist.png"))
    top, left = 28 * (place // 20), 28 * (place % 20)
    seen = ink.to_tensor(ink.normalise(gallery[top : top + 28, left : left + 28]).input)
    return torch.from_numpy(seen).double()


def backwards(target: int) -> tuple[LeNet5, torch.Tensor]:
    """Return the network with autograd's gradients, and the loss."""
    module = LeNet5()
    module.load_state_dict(load_file(ROOT / "model_weights" / "lenet5.safetensors"))
    module = module.eval().double()
    loss = loss_of(module, target)
    loss.backward()
    return module, loss


def loss_of(module: LeNet5, target: int) -> torch.Tensor:
    return functional.cross_entropy(module.logits(tile()), torch.tensor([target]))


def figures(text: str) -> list[float]:
    """Return the numbers in a text, the page's minus signs and powers understood."""
    plain = text.replace("−", "-")
    return [float(one) for one in re.findall(r"-?\d+(?:\.\d+)?(?:e-?\d+)?", plain)]


def formula(page: Page, selector: str) -> list[float]:
    """Return the numbers in the formulas of a part, in order."""
    texts = page.locator(f"{selector} .formulas mn").evaluate_all(
        "all => all.map((one) => one.textContent)"
    )
    return [number for text in texts for number in figures(text)]


def settled(page: Page, number: float) -> None:
    """Wait until autograd's number for what was chosen stands on the page."""
    wanted = str(float(f"{number:.12g}"))[:9].replace("-", "−")
    expect(page.locator(".sum .check")).to_contain_text(f"says {wanted}", timeout=PATIENCE)


def near(number: float):
    """Four digits stand on the page."""
    return pytest.approx(number, rel=1e-3)


def test_the_numbers_are_autograds_whatever_is_chosen_by_keyboard(open_chapter):
    page = open_chapter("one-step")
    module, loss = backwards(START // 20)
    assert loss.item() > 0.005, "choose a start that the network is less sure of, see state.js"
    largest = module.conv1.weight.grad.abs().argmax()
    settled(page, module.conv1.weight.grad.flatten()[largest].item())
    assert formula(page, ".forward")[-1] == near(loss.item())

    page.locator(".forward class-columns input").nth(4).press("Space")
    page.locator("input[name=layer][value=conv2]").press("Space")
    module, loss = backwards(4)
    gradient = module.conv2.weight.grad
    index = np.unravel_index(gradient.abs().argmax().item(), gradient.shape)
    settled(page, gradient[tuple(index)].item())
    step = "ArrowLeft" if index[3] else "ArrowRight"
    page.locator(".matrices .cell[data-mark]").first.press(step)
    index = (*map(int, index[:3]), int(index[3]) + (-1 if step == "ArrowLeft" else 1))
    settled(page, gradient[index].item())
    field = page.locator("#weight .rate input[type=text]")
    field.fill("0.005")
    field.press("Enter")
    expect(page.locator("#weight .update")).to_contain_text("0.005", timeout=PATIENCE)
    page.locator(".layers map-sheet .picture").first.press("ArrowRight")
    expect(page.locator("value-readout")).to_contain_text("unit 1")

    logits = page.locator(".logits class-columns li").evaluate_all(
        "all => all.map((one) => one.lastElementChild.textContent)"
    )
    z = module.logits(tile()).softmax(1)[0].tolist()
    expected = [p - (k == 4) for k, p in enumerate(z)]
    assert [figures(text)[0] for text in logits] == pytest.approx(expected, rel=1e-2, abs=1e-6)
    calm(page)
    told = figures(page.locator(".term").text_content() or "")
    assert told[2] * told[3] == near(told[4])
    page.locator(".sum .picture[role=slider]").last.press("Home")
    expect(page.locator(".term")).to_contain_text("column 0:")
    assert "target=4&layer=conv2&index=" in page.url
    assert "&term=" in page.url
    assert "&rate=0.005" in page.url

    calm(page)
    code = page.locator("#code code").text_content() or ""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(code, {})
    printed = list(map(float, out.getvalue().split()))
    weight = module.conv2.weight
    assert printed[:2] == pytest.approx([loss.item(), gradient[index].item()])
    with torch.no_grad():
        old = weight[index].item()
        weight[index] -= 0.005 * gradient[index]
        alone = [weight[index].item(), loss_of(module, 4).item()]
        weight[index] = old
        torch.optim.SGD(module.parameters(), lr=0.005).step()
        whole = loss_of(module, 4).item()
        sample = Sample.load(ROOT / "static" / "digits")
        images, labels = torch.from_numpy(sample.images), torch.from_numpy(sample.labels)
        read = (module(images.double()).argmax(1) == labels).sum().item()
    assert printed[2:] == pytest.approx([*alone, whole])
    step_formula = formula(page, ".update > :last-child")
    assert step_formula[-1] == near(alone[0])
    assert figures(page.locator(".update .told").inner_text())[1] == near(alone[1])
    told = page.locator("#whole .told")
    expect(told.last).to_contain_text(f"reads {read} right", timeout=PATIENCE)
    assert figures(told.first.inner_text())[:2] == [near(loss.item()), near(whole)]


def test_a_link_restores_the_exact_state_and_an_odd_one_is_forgiven(open_chapter):
    hash_ = (
        "#digit=digit,183&target=0&layer=fc2&parameter=bias&index=7&term=0,0&rate=0.3&scale=network"
    )
    page = open_chapter("one-step", hash_, language="es")
    assert page.url.endswith(hash_)
    expect(page.locator("input[name=layer][value=fc2]")).to_be_checked()
    expect(page.locator("input[name=parameter][value=bias]")).to_be_checked()
    expect(page.locator("input[name=scale][value=network]")).to_be_checked()
    expect(page.locator("#weight").get_by_role("spinbutton", name="Unidad")).to_have_text("7")
    expect(page.locator(".sum .check")).to_contain_text("El autograd de torch", timeout=PATIENCE)
    # One range for all: the layer's largest is told, and the network's is what the colours mean.
    ranges = page.locator(".layer .pair:first-child figure:last-child .range").all_inner_texts()
    assert len({text.split("±")[1] for text in ranges}) == 1
    assert len({text.split("±")[0] for text in ranges}) > 5
    odd = "#digit=digit,999&target=10&layer=pool1&parameter=x&rate=0&scale=y"
    kept = "index=9,9,9,9&term=99,0"
    page = open_chapter("one-step", f"{odd}&{kept}")
    expect(page.locator("input[name=layer][value=conv1]")).to_be_checked()
    assert page.url.endswith(f"#{kept}"), "a place may be there in another layer"


def test_a_drawing_is_followed_by_touch_and_nothing_on_the_pad_is_said_so(open_chapter):
    page = open_chapter("one-step", **PHONE)
    page.get_by_role("radio", name="Your drawing").check()
    expect(page.locator("#trouble")).to_contain_text("nothing on the pad yet", timeout=PATIENCE)
    box = page.locator("draw-pad canvas").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] * 0.15)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] * 0.85, steps=8)
    page.mouse.up()
    expect(page.locator("#trouble")).to_be_empty(timeout=PATIENCE)
    expect(page.locator(".read .told")).to_contain_text("Read as 1, which is the target")
    page.locator(".forward class-columns label").nth(7).tap()
    expect(page.locator(".read .told")).to_contain_text("the target is 7", timeout=PATIENCE)
    assert "digit=drawing," in page.url
    assert "&target=7" in page.url
    small = page.locator("main button, main label, main input[type=range]").evaluate_all(
        "all => all.map((one) => [one, one.getBoundingClientRect()])"
        ".filter(([, box]) => box.width && Math.min(box.width, box.height) < 43.9)"
        ".map(([one]) => one.outerHTML.slice(0, 120))"
    )
    assert small == []


def test_the_page_fits_every_width_and_axe_has_nothing_to_say(open_chapter):
    page = open_chapter("one-step")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert complaints_of_axe(page) == []
    for width in (1440, 1024, 390, 320):
        page.set_viewport_size({"width": width, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), width
