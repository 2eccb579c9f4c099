"""The JavaScript's own tests and types, as ``npm`` runs them."""

import shutil
import subprocess

import pytest

from app.settings import ROOT


@pytest.mark.skipif(shutil.which("npm") is None, reason="needs Node.js")
@pytest.mark.parametrize("script", ["test", "types"])
def test_the_javascript_passes(script):
    if not (ROOT / "node_modules").exists():
        pytest.skip("needs the development tools: npm ci")
    ended = subprocess.run(
        ["npm", "run", "--silent", script], cwd=ROOT, capture_output=True, text=True
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
