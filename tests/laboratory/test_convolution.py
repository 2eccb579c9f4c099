"""Convolutions against scipy, which knows nothing of torch."""

import itertools

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import signal
from torch import nn
from torch.nn import functional

from app.errors import BadInput, TooLarge
from app.laboratory.activation import MODULES
from app.laboratory.budget import Budget
from app.laboratory.convolution import convolve

PLENTY = Budget(2**18, 2**25)
MATRIX = [[7, 2, 3, 3, 8], [4, 5, 3, 8, 4], [3, 3, 2, 8, 4], [2, 8, 7, 2, 7], [5, 4, 4, 5, 4]]
VERTICAL = [[1, 0, -1]] * 3
NUMPYS = {"zeros": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}


def tensor(values) -> torch.Tensor:
    return torch.tensor(values, dtype=torch.float64)


def convolved(image, kernel, bias=0.0, **options):
    budget = options.pop("budget", PLENTY)
    image, kernel, bias = (
        value.double() if isinstance(value, torch.Tensor) else tensor(value)
        for value in (image, kernel, bias)
    )
    return convolve(image, kernel, bias, budget=budget, **options)


def scipys(image, filters, stride, padding, mode, dilation, groups, operation):
    """Return what scipy makes of (C, H, W) and (N, C / groups, h, w)."""
    margins = ((0, 0), *((p, p) for p in padding))
    padded = np.pad(image, margins, mode=NUMPYS[mode])
    spread = np.zeros(
        (
            *filters.shape[:2],
            *((n - 1) * d + 1 for n, d in zip(filters.shape[2:], dilation, strict=True)),
        )
    )
    spread[:, :, :: dilation[0], :: dilation[1]] = filters
    slide = signal.correlate2d if operation == "cross_correlation" else signal.convolve2d
    depth, share = filters.shape[1], len(filters) // groups
    return np.stack(
        [
            sum(
                slide(padded[n // share * depth + c], spread[n, c], mode="valid")
                for c in range(depth)
            )[:: stride[0], :: stride[1]]
            for n in range(len(filters))
        ]
    )


pairs = st.tuples(st.integers(1, 3), st.integers(1, 3))


@settings(max_examples=150, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    groups=st.integers(1, 3),
    depth=st.integers(1, 2),
    share=st.integers(1, 2),
    size=st.tuples(st.integers(1, 9), st.integers(1, 9)),
    kernel_size=st.tuples(st.integers(1, 4), st.integers(1, 4)),
    stride=pairs,
    padding=st.tuples(st.integers(0, 3), st.integers(0, 3)),
    mode=st.sampled_from(sorted(NUMPYS)),
    dilation=pairs,
    operation=st.sampled_from(["cross_correlation", "convolution"]),
)
def test_any_convolution_is_what_scipy_says(
    seed, groups, depth, share, size, kernel_size, stride, padding, mode, dilation, operation
):
    spans = [(n - 1) * d + 1 for n, d in zip(kernel_size, dilation, strict=True)]
    assume(all(s <= n + 2 * p for s, n, p in zip(spans, size, padding, strict=True)))
    assume(mode != "reflect" or all(p < n for p, n in zip(padding, size, strict=True)))
    assume(mode != "circular" or all(p <= n for p, n in zip(padding, size, strict=True)))
    random = np.random.default_rng(seed)
    image = random.normal(size=(groups * depth, *size))
    filters = random.normal(size=(groups * share, depth, *kernel_size))
    biases = random.normal(size=len(filters))
    found = convolved(
        torch.from_numpy(image),
        torch.from_numpy(filters),
        torch.from_numpy(biases),
        stride=stride,
        padding=padding,
        padding_mode=mode,
        dilation=dilation,
        groups=groups,
        operation=operation,
    )
    expected = scipys(image, filters, stride, padding, mode, dilation, groups, operation)
    np.testing.assert_allclose(found.output, expected + biases[:, None, None], atol=1e-12)
    assert found.parameter_count == filters.size + biases.size
    assert found.multiply_adds == found.output[0].numel() * filters.size
    assert found.usage.equal(counted(size, kernel_size, stride, padding, mode, dilation))
    last = [
        (n - 1) * s + span for n, s, span in zip(found.output.shape[1:], stride, spans, strict=True)
    ]
    unread = [n + 2 * p - end for n, p, end in zip(size, padding, last, strict=True)]
    assert [found.unread.rows, found.unread.columns] == unread


def counted(size, kernel_size, stride, padding, mode, dilation) -> torch.Tensor:
    """Return how often each cell is read: what a convolution by ones hands back to it."""
    image = torch.ones(1, 1, *size, requires_grad=True)
    margins = (padding[1], padding[1], padding[0], padding[0])
    padded = functional.pad(image, margins, mode="constant" if mode == "zeros" else mode)
    functional.conv2d(
        padded, torch.ones(1, 1, *kernel_size), None, stride, 0, dilation
    ).sum().backward()
    return image.grad[0, 0].long()


def test_the_lectures_first_cell_is_6():
    found = convolved(MATRIX, VERTICAL)
    assert found.output.tolist() == [[[6, -9, -8], [-3, -2, -3], [-3, 0, -2]]]
    assert found.sums is None


def test_ten_filters_of_3_by_3_by_3_have_280_parameters():
    found = convolved(torch.ones(3, 39, 39), torch.ones(10, 3, 3, 3), torch.zeros(10))
    assert found.parameter_count == 280
    assert found.output.shape == (10, 37, 37)


def test_six_filters_of_5_by_5_by_3_have_456_parameters():
    found = convolved(torch.ones(3, 32, 32), torch.ones(6, 3, 5, 5), torch.zeros(6))
    assert found.parameter_count == 456
    assert found.output.shape == (6, 28, 28)


def test_a_step_from_bright_to_dark_gives_the_lectures_30s():
    image = [[10] * 3 + [0] * 3] * 6
    assert convolved(image, VERTICAL).output.tolist() == [[[0, 30, 30, 0]] * 4]
    assert convolved([row[::-1] for row in image], VERTICAL).output.tolist() == [
        [[0, -30, -30, 0]] * 4
    ]


def test_typed_decimals_come_back_exact():
    assert convolved([[0.1, -2.7]], [[1]], 0.25).output.tolist() == [[[0.35, -2.45]]]


def test_a_kernel_alone_goes_over_each_channel_by_itself_if_grouped():
    image = torch.randn(3, 6, 6, dtype=torch.float64)
    found = convolved(image, VERTICAL, groups=3)
    for channel, output in zip(image, found.output, strict=True):
        expected = signal.correlate2d(channel, VERTICAL, mode="valid")
        np.testing.assert_allclose(output, expected, atol=1e-12)


def test_one_filter_may_do_without_its_dimension():
    image, kernel = torch.randn(2, 3, 6, 6, dtype=torch.float64)
    assert convolved(image, kernel).output.equal(convolved(image, kernel[None]).output)


def test_same_padding_keeps_the_size():
    for size in [(1, 1), (3, 3), (5, 3), (7, 1)]:
        assert convolved(MATRIX, torch.ones(size), padding="same").output.shape == (1, 5, 5)
    found = convolved(MATRIX, torch.ones(2, 3), padding="same", dilation=(2, 1))
    assert found.output.shape == (1, 5, 5)
    valid, none = (convolved(MATRIX, VERTICAL, padding=p) for p in ("valid", (0, 0)))
    assert valid.output.equal(none.output)


def test_the_floor_drops_rows_and_columns_and_says_so():
    found = convolved(torch.ones(6, 9), torch.ones(3, 3), stride=(2, 4))
    assert found.output.shape == (1, 2, 2)
    assert (found.unread.rows, found.unread.columns) == (1, 2)


@pytest.mark.parametrize("name", MODULES)
def test_an_activation_is_torchs_and_the_sums_are_kept(name):
    found = convolved(MATRIX, VERTICAL, activation=name)
    assert found.sums.equal(convolved(MATRIX, VERTICAL).output)
    assert found.output.equal(getattr(nn, MODULES[name])()(found.sums))


@pytest.mark.parametrize(
    ("image", "kernel", "options", "words"),
    [
        ((3, 3), (5, 5), {}, ["5 × 5", "3 × 3", "padding of at least 1"]),
        ((3, 3), (5, 5), {"padding": (1, 0)}, ["5 × 3", "at most 5 × 3"]),
        ((4, 4), (3, 3), {"dilation": (2, 2)}, ["spread to 5 × 5", "at most 2 × 2"]),
        ((1, 9), (2, 2), {}, ["2 × 2", "1 × 9"]),
        ((5, 5), (2, 2), {"padding": "same"}, ["2 × 2", "Use 3 × 3"]),
        ((5, 5), (3, 3), {"padding": "same", "stride": (2, 2)}, ["stride 1", "2 × 2"]),
        ((3, 3), (1, 1), {"padding": (3, 0), "padding_mode": "reflect"}, ["at most 2 × 2"]),
        ((3, 3), (1, 1), {"padding": (4, 0), "padding_mode": "circular"}, ["at most 3 × 3"]),
        ((3, 5, 5), (3, 3), {}, ["input: 3", "3 × 3: 1", "3 × 3 × 3", "groups = 3"]),
        ((3, 5, 5), (2, 3, 3), {}, ["2 × 3 × 3: 2", "input: 3"]),
        ((3, 5, 5), (4, 1, 3, 3), {}, ["4 × 1 × 3 × 3", "3 × 3 × 3"]),
        ((3, 5, 5), (4, 3, 3, 3), {"groups": 2}, ["Channels: 3, filters: 4", "2 groups"]),
        ((4, 5, 5), (6, 2, 3, 3), {"groups": 4}, ["groups of 1, 2"]),
        ((2, 5, 5), (4, 2, 3, 3), {"groups": 2}, ["2 × 3 × 3: 4"]),
        ((5, 5), (1, 1), {"bias": torch.zeros(2)}, ["Biases: 2", "filters: 1"]),
    ],
)
def test_what_does_not_fit_is_refused_with_its_sizes_and_a_remedy(image, kernel, options, words):
    with pytest.raises(BadInput) as error:
        convolved(torch.ones(image), torch.ones(kernel), **options)
    for word in words:
        assert word in str(error.value)
    assert error.value.hint


def test_the_remedy_for_a_large_kernel_works():
    for size, padding, dilation in itertools.product((1, 2, 3), (0, 1), (1, 2)):
        options = {"dilation": (dilation,) * 2}
        try:
            convolved(torch.ones(size, 5), torch.ones(4, 4), padding=(padding,) * 2, **options)
        except BadInput as error:
            more = int(error.hint.rstrip(".").split()[-1])
            assert convolved(torch.ones(size, 5), torch.ones(4, 4), padding=(more,) * 2, **options)
            numbers = [int(n) for n in error.hint.replace(",", " ").split() if n.isdigit()]
            rows, columns = numbers[:2]
            assert convolved(
                torch.ones(size, 5), torch.ones(rows, columns), padding=(padding,) * 2, **options
            )


@pytest.mark.parametrize(
    ("image", "kernel", "options"),
    [
        ((10, 10), (1, 1), {"padding": (1, 0)}),
        ((9, 9), (1, 1), {"padding": (1000, 1000), "stride": (1000, 1000)}),
        ((10, 10), (2, 1, 1, 1), {}),
    ],
)
def test_what_would_grow_beyond_the_budget_is_refused_before_it_is_made(image, kernel, options):
    with pytest.raises(TooLarge, match="cells"):
        convolved(torch.ones(image), torch.ones(kernel), budget=Budget(100, 10**6), **options)


def test_work_is_done_up_to_the_budget_and_not_one_beyond():
    image, kernel = torch.ones(5, 5), torch.ones(3, 3)
    assert convolved(image, kernel, budget=Budget(25, 81)).multiply_adds == 81
    with pytest.raises(TooLarge, match="81 multiply-adds"):
        convolved(image, kernel, budget=Budget(25, 80))
