import pytest
import torch

from app.inspection import Distance, distances


def test_distances_are_those_of_vectors() -> None:
    a = {"one": torch.tensor([[3.0, 0.0]]), "two": torch.tensor([[0.0, 0.0]])}
    b = {"one": torch.tensor([[0.0, 4.0]]), "two": torch.tensor([[0.0, 0.0]])}
    one, two = distances(a, b)
    assert one == Distance("one", euclidean=5.0, relative=pytest.approx(5 / 3.5), cosine=0.0)
    assert two == Distance("two", euclidean=0.0, relative=0.0, cosine=None)


def test_a_trace_is_at_no_distance_from_itself() -> None:
    trace = {"layer": torch.randn(1, 3, 4, 4)}
    (found,) = distances(trace, trace)
    assert (found.euclidean, found.relative) == (0, 0)
    assert found.cosine == pytest.approx(1)


def test_layers_that_are_not_in_both_or_differ_in_shape_are_left_out() -> None:
    a = {"one": torch.zeros(1, 2), "two": torch.zeros(1, 2)}
    b = {"one": torch.zeros(1, 3), "three": torch.zeros(1, 2)}
    assert list(distances(a, b)) == []
