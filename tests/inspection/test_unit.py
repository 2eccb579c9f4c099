import math
import random
from collections.abc import Iterator

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.nn import functional

from app.errors import NotExplained, OutsideLayer
from app.inspection import CapturedModule, UnitExplanation, capture
from tests.inspection.zoo import ZOO, Calling, build

pytestmark = pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel")


def _units(captured: CapturedModule, trace: dict[str, Tensor]) -> Iterator[UnitExplanation]:
    """Explain up to 25 units of every layer that is explained."""
    draw = random.Random(1998)
    for layer in captured.layers:
        for _ in range(25):
            index = tuple(draw.randrange(n) for n in layer.output_shape)
            try:
                yield captured.explain_unit(layer.id, trace, index)
            except NotExplained:
                assert layer.kind == "other" or len(layer.output_shape) > 3
                break


@pytest.mark.parametrize("name", ZOO)
def test_terms_and_bias_add_up_to_the_activation(name: str) -> None:
    module, x = build(name)
    captured = capture(module, x)
    trace = captured.trace(x)
    operations = set()
    for explained in _units(captured, trace):
        operations.add(explained.operation)
        layer = captured.layer(explained.layer_id)
        assert explained.kind == layer.kind
        assert explained.result == trace[layer.id][0][explained.index].item()
        _ADDS_UP[explained.operation](explained)
        if explained.operation == "function":
            options = {k: v for k, v in layer.hyperparameters.items() if k != "function"}
            patch = torch.from_numpy(explained.patch)
            applied = getattr(functional, explained.function)(patch, **options)
            assert applied.item() == pytest.approx(explained.result, rel=1e-5, abs=1e-6)
    assert "copy" in operations or x.dim() > 4  # of the input at least


def _weighted_sum(explained: UnitExplanation) -> None:
    products = explained.products
    assert products is not None
    assert explained.patch.shape == explained.kernel.shape == products.shape
    assert np.array_equal(products, explained.patch * explained.kernel)
    total = products.sum().item() + (explained.bias or 0)
    rounding = 1e-6 * (np.abs(products).sum().item() + abs(explained.bias or 0))
    assert total == pytest.approx(explained.result, abs=rounding + 1e-30)
    if products.ndim == 3:
        assert explained.sums.shape == products.shape[:1]
        assert explained.sums.sum().item() == pytest.approx(products.sum().item(), abs=rounding)


def _maximum(explained: UnitExplanation) -> None:
    assert explained.patch.max().item() == explained.result
    channel, row, column = explained.winner
    window = explained.window
    place = (window.channels.index(channel), window.rows.index(row), window.columns.index(column))
    assert explained.patch[place].item() == explained.result


def _softmax(explained: UnitExplanation) -> None:
    assert np.array_equal(explained.exponentials, np.exp(explained.patch - explained.shift))
    assert explained.total == pytest.approx(explained.exponentials.sum().item())
    own = [
        i - span.start
        for i, span in zip(explained.index, vars(explained.window).values(), strict=False)
    ]
    share = explained.exponentials[tuple(own)].item() / explained.total
    expected = {"softmax": share, "log_softmax": math.log(share)}[explained.function]
    assert expected == pytest.approx(explained.result, rel=1e-5)


def _one_value(explained: UnitExplanation) -> None:
    assert explained.patch.size == 1


def _copy(explained: UnitExplanation) -> None:
    assert explained.patch.item() == explained.result
    assert (explained.window is None) == (explained.source_id is None)


_ADDS_UP = {
    "weighted_sum": _weighted_sum,
    "maximum": _maximum,
    "softmax": _softmax,
    "function": _one_value,
    "copy": _copy,
}


@pytest.mark.parametrize("name", ZOO)
def test_the_patch_holds_the_values_of_the_window(name: str) -> None:
    module, x = build(name)
    captured = capture(module, x)
    trace = captured.trace(x)
    for explained in _units(captured, trace):
        if explained.window is None:
            continue
        source = trace[explained.source_id][0]
        spans = [span for span in vars(explained.window).values() if span is not None]
        assert len(spans) == source.dim()
        if captured.layer(explained.layer_id).hyperparameters.get("padding_mode"):
            continue  # what lies outside comes from elsewhere; the sums above hold it
        outside = -math.inf if explained.operation == "maximum" else 0.0
        values = [
            source[index].item()
            if all(0 <= i < n for i, n in zip(index, source.shape, strict=True))
            else outside
            for index in torch.cartesian_prod(*map(torch.tensor, spans))
            .reshape(-1, len(spans))
            .tolist()
            for index in [tuple(index)]
        ]
        assert explained.patch.flatten().tolist() == values


@pytest.mark.parametrize("name", ZOO)
def test_multiply_adds_are_the_products_of_all_units(name: str) -> None:
    module, x = build(name)
    captured = capture(module, x)
    for explained in _units(captured, captured.trace(x)):
        layer = captured.layer(explained.layer_id)
        if layer.kind in ("conv2d", "linear"):
            assert layer.multiply_adds == layer.activation_size * explained.products.size
        else:
            assert layer.multiply_adds == 0


sizes = st.integers(1, 4)
pairs = st.tuples(sizes, sizes)


@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_any_convolution_adds_up(data: st.DataObject) -> None:
    groups, kernel_size, dilation = data.draw(sizes), data.draw(pairs), data.draw(pairs)
    same = data.draw(st.booleans())
    padding = "same" if same else data.draw(st.tuples(st.integers(0, 3), st.integers(0, 3)))
    mode = data.draw(st.sampled_from(["zeros", "reflect", "replicate", "circular"]))
    module = nn.Conv2d(
        groups * data.draw(sizes),
        groups * data.draw(sizes),
        kernel_size,
        (1, 1) if same else data.draw(pairs),
        padding,
        dilation,
        groups,
        data.draw(st.booleans()),
        mode,
    )
    _check_all_units(nn.Sequential(module), torch.randn(1, module.in_channels, 13, 14))


@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_any_pooling_adds_up(data: st.DataObject) -> None:
    kernel_size = data.draw(pairs)
    padding = tuple(data.draw(st.integers(0, size // 2)) for size in kernel_size)
    stride, ceil_mode = data.draw(st.none() | pairs), data.draw(st.booleans())
    pool: nn.Module = nn.AvgPool2d(
        kernel_size,
        stride,
        padding,
        ceil_mode,
        data.draw(st.booleans()),
        data.draw(st.none() | st.integers(1, 5)),
    )
    if data.draw(st.booleans()):
        pool = nn.MaxPool2d(kernel_size, stride, padding, data.draw(pairs), ceil_mode=ceil_mode)
    _check_all_units(nn.Sequential(pool), torch.randn(1, 2, 14, 15))


def _check_all_units(module: nn.Module, x: Tensor) -> None:
    captured = capture(module, x)
    trace = captured.trace(x)
    layer = captured.layers[-1]
    for channel, row, column in torch.ones(layer.output_shape).nonzero().tolist():
        explained = captured.explain_unit(layer.id, trace, (channel, row, column))
        _ADDS_UP[explained.operation](explained)


def test_the_winner_among_equals_is_the_one_torch_chose() -> None:
    x = torch.randint(0, 3, (1, 2, 9, 9)).float()
    pool = nn.MaxPool2d(3, 2, 1, return_indices=True)
    _, places = pool(x)
    captured = capture(nn.Sequential(nn.MaxPool2d(3, 2, 1)), x)
    trace = captured.trace(x)
    for channel, row, column in torch.ones(captured.layers[-1].output_shape).nonzero().tolist():
        winner = captured.explain_unit("0", trace, (channel, row, column)).winner
        assert winner == (channel, *divmod(places[0, channel, row, column].item(), 9))


def test_a_convolution_shows_its_filter_and_where_it_reads() -> None:
    module, x = build("lenet5")
    captured = capture(module, x)
    explained = captured.explain_unit("conv2", captured.trace(x), (7, 3, 9))
    assert explained.source_id == "pool1"
    assert explained.window.channels == range(6)
    assert explained.window.rows == range(3, 8)
    assert explained.window.columns == range(9, 14)
    assert np.array_equal(explained.kernel, module.conv2.weight[7].detach())
    assert explained.bias == module.conv2.bias[7].item()
    assert explained.sums.shape == (6,)


def test_a_filter_of_a_group_reads_its_share_of_the_maps() -> None:
    module, x = build("grouped")
    captured = capture(module, x)
    trace = captured.trace(x)
    for channel in range(8):
        window = captured.explain_unit("0", trace, (channel, 0, 0)).window
        assert window.channels == (range(2) if channel < 4 else range(2, 4))


def test_flatten_says_which_unit_of_which_map_it_took() -> None:
    module, x = build("lenet5")
    captured = capture(module, x)
    explained = captured.explain_unit("flatten", captured.trace(x), (137,))
    window = explained.window
    assert (window.channels[0], window.rows[0], window.columns[0]) == (5, 2, 2)
    assert 5 * 25 + 2 * 5 + 2 == 137


def test_padding_never_wins_and_never_counts() -> None:
    x = torch.full((1, 1, 4, 4), -3.0)
    captured = capture(nn.Sequential(nn.MaxPool2d(3, 2, 1)), x)
    explained = captured.explain_unit("0", captured.trace(x), (0, 0, 0))
    assert explained.result == -3
    assert explained.patch[0, 0].tolist() == [-math.inf] * 3
    assert explained.winner == (0, 0, 0)


def test_huge_logits_have_finite_exponentials() -> None:
    x = torch.tensor([[1e30, 0.0, 1e30]])
    captured = capture(nn.Sequential(nn.Softmax(1)), x)
    explained = captured.explain_unit("0", captured.trace(x), (0,))
    assert explained.total == 2
    assert explained.result == 0.5


@pytest.mark.parametrize(
    "index", [(), (0,), (0, 0), (0, 0, 0, 0), (6, 0, 0), (0, 28, 0), (0, 0, 28), (-1, 0, 0)]
)
def test_a_unit_outside_is_refused_with_the_range(index: tuple[int, ...]) -> None:
    module, x = build("lenet5")
    captured = capture(module, x)
    with pytest.raises(OutsideLayer, match="channel 0 to 5, row 0 to 27, column 0 to 27"):
        captured.explain_unit("conv1", captured.trace(x), index)


def test_an_unlisted_operation_is_traced_but_not_explained() -> None:
    module, x = build("unlisted")
    captured = capture(module, x)
    assert [layer.kind for layer in captured.layers[1:]] == ["conv2d", *["other"] * 6]
    with pytest.raises(NotExplained, match=r"prelu \(PReLU\)"):
        captured.explain_unit("prelu", captured.trace(x), (0, 0, 0))


def test_the_same_bits_read_as_other_numbers_are_not_explained() -> None:
    captured = capture(Calling(lambda x: x.view(torch.int32)), torch.randn(1, 4))
    with pytest.raises(NotExplained):
        captured.explain_unit("view", captured.trace(torch.randn(1, 4)), (0,))


def test_pooling_of_maps_that_are_no_batch_is_not_explained() -> None:
    x = torch.randn(3, 8, 8)
    for pool in (nn.MaxPool2d(2), nn.AvgPool2d(2), nn.AdaptiveAvgPool2d(2)):
        captured = capture(nn.Sequential(pool), x)
        with pytest.raises(NotExplained):
            captured.explain_unit("0", captured.trace(x), (0, 0))


def test_statistics_of_the_batch_are_not_explained() -> None:
    x = torch.randn(2, 3, 4, 4)
    captured = capture(nn.Sequential(nn.BatchNorm2d(3, track_running_stats=False)), x)
    assert captured.layer("0").kind == "batch_norm2d"
    with pytest.raises(NotExplained):
        captured.explain_unit("0", captured.trace(x), (0, 0, 0))
