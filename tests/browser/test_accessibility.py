"""axe-core finds nothing, at any level, in any dialog, in light and dark."""

import pytest
from playwright.sync_api import Page, expect

from app.models.lenet5 import ACTIVATION
from app.settings import ROOT
from tests.browser.desk import filters

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
pytestmark = pytest.mark.skipif(
    not AXE.exists(), reason="axe-core is not installed; npm ci brings it"
)

CHANGED = (
    "#digit=145&a.digit=25&without=centre"
    f"&edits=switch_off,conv1,2;swap,pool1,max_pool2d;swap,{ACTIVATION}2,tanh"
)
PLACES = {
    "layer": "conv2",
    "map": "conv2,3",
    "pooled map": "pool1,1",
    "flat layer": "fc1",
    "convolution": "conv2,3,4,5",
    "activation": f"{ACTIVATION}1,2,10,10",
    "maximum": "pool1,2,5,6&edits=swap,pool1,max_pool2d",
    "mean": "pool2,2,3,3",
    "flatten": "flatten,137",
    "linear": "fc1,7",
    "softmax": "softmax,3",
    "pixel": "input,0,16,16",
}


def complaints_of_axe(page: Page) -> list[str]:
    """Return what axe has to say of the page as it is."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document)")
    return [
        f"{violation['id']}: {violation['help']}\n  {node['html']}\n  {node['failureSummary']}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_and_its_dialogs(open_page, scheme):
    page = open_page(CHANGED, color_scheme=scheme, reduced_motion="reduce")
    filters(page).get_by_role("button", name="Change CONV1 filter 0").click()
    for section in ("input-steps", "#changing", "#comparing"):
        page.locator(section).scroll_into_view_if_needed()
    expect(page.locator("[data-side=a] output")).to_contain_text("(")
    expect(page.locator("#edits-effect output")).not_to_be_empty()
    assert complaints_of_axe(page) == []
    for opener in ["Numbers", "Take away", "More digits"]:
        page.evaluate("scrollTo(0, 0)")
        page.get_by_role("button", name=opener, exact=True).click()
        expect(page.get_by_role("dialog")).to_be_visible()
        assert complaints_of_axe(page) == [], opener
        page.keyboard.press("Escape")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_level_of_the_zoom(open_page, scheme):
    page = open_page(color_scheme=scheme, reduced_motion="reduce")
    for name, place in PLACES.items():
        page.evaluate("(place) => { location.hash = `#digit=65&view=${place}`; }", place)
        expect(page.locator("bread-crumb [aria-current]")).to_be_visible()
        page.locator(".explorer:not([aria-busy=true])").wait_for()
        assert complaints_of_axe(page) == [], name
