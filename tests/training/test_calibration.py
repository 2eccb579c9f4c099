import math

import numpy as np
import pytest
import torch
from torch import Tensor

from app.models.lenet5 import LeNet5
from app.training.calibration import BINS, calibration, fit_temperature, scale


def logits_of(shares: np.ndarray) -> Tensor:
    """Two classes, the first with these probabilities."""
    return torch.from_numpy(np.log(np.stack([shares, 1 - shares], axis=1)))


def drawn(count: int, power: float = 1) -> tuple[Tensor, np.ndarray]:
    """Logits that are right as often as they say after a temperature of ``power``."""
    rng = np.random.default_rng(0)
    honest = logits_of(rng.uniform(0.02, 0.98, count))
    first = honest.softmax(dim=1)[:, 0].numpy()
    return honest * power, (rng.random(count) > first).astype(np.uint8)


def test_the_error_is_what_one_computes_by_hand() -> None:
    shares = np.array([0.9, 0.9, 0.9, 0.9, 0.62, 0.62])
    labels = np.array([0, 0, 0, 1, 0, 1], np.uint8)
    found = calibration(logits_of(shares), labels)
    # 0.9 lies in (13/15, 14/15], and 0.62 in (9/15, 10/15]
    assert {i: bin_.count for i, bin_ in enumerate(found.bins) if bin_.count} == {13: 4, 9: 2}
    assert found.bins[13].confidence == pytest.approx(0.9)
    assert found.bins[13].accuracy == 0.75
    assert found.bins[0].confidence is None
    assert found.error == pytest.approx((4 * 0.15 + 2 * 0.12) / 6)


def test_a_share_on_an_edge_lies_in_the_bin_below_and_certainty_in_the_last() -> None:
    logits = torch.tensor([[0.0, 1000.0], [0.0, 0.0]], dtype=torch.float64)
    found = calibration(logits, np.array([1, 0], np.uint8))
    counts = [bin_.count for bin_ in found.bins]
    assert len(counts) == BINS
    assert counts[-1] == 1
    assert found.bins[7].start < 0.5 < found.bins[7].end
    assert counts[7] == 1
    assert found.bins[-1].gap == 0


def test_who_is_right_as_often_as_said_has_next_to_no_error_and_who_boasts_has() -> None:
    honest = calibration(*drawn(200_000))
    assert honest.error < 0.005
    assert honest.even_error < 0.005
    boasting = calibration(*drawn(200_000, power=1000))
    # Always certain, and right as often as the likelier of two classes comes.
    mean = np.maximum(p := np.linspace(0.02, 0.98, 100_001), 1 - p).mean()
    assert boasting.error == pytest.approx(1 - mean, abs=0.005)


def test_bins_of_as_many_digits_share_them_all() -> None:
    found = calibration(*drawn(1_000))
    assert {bin_.count for bin_ in found.even_bins} == {66, 67}
    assert sum(bin_.count for bin_ in found.even_bins) == 1_000
    few = calibration(*drawn(4))
    assert [bin_.count for bin_ in few.even_bins] == [1] * 4


@pytest.mark.parametrize("power", [0.3, 1, 2.5])
def test_the_temperature_undoes_what_was_done_to_the_logits(power: float) -> None:
    logits, labels = drawn(200_000, power)
    temperature = fit_temperature(logits, labels)
    assert temperature == pytest.approx(power, rel=0.02)
    assert temperature == fit_temperature(logits, labels)
    assert calibration(logits / temperature, labels).error < 0.005


def test_labels_that_are_all_read_right_leave_the_temperature_finite() -> None:
    logits = torch.tensor([[3.0, 0.0], [0.0, 3.0]])
    temperature = fit_temperature(logits, np.array([0, 1], np.uint8))
    assert 0 < temperature < 0.1
    assert math.isfinite(temperature)


def test_a_scaled_network_divides_its_logits_and_the_first_stays_as_it_was() -> None:
    network = LeNet5().eval()
    images = torch.rand(4, 1, 32, 32)
    with torch.inference_mode():
        before = network.logits(images)
        after = scale(network, 1.7).logits(images)
        assert torch.allclose(after, before / 1.7, atol=1e-6)
        assert torch.equal(network.logits(images), before)
    count = sum(parameter.numel() for parameter in scale(network, 1.7).parameters())
    assert count == sum(parameter.numel() for parameter in network.parameters())
