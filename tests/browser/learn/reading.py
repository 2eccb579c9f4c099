"""What stands on the page of a chapter, as numbers."""

import ast
import contextlib
import io
from typing import Any

from playwright.sync_api import Locator, Page

from app.settings import ROOT
from tests.browser.tabs import calm

PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "has_touch": True,
    "is_mobile": True,
}
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"


def matrix(page: Page, label: str) -> Locator:
    """Find a matrix of the lab by its name."""
    return page.locator(".lab").get_by_label(label, exact=True)


def numbers(page: Page, label: str) -> list[float]:
    """Read a matrix, row after row."""
    calm(page)
    texts = matrix(page, label).locator(".cell").all_inner_texts()
    return [float(text.replace("−", "-")) for text in texts]


def rows(page: Page, label: str) -> list[list[float]]:
    """Read a matrix row by row."""
    calm(page)
    flat = numbers(page, label)
    columns = matrix(page, label).locator(".row").first.locator(".cell").count()
    return [flat[i : i + columns] for i in range(0, len(flat), columns)]


def printed(code: str) -> list[list[list[float]]]:
    """Run a program and return the matrices that it prints, one a line."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(code, {})
    return [ast.literal_eval(line) for line in out.getvalue().splitlines()]


def printed_by(page: Page, selector: str = "#code code") -> list[list[list[float]]]:
    """Run the program that the page shows."""
    calm(page)
    code = page.locator(selector).text_content()
    assert code
    return printed(code)


def complaints_of_axe(page: Page) -> list[str]:
    """Return what axe has to say of the page as it is."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document)")
    return [
        f"{violation['id']}: {node['html']}\n  {node['failureSummary']}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]
