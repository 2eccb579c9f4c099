"""Poolings against windows counted out by hand."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from app.errors import BadInput, TooLarge
from app.laboratory.budget import Budget
from app.laboratory.pooling import pool

PLENTY = Budget(2**18, 2**25)
MATRIX = torch.tensor([[0, 0, 2, 4], [2, 2, 6, 8], [9, 3, 2, 2], [7, 5, 2, 2]], dtype=torch.float64)


def test_the_lectures_averages_are_1_5_6_2():
    found = pool(MATRIX, "average", (2, 2), budget=PLENTY)
    assert found.output.tolist() == [[[1, 5], [6, 2]]]
    assert found.sources is None


def test_the_lectures_maxima_are_2_8_9_2_and_come_from_where_they_stand():
    found = pool(MATRIX, "max", (2, 2), budget=PLENTY)
    assert found.output.tolist() == [[[2, 8], [9, 2]]]
    assert found.sources.tolist() == [[[[1, 0], [1, 3]], [[2, 0], [2, 2]]]]
    assert found.usage.tolist() == [[1] * 4] * 4


sizes = st.tuples(st.integers(1, 4), st.integers(1, 4))


@settings(max_examples=200, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    channels=st.integers(1, 3),
    size=st.tuples(st.integers(1, 9), st.integers(1, 9)),
    kernel_size=sizes,
    stride=sizes | st.none(),
    padding=st.tuples(st.integers(0, 2), st.integers(0, 2)),
    dilation=sizes,
    ceil_mode=st.booleans(),
    count_include_pad=st.booleans(),
    operation=st.sampled_from(["max", "average"]),
)
def test_any_pooling_is_what_its_windows_say(
    seed,
    channels,
    size,
    kernel_size,
    stride,
    padding,
    dilation,
    ceil_mode,
    count_include_pad,
    operation,
):
    # Few different numbers, so that maxima stand in several places.
    image = np.random.default_rng(seed).integers(-3, 3, size=(channels, *size)).astype(float)
    if operation == "average":
        dilation = (1, 1)
    try:
        found = pool(
            torch.from_numpy(image),
            operation,
            kernel_size,
            stride=stride,
            padding=padding,
            dilation=dilation,
            ceil_mode=ceil_mode,
            count_include_pad=count_include_pad,
            budget=PLENTY,
        )
    except BadInput:  # refused: see below
        return
    steps = stride or kernel_size
    usage = np.zeros(size, int)
    reached = [0, 0]
    for row in range(found.output.shape[1]):
        for column in range(found.output.shape[2]):
            taps = [
                [place * s - p + tap * d for tap in range(k)]
                for place, s, p, k, d in zip(
                    (row, column), steps, padding, kernel_size, dilation, strict=True
                )
            ]
            cells = [
                (r, c) for r in taps[0] for c in taps[1] if 0 <= r < size[0] and 0 <= c < size[1]
            ]
            for cell in cells:
                usage[cell] += 1
            reached = [max(end, t[-1] + 1) for end, t in zip(reached, taps, strict=True)]
            counting = math.prod(
                sum(-p <= t < n + p for t in axis)
                for axis, p, n in zip(taps, padding, size, strict=True)
            )
            for channel in range(channels):
                values = [image[channel][cell] for cell in cells]
                if operation == "max":
                    best = cells[int(np.argmax(values))]
                    assert found.output[channel, row, column] == max(values)
                    assert tuple(found.sources[channel, row, column].tolist()) == best
                else:
                    share = counting if count_include_pad else len(cells)
                    mean = sum(values) / share
                    assert found.output[channel, row, column].item() == pytest.approx(mean)
    assert found.usage.tolist() == usage.tolist()
    left = [max(0, n + p - end) for n, p, end in zip(size, padding, reached, strict=True)]
    assert [found.unread.rows, found.unread.columns] == left
    module = (
        nn.MaxPool2d(kernel_size, stride, padding, dilation, ceil_mode=ceil_mode)
        if operation == "max"
        else nn.AvgPool2d(kernel_size, stride, padding, ceil_mode, count_include_pad)
    )
    assert module(torch.from_numpy(image)).equal(found.output)


@pytest.mark.parametrize(
    ("operation", "kernel_size", "options", "words"),
    [
        ("max", (5, 5), {}, ["5 × 5", "4 × 4"]),
        ("max", (2, 2), {"padding": (2, 0)}, ["half", "at most 1 × 1"]),
        ("average", (3, 3), {"padding": (2, 2)}, ["half", "at most 1 × 1"]),
        ("average", (2, 2), {"dilation": (2, 2)}, ["no dilation"]),
        ("max", (2, 1), {"padding": (1, 0), "dilation": (5, 1)}, ["nothing of the 4 cells"]),
    ],
)
def test_what_does_not_fit_is_refused_with_its_sizes_and_a_remedy(
    operation, kernel_size, options, words
):
    with pytest.raises(BadInput) as error:
        pool(MATRIX, operation, kernel_size, **options, budget=PLENTY)
    for word in words:
        assert word in str(error.value)
    assert error.value.hint


def test_work_is_done_up_to_the_budget_and_not_one_beyond():
    assert pool(MATRIX, "max", (2, 2), stride=(1, 1), budget=Budget(16, 36)).output.shape
    with pytest.raises(TooLarge, match="36 multiply-adds"):
        pool(MATRIX, "max", (2, 2), stride=(1, 1), budget=Budget(16, 35))
    with pytest.raises(TooLarge, match="36 cells"):
        pool(MATRIX, "max", (2, 2), stride=(1, 1), padding=(1, 1), budget=Budget(24, 10**6))
