"""The study "How well it reads", held against the report that it shows."""

import json
import re

import pytest
from playwright.sync_api import Page, expect

from app.settings import ROOT
from tests.browser.desk import prediction, settle
from tests.browser.learn.reading import AXE, complaints_of_axe

SIZES = [(1440, 900), (1024, 768), (390, 844), (320, 640)]
SHARES = {"validation": [0.005, 0.006], "pen_placed": [0.02, 0.03]}
WHOLE = {
    "ablation": {
        "epochs": 3,
        "rows": [
            {"change": name, "errors": SHARES, "seconds": 61.5}
            for name in ("as it is", "pen as it is", "something new")
        ],
    },
    "familiarity": {
        "kinds": [{"kind": "letters", "count": 1000, "flagged": 0.91, "auroc": 0.987}],
        "positives": [{"name": "pens", "count": 1500, "passed": 0.99, "auroc": 0.98}],
    },
}
"""Parts that a report need not have."""


@pytest.fixture(scope="module")
def report(server) -> dict:
    return server.client.get("/api/models/lenet5/report").json()


def reopen(page: Page, report: dict) -> None:
    """Open the page again, with another report."""
    page.route("**/api/models/*/report", lambda route: route.fulfill(json=report))
    page.reload()
    page.locator("body:not([aria-busy])").wait_for(state="attached")


def misread(page: Page):
    return page.locator("misread-digits a")


def test_what_the_page_says_is_what_the_report_says(open_chapter, report):
    page = open_chapter("model")
    reopen(page, report | dict.fromkeys(WHOLE))
    test = report["test"]
    headline = page.locator("[data-figure=test] > strong").first
    expect(headline).to_have_text(f"{test['accuracy']:.2%}")
    low, high = test["accuracy_interval"]
    expect(page.locator(".interval").first).to_contain_text(f"{low:.2%} to {high:.2%}")
    rows = page.locator(".seeds tbody tr")
    for place, seed in enumerate(report["seeds"]):
        row = rows.nth(place)
        expect(row.locator("th")).to_have_text(re.compile(rf"^Seed {seed['seed']}\b"))
        expect(row).to_contain_text(f"{1 - seed['test_accuracy']:.2%}")
        expect(row.locator("td").last).to_have_text(
            f"{seed['test_images'] - seed['test_correct']:,}"
        )
    cells = page.locator("confusion-matrix td").all_inner_texts()
    counted = [int(text.replace(",", "") or 0) for text in cells]
    assert counted == [count for row in test["confusion_matrix"] for count in row]
    error = page.locator("figure[data-figure=test] figcaption")
    expect(error).to_contain_text(f"{test['calibration']['error']:.2%}")
    expect(page.locator("#ablation, #familiarity").filter(visible=True)).to_have_count(0)
    counts = page.locator("figure[data-figure=test] tbody td:nth-child(2)").all_text_contents()
    assert sum(int(count.replace(",", "")) for count in counts) == test["images"]


@pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed; npm ci brings it")
def test_all_of_it_fits_every_screen_and_axe_finds_nothing(open_chapter, report):
    page = open_chapter("model", language="es")
    reopen(page, report | WHOLE)
    expect(page.locator("#ablation tbody tr")).to_have_count(3)
    expect(page.locator("#ablation tbody th").last).to_have_text("something new")
    expect(page.locator("#familiarity tbody tr")).to_have_count(2)
    for summary in page.locator("details summary").all():
        summary.click()
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), width
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert complaints_of_axe(page) == [], scheme


def test_a_mistake_is_chosen_by_keyboard_and_is_in_the_link(open_chapter, report):
    page = open_chapter("model")
    expect(misread(page)).to_have_count(len(report["misread"]))
    digit = report["misread"][0]
    of, as_ = digit["class_index"], digit["prediction"]
    page.locator("confusion-matrix button").first.focus()
    for key in ["ArrowDown"] * of + ["ArrowRight"] * as_ + ["Enter"]:
        page.keyboard.press(key)
    wanted = [d for d in report["misread"] if (d["class_index"], d["prediction"]) == (of, as_)]
    expect(misread(page)).to_have_count(len(wanted))
    expect(page.locator("confusion-matrix [aria-pressed=true]")).to_have_count(1)
    expect(page.locator(".misread .told")).to_contain_text(f"{of} read as {as_}")
    assert page.url.endswith(f"#of={of}&as={as_}")
    page.get_by_role("link", name="Español").press("Enter")
    expect(page).to_have_url(re.compile(f"/learn/es/model#of={of}&as={as_}$"))
    expect(misread(page)).to_have_count(len(wanted))
    page.get_by_role("button", name="Mostrar todos").press("Enter")
    expect(misread(page)).to_have_count(len(report["misread"]))
    page.get_by_label("los menos seguros").check(force=True)
    least = min(report["misread"], key=lambda digit: digit["probability"])
    expect(misread(page).first).to_have_attribute("href", f"/#test={least['mnist_index']}")
    page.goto("/learn/model#of=99&order=x")
    expect(misread(page)).to_have_count(len(report["misread"]))


def test_a_misread_digit_opens_in_the_explorer_with_the_same_reading(open_chapter, report):
    page = open_chapter("model")
    digit = max(report["misread"], key=lambda digit: digit["probability"])
    misread(page).first.press("Enter")
    expect(page).to_have_url(re.compile(rf"/#test={digit['mnist_index']}$"))
    settle(page)
    expect(prediction(page)).to_have_text(str(digit["prediction"]))
    expect(page.locator(".certainty")).to_have_text(f"{digit['probability']:.1%}")
    page.locator("digit-gallery .strip button").first.click()
    expect(prediction(page)).to_have_text("0")
    page.go_back()
    expect(prediction(page)).to_have_text(str(digit["prediction"]))
    page.get_by_role("button", name="Clear", exact=True).click()
    expect(prediction(page)).to_have_text("Draw a digit")
    page.evaluate("location.hash = 'test=99999'")
    expect(prediction(page)).to_have_text("3")


def test_a_model_without_a_report_is_told_of(open_chapter, complaints):
    page = open_chapter("model")
    problem = {"status": 404, "code": "not_found", "detail": "None.", "hint": ""}
    page.route(
        "**/api/models/*/report", lambda route: route.fulfill(status=404, body=json.dumps(problem))
    )
    page.reload()
    expect(page.get_by_role("alert")).to_have_text("Nobody has written a report of this network.")
    expect(page.locator("main section:not(#space)").filter(visible=True)).to_have_count(0)
    complaints.forgive("404")


def test_the_explorer_leads_to_the_page():
    page = (ROOT / "templates" / "page.html").read_text(encoding="utf-8")
    assert 'href="/learn/model"' in page
