import random
import re

import pytest

from app.display import show_unit
from app.errors import NotExplained, OutsideLayer
from app.inspection import capture
from app.models.lenet5 import LeNet5
from tests.display.page import Element, read
from tests.inspection.zoo import ZOO, build

pytestmark = pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel")


def _number(text: str) -> float:
    text = text.replace("−", "-").replace(",", "")
    mantissa, power, exponent = text.partition(" × 10")
    raised = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
    return float(mantissa) * (10.0 ** int(exponent.translate(raised)) if power else 1)


@pytest.mark.parametrize("name", ZOO)
def test_what_is_written_comes_to_what_torch_computed(name: str) -> None:
    module, x = build(name)
    captured = capture(module, x)
    trace = captured.trace(x[:1])
    draw = random.Random(5)
    for layer in captured.layers:
        for _ in range(5):
            index = tuple(draw.randrange(n) for n in layer.output_shape)
            try:
                view = show_unit(captured, x[:1], layer.id, index)
            except NotExplained:
                break
            read(view)
            result = trace[layer.id][0][index].item()
            last = str(view).splitlines()[-1]
            written = re.findall(r"−?[\d.]+(?: × 10[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+)?", last.partition(", at ")[0])
            assert _number(written[-1].rstrip(".")) == pytest.approx(result, rel=0.01, abs=1e-4)
            if "torch computed" in last:
                total = _number(written[-2].rstrip("."))
                assert total == pytest.approx(result, rel=0.01, abs=2e-4)


def test_the_numbers_of_a_window_stand_in_cells_of_their_colour() -> None:
    module, x = build("lenet5")
    patch, kernel, products = read(show_unit(module, x[0], "conv1", (2, 3, 4))).all("table")
    assert patch.attributes["aria-label"] == "patch of channel 0"

    def numbers(table: Element) -> list[float]:
        return [_number(cell.text) for cell in table.all("td")]

    window = x[0, 0, 3:8, 4:9].flatten().tolist()
    weight = module.get_submodule("conv1").weight[2].flatten().tolist()
    assert numbers(patch) == pytest.approx(window, abs=0.0006)
    assert numbers(kernel) == pytest.approx(weight, abs=0.0006)
    terms = [a * b for a, b in zip(window, weight, strict=True)]
    assert numbers(products) == pytest.approx(terms, abs=0.0006)
    styles = [cell.attributes["style"] for cell in patch.all("td")]
    assert all(re.fullmatch(r"background: rgb\(.*\); color: #(000|fff)", s) for s in styles)


def test_the_greatest_of_a_window_is_framed() -> None:
    module, (_, x) = LeNet5(pooling="max").eval(), build("lenet5")
    (window,) = read(show_unit(module, x[0], "pool1", (0, 1, 1))).all("table")
    framed = [cell for cell in window.all("td") if cell.attributes.get("class") == "winner"]
    assert [_number(c.text) for c in framed] == [max(_number(c.text) for c in window.all("td"))]


def test_a_long_sum_is_told_by_what_weighs_most_and_the_rest_together() -> None:
    module, x = build("lenet5")
    root = read(show_unit(module, x[0], "fc1", (7,)))
    rows = root.all("tbody")[0].all("tr")
    products = [abs(_number(row.all("td")[-1].text)) for row in rows]
    assert products == sorted(products, reverse=True)
    assert "The other 384 products together: " in root.text


def test_a_unit_outside_its_layer_is_refused() -> None:
    module, x = build("lenet5")
    with pytest.raises(OutsideLayer):
        show_unit(module, x[0], "conv1", (6, 0, 0))
