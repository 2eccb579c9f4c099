import json
import re
import shutil
import subprocess

import numpy as np
import pytest

from app.display import colours
from app.display.colours import SCALES, luminance, paint, to_srgb
from app.display.curves import LINES
from app.settings import ROOT

COLORMAP = ROOT / "static" / "js" / "colormap.js"


@pytest.mark.parametrize("name", ["SEQUENTIAL_COLOURS", "DIVERGING_COLOURS"])
def test_the_scales_run_through_the_colours_of_the_page(name: str) -> None:
    found = re.search(rf"{name} = (\[.*?\]);", COLORMAP.read_text(encoding="utf-8"), re.DOTALL)
    assert found
    stops = json.loads(re.sub(r",\s*\]", "]", found[1]))
    assert [list(colour) for colour in getattr(colours, name)] == stops


@pytest.mark.skipif(shutil.which("node") is None, reason="needs Node.js")
def test_every_colour_is_that_of_the_page() -> None:
    script = (
        f"import {{ SEQUENTIAL, DIVERGING }} from {json.dumps(COLORMAP.as_uri())};"
        "const bytes = (lut) => [...new Uint8Array(lut.buffer)];"
        "console.log(JSON.stringify([bytes(SEQUENTIAL), bytes(DIVERGING)]));"
    )
    ended = subprocess.run(
        ["node", "--input-type=module", "--eval", script],
        capture_output=True,
        text=True,
        check=True,
    )
    for scale, page in zip(SCALES.values(), json.loads(ended.stdout), strict=True):
        np.testing.assert_array_equal(scale, np.reshape(page, (256, 4))[:, :3])


def test_the_ends_and_the_middle_have_their_colours() -> None:
    painted = paint(np.array([-2.0, 0.0, 2.0, 9.0]), (-2, 2), "diverging")
    scale = SCALES["diverging"]
    np.testing.assert_array_equal(painted[:, :3], scale[[0, 128, 255, 255]])
    assert (painted[:, 3] == 255).all()


def test_a_constant_has_the_first_colour_as_on_the_page() -> None:
    np.testing.assert_array_equal(
        paint(np.full((2, 2), 0.5), (0.5, 0.5), "sequential")[0, 0, :3], SCALES["sequential"][0]
    )


def test_what_is_no_number_is_transparent_and_what_is_infinite_is_at_an_end() -> None:
    painted = paint(np.array([np.nan, np.inf, -np.inf]), (0, 1), "sequential")
    assert painted[:, 3].tolist() == [0, 255, 255]
    np.testing.assert_array_equal(painted[1:, :3], SCALES["sequential"][[255, 0]])


@pytest.mark.parametrize("ground", [(255, 255, 255), (17, 17, 17)], ids=["light", "dark"])
def test_curves_stand_out_from_a_light_and_from_a_dark_notebook(
    ground: tuple[int, int, int],
) -> None:
    for line in to_srgb(LINES):
        darker, lighter = sorted([luminance(line), luminance(ground)])
        assert (lighter + 0.05) / (darker + 0.05) >= 3  # WCAG 2.2, 1.4.11
