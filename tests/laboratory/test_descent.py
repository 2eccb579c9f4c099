"""Gradient descent against gradients that are worked out by hand."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import signal

from app.errors import BadInput, TooLarge
from app.laboratory.budget import Budget
from app.laboratory.descent import descend

PLENTY = Budget(2**18, 2**25)
SOBEL = torch.tensor([[1, 0, -1], [2, 0, -2], [1, 0, -1]], dtype=torch.float64)


def image(seed: int = 0, *size: int) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.rand(*(size or (12, 12)), generator=generator, dtype=torch.float64)


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 1000),
    size=st.tuples(st.integers(1, 8), st.integers(1, 8)),
    kernel_size=st.tuples(st.integers(1, 3), st.integers(1, 3)),
    padding=st.integers(0, 2),
    learning_rate=st.floats(0.001, 0.1),
)
def test_each_step_takes_the_gradient_away(seed, size, kernel_size, padding, learning_rate):
    if any(k > n + 2 * padding for k, n in zip(kernel_size, size, strict=True)):
        return
    picture, kernel, wanted = (
        image(seed, *size),
        image(seed + 1, *kernel_size),
        image(seed + 2, *kernel_size),
    )
    found = descend(
        picture,
        kernel,
        target_kernel=wanted,
        learning_rate=learning_rate,
        steps=3,
        padding=(padding, padding),
        budget=PLENTY,
    )
    padded = np.pad(picture, padding)
    assert found.losses.shape == (4,)
    assert found.kernels[0].equal(kernel)
    for step, now in enumerate(found.kernels):
        error = signal.correlate2d(padded, now - wanted, mode="valid")
        assert found.losses[step].item() == pytest.approx((error**2).mean())
        # d/dk of the mean of e²: twice the mean of what each tap saw times the error there
        gradient = 2 / error.size * signal.correlate2d(padded, error, mode="valid")
        np.testing.assert_allclose(found.gradients[step], gradient, atol=1e-12)
        if step < 3:
            after = now - learning_rate * torch.from_numpy(gradient)
            np.testing.assert_allclose(found.kernels[step + 1], after, atol=1e-12)
    np.testing.assert_allclose(
        found.target, signal.correlate2d(padded, wanted, mode="valid"), atol=1e-12
    )
    np.testing.assert_allclose(
        found.output, signal.correlate2d(padded, found.kernels[-1], mode="valid"), atol=1e-12
    )
    assert not found.diverged


def test_it_finds_the_sobel_kernel():
    found = descend(
        image(),
        torch.zeros(3, 3, dtype=torch.float64),
        target_kernel=SOBEL,
        learning_rate=0.3,
        steps=1000,
        budget=PLENTY,
    )
    assert found.losses.diff().le(0).all()
    assert found.losses[-1] < 1e-6
    np.testing.assert_allclose(found.kernels[-1], SOBEL, atol=0.01)


def test_a_target_may_be_given_itself():
    options = {"learning_rate": 0.1, "steps": 5, "budget": PLENTY}
    start = torch.zeros(3, 3, dtype=torch.float64)
    one = descend(image(), start, target_kernel=SOBEL, **options)
    other = descend(image(), start, target=one.target, **options)
    assert one.kernels.equal(other.kernels)


def test_a_rate_that_is_too_high_stops_with_the_finite_part():
    found = descend(
        image(),
        torch.zeros(3, 3, dtype=torch.float64),
        target_kernel=SOBEL,
        learning_rate=1e3,
        steps=1000,
        budget=PLENTY,
    )
    assert found.diverged
    assert 2 < len(found.losses) < 1000
    assert len(found.losses) == len(found.kernels) == len(found.gradients)
    for part in (found.losses, found.kernels, found.gradients, found.output):
        assert part.float().isfinite().all()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, ["one of target and target_kernel"]),
        ({"target": image(0, 10, 10), "target_kernel": SOBEL}, ["one of target"]),
        ({"target": image(0, 9, 10)}, ["9 × 10", "10 × 10"]),
        ({"target_kernel": image(0, 2, 2)}, ["3 × 3", "2 × 2"]),
    ],
)
def test_what_does_not_fit_is_refused(options, words):
    with pytest.raises(BadInput) as error:
        descend(image(), SOBEL, **options, learning_rate=0.1, steps=1, budget=PLENTY)
    for word in words:
        assert word in str(error.value)
    with pytest.raises(BadInput, match="larger than the input"):
        descend(SOBEL, image(), target_kernel=SOBEL, learning_rate=0.1, steps=1, budget=PLENTY)


def test_work_is_done_up_to_the_budget_and_not_one_beyond():
    options = {"target_kernel": SOBEL, "learning_rate": 0.1, "steps": 1}
    needed = 2 * 2 * 9 * 100
    assert descend(image(), SOBEL, **options, budget=Budget(144, needed))
    with pytest.raises(TooLarge, match=f"{needed:,} multiply-adds"):
        descend(image(), SOBEL, **options, budget=Budget(144, needed - 1))
    with pytest.raises(TooLarge, match="cells"):
        descend(image(), SOBEL, **options | {"steps": 16}, budget=Budget(144, 10**9))
