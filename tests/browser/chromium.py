"""How the tests and benchmarks start their browser."""

import os
import shutil

from playwright.sync_api import Browser, Playwright

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def executable() -> str | None:
    """Return the browser that CONVLENS_CHROMIUM names, or the machine's; None: Playwright's own."""
    return os.environ.get("CONVLENS_CHROMIUM") or shutil.which("chromium")


def launch(playwright: Playwright) -> Browser:
    """Start a browser."""
    return playwright.chromium.launch(executable_path=executable(), args=ARGUMENTS)
