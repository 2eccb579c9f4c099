import re

import numpy as np
import pytest
import torch
from torch import nn

from app.display import (
    View,
    show,
    show_curves,
    show_filters,
    show_images,
    show_matrix,
    show_table,
    show_unit,
)
from app.display.colours import SCALES
from app.display.text import fixed, shape, short, value
from app.display.view import STYLE
from app.errors import BadInput
from tests.display.page import read
from tests.inspection.zoo import build


def _views() -> dict[str, View]:
    module, x = build("lenet5")
    return {
        "show": show(module, x[0]),
        "table": show_table(module, x[0]),
        "filters": show_filters(module, x[0], "conv1"),
        "unit": show_unit(module, x[0], "conv1", (0, 0, 0)),
        "images": show_images(x),
        "matrix": show_matrix([[5, 1], [0, 6]], rows="digit", columns="read as"),
        "curves": show_curves({"training": [2.0, 1.0, 0.5]}, x="steps", y="loss"),
    }


@pytest.mark.parametrize("name", ["show", "table", "filters", "unit", "images", "matrix", "curves"])
def test_a_view_stands_by_itself_and_has_words_for_its_pictures(name: str) -> None:
    view = _views()[name]
    root = read(view)
    assert view._repr_html_() == view.html
    assert repr(view) == view.text
    assert len(view.text) > 5
    assert not re.search(r"https?:|<script|url\(|@import", view.html)
    assert all(picture.attributes["alt"] for picture in root.all("img"))
    drawings = [d for d in root.all("svg") if d.attributes.get("aria-hidden") != "true"]
    assert all(d.attributes["role"] == "img" and d.attributes["aria-label"] for d in drawings)


def test_words_take_the_colour_of_the_notebook_light_or_dark() -> None:
    assert not re.search(r"#[0-9a-f]{3}|rgb\(|oklch|:\s*(white|black)", STYLE)
    for name, view in _views().items():
        # Where a colour is written out, the ground behind it is as well.
        for style in re.findall(r'style="([^"]*color:[^"]*)"', view.body):
            assert style.startswith("background: rgb("), name


def test_names_are_text_and_never_markup() -> None:
    module = nn.Sequential(nn.Linear(2, 2), nn.Softmax(1))
    nn.init.zeros_(module[0].weight)
    root = read(show(module, torch.ones(2), classes=["<script>", '"&']))
    assert {"<script>", '"&'} <= {head.text for head in root.all("th")}
    _, picture = read(show_images(torch.ones(1, 2, 2), ['"><script>'])).all("img")
    assert picture.attributes["alt"].startswith('"><script>: ')
    curves = show_curves({'"<a>&': [1.0, 2.0]}, x="steps", y="loss")
    assert '"<a>&: ' in read(curves).all("svg")[0].attributes["aria-label"]


def test_images_share_a_range_and_have_their_captions() -> None:
    images = torch.tensor([[[0.0, 0.5]], [[1.0, 0.0]]])
    _, first, second = read(show_images(images, ["a", 7])).all("img")
    scale = SCALES["sequential"]
    np.testing.assert_array_equal(first.pixels[0], scale[[0, 128]])
    np.testing.assert_array_equal(second.pixels[0], scale[[255, 0]])
    assert second.attributes["alt"].startswith("7: ")
    with pytest.raises(BadInput, match="2 images and 1 captions"):
        show_images(images, ["a"])
    with pytest.raises(BadInput, match=re.escape("(2, 3, 4, 4)")):
        show_images(torch.ones(2, 3, 4, 4))


def test_a_matrix_has_heads_for_its_rows_and_columns() -> None:
    matrix = torch.tensor([[3, 0], [1, 1200]])
    root = read(show_matrix(matrix, rows="digit", columns="read as", names=["no", "yes"]))
    assert [cell.text for cell in root.all("td")] == ["3", "0", "1", "1,200"]
    assert [(h.text, h.attributes["scope"]) for h in root.all("th")][1:] == [
        ("no", "col"), ("yes", "col"), ("no", "row"), ("yes", "row"),
    ]  # fmt: skip


def test_a_curve_breaks_off_where_its_numbers_are_not_finite() -> None:
    losses = [2.0, 3.0, float("nan"), float("inf"), 1.0, 2.0]
    view = show_curves({"loss": losses}, x="steps", y="loss")
    line = read(view).all("svg")[0].all("path")[1].attributes["d"]
    assert re.findall("[ML]", line) == ["M", "L", "M", "L"]
    assert "first 2.00, last 2.00, 2 not finite" in str(view)


def test_curves_that_cannot_be_drawn_are_refused() -> None:
    with pytest.raises(BadInput, match="There are 0 curves"):
        show_curves({}, x="steps", y="loss")
    with pytest.raises(BadInput, match="No number of 'loss' is finite"):
        show_curves({"loss": [float("nan")]}, x="steps", y="loss")


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0.0, "0"), (-0.0, "0"), (0.5, "0.500"), (-1.2345, "−1.23"), (9.996, "10.0"),
        (12345.0, "12,300"), (5e-5, "5.00 × 10⁻⁵"), (float("nan"), "not a number"),
        (float("-inf"), "−∞"),
    ],
)  # fmt: skip
def test_values_are_written_as_on_the_page(number: float, text: str) -> None:
    assert value(number) == text


def test_terms_of_a_sum_are_written_to_four_digits() -> None:
    assert [fixed(n) for n in (0.0, -0.25, 12.34567, 2.47e-8)] == [
        "0.0000", "−0.2500", "12.3457", "2.47 × 10⁻⁸",
    ]  # fmt: skip
    assert [short(n) for n in (0.0, -0.25, -0.0001, 12.5)] == ["0", "−0.250", "0.000", "12.5"]
    assert shape((6, 28, 28)) == "28 × 28 × 6"
    assert shape((120,)) == "120"
    assert shape(()) == "1"
