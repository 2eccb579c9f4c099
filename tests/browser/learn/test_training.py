"""The study "Train it yourself": a run that is commanded and watched in the browser."""

import re

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.learn.reading import AXE, PHONE, complaints_of_axe

PATIENCE = 180_000
"""Milliseconds: the worker stands behind everything else that the machine does."""
MAPS = "Array.from(document.querySelectorAll('{} feature-map canvas'), (c) => c.toDataURL())"

PAINTED = """([part, place, picture, same]) => {
  const canvas = document.querySelectorAll(`${part} feature-map canvas`)[place];
  return (canvas.toDataURL() === picture) === same;
}"""


def repainted(page: Page, part: str, place: int, picture: str) -> None:
    """Wait until a picture is another."""
    page.wait_for_function(PAINTED, arg=[part, place, picture, False])


@pytest.fixture
def open_training(open_chapter, server):
    """Open the page; its run is gone afterwards."""
    opened: list[Page] = []

    def open_training(hash_: str = "", **options) -> Page:
        page = open_chapter("training", hash_, **options)
        page.set_default_timeout(PATIENCE)
        opened.append(page)
        return page

    yield open_training
    for page in opened:
        found = re.search(r"run=([\w.-]+)", page.url)
        if found:
            httpx.delete(f"{server.url}/api/training_runs/{found[1]}")


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def stands(page: Page, *states: str) -> None:
    page.locator(",".join(f"#run[data-state={state}]" for state in states)).wait_for()


def accuracy(page: Page) -> float:
    return float(page.locator("#accuracy output").inner_text().rstrip("%"))


def pictures(page: Page, part: str) -> list[str]:
    return page.evaluate(MAPS.format(part))


def test_an_epoch_raises_the_accuracy_and_a_reload_finds_the_run(open_training, complaints):
    page = open_training("#epochs=2&batch=16")
    expect(page.locator("#told")).to_contain_text("no run yet")
    captions = page.locator("#maps figcaption")
    expect(captions.nth(2)).to_contain_text("ReLU")
    page.get_by_role("radio", name="Tanh").check(force=True)
    expect(captions.filter(has_text="Tanh")).to_have_count(4)
    page.get_by_role("radio", name="ReLU").check(force=True)
    expect(captions.filter(has_text="ReLU")).to_have_count(4)
    press(page, "One batch")
    stands(page, "paused")
    expect(page.locator("#place")).to_contain_text("batch 1 of 314")
    page.locator("#maps feature-map:not([data-empty])").first.wait_for()
    before = accuracy(page), pictures(page, "#filters"), pictures(page, "#maps")
    assert page.locator("#settings .fields").evaluate("fields => fields.inert")
    press(page, "One epoch")
    expect(page.locator("#place")).to_contain_text("batch 157 of 314", timeout=PATIENCE)
    stands(page, "paused")
    repainted(page, "#filters", 0, before[1][0])
    repainted(page, "#maps", 1, before[2][1])
    assert accuracy(page) > before[0] + 20
    after = pictures(page, "#filters")
    changed = [new != old for new, old in zip(after, before[1], strict=True)]
    assert sum(changed) > len(changed) / 2, "some filters of a ReLU network learn nothing"
    assert pictures(page, "#maps")[0] == before[2][0], "the digit is the same"
    assert pictures(page, "#maps")[1:7] != before[2][1:7], "and its maps are others"

    seen = accuracy(page)
    page.reload()
    page.locator("body:not([aria-busy])").wait_for(state="attached")
    stands(page, "paused")
    assert accuracy(page) == seen
    page.wait_for_function(PAINTED, arg=["#filters", 0, after[0], True])
    page.get_by_role("button", name=re.compile("^7, MNIST")).click()
    repainted(page, "#maps", 0, before[2][0])
    press(page, "Stop")
    stands(page, "stopped")
    expect(page.locator("#told")).to_contain_text("Stopped after batch 157")


def test_a_rate_that_is_too_large_is_explained_and_its_curve_stays(open_training):
    page = open_training("#optimizer=sgd&rate=50&activation=silu&pooling=average&epochs=3", **PHONE)
    press(page, "Start")
    stands(page, "diverged")
    expect(page.locator("#told")).to_contain_text("became not a number.")
    expect(page.locator("#told")).to_contain_text("Try a tenth of the learning rate: 5.")
    expect(page.locator("#loss path.line.judged")).to_have_count(1)
    rate = page.get_by_label("Learning rate", exact=True)
    rate.fill("nonsense")
    rate.press("Enter")
    expect(rate).to_have_value("50")
    press(page, "A tenth of the learning rate")
    expect(rate).to_have_value("5")
    assert "rate=5&" in page.url
    press(page, "One batch")
    stands(page, "paused")
    expect(page.locator("#loss path.line.judged.before")).to_have_count(1)
    expect(page.locator("#loss .legend")).to_contain_text("the run before: SGD, 50,")


def test_a_run_that_is_gone_is_told_calmly(open_training, server, complaints):
    page = open_training("#run=long-gone")
    expect(page.locator("#problem")).to_contain_text("The run is gone")
    assert "run=" not in page.url
    complaints.forgive("404")
    press(page, "One batch")
    stands(page, "paused")
    run = re.search(r"run=([\w.-]+)", page.url)
    assert run
    httpx.delete(f"{server.url}/api/training_runs/{run[1]}")
    expect(page.locator("#problem")).to_contain_text("The run is gone")
    stands(page, "none")


@pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed; npm ci brings it")
def test_axe_finds_nothing_and_nothing_overflows(open_training):
    page = open_training("#epochs=1&batch=512", language="es")
    page.locator("[data-command=batch]").click()
    stands(page, "paused")
    for width, scheme in ((1440, "light"), (1024, "dark"), (390, "light"), (320, "dark")):
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), width
        if width in (1440, 1024):
            assert complaints_of_axe(page) == [], scheme
