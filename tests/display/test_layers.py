import re

import numpy as np
import pytest
import torch
from torch import nn

from app.display import show, show_table
from app.display.colours import SCALES
from app.display.layers import MOST_MAPS
from app.errors import BadInput, NotCapturable, UnknownLayer
from app.inspection import capture
from app.models.lenet5 import SPEC
from tests.display.page import Element, read
from tests.inspection.zoo import REFUSED, ZOO, build

pytestmark = pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel")


def _figures(root: Element) -> dict[str, Element]:
    """The figures by the id of their layer."""
    return {
        figure.all("figcaption")[0].all("span")[0].text.split()[-1]: figure
        for figure in root.all("figure")
    }


@pytest.mark.parametrize("name", ZOO)
def test_every_layer_of_every_module_is_shown_with_its_shape_and_its_maps(name: str) -> None:
    module, x = build(name)
    captured = capture(module, x)
    view = show(module, x[:1])
    figures = _figures(read(view))
    assert list(figures) == [layer.id for layer in captured.layers]
    trace = captured.trace(x[:1])
    for layer, figure in zip(captured.layers, figures.values(), strict=True):
        caption = figure.all("figcaption")[0].text
        sides = [f"{n:,}" for n in (*layer.output_shape[1:], layer.output_shape[0])]
        assert " × ".join(sides) in caption
        assert "…" in caption
        assert layer.label in caption
        pictures = figure.all("img")
        if not pictures:  # shares are bars
            assert len(figure.all("tr")) == layer.activation_size
            continue
        values = trace[layer.id][0].double().numpy()
        maps = values if values.ndim == 3 else values.reshape(1, 1, -1)
        assert len(pictures) == len(maps)
        low, high = values.min(), values.max()
        for picture, numbers in zip(pictures, maps, strict=True):
            factor = 255 / (high - low) if high > low else 0
            expected = SCALES["sequential"][np.floor((numbers - low) * factor + 0.5).astype(int)]
            np.testing.assert_array_equal(picture.pixels, expected)
            assert "strongest" in picture.attributes["alt"]


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_captured_is_refused_with_the_reason(name: str) -> None:
    make, reason = REFUSED[name]
    with pytest.raises(NotCapturable, match=re.escape(reason)):
        show(make(), torch.ones(2, 4, 4))


def test_the_prediction_is_the_top_class_by_its_name() -> None:
    module, x = build("lenet5")
    best = int(module(x[:1]).argmax())
    classes = [f"<{name}>" for name in SPEC.classes]
    view = show(module, x[0], classes=classes)
    share = module(x[:1]).max().item()
    assert str(view).startswith(f"Prediction: <{best}> ({100 * share:.1f} %)")
    assert [b.text for b in read(view).all("b")][-1] == f"<{best}>"


def test_a_network_without_softmax_tells_its_greatest_output() -> None:
    module, x = build("fully_connected")
    assert f"Greatest output: {int(module(x[:1]).argmax())} (" in str(show(module, x[0]))


def test_log_probabilities_are_told_as_probabilities() -> None:
    module, x = build("functional_lenet")
    share = module(x[:1]).max().exp().item()
    assert f"({100 * share:.1f} %)" in str(show(module, x[0]))


def test_an_image_may_come_without_channel_or_with_a_batch_of_one() -> None:
    module, x = build("lenet5")
    expected = show(module, x[0]).html
    assert show(module, x[:1]).html == expected
    assert show(module, x[0, 0]).html == expected
    assert show(capture(module, x), x[0]).html == expected


def test_several_images_are_refused() -> None:
    module, x = build("lenet5")
    with pytest.raises(BadInput, match=re.escape("The image has shape (2, 1, 32, 32)")):
        show(module, x)


def test_some_layers_can_be_chosen() -> None:
    module, x = build("lenet5")
    assert list(_figures(read(show(module, x[0], layers=["pool1", "fc1"])))) == ["pool1", "fc1"]
    with pytest.raises(UnknownLayer, match="conv9"):
        show(module, x[0], layers=["conv9"])


def test_a_model_in_training_stays_in_training_and_as_it_was() -> None:
    module, x = build("nested")
    module.train()
    before = {name: value.clone() for name, value in module.state_dict().items()}
    show(module, x[0])
    assert module.training
    for name, value in module.state_dict().items():
        torch.testing.assert_close(value, before[name])


def test_of_very_many_maps_the_first_are_shown_and_it_says_so() -> None:
    figure = _figures(read(show(nn.Conv2d(1, MOST_MAPS + 6, 2), torch.rand(1, 3, 3))))["conv2d"]
    assert len(figure.all("img")) == MOST_MAPS
    assert f"and 6 more of {MOST_MAPS + 6}" in figure.text


def test_a_diverged_network_is_shown_with_what_is_lost() -> None:
    module = nn.Sequential(nn.Conv2d(1, 2, 2), nn.Flatten(), nn.Linear(8, 3), nn.Softmax(1))
    with torch.no_grad():
        module[0].weight[0] = torch.nan
    view = show(module, torch.rand(1, 3, 3))
    figures = _figures(read(view))
    assert "4 not finite" in figures["0"].text
    lost, kept = figures["0"].all("img")
    assert (lost.pixels[..., 3] == 0).all()
    assert kept.pixels.shape[2] == 3
    assert "not a number" in figures["3"].text
    assert "Prediction" not in str(view)


def test_the_table_is_that_of_the_lecture() -> None:
    module, x = build("lenet5")
    rows = read(show_table(module, x[0])).all("tr")
    cells = [[p.text for p in row.parts if isinstance(p, Element)] for row in rows]
    assert cells[2] == ["CONV1", "28 × 28 × 6", "4,704", "156"]
    assert [row[-1] for row in cells[2:]] == [
        "156", "0", "2,416", "0", "48,120", "10,164", "850", "61,706",
    ]  # fmt: skip
